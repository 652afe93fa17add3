// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a file. Small ones by the browser; large ones, and all where a page without https has no crypto.subtle, piece by piece here,
// so that a recording need not be in memory as a whole.

const PIECE_BYTES = 4 * 1024 * 1024
const WHOLE_BYTES_MAX = 16 * 1024 * 1024
const BLOCK = 64

/** The first 32 bits of the fraction of a root: how FIPS 180-4 defines its constants. */
function fractions(count: number, root: number): Uint32Array {
  const out = new Uint32Array(count)
  for (let candidate = 2, found = 0; found < count; candidate++) {
    const isPrime = Array.from({ length: candidate - 2 }, (_, index) => index + 2).every((divisor) => candidate % divisor !== 0)
    if (isPrime) out[found++] = (candidate ** (1 / root) % 1) * 2 ** 32
  }
  return out
}

let constants: { round: Uint32Array; initial: Uint32Array } | undefined
function tables(): NonNullable<typeof constants> {
  constants ??= { round: fractions(64, 3), initial: fractions(8, 2) }
  return constants
}

const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by))

export class Sha256 {
  private readonly state = new Uint32Array(tables().initial)
  private readonly words = new Uint32Array(64)
  private readonly rest = new Uint8Array(BLOCK)
  private held = 0
  private length = 0

  update(bytes: Uint8Array): this {
    this.length += bytes.length
    let at = 0
    if (this.held > 0) {
      at = Math.min(BLOCK - this.held, bytes.length)
      this.rest.set(bytes.subarray(0, at), this.held)
      this.held += at
      if (this.held < BLOCK) return this
      this.block(this.rest, 0)
      this.held = 0
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.block(bytes, at)
    this.rest.set(bytes.subarray(at))
    this.held = bytes.length - at
    return this
  }

  /** Hexadecimal digits. Nothing can be added afterwards. */
  done(): string {
    const padding = new Uint8Array(BLOCK - ((this.length + 9) % BLOCK || BLOCK) + 9)
    const bits = new DataView(padding.buffer)
    padding[0] = 0x80
    bits.setUint32(padding.length - 8, Math.floor(this.length / 2 ** 29))
    bits.setUint32(padding.length - 4, (this.length * 8) >>> 0)
    this.update(padding)
    return [...this.state].map((word) => word.toString(16).padStart(8, '0')).join('')
  }

  private block(bytes: Uint8Array, start: number): void {
    const w = this.words
    const { round } = tables()
    const at = (index: number): number => w[index] as number
    for (let i = 0; i < 16; i++) {
      const from = start + i * 4
      w[i] = ((bytes[from] as number) << 24) | ((bytes[from + 1] as number) << 16) | ((bytes[from + 2] as number) << 8) | (bytes[from + 3] as number)
    }
    for (let i = 16; i < 64; i++) {
      const s0 = turn(at(i - 15), 7) ^ turn(at(i - 15), 18) ^ (at(i - 15) >>> 3)
      const s1 = turn(at(i - 2), 17) ^ turn(at(i - 2), 19) ^ (at(i - 2) >>> 10)
      w[i] = at(i - 16) + s0 + at(i - 7) + s1
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (round[i] as number) + at(i)) | 0
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) this.state[index] = (this.state[index] as number) + value
  }
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export async function sha256(data: Blob | Uint8Array<ArrayBuffer>, onProgress?: (done: number) => void): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined
  const size = data instanceof Blob ? data.size : data.length
  if (subtle && size <= WHOLE_BYTES_MAX) {
    const bytes = data instanceof Blob ? await data.arrayBuffer() : data
    return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)))
  }
  const hash = new Sha256()
  for (let at = 0; at < size; at += PIECE_BYTES) {
    const piece = data instanceof Blob ? new Uint8Array(await data.slice(at, at + PIECE_BYTES).arrayBuffer()) : data.subarray(at, at + PIECE_BYTES)
    hash.update(piece)
    onProgress?.(Math.min(1, (at + PIECE_BYTES) / size))
  }
  return hash.done()
}
