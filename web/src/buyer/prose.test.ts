// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { allClauses, clausesWith, linesOf, readProse } from './prose'

const zh = `退款规则 shop 第 4 版，适用于卡密。
底线：cn-consumer；发布时逐项证明不低于它。

一、立即退款
1. 未查看卡密，全额退（sealed）
   条件：卡密未查看，且（商品尚未交付，或交付后 8 天内申请）。
   结果：立即全额退款。

二、商家答复后退款
2. 卡密无效（dead_key）
   条件：申请原因是“卡密无效”，且购买时已作确认。
   材料：问题证明；未使用证明或录屏。
   结果：商家同意后全额退款。

三、其他情形
以上各条都不符合的，由平台在 48 小时内人工判定。
`
const en = `Refund policy shop, version 4, for card keys.

A. Refunded at once
1. Not revealed: full refund (sealed)
   When: the card is sealed, and (it was not delivered yet, or the claim comes within 8 days of the delivery).
   Result: a full refund at once.

E. For all cases
All refunds of an order together never exceed what was paid.
`

describe('the rule as structure', () => {
  it('keeps the head, sections, clauses and notes of the Chinese text', () => {
    const prose = readProse(zh)
    expect(prose.head).toHaveLength(2)
    expect(prose.sections.map((section) => section.title)).toEqual(['立即退款', '商家答复后退款', '其他情形'])
    expect(allClauses(prose).map((clause) => clause.id)).toEqual(['sealed', 'dead_key'])
    expect(prose.sections[2]!.notes).toEqual(['以上各条都不符合的，由平台在 48 小时内人工判定。'])
  })
  it('reads the English text; a title with a colon stays whole', () => {
    const clause = allClauses(readProse(en))[0]!
    expect(clause.title).toBe('Not revealed: full refund')
    expect(clause.lines.map((line) => line.label)).toEqual(['When', 'Result'])
  })
  it('loses no line', () => {
    for (const text of [zh, en]) {
      const prose = readProse(text)
      const count = prose.head.length + prose.sections.reduce((n, one) => n + 1 + one.notes.length + one.clauses.reduce((m, clause) => m + 1 + clause.lines.length, 0), 0)
      expect(count).toBe(text.split('\n').filter((line) => line.trim() !== '').length)
    }
  })
  it('finds evidence and conditions', () => {
    const prose = readProse(zh)
    expect(linesOf(prose, '材料').map((one) => one.text)).toEqual(['问题证明；未使用证明或录屏。'])
    expect(clausesWith(prose, '购买时已作确认').map((clause) => clause.id)).toEqual(['dead_key'])
  })
})
