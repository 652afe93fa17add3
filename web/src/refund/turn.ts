// SPDX-License-Identifier: Apache-2.0
// Whose turn it is, as a buyer sees it.
import type { ClaimRow } from '../claim/types'

export type Turn = 'mine' | 'others' | 'closed' | 'all'

export function turnOf(row: Pick<ClaimRow, 'stage' | 'waiting_for'>): Turn {
  if (row.stage === 'closed') return 'closed'
  return row.waiting_for === 'buyer' ? 'mine' : 'others'
}
