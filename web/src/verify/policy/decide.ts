// SPDX-License-Identifier: Apache-2.0
// The decision, step by step as section 5 tells it.
import { decidePayment, NOTHING } from './amount'
import type { Clause, Condition, Decision, Disposition, EvidenceState, Inputs, Outcome, Payment, Policy, Test, Truth, Value } from './model'
import { factNamed, NEVER } from './vocabulary'

const MERCHANT_ANSWER = factNamed('merchant_answer')
const REASON = factNamed('reason')

// ---- truth ----

function holds(test: Test, value: Value): boolean {
  if (test.op === 'is') return test.values.includes(String(value))
  const number = Number(value)
  const happened = number !== NEVER
  switch (test.op) {
    case 'under':
      return number < test.bound
    case 'over':
      return number > test.bound
    case 'within':
      return happened && number <= test.bound
    case 'ago':
      return happened && number > test.bound
    case 'happened':
      return happened
    case 'late_by':
      return happened && number >= test.bound
  }
}

/** Whether the test, as it stands with its negation, is true of a value. */
export function testHolds(test: Test, value: Value): boolean {
  return holds(test, value) !== test.negated
}

/** `all`: false if a member is false, else unknown if one is unknown, else true; `any` the other way round. */
export function truthOf(condition: Condition, policy: Policy, inputs: Inputs): Truth {
  if (condition.kind === 'test') {
    const known = inputs.facts.get(condition.fact)
    const isComparable = condition.fact.type !== 'money' || policy.currency === inputs.currency
    return known && isComparable ? (testHolds(condition, known.value) ? 'true' : 'false') : 'unknown'
  }
  const decides = condition.kind === 'all' ? 'false' : 'true'
  const truths = condition.members.map((member) => truthOf(member, policy, inputs))
  if (truths.includes(decides)) return decides
  return truths.includes('unknown') ? 'unknown' : decides === 'false' ? 'true' : 'false'
}

// ---- which clause governs ----

/** The applying clauses that override this one, in policy order. */
export function overridersOf(policy: Policy, applies: Decision['applies'], clause: Clause): Clause[] {
  return policy.clauses.filter((other) => applies.get(other) === 'true' && other.overrides.has(clause.id))
}

interface Governing {
  readonly governing: Decision['governing']
  readonly certain: readonly Clause[]
}

/** Steps 1 to 6. */
function findGoverning(policy: Policy, inputs: Inputs, applies: Decision['applies']): Governing {
  const free = policy.clauses.filter((clause) => overridersOf(policy, applies, clause).length === 0)
  const certain = free.filter((clause) => applies.get(clause) === 'true')
  const doubtful = free.filter((clause) => applies.get(clause) === 'unknown')
  const counts = (clause: Clause): boolean => certain.length === 0 || certain.some((other) => clause.overrides.has(other.id))
  const isOpen = doubtful.some(counts) || (certain.length === 0 && policy.otherwiseRefuses && !inputs.facts.has(REASON))
  return { governing: isOpen ? null : certain.length === 1 ? certain[0]! : 'otherwise', certain }
}

// ---- what follows ----

function evidenceOf(inputs: Inputs, need: Clause['needs'][number]): EvidenceState {
  const states = need.map((proof) => inputs.facts.get(proof)?.value)
  return states.includes('accepted') ? 'accepted' : states.includes('rejected') ? 'rejected' : 'missing'
}

interface Consequence {
  readonly outcome: Outcome
  readonly disposition: Disposition
  readonly payment: Payment
}

/** The merchant answered, or kept silent until the deadline, and then the clause says what that means. */
function afterAnswer(clause: Clause, answer: Value | undefined, payment: Payment): Consequence {
  const silence = answer === 'silent' ? clause.merchant?.silence : undefined
  if (answer === 'accepts' || silence === 'accepts') return { outcome: 'refund', disposition: 'pay_now', payment }
  if (silence === 'refuses') return { outcome: 'refuse', disposition: 'refuse', payment: { ...payment, refund: 0 } }
  return { outcome: 'refund', disposition: 'review', payment }
}

/** The rows `refund` of the table, in its order. */
function refundConsequence(policy: Policy, inputs: Inputs, clause: Clause, isProved: boolean): Consequence {
  const { isKnown, rule, steps, refund: worked } = decidePayment(policy, inputs, clause.amount)
  const payment: Payment = { rule, steps, refund: worked }
  const answer = inputs.facts.get(MERCHANT_ANSWER)?.value
  const refund = (disposition: Disposition): Consequence => ({ outcome: 'refund', disposition, payment })
  if (!isProved) return refund('missing_evidence')
  if (!isKnown) return refund('open')
  if (payment.refund === 0) return { outcome: 'refuse', disposition: 'refuse', payment }
  if (clause.atOnce) return refund('pay_now')
  if (answer === undefined || answer === 'none') return refund('wait_merchant')
  return afterAnswer(clause, answer, payment)
}

function clauseConsequence(policy: Policy, inputs: Inputs, clause: Clause, isProved: boolean): Consequence {
  if (clause.outcome === 'refund') return refundConsequence(policy, inputs, clause, isProved)
  if (clause.outcome === 'refuse') return { outcome: 'refuse', disposition: 'refuse', payment: NOTHING }
  return { outcome: 'review', disposition: isProved ? 'review' : 'missing_evidence', payment: NOTHING }
}

function otherwiseConsequence(policy: Policy, inputs: Inputs, certain: readonly Clause[]): Consequence {
  const isOther = inputs.facts.get(REASON)?.value === 'other'
  const refuses = policy.otherwiseRefuses && certain.length === 0 && !isOther
  return refuses ? { outcome: 'refuse', disposition: 'refuse', payment: NOTHING } : { outcome: 'review', disposition: 'review', payment: NOTHING }
}

function reviewTime(policy: Policy, governing: Decision['governing'], outcome: Outcome): number | null {
  if (governing === null) return null
  if (governing === 'otherwise') return outcome === 'review' ? policy.reviewS : null
  if (governing.outcome === 'review') return governing.reviewS
  return governing.merchant ? policy.reviewS : null
}

export function decide(policy: Policy, inputs: Inputs): Decision {
  const applies = new Map(policy.clauses.map((clause) => [clause, truthOf(clause.when, policy, inputs)]))
  const { governing, certain } = findGoverning(policy, inputs, applies)
  const clause = governing === null || governing === 'otherwise' ? undefined : governing
  const evidence = clause?.needs.map((need) => evidenceOf(inputs, need)) ?? []
  const isProved = evidence.every((state) => state === 'accepted')
  const consequence: Consequence = clause
    ? clauseConsequence(policy, inputs, clause, isProved)
    : governing === null
      ? { outcome: 'open', disposition: 'open', payment: NOTHING }
      : otherwiseConsequence(policy, inputs, certain)
  return { applies, governing, evidence, ...consequence, reviewS: reviewTime(policy, governing, consequence.outcome) }
}
