// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { useArea } from '../../base/words'
import zh from '../../words/zh-CN/merchant'
import { changeOf, check, emptyForm, requestOf, type ListingForm } from './listing'

beforeAll(() => useArea({ name: 'merchant', zh, en: () => import('../../words/en/merchant') }))
const card = (more: Partial<ListingForm> = {}): ListingForm => ({ ...emptyForm(), title: '点卡', price: '９８．５０', policy_id: 'pol_1', region: '大陆', redeem_channel: '官网', ...more })
const service = (more: Partial<ListingForm> = {}): ListingForm => ({
  ...card({ kind: 'service', category: 'boosting' }), standard: '到王者', lateness: '按天退', dissatisfaction: '返工', revisions: '0', delivery: '7', unit: 'days',
  milestones: [{ title: '过半', percent: '50' }, { title: '完成', percent: '100' }], ...more,
})

describe('a listing', () => {
  it('reads full-width digits and has no floating point', () => {
    expect(check(card())).toEqual({})
    expect(requestOf(card()).price).toBe(9850)
  })
  it('names every field that is empty', () => {
    expect(Object.keys(check({ ...emptyForm() }))).toEqual(['title', 'price', 'policy_id', 'region', 'redeem_channel'])
  })
  it('counts bytes, as the server does', () => {
    expect(check(card({ title: '卡'.repeat(667) })).title).toContain('2001')
    expect(check(card({ title: '卡'.repeat(666) })).title).toBeUndefined()
  })
  it('drops marks that turn the direction of the text', () => {
    expect(requestOf(card({ title: ' a\u202eb\u0000 ' })).title).toBe('ab')
  })
  it('wants steps that rise to 100', () => {
    expect(check(service())).toEqual({})
    expect(check(service({ milestones: [{ title: 'a', percent: '100' }, { title: 'b', percent: '50' }] })).milestones).toBeDefined()
    expect(check(service({ milestones: [{ title: 'a', percent: '90' }] })).milestones).toBeDefined()
    expect(check(service({ milestones: [] })).milestones).toBeDefined()
  })
  it('sends only what was changed', () => {
    expect(changeOf(card(), card({ price: '97' }))).toEqual({ price: 9700 })
    expect(changeOf(service(), service())).toEqual({})
  })
  it('sends a card nothing of a service, and the other way round', () => {
    expect(requestOf(card())).not.toHaveProperty('standard')
    expect(requestOf(service())).not.toHaveProperty('region')
  })
})
