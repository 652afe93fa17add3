// SPDX-License-Identifier: Apache-2.0
// The certificate that a decision must have (section 7), and deciding one again.
import { canonical, isObject, objectIn, parseJson, textIn, type Json, type Writable } from '../form/json'
import { textOf, utf8, type Bytes } from '../form/bytes'
import { Fault } from '../form/fault'
import { decide, overridersOf, truthOf } from './decide'
import { Difference, differenceBetween } from './difference'
import { readInputs } from './inputs'
import type { Clause, Condition, Decision, Inputs, Op, Policy } from './model'
import { NEVER, type Fact } from './vocabulary'

const CERTIFICATE_BYTES_MAX = 4 * 1024 * 1024

/** As written, and negated. */
const OPS: Readonly<Record<Op, readonly [string, string]>> = {
  is: ['is', 'is_not'],
  under: ['under', 'at_least'],
  over: ['over', 'at_most'],
  within: ['within', 'not_within'],
  ago: ['ago', 'not_ago'],
  happened: ['happened', 'not_happened'],
  late_by: ['late_by', 'not_late_by'],
}

function factMember(fact: Fact, inputs: Inputs): Writable {
  const known = inputs.facts.get(fact)
  if (!known) return { name: fact.word, value: null, source: null, leaf: null }
  return { name: fact.word, value: known.value === NEVER ? 'never' : known.value, source: known.source, leaf: known.leaf }
}

function conditionMember(condition: Condition, policy: Policy, inputs: Inputs): Writable {
  const truth = truthOf(condition, policy, inputs)
  if (condition.kind !== 'test') return { [condition.kind]: condition.members.map((member) => conditionMember(member, policy, inputs)), truth }
  const test = { fact: condition.fact.word, op: OPS[condition.op][condition.negated ? 1 : 0], truth }
  if (condition.op === 'is') return { ...test, values: condition.values }
  return condition.op === 'happened' ? test : { ...test, bound: condition.bound }
}

function clauseMember(clause: Clause, policy: Policy, inputs: Inputs, decision: Decision): Writable {
  const applies = decision.applies.get(clause) ?? 'unknown'
  return {
    id: clause.id,
    applies,
    conditions: clause.when.members.map((member) => conditionMember(member, policy, inputs)),
    overridden_by: applies === 'true' ? overridersOf(policy, decision.applies, clause).map(({ id }) => id) : [],
  }
}

function amountMember(inputs: Inputs, { payment }: Decision): Writable {
  return {
    currency: inputs.currency,
    paid: inputs.paid,
    earlier_refunds: inputs.earlierRefunds,
    rule: payment.rule,
    steps: payment.steps.map(({ op, value }) => ({ op, value })),
    refund: payment.refund,
  }
}

export function certificateOf(policy: Policy, inputs: Inputs, decision: Decision): string {
  const { governing } = decision
  const clause = governing === null || governing === 'otherwise' ? undefined : governing
  const merchant = clause?.merchant
  return canonical({
    v: 1,
    vocabulary: '1',
    policy: { name: policy.name, version: policy.version, sha256: policy.sha256 },
    facts: policy.tested.map((fact) => factMember(fact, inputs)),
    clauses: policy.clauses.map((each) => clauseMember(each, policy, inputs, decision)),
    governing: clause?.id ?? (governing === null ? null : 'otherwise'),
    overrode: policy.clauses.filter((other) => clause?.overrides.has(other.id) && decision.applies.get(other) === 'true').map(({ id }) => id),
    outcome: decision.outcome,
    disposition: decision.disposition,
    evidence: decision.evidence.map((state, i) => ({ any_of: clause?.needs[i]?.map(({ word }) => word) ?? [], state })),
    amount: amountMember(inputs, decision),
    bearer: decision.outcome === 'refund' ? (clause?.bearer ?? null) : null,
    ...(clause?.destination ? { destination: clause.destination } : {}),
    deadlines: {
      merchant_answer_s: merchant?.answerS ?? null,
      silence: merchant?.silence ?? null,
      review_s: decision.reviewS,
      ...(merchant?.extensionS ? { extension_s: merchant.extensionS } : {}),
    },
    decided_at: inputs.decidedAt,
    claim: inputs.claim,
  })
}

function expectedOf(root: Json, policy: Policy): string {
  const named = textIn(objectIn(root, 'policy'), 'sha256')
  if (named !== policy.sha256) throw new Difference('policy', '/policy/sha256', named, policy.sha256)
  const inputs = readInputs(root, policy)
  return certificateOf(policy, inputs, decide(policy, inputs))
}

/**
 * Decides again. undefined when every step agrees: equal bytes are the only agreement. A Difference when one does not; throws a
 * Fault when the certificate cannot be read.
 */
export function replay(certificate: Bytes, policy: Policy): Difference | undefined {
  const root = parseJson(certificate, CERTIFICATE_BYTES_MAX)
  if (!isObject(root)) throw new Fault('certificate_malformed', 'not an object')
  try {
    const expected = expectedOf(root, policy)
    return textOf(certificate) === expected ? undefined : differenceBetween(root, parseJson(utf8(expected), CERTIFICATE_BYTES_MAX))
  } catch (error) {
    if (error instanceof Difference) return error
    throw error
  }
}
