// SPDX-License-Identifier: Apache-2.0
// A policy as read, and a decision by it. Section numbers in this folder are those of docs/policy-language.md.
import type { Fact, Goods } from './vocabulary'

export type Truth = 'true' | 'false' | 'unknown'

/** `at least` is the opposite of under, `at most` of over. */
export type Op = 'is' | 'under' | 'over' | 'within' | 'ago' | 'happened' | 'late_by'

export interface Test {
  readonly kind: 'test'
  readonly fact: Fact
  readonly op: Op
  readonly negated: boolean
  /** Of `is`. */
  readonly values: readonly string[]
  /** Of the ops with a number. */
  readonly bound: number
}
export interface Group {
  readonly kind: 'all' | 'any'
  readonly members: readonly Condition[]
}
export type Condition = Test | Group

export type Rule = 'none' | 'full' | 'percent' | 'unfinished' | 'affected' | 'remaining' | 'fixed'
export interface Amount {
  readonly rule: Rule
  /** Of the order, or of the part; 0 where none is named. */
  readonly percent: number
  readonly fixed: number
  /** 0: nothing is taken off. */
  readonly lessPercent: number
  readonly less: number
}

export type Silence = 'accepts' | 'refuses' | 'reviews'
export interface MerchantLine {
  readonly answerS: number
  /** 0: not extended. */
  readonly extensionS: number
  readonly silence: Silence
}

export interface Clause {
  readonly id: string
  readonly titleZh: string
  readonly titleEn: string
  /** The outermost `and`, with the condition about `other` where the language adds it. */
  readonly when: Group
  readonly outcome: 'refund' | 'refuse' | 'review'
  readonly amount: Amount
  readonly atOnce: boolean
  /** As the certificate names it; undefined: back to the original payment. */
  readonly destination: 'store_credit' | 'buyer_choice' | undefined
  readonly bearer: string
  readonly merchant: MerchantLine | undefined
  readonly reviewS: number
  /** Proofs in table order, one list for each line. */
  readonly needs: readonly (readonly Fact[])[]
  readonly laws: readonly string[]
  /** Ids that this clause overrides along any path. */
  readonly overrides: ReadonlySet<string>
}

export interface Policy {
  readonly source: string
  readonly sha256: string
  readonly name: string
  readonly version: number
  readonly goods: Goods
  /** Day of `effective`, or empty. */
  readonly effective: string
  /** Of all its money, or empty. */
  readonly currency: string
  readonly hasOtherwise: boolean
  readonly otherwiseRefuses: boolean
  /** Of `otherwise review within`, else 48 hours. */
  readonly reviewS: number
  /** Facts that the policy tests (section 7), in table order. */
  readonly tested: readonly Fact[]
  readonly clauses: readonly Clause[]
}

// ---- a decision ----

export type Value = string | number // a word, or a number: seconds, NEVER, percent, minor units, count

export interface Known {
  readonly value: Value
  readonly source: string
  readonly leaf: bigint | null
}

export interface Inputs {
  readonly facts: ReadonlyMap<Fact, Known>
  readonly currency: string
  readonly paid: number | null
  readonly earlierRefunds: number
  readonly decidedAt: bigint
  readonly claim: string | null
}

export interface Step {
  readonly op: string
  readonly value: number
}
export interface Payment {
  readonly rule: Rule
  readonly steps: readonly Step[]
  readonly refund: number
}

export type Outcome = 'refund' | 'refuse' | 'review' | 'open'
export type Disposition = 'pay_now' | 'wait_merchant' | 'missing_evidence' | 'review' | 'refuse' | 'open'
export type EvidenceState = 'missing' | 'rejected' | 'accepted'

export interface Decision {
  readonly applies: ReadonlyMap<Clause, Truth>
  /** null: open. */
  readonly governing: Clause | 'otherwise' | null
  readonly outcome: Outcome
  readonly disposition: Disposition
  /** Of the governing clause's `needs` lines. */
  readonly evidence: readonly EvidenceState[]
  readonly payment: Payment
  readonly reviewS: number | null
}
