// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '../../base/api'

export type Product = Schemas['Product']
const CARDS_MAX = 100

export function sellable(product: Product): boolean {
  return product.state === 'active' && product.policy.in_force && (product.stock === null || product.stock > 0)
}

/** How many of it one order may hold. */
export function maxOf(product: Product): number {
  return product.kind === 'service' ? 1 : Math.min(product.stock ?? 0, CARDS_MAX)
}
