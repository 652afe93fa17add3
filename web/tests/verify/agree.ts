// SPDX-License-Identifier: Apache-2.0
// Whether the page's verifier and the program agree: on the bundles of a folder, and on what becomes of them when they are bent. Speaks
// TAP. Arguments: the program, a folder with *.tar, *.zip and *.policy, a folder for what is written meanwhile.
import { readdirSync, readFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'

import type { Bytes } from '../../src/verify/form/bytes'
import { answers } from './answers'
import * as bend from './bend'
import type { Case } from './bend'
import { disagreement, Program, verdictOfPage } from './compare'
import { Draft } from './draft'
import * as forge from './forge'

const AT_ONCE = 4
const SHOWN_MAX = 6

const [programPath = '', folder = '', scratch = ''] = process.argv.slice(2)
const isThorough = process.env['SHUNTUI_THOROUGH'] !== undefined
const program = new Program(programPath, scratch)
let tests = 0
let total = 0

function say(isGood: boolean, name: string, faults: readonly string[]): void {
  process.stdout.write(`${isGood ? 'ok' : 'not ok'} ${++tests} - ${name}\n`)
  for (const fault of faults.slice(0, SHOWN_MAX)) process.stderr.write(`# ${fault}\n`)
  if (faults.length > SHOWN_MAX) process.stderr.write(`# and ${faults.length - SHOWN_MAX} more\n`)
  if (!isGood) process.exitCode = 1
}

async function faultOf({ name, archive: make, options = {}, expected }: Case): Promise<string | undefined> {
  const archive = make()
  const answer = program.verdict(archive, options)
  const page = await verdictOfPage(archive, options)
  const wrong = disagreement(page, await answer)
  if (wrong) return `${name}: ${wrong}`
  if (expected !== 'any' && (page.word === 'ok') !== (expected === 'good')) return `${name}: both say ${page.word}, which is wrong`
  return undefined
}

/** The cases of a family, some at a time: one of so many, or all of them. */
async function family(name: string, cases: Iterable<Case>, oneOf = 1): Promise<void> {
  const faults: string[] = []
  const iterator = isThorough ? cases[Symbol.iterator]() : oneIn(cases, oneOf)
  let count = 0
  const work = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      count++
      const fault = await faultOf(next.value as Case)
      if (fault) faults.push(fault)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  total += count
  say(faults.length === 0 && count > 0, `${name} (${count})`, faults)
}

function* oneIn(cases: Iterable<Case>, many: number): Generator<Case> {
  let i = 0
  for (const each of cases) if (i++ % many === 0) yield each
}

interface Given {
  readonly name: string
  readonly archive: Bytes
}

const given: Given[] = readdirSync(folder)
  .filter((name) => /\.(tar|zip)$/.test(name))
  .sort()
  .map((name) => ({ name, archive: new Uint8Array(readFileSync(joinPath(folder, name))) }))
const find = (name: string): Bytes => given.find((each) => each.name === name)!.archive
const isMisruled = (name: string): boolean => name.startsWith('misruled')
const isStrange = (name: string): boolean => name.startsWith('strange-')

const policies = readdirSync(folder)
  .filter((name) => name.endsWith('.policy'))
  .sort()
  .map((name) => ({ name, source: new Uint8Array(readFileSync(joinPath(folder, name))) }))

function* asTheyAre(): Generator<Case> {
  for (const { name, archive } of given) yield { name, archive: () => archive, expected: isMisruled(name) ? 'bad' : isStrange(name) ? 'any' : 'good' }
  for (const { name, archive } of given)
    if (isStrange(name)) yield { name, archive: () => archive, options: { allowRepacked: true }, expected: 'any' }
}

async function main(): Promise<void> {
  const [small, whole, smallZip] = [find('small.tar'), find('bundle.tar'), find('small.zip')]
  const [draft, smallDraft] = [await Draft.open(whole), await Draft.open(small)]
  const chance = new forge.Chance(1)
  await family('bundles as they are', asTheyAre())
  await family('what the verifier is given', bend.given(draft, whole))
  await family('single bytes of a small tar', bend.flips(small, 211), 2)
  await family('single bytes of a tar', bend.flips(whole, 997, 5), 2)
  await family('single bytes of a zip', bend.flips(smallZip, 101), 2)
  await family('headers of a tar', bend.headers(small))
  await family('lengths of a tar', bend.lengths(small))
  await family('lengths of a zip', bend.lengths(smallZip))
  await family('files', bend.files(smallDraft), 3)
  await family('files of a whole case', bend.files(draft), 11)
  await family('files that do not belong there', bend.strangers(draft))
  await family('bag-info.txt', bend.info(smallDraft), 2)
  await family('the head', bend.notes(draft))
  await family('proofs', bend.proofs(draft))
  await family('the list of the case', forge.lists(draft), 2)
  await family('leaves', forge.leaves(draft), 11)
  await family('documents', forge.documents(draft, ['order_receipt', 'unused_cert', 'case_manifest'], chance, 60), 2)
  await family('decisions', forge.documents(draft, ['ruling'], chance, 400), 4)
  await family('policies', forge.policies(draft, chance, 400), 4)
  for (const name of ['world-appeal', 'world-service', 'world-clarified', 'demo-0']) {
    const told = await Draft.open(find(`${name}.tar`))
    const kinds = new Set(told.items.map(({ kind }) => kind))
    await family(
      `documents of ${name}`,
      forge.documents(
        told,
        [...kinds].filter((kind) => kind !== 'policy_snapshot'),
        chance,
        8,
      ),
      13,
    )
  }
  const clarified = await Draft.open(find('world-clarified.tar'))
  await family('answers of a case', forge.documents(clarified, ['clarification'], chance, 60), 7)
  await family('policies of a case', forge.policies(clarified, chance, 80), 4)
  await family('recorded answers', answers(policies, chance, isThorough ? 400 : 40))
  process.stdout.write(`1..${tests}\n# ${total} bundles\n`)
}

await main()
