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
export const deskItems: readonly DeskItem[] = [
  { to: '/m/policies', key: 'policy.title', tab: 'policies', roles: ['merchant'] },
  { to: '/a/policies', key: 'policy.title', tab: 'policies', roles: ['operator'] },
]
