// SPDX-License-Identifier: Apache-2.0
// The inputs of a decision out of its certificate: facts with source and leaf, currency, paid, earlier refunds, time, claim. Nothing
// else of the certificate is believed.
import { byteLength } from '../form/bytes'
import { integerIn, isObject, listIn, objectIn, textIn, type Json } from '../form/json'
import { Difference } from './difference'
import type { Inputs, Known, Policy, Value } from './model'
import { currencyDigits, factNamed, NEVER, NUMBER_MAX, type Fact } from './vocabulary'

const CLAIM_BYTES_MAX = 39

/** undefined when the fact cannot have this value. */
export function readValue(fact: Fact, value: Json): Value | undefined {
  if (fact.values.length) return typeof value === 'string' && fact.values.includes(value) ? value : undefined
  if (value === 'never') return fact.type === 'event' ? NEVER : undefined
  if (typeof value !== 'bigint' || value < 0n || value > BigInt(fact.type === 'percent' ? 100 : NUMBER_MAX)) return undefined
  return Number(value)
}

/** undefined: the fact is unknown. */
function readFact(entry: Json, fact: Fact, at: number): Known | undefined {
  const place = `/facts/${at}`
  const members = ['value', 'source', 'leaf'].map((key) => (isObject(entry) ? entry.get(key) : undefined))
  const [value, source, leaf] = members
  if (value === undefined || source === undefined || leaf === undefined) throw new Difference('facts', place, entry, undefined, fact.word)
  if (value === null) return undefined
  const read = readValue(fact, value)
  if (read === undefined) throw new Difference('facts', `${place}/value`, value, undefined, fact.word)
  if (typeof source !== 'string' || !fact.sources.includes(source)) throw new Difference('facts', `${place}/source`, source, undefined, fact.word)
  return { value: read, source, leaf: typeof leaf === 'bigint' && leaf >= 0n ? leaf : null }
}

/** Exactly the facts that the policy tests, in table order. */
function readFacts(root: Json, policy: Policy): Map<Fact, Known> {
  const entries = listIn(root, 'facts')
  if (!entries) throw new Difference('facts', '/facts', undefined, undefined)
  const facts = new Map<Fact, Known>()
  policy.tested.forEach((fact, at) => {
    const entry = entries[at] ?? null
    if (textIn(entry, 'name') !== fact.word) throw new Difference('facts', `/facts/${at}/name`, textIn(entry, 'name'), fact.word)
    const known = readFact(entry, fact, at)
    if (known) facts.set(fact, known)
  })
  if (entries.length !== policy.tested.length) throw new Difference('facts', '/facts', entries, undefined)
  return facts
}

function minorUnits(value: Json | undefined): number | undefined {
  return typeof value === 'bigint' && value >= 0n && value <= BigInt(NUMBER_MAX) ? Number(value) : undefined
}

/** Paid and earlier refunds; where the policy tests them they are facts, and the amount must say the same. */
function readAmount(root: Json, policy: Policy, facts: ReadonlyMap<Fact, Known>): Pick<Inputs, 'currency' | 'paid' | 'earlierRefunds'> {
  const amount = objectIn(root, 'amount')
  const currency = textIn(amount, 'currency') ?? ''
  if (!amount || currencyDigits(currency) === undefined) throw new Difference('amount', '/amount/currency', amount?.get('currency'), undefined)
  const stated = amount.get('paid')
  const paid = stated === null ? null : minorUnits(stated)
  if (paid === undefined) throw new Difference('amount', '/amount/paid', stated, undefined)
  const earlierRefunds = minorUnits(amount.get('earlier_refunds'))
  if (earlierRefunds === undefined) throw new Difference('amount', '/amount/earlier_refunds', amount.get('earlier_refunds'), undefined)
  const tested = (word: string, otherwise: number | null): number | null => {
    const fact = factNamed(word)
    if (!policy.tested.includes(fact)) return otherwise
    const value = facts.get(fact)?.value
    return typeof value === 'number' ? value : null
  }
  return { currency, paid: tested('amount', paid), earlierRefunds: tested('earlier_refunds', earlierRefunds) ?? 0 }
}

/** Throws a Difference at the first place that cannot be an input of this policy. */
export function readInputs(root: Json, policy: Policy): Inputs {
  const facts = readFacts(root, policy)
  const amount = readAmount(root, policy, facts)
  const decidedAt = integerIn(root, 'decided_at') ?? -1n
  if (decidedAt < 0n) throw new Difference('decided_at', '/decided_at', isObject(root) ? root.get('decided_at') : undefined, undefined)
  const claim = isObject(root) ? root.get('claim') : undefined
  const isClaim = typeof claim === 'string' && claim !== '' && byteLength(claim) <= CLAIM_BYTES_MAX
  if (claim !== null && !isClaim) throw new Difference('claim', '/claim', claim, undefined)
  return { facts, ...amount, decidedAt, claim: isClaim ? claim : null }
}
