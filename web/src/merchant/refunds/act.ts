// SPDX-License-Identifier: Apache-2.0
// A step of the merchant on a claim. If-Match names the version that was looked at: when the buyer was faster the server
// refuses, and nothing is done on what is no longer so.
import { api, write, type Schemas } from '../../base/api'
import type { Money } from '../../base/money'
import { money } from '../../base/money'
import { t, words } from '../../base/words'

export type ClaimSummary = Schemas['ClaimSummary']

export function actOn(claim: string, version: number, body: Schemas['ActionRequest'], key?: string): Promise<Schemas['ClaimPosition']> {
  return write((fresh) => api.POST('/v1/claims/{claim}/actions', { params: { path: { claim }, header: { 'Idempotency-Key': fresh, 'If-Match': `"${version}"` } }, body }), key)
}

/** What agreeing pays: what the rule computes, or all that was asked where the rule gives nothing by itself. */
export function amountOfAccepting(computed: Money | undefined, asked: Money): Money {
  return computed && computed.amount > 0 ? computed : asked
}

export interface Standing {
  waiting_for: string
  default: string | null
  at_deadline: { zh: string; en: string }
}
/** What happens at zero, with the amount where silence costs one. */
export function atZero(claim: Standing, amount: Money): string {
  if (claim.waiting_for === 'merchant' && claim.default === 'merchant_silence') return t('m.zero.accepts', { amount: money(amount) })
  if (claim.waiting_for === 'merchant' && claim.default === 'performance_overdue') return t('m.zero.performance', { amount: money(amount) })
  return words(claim.at_deadline)
}
