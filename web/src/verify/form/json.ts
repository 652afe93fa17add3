// SPDX-License-Identifier: Apache-2.0
// JSON as the formats have it: UTF-8, whole numbers of 64 bits, no key twice, at most 32 levels. Whole numbers become bigint, so
// that none is rounded; JSON.parse would round them and keep the last of two equal keys.
import { textOf, type Bytes } from './bytes'
import { Fault } from './fault'

export type JsonObject = Map<string, Json>
export type Json = null | boolean | bigint | string | Json[] | JsonObject

const DEPTH_MAX = 32
const INT64_MIN = -(1n << 63n)
const INT64_MAX = (1n << 63n) - 1n

class Parser {
  private at = 0
  private depth = 0

  constructor(private readonly text: string) {}

  document(): Json {
    const value = this.value()
    this.blanks()
    if (this.at !== this.text.length) throw this.fault('something behind the value')
    return value
  }

  private fault(what: string): Fault {
    return new Fault('json_malformed', `${what} at character ${this.at}`)
  }

  private blanks(): void {
    while (/^[ \t\r\n]$/.test(this.text[this.at] ?? '')) this.at++
  }

  private take(sign: string): boolean {
    this.blanks()
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw this.fault(`no ${sign}`)
  }

  private value(): Json {
    this.blanks()
    const sign = this.text[this.at]
    if (sign === '{') return this.nested(() => this.object())
    if (sign === '[') return this.nested(() => this.array())
    if (sign === '"') return this.string()
    for (const [word, value] of [
      ['null', null],
      ['true', true],
      ['false', false],
    ] as const)
      if (this.text.startsWith(word, this.at) && !/[A-Za-z]/.test(this.text[this.at + word.length] ?? '')) {
        this.at += word.length
        return value
      }
    return this.number()
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > DEPTH_MAX) throw this.fault('nested too deep')
    this.at++
    const value = read()
    this.depth--
    return value
  }

  private object(): JsonObject {
    const object: JsonObject = new Map()
    if (this.take('}')) return object
    do {
      this.blanks()
      const key = this.string()
      if (object.has(key)) throw this.fault('a key twice')
      this.expect(':')
      object.set(key, this.value())
    } while (this.take(','))
    this.expect('}')
    return object
  }

  private array(): Json[] {
    const array: Json[] = []
    if (this.take(']')) return array
    do array.push(this.value())
    while (this.take(','))
    this.expect(']')
    return array
  }

  private number(): bigint {
    const found = /^-?(?:0|[1-9][0-9]*)(?![0-9.eE])/.exec(this.text.slice(this.at, this.at + 24))
    if (!found) throw this.fault('no whole number')
    const value = BigInt(found[0])
    if (value < INT64_MIN || value > INT64_MAX) throw this.fault('a number beyond 64 bits')
    this.at += found[0].length
    return value
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw this.fault('no text')
    let out = ''
    for (this.at++; ; ) {
      const c = this.text[this.at++]
      if (c === undefined || c < ' ') throw this.fault('a text without end')
      if (c === '"') return this.paired(out)
      out += c === '\\' ? this.escape() : c
    }
  }

  private escape(): string {
    const c = this.text[this.at++]
    const plain = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[c ?? '']
    if (plain !== undefined) return plain
    const digits = this.text.slice(this.at, this.at + 4)
    if (c !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits) || digits === '0000') throw this.fault('an unknown escape')
    this.at += 4
    return String.fromCharCode(parseInt(digits, 16))
  }

  private paired(text: string): string {
    if (/\p{Surrogate}/u.test(text)) throw this.fault('half a character')
    return text
  }
}

export function parseJson(bytes: Bytes, maximum: number): Json {
  const text = bytes.length <= maximum ? textOf(bytes) : undefined
  if (text === undefined) throw new Fault('json_malformed', 'not UTF-8, or too large')
  if (text.includes('\0')) throw new Fault('json_malformed', 'a NUL')
  return new Parser(text).document()
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map
}

export function objectIn(object: Json | undefined, key: string): JsonObject | undefined {
  const value = isObject(object) ? object.get(key) : undefined
  return isObject(value) ? value : undefined
}

export function listIn(object: Json | undefined, key: string): Json[] | undefined {
  const value = isObject(object) ? object.get(key) : undefined
  return Array.isArray(value) ? value : undefined
}

export function textIn(object: Json | undefined, key: string): string | undefined {
  const value = isObject(object) ? object.get(key) : undefined
  return typeof value === 'string' ? value : undefined
}

export function integerIn(object: Json | undefined, key: string): bigint | undefined {
  const value = isObject(object) ? object.get(key) : undefined
  return typeof value === 'bigint' ? value : undefined
}

// ---- RFC 8785 ----

export type Writable = null | boolean | bigint | number | string | readonly Writable[] | JsonObject | { readonly [key: string]: Writable }

/** Canonical JSON. Keys stand in the order of their UTF-16 code units, which is how JavaScript sorts. */
export function canonical(value: Writable): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('only whole numbers are written')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map((item: Writable) => canonical(item)).join(',')}]`
  const members: [string, Writable][] = value instanceof Map ? [...value] : Object.entries(value)
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
