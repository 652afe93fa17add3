// SPDX-License-Identifier: Apache-2.0
// zip: reads stored and deflated entries by their central directory.
import { equal, join, utf8, type Bytes } from '../form/bytes'
import { Fault } from '../form/fault'
import { differenceAt, type Entry, type Listing } from './entry'
import type { Source } from './source'
import { CENTRAL, centralHeader, crc32, descriptor, DESCRIPTOR_BYTES, END, ending, LOCAL, localHeader } from './zip-form'

const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const END_SEARCH_BYTES = 16 * 1024

export function isZip(head: Bytes): boolean {
  return head.length >= 512 && equal(head.subarray(0, 4), utf8('PK\x03\x04'))
}

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function unreadable(what: string): Fault {
  return new Fault('archive_unreadable', what)
}

interface Central {
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly offset: number
  readonly type: number // of the file, as Unix has it; 0 when it is not said
}

/** Whether an extra field is records of kind, length and content. */
function isRecords(extra: DataView): boolean {
  let at = 0
  while (at + 4 <= extra.byteLength) at += 4 + extra.getUint16(at + 2, true)
  return at === extra.byteLength
}

async function findEnd(source: Source): Promise<{ at: number; record: DataView }> {
  const start = Math.max(0, source.size - END_SEARCH_BYTES)
  const tail = await source.read(start, source.size - start)
  const bytes = view(tail)
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (bytes.getUint32(at, true) === END) return { at: start + at, record: view(tail.subarray(at, at + END_BYTES)) }
  throw unreadable('no end of the central directory')
}

async function readDirectory(source: Source): Promise<Central[]> {
  const { at: end, record } = await findEnd(source)
  const size = record.getUint32(12, true)
  const offset = record.getUint32(16, true)
  const onOneDisk = record.getUint16(4, true) === 0 && record.getUint16(6, true) === 0 && record.getUint16(8, true) === record.getUint16(10, true)
  if (!onOneDisk || offset + size > end) throw unreadable('a central directory that is elsewhere')
  const bytes = await source.read(offset, end - offset)
  const list: Central[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const signature = view(bytes).getUint32(at, true)
    if (signature === END || signature === 0x06064b50) break
    if (signature !== CENTRAL || at + CENTRAL_BYTES > bytes.length) throw unreadable('a bad entry of the central directory')
    const entry = view(bytes.subarray(at, at + CENTRAL_BYTES))
    const extraStart = at + CENTRAL_BYTES + entry.getUint16(28, true)
    if (!isRecords(view(bytes.subarray(extraStart, extraStart + entry.getUint16(30, true))))) throw unreadable('a bad extra field')
    const isUnix = entry.getUint8(5) === 3
    list.push({
      crc: entry.getUint32(16, true),
      packedSize: entry.getUint32(20, true),
      size: entry.getUint32(24, true),
      offset: entry.getUint32(42, true),
      type: isUnix ? (entry.getUint32(38, true) >>> 16) & 0o170000 : 0,
    })
    at += CENTRAL_BYTES + entry.getUint16(28, true) + entry.getUint16(30, true) + entry.getUint16(32, true)
  }
  return list.sort((a, b) => a.offset - b.offset)
}

async function inflate(packed: Bytes, size: number): Promise<Bytes> {
  try {
    const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    const out = new Uint8Array(size)
    const reader = stream.getReader()
    for (let at = 0; ; ) {
      const { done, value } = await reader.read()
      if (done) return out.subarray(0, at)
      if (at + value.length > size) throw unreadable('a file longer than it says')
      out.set(value, at)
      at += value.length
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    throw unreadable('a compressed file that cannot be unpacked')
  }
}

class ZipEntry implements Entry {
  constructor(
    private readonly source: Source,
    readonly path: string,
    readonly isFolder: boolean,
    readonly central: Central,
    private readonly method: number,
    readonly start: number,
  ) {}

  get size(): number {
    return this.isFolder ? 0 : this.central.size
  }

  get isStored(): boolean {
    return this.method === 0
  }

  async bytes(): Promise<Bytes> {
    const { packedSize, size, crc } = this.central
    if (this.start + packedSize > this.source.size) throw unreadable('cut off within a file')
    const packed = await this.source.read(this.start, packedSize)
    const bytes = this.isStored ? packed : await inflate(packed, size)
    if (bytes.length !== size) throw unreadable('a file of another size than it says')
    if (crc32(bytes) !== crc) throw unreadable('a file with a bad checksum')
    return bytes
  }
}

/** What both headers say must be the same; the local one may leave its checksum and sizes open. */
function localFits(local: DataView, central: Central): boolean {
  const [crc, packed, size] = [local.getUint32(14, true), local.getUint32(18, true), local.getUint32(22, true)]
  const same = (own: number, other: number): boolean => own === 0 || own === 0xffffffff || own === other
  return (crc === 0 || crc === central.crc) && same(packed, central.packedSize) && same(size, central.size)
}

async function readEntry(source: Source, central: Central): Promise<ZipEntry> {
  if (central.offset + LOCAL_BYTES > source.size) throw unreadable('cut off within a header')
  const local = view((await source.read(central.offset, LOCAL_BYTES)).slice())
  if (local.getUint32(0, true) !== LOCAL) throw unreadable('a bad local header')
  const nameLength = local.getUint16(26, true)
  const nameStart = central.offset + LOCAL_BYTES
  if (nameStart + nameLength > source.size) throw unreadable('cut off within a name')
  const path = String.fromCharCode(...(await source.read(nameStart, nameLength)))
  const isFolder = central.type === 0o040000 || path.endsWith('/')
  if (local.getUint16(6, true) & 0x41) throw new Fault('archive_path', 'an encrypted file')
  if (!isFolder && central.type !== 0 && central.type !== 0o100000) throw new Fault('archive_path', 'a link or a special file')
  const method = local.getUint8(8)
  const extraStart = nameStart + nameLength
  const extra = await source.read(extraStart, local.getUint16(28, true))
  if (!localFits(local, central) || (method !== 0 && method !== 8) || !isRecords(view(extra))) throw unreadable('headers that contradict each other')
  return new ZipEntry(source, path, isFolder, central, method, extraStart + extra.length)
}

async function firstDifference(source: Source, entries: readonly ZipEntry[]): Promise<number | undefined> {
  const directory: Bytes[] = []
  let at = 0
  for (const entry of entries) {
    const { path, size, central } = entry
    const header = localHeader(path, size)
    const start = at + header.length
    const isHere = entry.isStored && entry.start === start
    const bad = (await differenceAt(source, at, header)) ?? (isHere ? await differenceAt(source, start + size, descriptor(central.crc, size)) : start)
    if (bad !== undefined) return bad
    directory.push(centralHeader(path, central.crc, size, at))
    at = start + size + DESCRIPTOR_BYTES
  }
  const central = join(...directory)
  const own = join(central, ending(entries.length, central.length, at))
  return (await differenceAt(source, at, own)) ?? (source.size === at + own.length ? undefined : at + own.length)
}

/** `accept` is called for each entry before its bytes are read, and throws where it may not be there. */
export async function listZip(source: Source, accept: (entry: Entry) => void): Promise<Listing> {
  const entries: ZipEntry[] = []
  for (const central of await readDirectory(source)) {
    const entry = await readEntry(source, central)
    accept(entry)
    entries.push(entry)
  }
  return { entries, firstDifference: () => firstDifference(source, entries) }
}
