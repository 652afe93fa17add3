// SPDX-License-Identifier: Apache-2.0
// Rows of the orders that this device knows. Each is asked for with its own secret, a handful at a time.
import { api, take, type Schemas } from '../../base/api'
import { asProblem } from '../../base/problem'
import { linkClaim, type KnownOrder } from '../../base/secrets'

export type OrderRow = Schemas['OrderListItem']

/** The row of a known order; undefined when its secret no longer opens it. */
async function rowOf(order: KnownOrder): Promise<OrderRow | undefined> {
  try {
    const list = await take(api.GET('/v1/orders', { params: { query: { order: order.id, limit: 1 } } }))
    const row = list.items[0]
    if (row?.open_claim) linkClaim(row.open_claim.claim, row.id)
    return row
  } catch (error) {
    const problem = asProblem(error)
    if (problem.status === 401 || problem.status === 403 || problem.status === 404) return undefined
    throw problem
  }
}

export async function rowsOf(orders: readonly KnownOrder[]): Promise<{ rows: OrderRow[]; lost: number }> {
  const all = await Promise.all(orders.map(rowOf))
  const rows = all.filter((row): row is OrderRow => row !== undefined)
  return { rows, lost: all.length - rows.length }
}

export function waitsForBuyer(row: OrderRow): boolean {
  return row.open_claim?.waiting_for === 'buyer'
}
