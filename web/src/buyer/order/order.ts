// SPDX-License-Identifier: Apache-2.0
// What the order's pages read out of an order. What may be done is never worked out here: the server lists it.
import type { Schemas } from '../../base/api'
import type { Money } from '../../base/money'

export type Order = Schemas['Order']
export type OrderAction = Order['actions'][number]['action']

export function can(order: Order, action: OrderAction): boolean {
  return order.actions.some((one) => one.action === action)
}

export function cardsIn(order: Order, ...states: string[]): NonNullable<Order['cards']> {
  return (order.cards ?? []).filter((card) => states.includes(card.state))
}

/** What was pinned at purchase, as it is in the log. Its members are those of shuntui-order-receipt-1. */
export interface Receipt {
  agreement: string | null
  amount: Money
  consent: { accepted: boolean; at: string; language: string; shown_sha256: string } | null
  delivery_s: number
  policy: { id: string; name: string; sha256: string; version: number }
  price: Money
  price_warning: boolean
  provider: string
  quantity: number
}

export function receiptOf(order: Order): Receipt | undefined {
  return (order.receipt as unknown as Receipt | null) ?? undefined
}

/** The listing that was shown, as it is in the log: what the seller left out is not there. */
export interface Listing {
  title: string
  description?: string
  category: string
  region?: string
  redeem_channel?: string
  valid_days?: number
  face_value?: number
  delivery_s: number
  standard?: string
  lateness?: string
  dissatisfaction?: string
  revisions?: number
  milestones?: { title: string; percent: number }[]
}
