// SPDX-License-Identifier: Apache-2.0
// The bytes of a zip as the bundle's own writer makes it: files stored, without time, sizes and checksum behind each.
import { join, utf8, type Bytes } from '../form/bytes'

export const LOCAL = 0x04034b50
export const CENTRAL = 0x02014b50
export const END = 0x06054b50
export const DESCRIPTOR_BYTES = 16

// ---- CRC-32 ----

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

export function crc32(bytes: Bytes): number {
  let value = 0xffffffff
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 255]! ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

// ---- the writer's bytes ----

/** "UT" without a time, "ux" with user and group 0. */
const EXTRA = Uint8Array.from([0x55, 0x54, 1, 0, 0, 0x75, 0x78, 11, 0, 1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0])

class Record {
  private readonly bytes: number[] = []
  short(...values: number[]): this {
    for (const value of values) this.bytes.push(value & 255, (value >>> 8) & 255)
    return this
  }
  long(...values: number[]): this {
    for (const value of values) this.short(value & 0xffff, value >>> 16)
    return this
  }
  with(...parts: Bytes[]): Bytes {
    return join(Uint8Array.from(this.bytes), ...parts)
  }
}

const FLAGS = 8 // sizes and checksum stand behind the file as well
const DATE = 0x21 // 1980-01-01

export function localHeader(path: string, size: number): Bytes {
  const name = utf8(path)
  return new Record().long(LOCAL).short(10, FLAGS, 0, 0, DATE).long(0, size, size).short(name.length, EXTRA.length).with(name, EXTRA)
}

export function descriptor(crc: number, size: number): Bytes {
  return new Record().long(0x08074b50, crc, size, size).with()
}

export function centralHeader(path: string, crc: number, size: number, offset: number): Bytes {
  const name = utf8(path)
  const record = new Record().long(CENTRAL).short(0x030a, 10, FLAGS, 0, 0, DATE).long(crc, size, size)
  record.short(name.length, EXTRA.length, 0, 0, 0).long(0x81a40000, offset)
  return record.with(name, EXTRA)
}

export function ending(count: number, size: number, offset: number): Bytes {
  return new Record().long(END).short(0, 0, count, count).long(size, offset).short(0).with()
}

/** The archive that the writer makes of these files, for tests. */
export function packZip(files: readonly { path: string; bytes: Bytes }[]): Bytes {
  const parts: Bytes[] = []
  const central: Bytes[] = []
  let offset = 0
  for (const { path, bytes } of files) {
    const crc = crc32(bytes)
    central.push(centralHeader(path, crc, bytes.length, offset))
    const record = join(localHeader(path, bytes.length), bytes, descriptor(crc, bytes.length))
    parts.push(record)
    offset += record.length
  }
  const directory = join(...central)
  return join(...parts, directory, ending(files.length, directory.length, offset))
}
