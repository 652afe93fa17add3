// SPDX-License-Identifier: Apache-2.0
// Which rule governed when. The receipt pins one; only a recorded answer leads to another, and only to the pinned text with one
// clause more, which is made again from the terms in the leaf. A decision under any other rule is refused.
import { ITEM_KEPT_BYTES } from '../archive/bundle'
import { equal, hexOf, startsWith, utf8, type Bytes } from '../form/bytes'
import { attempt, Fault } from '../form/fault'
import { canonical, integerIn, isObject, listIn, objectIn, parseJson, textIn, type Json, type JsonObject } from '../form/json'
import { replay } from '../policy/certificate'
import { readPolicy } from '../policy/read'
import { clarifiedText } from '../prove/clarify'
import type { FindingCode } from '../report'
import type { Item, Verification } from '../verification'

const FORMAT = 'shuntui-clarification-1'

/** What the question stated must be what the certificate decided on. */
function factsAgree(facts: JsonObject, certificate: JsonObject): boolean {
  const listed = listIn(certificate, 'facts')
  if (!listed) return false
  for (const [name, value] of facts)
    for (const row of listed) {
      if (textIn(row, 'name') !== name) continue
      const other = isObject(row) ? row.get('value') : undefined
      if ((typeof value !== 'string' && typeof value !== 'bigint') || value !== other) return false
    }
  return true
}

/** Walking the chain. */
class Reign {
  /** SHA-256 of the policy in force; undefined when the receipt does not say. */
  sha256: string | undefined
  answers = 0

  constructor(private readonly v: Verification) {}

  private at(item: Item): { place: string; sequence: number } {
    return { place: item.itemFile?.path ?? item.name, sequence: Number(item.leaf?.sequence ?? 0n) }
  }

  private failed(item: Item, code: FindingCode): void {
    this.v.report.add('policy', 'failed', code, this.at(item))
  }

  private find(sha256: string | undefined): { item: Item; source: Bytes } | undefined {
    const item = this.v.provedPolicies().find((each) => each.itemFile && hexOf(each.itemFile.sha256) === sha256)
    return item?.itemFile?.content && { item, source: item.itemFile.content }
  }

  readReceipt(item: Item): void {
    const bytes = this.v.provedBytes('policy', item)
    if (!bytes) return
    const root = attempt(() => parseJson(bytes, ITEM_KEPT_BYTES))
    const sha256 = root instanceof Fault ? undefined : textIn(objectIn(root, 'policy'), 'sha256')
    if (sha256 !== undefined && utf8(sha256).length === 64) this.sha256 = sha256
    else this.v.report.add('policy', 'not_shown', 'policy_not_named', this.at(item))
  }

  readAnswer(item: Item): void {
    const bytes = this.v.provedBytes('policy', item)
    if (!bytes) return
    const root = attempt(() => parseJson(bytes, ITEM_KEPT_BYTES))
    if (root instanceof Fault) this.v.fault('policy', root, this.at(item))
    else this.checkAnswer(item, root)
  }

  private checkAnswer(item: Item, root: Json): void {
    const clarified = objectIn(root, 'clarified')
    const isByRule = textIn(root, 'answered_by') === 'rule'
    this.answers++
    if (
      textIn(root, 'format') !== FORMAT ||
      textIn(root, 'order') !== this.v.report.subject ||
      isByRule !== (clarified === undefined) ||
      integerIn(root, 'number') !== BigInt(this.answers)
    )
      return this.failed(item, 'policy_answer_next')
    if (textIn(objectIn(root, 'policy'), 'sha256') !== this.sha256) return this.failed(item, 'policy_answer_other')
    this.checkCertificate(item, root, clarified ? textIn(clarified, 'sha256') : this.sha256)
    if (clarified) this.checkSuccession(item, root, clarified)
  }

  private checkCertificate(item: Item, root: Json, sha256: string | undefined): void {
    const certificate = objectIn(root, 'certificate')
    const facts = objectIn(root, 'facts')
    const named = textIn(objectIn(certificate, 'policy'), 'sha256') ?? ''
    if (!certificate || !facts || named !== (sha256 ?? '') || !factsAgree(facts, certificate)) return this.failed(item, 'policy_answer_situation')
    const policy = this.find(sha256)
    if (!policy) return this.failed(item, 'policy_answer_unproved')
    const difference = attempt(() => replay(utf8(canonical(certificate)), readPolicy(policy.source)))
    if (difference instanceof Fault) this.v.fault('policy', difference, this.at(item))
    else if (difference) this.failed(item, 'policy_answer_differs')
  }

  /** An answer that makes another policy, which is then in force. */
  private checkSuccession(item: Item, root: Json, clarified: JsonObject): void {
    const terms = objectIn(root, 'terms')
    const [facts, stated] = [objectIn(root, 'facts'), objectIn(terms, 'facts')]
    const number = integerIn(terms, 'number')
    const sha256 = textIn(clarified, 'sha256')
    const [before, after] = [this.find(this.sha256), this.find(sha256)]
    const leaf = integerIn(clarified, 'leaf')
    if (!before || !after || leaf === undefined || after.item.index !== leaf) return this.failed(item, 'policy_clarified_unproved')
    if (!terms || !facts || !stated || number === undefined || number < BigInt(this.answers) || canonical(stated) !== canonical(facts))
      return this.failed(item, 'policy_clarified_terms')
    if (this.isMadeBy(item, terms, before.source, after.source)) this.sha256 = sha256
  }

  /** The clarified text must be the one that the terms make of the text before. */
  private isMadeBy(item: Item, terms: JsonObject, before: Bytes, after: Bytes): boolean {
    if (after.length <= before.length || !startsWith(after, before)) {
      this.failed(item, 'policy_clarified_start')
      return false
    }
    const made = attempt(() => clarifiedText(before, terms))
    if (made instanceof Fault) this.v.fault('policy', made, this.at(item))
    else if (!equal(made, after)) this.failed(item, 'policy_clarified_other')
    else return true
    return false
  }
}

export function checkPolicy(v: Verification): void {
  const reign = new Reign(v)
  v.chain.forEach((item, i) => {
    if (i === 0 && item.leaf?.kind === 'order_receipt') reign.readReceipt(item)
    else if (reign.sha256 !== undefined && item.leaf?.kind === 'clarification') reign.readAnswer(item)
    item.policyInForce = reign.sha256
  })
  if (reign.sha256 !== undefined && !v.report.hasFailed('policy')) v.report.add('policy', 'ok', 'policy_ok', {}, { answers: reign.answers })
}
