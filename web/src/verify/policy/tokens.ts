// SPDX-License-Identifier: Apache-2.0
// The words, numbers, texts and signs of a policy (section 2), and taking them one after the other.
import { byteLength } from '../form/bytes'
import { Fault } from '../form/fault'
import { currencyDigits, NUMBER_MAX } from './vocabulary'

type Kind = 'word' | 'number' | 'text' | 'sign' | 'end'
export interface Token {
  readonly kind: Kind
  /** Of a text: what stands between the quotes. */
  readonly text: string
  readonly line: number
}

const WORD_MAX = 64
const TEXT_BYTES_MAX = 240
const BLANK = /(?:[ \t\r]|#[^\n]*)*/y
const TOKEN = /"([^"\n]*)("?)|([,()])|([0-9]+(?:\.[0-9]*)?)|([A-Za-z][A-Za-z0-9_]*)/y

function malformed(line: number, why: string): Fault {
  return new Fault('policy_malformed', `line ${line}: ${why}`, { line })
}

function tokenOf(found: RegExpExecArray, line: number): Token {
  const [, quoted, quote, sign, number, word] = found
  if (quoted !== undefined) {
    if (quote !== '"') throw malformed(line, 'a text without closing quote')
    if (quoted === '' || byteLength(quoted) > TEXT_BYTES_MAX || /[\0-\x1f\x7f\\]/.test(quoted)) throw malformed(line, 'a bad text')
    return { kind: 'text', text: quoted, line }
  }
  const text = sign ?? number ?? word ?? ''
  if (text.length > WORD_MAX) throw malformed(line, 'a word too long')
  return { kind: sign !== undefined ? 'sign' : number !== undefined ? 'number' : 'word', text, line }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (let at = 0; ; ) {
    BLANK.lastIndex = at
    at += BLANK.exec(source)![0].length
    if (at === source.length) break
    if (source[at] === '\n') {
      at++
      line++
      continue
    }
    TOKEN.lastIndex = at
    const found = TOKEN.exec(source)
    if (!found) throw malformed(line, 'a character without meaning')
    tokens.push(tokenOf(found, line))
    at += found[0].length
  }
  tokens.push({ kind: 'end', text: '', line })
  return tokens
}

const DEADLINE_S_MIN = 60
const DEADLINE_S_MAX = 15 * 86400
const UNITS: Readonly<Record<string, number>> = { minute: 60, minutes: 60, hour: 3600, hours: 3600, day: 86400, days: 86400 }

/** Walks the tokens. What throws, throws at the token that comes next. */
export class Cursor {
  private readonly tokens: readonly Token[]
  private at = 0
  /** Of all money of the policy. */
  currency = ''

  constructor(source: string) {
    this.tokens = tokensOf(source)
  }

  ahead(distance = 0): Token {
    return this.tokens[Math.min(this.at + distance, this.tokens.length - 1)]!
  }

  fault(why: string): Fault {
    return malformed(this.ahead().line, why)
  }

  next(): Token {
    const token = this.ahead()
    this.at++
    return token
  }

  isWord(word: string, distance = 0): boolean {
    const token = this.ahead(distance)
    return token.kind === 'word' && token.text === word
  }

  isSign(sign: string): boolean {
    return this.ahead().kind === 'sign' && this.ahead().text === sign
  }

  take(word: string): boolean {
    if (!this.isWord(word)) return false
    this.at++
    return true
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.take(word)) throw this.fault(`expected ${word}`)
  }

  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.at++
    return true
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.fault(`expected ${sign}`)
  }

  /** One of the words, or a fault. */
  oneOf<T extends string>(words: readonly T[]): T {
    const found = words.find((word) => this.take(word))
    if (found === undefined) throw this.fault(`expected ${words.join(', ')}`)
    return found
  }

  word(what: string): string {
    if (this.ahead().kind !== 'word') throw this.fault(`expected ${what}`)
    return this.next().text
  }

  quoted(what: string): string {
    if (this.ahead().kind !== 'text') throw this.fault(`expected ${what} in quotes`)
    return this.next().text
  }

  whole(minimum: number, maximum: number): number {
    const { kind, text } = this.ahead()
    const value = kind === 'number' && /^(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : -1
    if (value < minimum || value > maximum) throw this.fault('no whole number, or out of range')
    this.at++
    return value
  }

  durationS(): number {
    const count = this.whole(0, 100000)
    const unit = this.ahead().kind === 'word' && Object.hasOwn(UNITS, this.ahead().text) ? UNITS[this.next().text] : undefined
    if (unit === undefined) throw this.fault('expected minutes, hours or days')
    return count * unit
  }

  deadlineS(): number {
    const seconds = this.durationS()
    if (seconds < DEADLINE_S_MIN || seconds > DEADLINE_S_MAX) throw this.fault('a deadline lies between 1 minute and 15 days')
    return seconds
  }

  /** "12.50 CNY" in minor units. */
  money(minimum: number): number {
    const number = this.ahead()
    const code = this.ahead(1)
    const digits = number.kind === 'number' && code.kind === 'word' ? currencyDigits(code.text) : undefined
    if (digits === undefined) throw this.fault('expected an amount with its currency')
    if (this.currency !== '' && this.currency !== code.text) throw this.fault('all money of a policy has one currency')
    this.currency = code.text
    const value = minorUnits(number.text, digits)
    if (value === undefined || value < minimum) throw this.fault('no amount of its currency, or nothing')
    this.at += 2
    return value
  }
}

function minorUnits(number: string, digits: number): number | undefined {
  const [, whole, fraction = ''] = /^(0|[1-9][0-9]{0,12})(?:\.([0-9]+))?$/.exec(number) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  const value = Number(whole + fraction.padEnd(digits, '0'))
  return value <= NUMBER_MAX ? value : undefined
}
