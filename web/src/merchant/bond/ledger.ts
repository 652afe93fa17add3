// SPDX-License-Identifier: Apache-2.0
// Lines of the merchant's accounts; the same address answers a table for spreadsheets, which is not asked for here.
import { api, take, type Schemas } from '../../base/api'

export const ACCOUNTS = ['merchant_payable', 'merchant_bond', 'advances_receivable'] as const
export interface LedgerQuery {
  account?: (typeof ACCOUNTS)[number]
  order?: string
  claim?: string
  limit?: number
  cursor?: string
}
export async function readLedger(query: LedgerQuery): Promise<Schemas['LedgerLineList']> {
  const answer = await take(api.GET('/v1/merchant/ledger', { params: { query } }))
  return typeof answer === 'string' ? { items: [], next_cursor: null } : answer
}
