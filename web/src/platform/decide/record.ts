// SPDX-License-Identifier: Apache-2.0
// Findings are recorded one by one, each once, before the decision that rests on them. Whatever somebody else did meanwhile stops it.
import type { Ref } from 'vue'
import { api, write } from '../../base/api'
import { Problem } from '../../base/problem'
import { t } from '../../base/words'
import { kindWords } from '../../claim/say'
import { lastSequence } from '../../claim/step'
import type { Claim } from '../../claim/types'
import type { Draft, Finding } from './compose'

const REFRESH_MAX = 5
/** Steps that follow from what the arbiter does himself. */
const OWN: readonly string[] = ['arbiter', 'system']

function noteOf(claim: Claim, finding: Finding): string {
  const file = claim.evidence.find((one) => one.id === finding.evidence)
  return file ? t('platform.finding.cites', { note: finding.note, kind: kindWords(file.kind), id: file.id }) : finding.note
}

/** Records what is in the draft and takes it out. Throws when a party or the clock acted in between. */
export async function recordFindings(claim: () => Claim, refresh: () => Promise<unknown>, draft: Ref<Draft>, since: Ref<number | undefined>): Promise<void> {
  if (draft.value.findings.length === 0) return
  const seen = lastSequence(claim())
  let version = claim().version
  for (const finding of [...draft.value.findings]) {
    const body = { fact: finding.fact, value: finding.value, note: noteOf(claim(), finding) }
    const position = await write((id) => api.POST('/v1/claims/{claim}/facts', { params: { path: { claim: claim().claim }, header: { 'Idempotency-Key': id } }, body }), finding.key)
    version = Math.max(version, position.version)
    draft.value.findings = draft.value.findings.filter((one) => one.key !== finding.key)
  }
  // The page may be reading the claim for its own event at the same time; that answer can be older than the last finding.
  await refresh()
  for (let more = 0; claim().version < version && more < REFRESH_MAX; more++) await refresh()
  if (!claim().events.some((event) => event.sequence > seen && !OWN.includes(event.by))) return
  since.value = seen
  throw new Problem('precondition_failed', 412)
}
