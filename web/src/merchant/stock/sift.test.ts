// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { useArea } from '../../base/words'
import zh from '../../words/zh-CN/merchant'
import { pieces, sift } from './sift'

beforeAll(() => useArea({ name: 'merchant', zh, en: () => import('../../words/en/merchant') }))

describe('an import', () => {
  it('goes in pieces that lose nothing', () => {
    const all = Array.from({ length: 1203 }, (_, index) => index)
    expect(pieces(all).map((piece) => piece.length)).toEqual([500, 500, 203])
    expect(pieces(all).flat()).toEqual(all)
    expect(pieces([])).toEqual([])
  })
  it('finds repeats beyond a piece, and says the line', () => {
    const cards = Array.from({ length: 600 }, (_, index) => ({ number: index + 1, value: `CARD-${index}` }))
    const { good, refused } = sift([...cards, { number: 601, value: 'CARD-3' }])
    expect(good).toHaveLength(600)
    expect(refused).toHaveLength(1)
    expect(refused[0]!.why).toContain('4')
  })
  it('counts bytes of a long card', () => {
    const { good, refused } = sift([{ number: 1, value: '卡'.repeat(171) }, { number: 2, value: '卡'.repeat(170) }, { number: 3, value: '' }])
    expect(good.map((card) => card.number)).toEqual([2])
    expect(refused.map((one) => one.card.number)).toEqual([1, 3])
  })
})
