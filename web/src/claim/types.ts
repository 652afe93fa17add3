// SPDX-License-Identifier: Apache-2.0
// Names for what the API says about a claim.
import type { Schemas } from '../base/api'

export type Claim = Schemas['Claim']
export type ClaimRow = Schemas['ClaimSummary']
export type Position = Schemas['ClaimPosition']
export type Ruling = Schemas['Ruling']
export type ClaimEvent = Schemas['ClaimEvent']
export type Evidence = Schemas['Evidence']
export type Offer = Schemas['Offer']
export type Message = Schemas['Message']
export type Decision = Schemas['Decision']
export type ActionName = Schemas['Action']['action']
export type ActionBody = Schemas['ActionRequest']
/** Whose page it is. Sentences about the reader say "you". */
export type Side = 'buyer' | 'merchant' | 'platform'

/** What a headline is made of: rows of lists and whole claims have it alike. */
export type Standing = Pick<Claim, 'stage' | 'waiting_for' | 'deadline' | 'default' | 'outcome' | 'outcome_amount' | 'asked' | 'now' | 'at_deadline'> & {
  decisions?: readonly Decided[]
  decision?: Decided | null
}
type Decided = Pick<Decision, 'state' | 'outcome' | 'amount'>
