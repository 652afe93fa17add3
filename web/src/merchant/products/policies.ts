// SPDX-License-Identifier: Apache-2.0
// All rules that the merchant may use: its own and the platform's.
import { api, take } from '../../base/api'
import type { PolicyItem } from './versions'

const PAGES_MAX = 10

export async function readPolicies(): Promise<PolicyItem[]> {
  const items: PolicyItem[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await take(api.GET('/v1/policies', { params: { query: { limit: 100, cursor } } }))
    items.push(...answer.items)
    if (!answer.next_cursor) break
    cursor = answer.next_cursor
  }
  return items
}
