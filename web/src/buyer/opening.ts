// SPDX-License-Identifier: Apache-2.0
// Opening an order by its secret: recognised in whatever was pasted, tried at the server, kept only when it opens.
import { api, take } from '../base/api'
import { asProblem } from '../base/problem'
import { forgetOrder, keepOrder, secretOfOrder, type KnownOrder } from '../base/secrets'

/** Crockford's alphabet has no i, l, o and u: who typed them meant 1, 1 and 0. */
function digits(text: string): string {
  return text.replace(/[il]/g, '1').replace(/o/g, '0')
}

function find(text: string, kind: 'ord' | 'key'): string | undefined {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[\s\p{Cf}]+/gu, '')
  const found = new RegExp(`${kind}_([0-9a-z]{26})`).exec(plain)?.[1]
  return found ? `${kind}_${digits(found)}` : undefined
}

export function readPasted(text: string, more = ''): { id?: string; secret?: string } {
  return { id: find(text, 'ord') ?? find(more, 'ord'), secret: find(text, 'key') ?? find(more, 'key') }
}

/** True when the secret opens the order; false when the two do not belong together. Another problem is thrown. */
export async function openOrder(order: KnownOrder): Promise<boolean> {
  const before = secretOfOrder(order.id)
  keepOrder(order)
  try {
    await take(api.GET('/v1/orders/{order}', { params: { path: { order: order.id } } }))
    return true
  } catch (error) {
    if (before) keepOrder({ id: order.id, secret: before })
    else forgetOrder(order.id)
    const problem = asProblem(error)
    if (problem.status === 401 || problem.status === 403 || problem.status === 404 || problem.code === 'id_malformed') return false
    throw problem
  }
}
