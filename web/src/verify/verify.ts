// SPDX-License-Identifier: Apache-2.0
// The offline verification of a bundle, the second one: written from docs/evidence-format.md and docs/policy-language.md, it
// shares no code with the program that exports. It believes nothing in the bundle but what the log's signature covers.
import { openBundle, type Progress } from './archive/bundle'
import type { Source } from './archive/source'
import { checkOutside } from './checks/bag'
import { checkCase } from './checks/case'
import { checkChain } from './checks/chain'
import { checkItems } from './checks/content'
import { checkDecisions } from './checks/decisions'
import { checkLog } from './checks/log'
import { checkPolicy } from './checks/policy'
import { Verification, type Options } from './verification'

export type { Options } from './verification'

function checkFiles(v: Verification): void {
  for (const file of v.bundle.files) if (!v.isTaken(file)) v.report.add('files', 'failed', 'file_unknown', { place: file.path })
  if (!v.report.hasFailed('files')) v.report.add('files', 'ok', 'files_ok', {}, { files: v.bundle.files.length })
}

/** Runs every check; throws a Fault when there is no bundle to check. */
export async function verifyBundle(source: Source, options: Options = {}, progress?: Progress): Promise<Verification> {
  const v = new Verification(await openBundle(source, progress), options)
  await checkOutside(v)
  checkCase(v)
  checkLog(v)
  checkChain(v)
  await checkItems(v)
  checkPolicy(v)
  checkDecisions(v)
  v.report.add('unsigned', 'not_shown', 'unsigned_words')
  checkFiles(v)
  return v
}
