// SPDX-License-Identifier: Apache-2.0
// What a decision takes as given, against what the case holds beside it: its time against its leaf, its claim against the requests,
// policy, amount and quantity against the order's receipt, and each fact's leaf against that leaf.
import { ITEM_KEPT_BYTES } from '../archive/bundle'
import { attempt, Fault, type Values } from '../form/fault'
import { integerIn, listIn, objectIn, parseJson, textIn, type Json, type JsonObject } from '../form/json'
import type { FindingCode, State } from '../report'
import type { Item, Verification } from '../verification'

interface Receipt {
  readonly policy: string
  readonly currency: string
  readonly amount: bigint
}

/** The item of a leaf as JSON, or undefined when it is not here or is something else. */
function jsonOf(item: Item): Json | undefined {
  const content = item.isCommitted && item.index !== undefined ? item.itemFile?.content : undefined
  if (!content || item.leaf?.mediaType !== 'application/json') return undefined
  const root = attempt(() => parseJson(content, ITEM_KEPT_BYTES))
  return root instanceof Fault ? undefined : root
}

export class InputsCheck {
  private receipt: Receipt | undefined
  private quantity: bigint | undefined
  private readonly claims = new Set<string>()
  private areClaimsHidden = false
  private compared = 0

  constructor(private readonly v: Verification) {
    for (const item of v.chain) {
      if (item.leaf?.kind === 'order_receipt' && !this.receipt) this.readReceipt(jsonOf(item))
      else if (item.leaf?.kind === 'request') this.readRequest(jsonOf(item))
    }
  }

  private readReceipt(root: Json | undefined): void {
    if (root === undefined) return
    const policy = textIn(objectIn(root, 'policy'), 'sha256')
    const currency = textIn(objectIn(root, 'amount'), 'currency')
    const amount = integerIn(objectIn(root, 'amount'), 'amount')
    this.quantity = integerIn(root, 'quantity')
    if (policy !== undefined && currency !== undefined && amount !== undefined) this.receipt = { policy, currency, amount }
  }

  private readRequest(root: Json | undefined): void {
    const claim = textIn(root, 'claim')
    if (claim === undefined) this.areClaimsHidden = true
    else this.claims.add(claim)
  }

  private say(ruling: Item, state: State, code: FindingCode, values: Values = {}): void {
    this.v.report.add('inputs', state, code, { place: ruling.itemFile?.path ?? '', sequence: Number(ruling.leaf?.sequence ?? 0n) }, values)
  }

  private compareTime(ruling: Item, certificate: JsonObject): void {
    const decidedAt = integerIn(certificate, 'decided_at')
    const logged = ruling.leaf?.eventAt ?? 0
    if (decidedAt !== undefined && decidedAt !== BigInt(logged)) this.say(ruling, 'failed', 'inputs_time', { decided: String(decidedAt), logged })
  }

  /** A decision may be about the order alone; then it names no claim. */
  private compareClaim(ruling: Item, certificate: JsonObject): void {
    const claim = textIn(certificate, 'claim')
    if (claim === undefined || this.claims.has(claim)) return
    const values = { claim: claim.slice(0, 64) }
    if (this.areClaimsHidden) this.say(ruling, 'not_shown', 'inputs_claim_hidden', values)
    else this.say(ruling, 'failed', 'inputs_claim', values)
  }

  private compareReceipt(ruling: Item, certificate: JsonObject): void {
    if (!this.receipt) return
    const amount = objectIn(certificate, 'amount')
    const paid = integerIn(amount, 'paid')
    const currency = textIn(amount, 'currency') ?? ''
    const inForce = ruling.policyInForce ?? this.receipt.policy
    if ((textIn(objectIn(certificate, 'policy'), 'sha256') ?? '') !== inForce) this.say(ruling, 'failed', 'inputs_policy')
    if ((paid !== undefined && paid !== this.receipt.amount) || currency !== this.receipt.currency)
      this.say(ruling, 'failed', 'inputs_paid', { paid: String(paid ?? 0), currency: currency.slice(0, 8), receipt: String(this.receipt.amount) })
  }

  private compareLeaf(ruling: Item, certificate: JsonObject, fact: Json, index: bigint): void {
    const values = { fact: (textIn(fact, 'name') ?? '').slice(0, 64), leaf: String(index) }
    if (ruling.index !== undefined && index >= ruling.index) return this.say(ruling, 'failed', 'inputs_leaf_later', values)
    const item = this.v.items.find((each) => each.index === index)
    if (!item) return this.say(ruling, 'not_shown', 'inputs_leaf_absent', values)
    const root = jsonOf(item)
    const claim = textIn(root, 'claim')
    if (claim !== undefined && claim !== (textIn(certificate, 'claim') ?? '')) this.say(ruling, 'failed', 'inputs_leaf_claim', values)
    else if (!findingFits(fact, root)) this.say(ruling, 'failed', 'inputs_leaf_finding', values)
  }

  private compareFacts(ruling: Item, certificate: JsonObject): void {
    for (const fact of listIn(certificate, 'facts') ?? []) {
      const index = integerIn(fact, 'leaf')
      const value = integerIn(fact, 'value')
      if (index !== undefined && index >= 0n) this.compareLeaf(ruling, certificate, fact, index)
      if (this.quantity !== undefined && textIn(fact, 'name') === 'quantity' && value !== undefined && value !== this.quantity)
        this.say(ruling, 'failed', 'inputs_quantity', { value: String(value), receipt: String(this.quantity) })
    }
  }

  compare(ruling: Item, certificate: JsonObject): void {
    this.compared++
    this.compareTime(ruling, certificate)
    this.compareClaim(ruling, certificate)
    this.compareReceipt(ruling, certificate)
    this.compareFacts(ruling, certificate)
  }

  end(): void {
    if (this.compared === 0) this.v.report.add('inputs', 'not_shown', 'inputs_none')
    else if (!this.receipt) this.v.report.add('inputs', 'not_shown', 'inputs_no_receipt')
    else if (!this.v.report.hasFailed('inputs')) this.v.report.add('inputs', 'ok', 'inputs_ok', {}, { decisions: this.compared })
  }
}

/** What an arbiter found is written in the leaf of the finding: {"claim","finding","note","value"}. */
function findingFits(fact: Json, finding: Json | undefined): boolean {
  if (textIn(fact, 'source') !== 'arbiter' || textIn(finding, 'finding') === undefined) return true
  const value = integerIn(fact, 'value')
  const word = value === undefined ? (textIn(fact, 'value') ?? '') : String(value)
  return textIn(finding, 'finding') === (textIn(fact, 'name') ?? '') && (textIn(finding, 'value') ?? '') === word
}
