// SPDX-License-Identifier: Apache-2.0
// The list of batches; the same address answers a table for spreadsheets, which is not asked for here.
import { api, take, type Schemas } from '../../base/api'

export interface StockQuery {
  product?: string
  state?: 'active' | 'frozen' | 'recalled'
  limit?: number
  cursor?: string
}
export async function readStock(query: StockQuery): Promise<Schemas['StockBatchList']> {
  const answer = await take(api.GET('/v1/merchant/stock', { params: { query } }))
  return typeof answer === 'string' ? { items: [], next_cursor: null } : answer
}
