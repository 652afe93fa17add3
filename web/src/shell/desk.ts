// SPDX-License-Identifier: Apache-2.0
// The items of a desk's navigation, by role. `tab` is what a page's meta names.
import type { Role } from '../base/session'
import type { Key } from '../base/words'

export interface DeskItem {
  to: string
  key: Key
  tab: string
  roles: readonly Role[]
}
const merchant: readonly Role[] = ['merchant']

export const deskItems: readonly DeskItem[] = [
  { to: '/m', key: 'desk.today', tab: 'm.today', roles: merchant },
  { to: '/m/refunds', key: 'desk.refunds', tab: 'm.refunds', roles: merchant },
  { to: '/m/orders', key: 'desk.orders', tab: 'm.orders', roles: merchant },
  { to: '/m/products', key: 'desk.products', tab: 'm.products', roles: merchant },
  { to: '/m/stock', key: 'desk.stock', tab: 'm.stock', roles: merchant },
  { to: '/m/policies', key: 'desk.policies', tab: 'policies', roles: merchant },
  { to: '/m/bond', key: 'desk.bond', tab: 'm.bond', roles: merchant },
  { to: '/m/reputation', key: 'desk.reputation', tab: 'm.reputation', roles: merchant },
  { to: '/m/settings', key: 'desk.settings', tab: 'm.settings', roles: merchant },
  { to: '/a/queue', key: 'desk.queue', tab: 'queue', roles: ['arbiter', 'operator'] },
  { to: '/a/appeals', key: 'desk.appeals', tab: 'appeals', roles: ['arbiter', 'operator'] },
  { to: '/a/ledger', key: 'desk.ledger', tab: 'ledger', roles: ['operator'] },
  { to: '/a/reports', key: 'desk.reports', tab: 'reports', roles: ['operator'] },
  { to: '/a/audit', key: 'desk.audit', tab: 'audit', roles: ['operator'] },
  { to: '/a/merchants', key: 'desk.merchants', tab: 'merchants', roles: ['operator'] },
  { to: '/a/people', key: 'desk.people', tab: 'people', roles: ['operator'] },
  { to: '/a/policies', key: 'desk.policies', tab: 'policies', roles: ['operator'] },
  { to: '/a/system', key: 'desk.system', tab: 'system', roles: ['operator'] },
]
