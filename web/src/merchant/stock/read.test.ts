// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { cardsOf, likelyColumn, maskCard, readSheet, textOf } from './read'

describe('cards that were pasted', () => {
  it('are one per line, with the number of their line', () => {
    const sheet = readSheet('AAAA-1111\r\n\r\n  BBBB-2222  \nCCCC-3333')
    expect(cardsOf(sheet, 0, -1, false)).toEqual([{ number: 1, value: 'AAAA-1111' }, { number: 3, value: 'BBBB-2222' }, { number: 4, value: 'CCCC-3333' }])
  })
  it('come out of the column that looks like keys', () => {
    const sheet = readSheet('序号,卡号,面值\n1,ABCD-EFGH-0001,100\n2,ABCD-EFGH-0002,100\n')
    expect(sheet.columns).toBe(3)
    expect(sheet.hasHead).toBe(true)
    expect(likelyColumn(sheet)).toBe(1)
    expect(cardsOf(sheet, 1, -1, true).map((card) => card.value)).toEqual(['ABCD-EFGH-0001', 'ABCD-EFGH-0002'])
  })
  it('come out of that column when some of them repeat, and not out of a longer one that is always the same', () => {
    const sheet = readSheet('1,ABCD-0001,网址 https://example.test/redeem/card\n2,ABCD-0002,网址 https://example.test/redeem/card\n3,ABCD-0001,网址 https://example.test/redeem/card')
    expect(likelyColumn(sheet)).toBe(1)
  })
  it('may be two columns: an account and its password', () => {
    const sheet = readSheet('user1\tpass1\nuser2\tpass2')
    expect(cardsOf(sheet, 0, 1, false)[1]).toEqual({ number: 2, value: 'user2 pass2' })
  })
  it('may be quoted with separators, quotes and line breaks inside', () => {
    const sheet = readSheet('"A,1";x\n"B""2";y\n"C\n3";z')
    expect(sheet.separator).toBe(';')
    expect(cardsOf(sheet, 0, -1, false)).toEqual([{ number: 1, value: 'A,1' }, { number: 2, value: 'B"2' }, { number: 3, value: 'C\n3' }])
  })
  it('keep a comma that only some lines have', () => {
    expect(readSheet('A,1\nB2\nC3\nD4').columns).toBe(1)
  })
  it('are nothing when the text is empty', () => {
    expect(readSheet(' \n\n').lines).toEqual([])
  })
  it('are shown by their end only', () => {
    expect(maskCard('ABCD-EFGH-1234')).toBe('••••1234')
    expect(maskCard('ABC12345')).toBe('••••••••')
  })
  it('are read from a table in GB 18030 too', () => {
    expect(textOf(new Uint8Array([0xbf, 0xa8, 0xc3, 0xdc]).buffer)).toBe('卡密')
    expect(textOf(new TextEncoder().encode('卡密').buffer as ArrayBuffer)).toBe('卡密')
  })
})
