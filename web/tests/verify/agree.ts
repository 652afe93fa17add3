// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the page's verifier and the program agree: on the bundles of a folder, and on what becomes of them when they are bent. Speaks
 * TAP. Arguments: the program, a folder with *.tar, *.zip and *.policy, a folder for what is written meanwhile.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';

import type { Bytes } from '../../src/verify/form/bytes.ts';
import { answers } from './answers.ts';
import * as bend from './bend.ts';
import type { Case } from './bend.ts';
import { disagreement, Program, verdictOfPage } from './compare.ts';
import { Draft } from './draft.ts';
import * as forge from './forge.ts';

const AT_ONCE = 4;
const SHOWN_MAX = 6;

const [programPath = '', folder = '', scratch = ''] = process.argv.slice(2);
const program = new Program(programPath, scratch);
let tests = 0;
let total = 0;

function say(isGood: boolean, name: string, faults: readonly string[]): void {
  process.stdout.write(`${isGood ? 'ok' : 'not ok'} ${++tests} - ${name}\n`);
  for (const fault of faults.slice(0, SHOWN_MAX)) process.stderr.write(`# ${fault}\n`);
  if (faults.length > SHOWN_MAX) process.stderr.write(`# and ${faults.length - SHOWN_MAX} more\n`);
  if (!isGood) process.exitCode = 1;
}

async function faultOf({ name, archive, options = {}, expected }: Case): Promise<string | undefined> {
  const answer = program.verdict(archive, options);
  const page = await verdictOfPage(archive, options);
  const wrong = disagreement(page, await answer);
  if (wrong) return `${name}: ${wrong}`;
  if (expected !== 'any' && (page.word === 'ok') !== (expected === 'good')) return `${name}: both say ${page.word}, which is wrong`;
  return undefined;
}

/** All cases of a family, some at a time. */
async function family(name: string, cases: Iterable<Case>): Promise<void> {
  if (only !== undefined && only !== name) return;
  const faults: string[] = [];
  const start = performance.now();
  const iterator = cases[Symbol.iterator]();
  let count = 0;
  const work = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      count++;
      const fault = await faultOf(next.value);
      if (fault) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  total += count;
  const took = ((performance.now() - start) / 1000).toFixed(1);
  say(faults.length === 0 && count > 0, `${name} (${count})`, faults);
  process.stderr.write(`# ${name}: ${took} s\n`);
}

interface Given {
  readonly name: string;
  readonly archive: Bytes;
}

const given: Given[] = readdirSync(folder)
  .filter((name) => /\.(tar|zip)$/.test(name))
  .sort()
  .map((name) => ({ name, archive: new Uint8Array(readFileSync(joinPath(folder, name))) }));
const find = (name: string): Bytes => given.find((each) => each.name === name)!.archive;
const isMisruled = (name: string): boolean => name.startsWith('misruled');
const isStrange = (name: string): boolean => name.startsWith('strange-');

const policies = readdirSync(folder)
  .filter((name) => name.endsWith('.policy'))
  .sort()
  .map((name) => ({ name, source: new Uint8Array(readFileSync(joinPath(folder, name))) }));

function* asTheyAre(): Generator<Case> {
  for (const { name, archive } of given) yield { name, archive, expected: isMisruled(name) ? 'bad' : isStrange(name) ? 'any' : 'good' };
  for (const { name, archive } of given) if (isStrange(name)) yield { name, archive, options: { allowRepacked: true }, expected: 'any' };
}

const only = process.argv[5];

async function main(): Promise<void> {
  const [small, whole, smallZip] = [find('small.tar'), find('bundle.tar'), find('small.zip')];
  const draft = await Draft.open(whole);
  const smallDraft = await Draft.open(small);
  await family('bundles as they are', asTheyAre());
  await family('what the verifier is given', bend.given(draft, whole));
  await family('single bytes of a small tar', bend.flips(small, 211));
  await family('single bytes of a tar', bend.flips(whole, 997, 5));
  await family('single bytes of a zip', bend.flips(smallZip, 101));
  await family('headers of a tar', bend.headers(small));
  await family('lengths of a tar', bend.lengths(small));
  await family('lengths of a zip', bend.lengths(smallZip));
  await family('files', bend.files(smallDraft));
  await family('files of a whole case', sample(bend.files(draft), 3));
  await family('files that do not belong there', bend.strangers(draft));
  await family('bag-info.txt', bend.info(smallDraft));
  await family('the head', bend.notes(draft));
  await family('proofs', bend.proofs(draft));
  await family('the list of the case', forge.lists(draft));
  await family('leaves', sample(forge.leaves(draft), 2));
  const chance = new forge.Chance(1);
  await family('documents', forge.documents(draft, ['order_receipt', 'unused_cert', 'case_manifest'], chance, 60));
  await family('decisions', forge.documents(draft, ['ruling'], chance, 250));
  await family('policies', forge.policies(draft, chance, 200));
  await family('recorded answers', answers(policies, chance, 150));
  process.stdout.write(`1..${tests}\n`);
  process.stderr.write(`# ${total} bundles\n`);
}

function* sample(cases: Iterable<Case>, every: number): Generator<Case> {
  let i = 0;
  for (const each of cases) if (i++ % every === 0) yield each;
}

await main();
