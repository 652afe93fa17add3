// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { cut, takeOver, type Finding } from './finding'

const at = (text: string, words: string): Finding => {
  const encoder = new TextEncoder()
  const offset = encoder.encode(text.slice(0, text.indexOf(words))).length
  return { offset, length: encoder.encode(words).length, rewording_zh: '卡密无效的，核实后全额退款。', rewording_en: 'An invalid key is refunded in full.' } as Finding
}

describe('a finding in a text', () => {
  it('is cut by bytes, not by characters', () => {
    const text = '官方卡密 🙂 一经售出概不退换，谢谢'
    expect(cut(text, at(text, '概不退换'))).toEqual({ before: '官方卡密 🙂 一经售出', words: '概不退换', after: '，谢谢' })
  })
  it('gives way to the rewording with its whole sentence', () => {
    const text = '秒发。虚拟商品一经售出，概不退换！请先看说明。'
    expect(takeOver(text, at(text, '概不退换'))).toBe('秒发。卡密无效的，核实后全额退款。请先看说明。')
  })
  it('keeps the lines around it', () => {
    const text = 'Fast delivery\nNo refunds at all\nAsk us first'
    expect(takeOver(text, at(text, 'No refunds'))).toBe('Fast delivery\nAn invalid key is refunded in full.\nAsk us first')
  })
  it('works at the end of a text without a mark', () => {
    const text = '概不退换'
    expect(takeOver(text, at(text, '概不退换'))).toBe('卡密无效的，核实后全额退款。')
  })
})
