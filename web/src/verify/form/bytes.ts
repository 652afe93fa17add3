// SPDX-License-Identifier: Apache-2.0
// Bytes and the spellings of bytes. Each decoder takes one spelling only; what two programs could read in two ways is undefined.

export type Bytes = Uint8Array

export const EMPTY: Bytes = new Uint8Array(0)

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

export function utf8(text: string): Bytes {
  return encoder.encode(text)
}

/** undefined when the bytes are not UTF-8. */
export function textOf(bytes: Bytes): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** At most `maximum` bytes as text, up to the first that is not UTF-8: for words about what is wrong. */
export function shownText(bytes: Bytes, maximum: number): string {
  const text = lenient.decode(bytes.subarray(0, maximum))
  const bad = text.indexOf('\ufffd')
  return bad < 0 ? text : text.slice(0, bad)
}

export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function startsWith(bytes: Bytes, start: Bytes): boolean {
  return bytes.length >= start.length && equal(bytes.subarray(0, start.length), start)
}

/** As strcmp orders them. */
export function compareBytes(a: Bytes, b: Bytes): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const order = a[i]! - b[i]!
    if (order !== 0) return order
  }
  return a.length - b.length
}

export function join(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function hexOf(bytes: Bytes): string {
  let out = ''
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0')
  return out
}

/** Lower-case digits only. */
export function fromHex(text: string): Bytes | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64Of(bytes: Bytes): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!
    out += (left > 1 ? ALPHABET[(group >> 6) & 63]! : '=') + (left > 2 ? ALPHABET[group & 63]! : '=')
  }
  return out
}

/** Padded, without line ends; the bits that the padding leaves over must be 0. */
export function fromBase64(text: string): Bytes | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const out = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let group = 0
    for (let c = 0; c < 4; c++) group = (group << 6) | Math.max(0, ALPHABET.indexOf(text[i + c]!))
    for (let shift = 16; shift >= 0 && at < out.length; shift -= 8) out[at++] = (group >> shift) & 255
  }
  return base64Of(out) === text ? out : undefined
}

/** Takes lines off the front of some bytes. */
export class Lines {
  constructor(public rest: Bytes) {}

  /** The next line without its end; undefined when no whole line is left. */
  take(): Bytes | undefined {
    const end = this.rest.indexOf(0x0a)
    if (end < 0) return undefined
    const line = this.rest.subarray(0, end)
    this.rest = this.rest.subarray(end + 1)
    return line
  }
}

/** A decimal below 2^63 without sign and leading zeros. */
export function decimal(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined
  const value = BigInt(text)
  return value < 1n << 63n ? value : undefined
}
