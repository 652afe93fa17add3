// SPDX-License-Identifier: Apache-2.0
// Claims of the account, and of the orders that are known on this device, as one list: what ends first comes first.
import { api, take } from '../base/api'
import { asProblem } from '../base/problem'
import { knownOrders, linkClaim } from '../base/secrets'
import { role } from '../base/session'
import type { ClaimRow } from '../claim/types'

const AT_ONCE = 6
const ORDERS_MAX = 60

async function ofOrder(order: string): Promise<ClaimRow[]> {
  const { items } = await take(api.GET('/v1/claims', { params: { query: { order, limit: 20 } } }))
  return items
}
async function ofAccount(): Promise<ClaimRow[]> {
  const rows: ClaimRow[] = []
  let cursor: string | undefined
  do {
    const page = await take(api.GET('/v1/claims', { params: { query: { sort: 'deadline', limit: 100, cursor } } }))
    rows.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor && rows.length < 300)
  return rows
}

/** Orders in small groups: a device that knows many must not send all its questions at once. */
async function ofDevice(): Promise<ClaimRow[]> {
  const orders = knownOrders.value.slice(0, ORDERS_MAX)
  const rows: ClaimRow[] = []
  for (let at = 0; at < orders.length; at += AT_ONCE) {
    const group = orders.slice(at, at + AT_ONCE).map(({ id }) =>
      ofOrder(id).catch((error: unknown) => {
        const problem = asProblem(error)
        // A secret that opens nothing any more does not hide the others.
        if (problem.status === 401 || problem.status === 403 || problem.status === 404) return []
        throw problem
      }),
    )
    rows.push(...(await Promise.all(group)).flat())
  }
  return rows
}

const rank = (row: ClaimRow): string => (row.stage === 'closed' ? `2${invert(row.closed_at ?? row.filed_at)}` : `1${row.deadline ?? '9'}`)
/** Newest first within a text comparison. */
const invert = (time: string): string => [...time].map((one) => (/\d/.test(one) ? String(9 - Number(one)) : one)).join('')

export async function myClaims(): Promise<ClaimRow[]> {
  const [account, device] = await Promise.all([role.value === 'buyer' ? ofAccount() : [], ofDevice()])
  const rows = [...new Map([...device, ...account].map((row) => [row.claim, row])).values()]
  rows.forEach((row) => linkClaim(row.claim, row.order))
  return rows.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}
