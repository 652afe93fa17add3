// SPDX-License-Identifier: Apache-2.0
// What follows from a step, said before it is taken.
import { money, type Money } from '../base/money'
import { code, hasWords, t, type Key } from '../base/words'
import { kindIsMoney, openOffer } from './offers'
import type { ActionName, Claim, Side } from './types'

/** What agreeing would pay: what the rule gives, or all that was asked where it gives no figure. */
export function agreedAmount(claim: Claim): Money {
  const rule = claim.ruling?.amount
  return rule && rule.amount > 0 ? rule : claim.asked
}

export function consequence(claim: Claim, action: ActionName, side: Side): string {
  const offer = openOffer(claim)
  const amount = money(action === 'merchant_accept' ? agreedAmount(claim) : offer && kindIsMoney(offer.kind) ? offer.amount : claim.asked)
  const rule = claim.ruling?.outcome === 'refund' && claim.ruling.amount.amount > 0
  if (action === 'accept_offer' && offer && !kindIsMoney(offer.kind)) return t('claim.then.accept_performance', { kind: code('offer', offer.kind) })
  if (action === 'decline_offer' && side === 'buyer') return t(rule ? 'claim.then.decline_to_platform' : 'claim.then.decline_to_you')
  if (action === 'accept_decision') return t('claim.then.accept_decision')
  const key = `claim.then.${action}`
  return hasWords('claim.then', action) ? t(key as Key, { amount }) : ''
}
