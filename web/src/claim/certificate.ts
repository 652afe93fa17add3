// SPDX-License-Identifier: Apache-2.0
// A decision's certificate, read for people: which facts its clause rested on and where each is known from, what evidence it
// asked for, and the arithmetic. The format is fixed in docs/policy-language.md, section 7.
import { money } from '../base/money'
import { duration } from '../base/time'
import { code, hasWords, t } from '../base/words'

interface Test {
  fact: string
  truth: string
}
interface Group {
  any?: Condition[]
  all?: Condition[]
  truth: string
}
type Condition = Test | Group
export interface Certificate {
  governing: string | null
  outcome: string
  facts: { name: string; value: string | number | null; source: string | null }[]
  clauses: { id: string; conditions: Condition[] }[]
  evidence: { any_of: string[]; state: 'missing' | 'rejected' | 'accepted' }[]
  amount: { currency: string; refund: number; steps: { op: string; value: number }[] }
}

/** What the server logged; anything that is not of this form is not shown. */
export function readCertificate(value: unknown): Certificate | undefined {
  const found = value as Partial<Certificate> | null
  return found && Array.isArray(found.facts) && Array.isArray(found.clauses) && Array.isArray(found.evidence) && found.amount ? (found as Certificate) : undefined
}

const MONEY = new Set(['amount', 'earlier_refunds'])
const PERCENT = new Set(['progress', 'time_used'])
const COUNT = new Set(['quantity', 'affected_quantity', 'buyer_refunds', 'refund_tokens'])
const SPAN = new Set(['usage', 'protection_time', 'late'])

export function valueWords(name: string, value: string | number, currency: string): string {
  if (value === 'never') return t('claim.value.never')
  if (typeof value === 'string') return hasWords(`fact.${name}`, value) ? code(`fact.${name}`, value) : value
  if (MONEY.has(name)) return money({ amount: value, currency })
  if (PERCENT.has(name)) return `${value}%`
  if (COUNT.has(name)) return String(value)
  return SPAN.has(name) ? duration(value) : value === 0 ? t('claim.value.just') : t('claim.value.ago', { span: about(value) })
}

/** Seconds in the largest unit that keeps the sense. */
function about(seconds: number): string {
  const unit = seconds >= 172_800 ? 86_400 : seconds >= 7200 ? 3600 : seconds >= 60 ? 60 : 1
  return duration(Math.floor(seconds / unit) * unit)
}

/** Facts that made the conditions of the governing clause true; all that are known when no clause governs. */
export function factsOf(certificate: Certificate): Certificate['facts'] {
  const clause = certificate.clauses.find((one) => one.id === certificate.governing)
  const names = new Set(clause ? clause.conditions.flatMap(trueFacts) : certificate.facts.map((fact) => fact.name))
  return certificate.facts.filter((fact) => names.has(fact.name) && fact.value !== null)
}
function trueFacts(condition: Condition): string[] {
  if (condition.truth !== 'true') return []
  if ('fact' in condition) return [condition.fact]
  return (condition.any ?? condition.all ?? []).flatMap(trueFacts)
}

/** The arithmetic, step by step. A limit that did not bind says nothing and is left out. */
export function stepsOf(certificate: Certificate): string[] {
  const { steps, currency, refund } = certificate.amount
  const cash = (amount: number): string => money({ amount, currency })
  return steps.flatMap((step, at) => {
    if (step.op === 'limit') return step.value > refund || at === 1 ? [] : [t('claim.step.limit', { value: cash(step.value) })]
    if (step.op === 'paid' || step.op === 'fixed' || step.op === 'less') return [t(`claim.step.${step.op}`, { value: cash(step.value) })]
    if (step.op === 'percent' || step.op === 'less_percent' || step.op === 'quantity' || step.op === 'of_quantity') return [t(`claim.step.${step.op}`, { value: step.value })]
    return []
  })
}
