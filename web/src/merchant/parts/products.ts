// SPDX-License-Identifier: Apache-2.0
// The merchant's own products, for choosing one in a filter or form.
import { api, take, type Schemas } from '../../base/api'
import { useResource, type Resource } from '../../base/resource'
import { session } from '../../base/session'

export type ProductItem = Schemas['ProductListItem']
const PAGES_MAX = 10

async function readOwn(kind: 'card_key' | 'service' | undefined): Promise<ProductItem[]> {
  const items: ProductItem[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await take(api.GET('/v1/products', { params: { query: { merchant: session.value.party_id ?? '', kind, limit: 100, cursor } } }))
    items.push(...answer.items)
    if (!answer.next_cursor) break
    cursor = answer.next_cursor
  }
  return items
}

export function useOwnProducts(kind?: 'card_key' | 'service'): Resource<ProductItem[]> {
  return useResource(() => readOwn(kind), () => session.value.party_id)
}
