// SPDX-License-Identifier: Apache-2.0
// The lists of the queue, and what each asks the server. What ends first comes first in all of them.
import type { paths } from '../../generated/api'
import type { Role } from '../../base/session'

export type ListQuery = NonNullable<paths['/v1/claims']['get']['parameters']['query']>
export type Tab = 'free' | 'mine' | 'second' | 'appeals'

const queries: Record<Tab, ListQuery> = {
  free: { untaken: true, stage: 'platform' },
  mine: { mine: true, waiting_for: 'platform' },
  second: { second: true },
  appeals: { stage: 'appeal', waiting_for: 'platform' },
}
export function listQuery(tab: Tab): ListQuery {
  return { ...queries[tab], sort: 'deadline' }
}

/** An operator holds no cases. */
export function tabsOf(role: Role): Tab[] {
  return role === 'arbiter' ? ['free', 'mine', 'second', 'appeals'] : ['free', 'second', 'appeals']
}
export function readTab(value: unknown, role: Role): Tab {
  return tabsOf(role).find((tab) => tab === value) ?? 'free'
}
