// SPDX-License-Identifier: Apache-2.0
// @vitest-environment node
import { describe, expect, it, vi } from 'vitest'

vi.stubGlobal('document', { createElement: () => ({}), getElementById: () => null, cookie: '', documentElement: { lang: 'zh-CN', dataset: {} }, addEventListener: () => undefined })
vi.stubGlobal('location', { origin: 'http://127.0.0.1:1' })
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
const { money, parseAmount, plainAmount } = await import('./money')
const { duration, exactTime, shortTime, span } = await import('./time')
const { fill, startWords } = await import('./words')
const { EventReader } = await import('./live')
const { readSecretLink } = await import('./secrets')
const { question } = await import('./boot')
await startWords()

describe('money', () => {
  it('is written from minor units without a float', () => {
    expect(plainAmount(9850, 'CNY')).toBe('98.50')
    expect(plainAmount(5, 'CNY')).toBe('0.05')
    expect(plainAmount(-120, 'CNY')).toBe('-1.20')
    expect(plainAmount(500, 'JPY')).toBe('500')
    expect(money({ amount: 123456789, currency: 'CNY' })).toBe('¥1,234,567.89')
    expect(money({ amount: -100, currency: 'CNY' })).toBe('-¥1.00')
  })
  it('is read as people type it', () => {
    for (const [text, wanted] of [['98.5', 9850], ['９８．５０', 9850], ['¥98', 9800], [' 1,000.00 ', 100000], ['0.01', 1]] as const)
      expect(parseAmount(text, 'CNY'), text).toBe(wanted)
    for (const text of ['', 'abc', '1.234', '-5', '98.5.5', '1e3', '一百', '9'.repeat(20)]) expect(parseAmount(text, 'CNY'), text).toBeUndefined()
    expect(parseAmount('1.5', 'JPY')).toBeUndefined()
  })
})

describe('time', () => {
  it('is Beijing time wherever the device is', () => {
    expect(exactTime('2025-11-24T20:42:00Z')).toBe('2025-11-25 04:42:00')
    expect(shortTime('2025-01-02T16:05:00Z')).toBe('2025 年 1 月 3 日 00:05')
  })
  it('counts down in words and never below zero', () => {
    expect(span(27 * 3600_000)).toBe('1 天 3 小时')
    expect(span((5 * 60 + 12) * 60_000)).toBe('5 小时 12 分')
    expect(span(12 * 60_000 + 8_000)).toBe('12 分 08 秒')
    expect(span(-5)).toBe('0 分 00 秒')
    expect(span(40_000, false)).toBe('1 分钟')
    expect(duration(86400)).toBe('24 小时')
    expect(duration(7 * 86400)).toBe('7 天')
  })
})

describe('words', () => {
  it('puts parameters in, picks the form by number, and leaves a missing one visible', () => {
    expect(fill('{n} {n:day|days}', { n: 1 })).toBe('1 day')
    expect(fill('{n} {n:day|days}', { n: 3 })).toBe('3 days')
    expect(fill('{what}', {})).toBe('{what}')
    expect(fill('{a}', { a: '$&' })).toBe('$&')
  })
})

describe('event stream', () => {
  it('gives complete events only, however the bytes are cut', () => {
    const text = ': hello\n\nid: 1\nevent: changed\ndata: {"a":\ndata: 1}\n\nid: 2\ndata: x\n\n'
    for (let cut = 0; cut < text.length; cut++) {
      const reader = new EventReader()
      const events = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut))]
      expect(events, String(cut)).toEqual([
        { id: '1', event: 'changed', data: '{"a":\n1}' },
        { id: '2', event: 'message', data: 'x' },
      ])
    }
  })
})

describe('secret link', () => {
  const id = `ord_${'0'.repeat(26)}`
  const secret = `key_${'a'.repeat(26)}`
  it('is found in what people paste', () => {
    for (const text of [`http://x/o#${id}.${secret}`, ` ${id} ${secret} `, `${id}\n${secret}`, `#${id}.${secret}`]) expect(readSecretLink(text), text).toEqual({ id, secret })
    for (const text of ['', id, secret, `${id}.key_short`]) expect(readSecretLink(text), text).toBeUndefined()
  })
})

describe('the first answer', () => {
  it('is found whatever order the parameters have', () => {
    expect(question('/v1/products?limit=24&q=%E6%98%9F')).toBe(question('http://127.0.0.1:1/v1/products?q=星&limit=24'))
    expect(question('/v1/products?limit=24')).not.toBe(question('/v1/products?limit=25'))
    expect(question('/v1/products')).not.toBe(question('/v1/orders'))
  })
})
