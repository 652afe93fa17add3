// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { inForce, type PolicyItem } from './versions'

const now = Date.parse('2026-11-24T00:00:00Z')
const item = (id: string, version: number, more: Partial<PolicyItem> = {}): PolicyItem =>
  ({ id, name: 'shop', version, goods: 'card_key', merchant_id: null, effective_at: '2026-11-01T00:00:00Z', withdrawn_at: null, ...more }) as PolicyItem

describe('policies in force', () => {
  it('are the newest version of each name that has begun', () => {
    const all = [item('a', 1), item('b', 2), item('c', 3, { effective_at: '2026-12-01T00:00:00Z' })]
    expect(inForce(all, now).map((one) => one.id)).toEqual(['b'])
  })
  it('do not fall back to an older version when the newest was withdrawn', () => {
    expect(inForce([item('a', 1), item('b', 2, { withdrawn_at: '2026-11-20T00:00:00Z' })], now)).toEqual([])
  })
  it('keep the same name of another merchant or kind of goods apart', () => {
    const all = [item('a', 1), item('b', 5, { merchant_id: 'mch_1' }), item('c', 4, { goods: 'service' })]
    expect(inForce(all, now).map((one) => one.id)).toEqual(['a', 'b', 'c'])
  })
})
