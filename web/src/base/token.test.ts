// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { isToken, readToken } from './token'

const token = 'tok_71bnndja1wjnr3qv43bc3jmp0h'
describe('a pasted token', () => {
  it('is read through spaces, widths and capitals', () => {
    for (const pasted of [token, ` ${token}\n`, 'tok_71bnndja 1wjnr3qv 43bc3jmp0h', 'ｔｏｋ＿７１bnndja1wjnr3qv43bc3jmp0h', 'TOK_71BNNDJA1WJNR3QV43BC3JMPOH', '\u200btok_7lbnndjaIwjnr3qv43bc3jmp0h'])
      expect(readToken(pasted)).toBe(token)
  })
  it('is no other word', () => {
    expect(isToken(token)).toBe(true)
    for (const other of ['', 'tok_', token.slice(0, -1), `${token}0`, token.replace('tok_', 'key_')]) expect(isToken(readToken(other))).toBe(false)
  })
})
