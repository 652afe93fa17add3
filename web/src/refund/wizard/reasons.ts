// SPDX-License-Identifier: Apache-2.0
// Reasons in the order in which they are likely, and the one to begin with, from what the server knows of the order.
import type { Schemas } from '../../base/api'

export type Reason = Schemas['ClaimRequest']['reason']
type Known = Pick<Schemas['Order'], 'kind' | 'delivered_at' | 'revealed_at' | 'overdue' | 'promised_at' | 'service_state' | 'started_at' | 'handed_over_at'> & { listing?: unknown; quantity: number }

const ALWAYS: Reason[] = ['duplicate_or_wrong_amount', 'unauthorised', 'minor_purchase', 'other']

function late(order: Known, now: number): boolean {
  return order.overdue || (order.promised_at !== null && Date.parse(order.promised_at) < now)
}
function categoryOf(order: Known): string {
  const listing = order.listing as { category?: unknown } | null | undefined
  return typeof listing?.category === 'string' ? listing.category : ''
}

function ofCards(order: Known, now: number): Reason[] {
  const parts: Reason[] = order.quantity > 1 ? ['partial_delivery'] : []
  if (!order.delivered_at) return late(order, now) ? ['not_delivered', 'changed_mind', 'delivery_late', ...parts] : ['changed_mind', 'not_delivered', ...parts]
  if (!order.revealed_at) return ['changed_mind', 'wrong_item_or_region', 'not_as_described', 'delivery_late', ...parts]
  return ['key_invalid', 'key_already_used', 'wrong_item_or_region', 'not_as_described', 'key_revoked_later', 'account_recovered', ...parts, 'changed_mind', 'delivery_late']
}
function ofServices(order: Known, now: number): Reason[] {
  const topUp = categoryOf(order) === 'top_up'
  const after: Reason[] = topUp ? ['topup_not_credited', 'wrong_item_or_region', 'service_incomplete', 'changed_mind'] : ['service_incomplete', 'service_below_standard', 'service_caused_harm', 'account_recovered', 'not_as_described', 'changed_mind']
  if (order.handed_over_at) return topUp ? after : ['service_below_standard', ...after.filter((one) => one !== 'service_below_standard'), 'delivery_late']
  if (order.started_at) return late(order, now) ? [...after, 'delivery_late'] : after
  if (late(order, now)) return topUp ? ['topup_not_credited', 'service_not_started', 'changed_mind', 'delivery_late'] : ['service_not_started', 'delivery_late', 'changed_mind']
  return ['changed_mind', 'service_not_started', topUp ? 'topup_not_credited' : 'not_as_described']
}

/** All reasons that have a meaning for the order, the likeliest first. `now` is the server's time. */
export function reasonsFor(order: Known, now: number): Reason[] {
  return [...(order.kind === 'card_key' ? ofCards(order, now) : ofServices(order, now)), ...ALWAYS]
}
/** Of these, the one to begin with; `asked` is what the order's page was pressed for. */
export function firstReason(reasons: readonly Reason[], asked: unknown): Reason {
  return reasons.find((one) => one === asked) ?? reasons[0]!
}
export const isAboutKey = (reason: string): boolean => reason === 'key_invalid' || reason === 'key_already_used'
