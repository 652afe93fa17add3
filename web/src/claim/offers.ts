// SPDX-License-Identifier: Apache-2.0
import type { Claim, Offer } from './types'

export const kindIsMoney = (kind: string): boolean => kind === 'full' || kind === 'partial'

/** The offer on the table; the newest one, should there be several. */
export function openOffer(claim: Pick<Claim, 'offers'>): Offer | undefined {
  return [...claim.offers].reverse().find((offer) => offer.state === 'open')
}
/** What this side offered last. */
export function lastOfferOf(claim: Pick<Claim, 'offers'>, from: string): Offer | undefined {
  return [...claim.offers].reverse().find((offer) => offer.from === from)
}
