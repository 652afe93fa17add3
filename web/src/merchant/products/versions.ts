// SPDX-License-Identifier: Apache-2.0
// Which versions of rules a product can be sold under.
import type { Schemas } from '../../base/api'
import { t } from '../../base/words'

export type PolicyItem = Schemas['PolicyListItem']

/** Of each name the newest version that has taken effect; none when that one was withdrawn. */
export function inForce(items: readonly PolicyItem[], now: number): PolicyItem[] {
  const newest = new Map<string, PolicyItem>()
  for (const item of items) {
    if (Date.parse(item.effective_at) > now) continue
    const name = `${item.merchant_id ?? ''} ${item.goods} ${item.name}`
    const other = newest.get(name)
    if (!other || item.version > other.version) newest.set(name, item)
  }
  return [...newest.values()].filter((item) => !item.withdrawn_at)
}

export function policyLabel(item: Pick<PolicyItem, 'name' | 'version' | 'merchant_id'>): string {
  return t(item.merchant_id ? 'm.policy.own' : 'm.policy.platform', { name: item.name, version: item.version })
}
