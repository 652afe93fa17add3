// SPDX-License-Identifier: Apache-2.0
// The decisions of the case, each decided again from its certificate and the policy that it names.
import { hexOf, textOf, type Bytes } from '../form/bytes'
import { attempt, Fault } from '../form/fault'
import { isObject, parseJson, type Json, type JsonObject } from '../form/json'
import { POLICY } from '../form/layout'
import { ITEM_KEPT_BYTES } from '../archive/bundle'
import { replay } from '../policy/certificate'
import { readPolicy } from '../policy/read'
import type { Item, Verification } from '../verification'
import { InputsCheck } from './inputs'

/** Whether a text of the object, or of one within it, is this hash. */
function namesHash(object: JsonObject, hex: string, depth: number): boolean {
  return [...object.values()].some((value) => {
    if (isObject(value)) return depth > 0 && namesHash(value, hex, depth - 1)
    return value === hex || value === `sha256:${hex}`
  })
}

interface Found {
  readonly source: Bytes
  /** The log proves that it was published. */
  readonly isProved: boolean
}

function findPolicy(v: Verification, certificate: JsonObject): Found | undefined {
  const proved = v.provedPolicies().find((item) => item.itemFile && namesHash(certificate, hexOf(item.itemFile.sha256), 1))
  if (proved?.itemFile?.content) return { source: proved.itemFile.content, isProved: true }
  const file = v.bundle.find(POLICY)
  return file?.content && namesHash(certificate, hexOf(file.sha256), 1) ? { source: file.content, isProved: false } : undefined
}

function replayed(v: Verification, item: Item, bytes: Bytes, certificate: JsonObject): boolean {
  const at = { place: item.itemFile?.path ?? '', sequence: v.items.indexOf(item) + 1 }
  const found = findPolicy(v, certificate)
  if (!found) {
    v.report.add('decision', 'failed', 'decision_policy_missing', at)
    return false
  }
  const result = attempt(() => {
    const policy = readPolicy(found.source)
    return { policy, difference: replay(bytes, policy) }
  })
  if (result instanceof Fault) {
    v.fault('decision', result, at)
    return false
  }
  const { policy, difference } = result
  v.decided.push({ item, sequence: at.sequence, certificate: textOf(bytes) ?? '', policy, agrees: !difference })
  if (difference) v.report.add('decision', 'failed', 'decision_differs', at, difference.values)
  else if (!found.isProved) v.report.add('decision', 'not_shown', 'decision_unpublished', { ...at, place: POLICY })
  return !difference
}

function decidedAgain(v: Verification, inputs: InputsCheck, item: Item, bytes: Bytes): boolean {
  const at = { place: item.itemFile?.path ?? '', sequence: v.items.indexOf(item) + 1 }
  const root: Json | Fault = attempt(() => parseJson(bytes, ITEM_KEPT_BYTES))
  if (root instanceof Fault) {
    v.fault('decision', root, at)
    return false
  }
  if (!isObject(root)) {
    v.report.add('decision', 'failed', 'decision_not_certificate', at)
    return false
  }
  const isGood = replayed(v, item, bytes, root)
  inputs.compare(item, root)
  return isGood
}

export function checkDecisions(v: Verification): void {
  const inputs = new InputsCheck(v)
  const rulings = v.items.filter((item) => item.leaf?.kind === 'ruling')
  let good = 0
  for (const item of rulings) {
    const bytes = v.provedBytes('decision', item)
    if (bytes && decidedAgain(v, inputs, item, bytes)) good++
  }
  if (rulings.length === 0) v.report.add('decision', 'not_shown', 'decision_none')
  else if (good > 0 && !v.report.hasFailed('decision')) v.report.add('decision', 'ok', 'decision_ok', {}, { decisions: good })
  inputs.end()
}
