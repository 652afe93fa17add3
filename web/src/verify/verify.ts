// SPDX-License-Identifier: Apache-2.0
/**
 * The offline verification of a bundle, the second one: written from docs/evidence-format.md and docs/policy-language.md, it
 * shares no code with the program that exports. It believes nothing in the bundle but what the log's signature covers.
 */
import { openBundle, type Progress } from './archive/bundle.ts';
import type { Source } from './archive/source.ts';
import { checkOutside } from './checks/bag.ts';
import { checkCase } from './checks/case.ts';
import { checkChain } from './checks/chain.ts';
import { checkItems } from './checks/content.ts';
import { checkDecisions } from './checks/decisions.ts';
import { checkLog } from './checks/log.ts';
import { checkPolicy } from './checks/policy.ts';
import { Verification, type Options } from './verification.ts';

export type { Options } from './verification.ts';

function checkFiles(v: Verification): void {
  for (const file of v.bundle.files) if (!v.isTaken(file)) v.report.add('files', 'failed', 'file_unknown', { place: file.path });
  if (!v.report.hasFailed('files')) v.report.add('files', 'ok', 'files_ok', {}, { files: v.bundle.files.length });
}

/** Runs every check; throws a Fault when there is no bundle to check. */
export async function verifyBundle(source: Source, options: Options = {}, progress?: Progress): Promise<Verification> {
  const v = new Verification(await openBundle(source, progress), options);
  await checkOutside(v);
  checkCase(v);
  checkLog(v);
  checkChain(v);
  await checkItems(v);
  checkPolicy(v);
  checkDecisions(v);
  v.report.add('unsigned', 'not_shown', 'unsigned_words');
  checkFiles(v);
  return v;
}
