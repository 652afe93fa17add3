// SPDX-License-Identifier: Apache-2.0
// tar: reads what common programs write (ustar, GNU, pax), and knows which bytes the bundle's own writer would have written in the
// place of each header and of the padding.
import { equal, join, utf8, type Bytes } from '../form/bytes'
import { Fault } from '../form/fault'
import { differenceAt, type Entry, type Listing } from './entry'
import type { Source } from './source'

const BLOCK = 512
const TIME_S = 315619200 // 1980-01-02, of every entry
const NAME_BYTES = 100
const PREFIX_BYTES = 155
const EXTENSION_BYTES_MAX = 1024 * 1024 // of a long name or of pax records

export function isTar(head: Bytes): boolean {
  return head.length >= BLOCK && equal(head.subarray(257, 262), utf8('ustar'))
}

// ---- the writer's header ----

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** Name and prefix: the path is split at the first slash that leaves a name short enough. */
function splitPath(path: string): [string, string] | undefined {
  if (path.length <= NAME_BYTES) return [path, '']
  let slash = path.indexOf('/', path.length - NAME_BYTES - 1)
  if (slash === 0) slash = path.indexOf('/', 1)
  if (slash < 0 || slash > PREFIX_BYTES || slash + 1 === path.length) return undefined
  return [path.slice(slash + 1), path.slice(0, slash)]
}

export function tarHeader(path: string, size: number): Bytes | undefined {
  const names = splitPath(path)
  if (!names) return undefined
  const header = new Uint8Array(BLOCK)
  const put = (at: number, text: string): void => header.set(utf8(text), at)
  put(0, names[0])
  put(100, `${octal(0o644, 6)} \0${octal(0, 6)} \0${octal(0, 6)} \0${octal(size, 11)} ${octal(TIME_S, 11)} `)
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\0' + '00')
  put(329, `${octal(0, 6)} \0${octal(0, 6)} \0`)
  put(345, names[1])
  put(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  )
  return header
}

// ---- reading ----

function field(header: Bytes, at: number, length: number): Bytes {
  const bytes = header.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

function latin(bytes: Bytes): string {
  return String.fromCharCode(...bytes)
}

/** Octal with blanks around it, or base 256 when the first bit is set. */
function number(header: Bytes, at: number, length: number): number {
  const bytes = header.subarray(at, at + length)
  if (bytes[0]! & 0x80) return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, bytes[0]! & 0x3f)
  const digits = /^[ \t]*([0-7]*)/.exec(latin(bytes))![1]!
  return digits === '' ? 0 : parseInt(digits, 8)
}

/** Both sums that programs have made: of bytes without sign and with one. */
function sumFits(header: Bytes): boolean {
  const stated = number(header, 148, 8)
  let plain = 0
  let signed = 0
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : header[i]!
    plain += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return stated === plain || stated === signed
}

function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}

/** "27 path=…\n", of which path and size matter here. */
function paxRecords(bytes: Bytes): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const digits = /^([0-9]+) /.exec(latin(bytes.subarray(at, at + 12)))?.[1]
    const length = Number(digits ?? 0)
    const record = latin(bytes.subarray(at, at + length))
    const equals = record.indexOf('=')
    if (!digits || equals < 0 || record.length !== length || !record.endsWith('\n')) throw new Fault('archive_unreadable', 'bad pax records')
    records.set(record.slice(digits.length + 1, equals), record.slice(equals + 1, -1))
    at += length
  }
  return records
}

class TarReader {
  private readonly entries: TarEntry[] = []
  private at = 0
  private longName: string | undefined
  private pax = new Map<string, string>()

  constructor(
    private readonly source: Source,
    private readonly accept: (entry: Entry) => void,
  ) {}

  async list(): Promise<TarEntry[]> {
    for (;;) {
      if (this.at === this.source.size) return this.entries
      if (this.at + BLOCK > this.source.size) throw new Fault('archive_unreadable', 'cut off within a header')
      const header = (await this.source.read(this.at, BLOCK)).slice()
      if (header.every((byte) => byte === 0)) return this.entries
      await this.header(header)
    }
  }

  private async header(header: Bytes): Promise<void> {
    if (!sumFits(header)) throw new Fault('archive_unreadable', 'a header with a bad checksum')
    const type = String.fromCharCode(header[156]!)
    const stated = number(header, 124, 12)
    const size = this.pax.has('size') ? Number(this.pax.get('size')) : stated
    if (!Number.isSafeInteger(size) || size < 0) throw new Fault('archive_unreadable', 'a size beyond all numbers')
    const isGnu = header[262] !== 0
    if ('1VA'.includes(type)) throw new Fault('archive_unreadable', `an entry of type ${type}`)
    if ('LKxXg'.includes(type)) await this.extension(type, stated)
    else if ('2346M'.includes(type) || (type === 'S' && isGnu) || [...this.pax.keys()].some((key) => key.startsWith('GNU.sparse')))
      throw new Fault('archive_path', `a link or a special file (${type})`)
    else this.file(header, type, size)
  }

  private async extension(type: string, size: number): Promise<void> {
    if (size > EXTENSION_BYTES_MAX || this.at + BLOCK + size > this.source.size)
      throw new Fault('archive_unreadable', 'an extension too large or cut off')
    const bytes = (await this.source.read(this.at + BLOCK, size)).slice()
    if (type === 'L') this.longName = latin(field(bytes, 0, bytes.length))
    else if (type === 'x' || type === 'X') this.pax = paxRecords(bytes)
    this.at += BLOCK + paddedSize(size)
  }

  private path(header: Bytes): string {
    const isPosix = header[262] === 0
    const prefix = isPosix ? latin(field(header, 345, PREFIX_BYTES)) : ''
    const name = latin(field(header, 0, NAME_BYTES))
    return this.pax.get('path') ?? this.longName ?? (prefix ? `${prefix}/${name}` : name)
  }

  private file(header: Bytes, type: string, stated: number): void {
    const path = this.path(header)
    const isFolder = type === '5' || type === 'D' || path.endsWith('/')
    const entry = new TarEntry(this.source, path, isFolder, isFolder ? 0 : stated, this.at + BLOCK)
    this.accept(entry)
    if (isFolder && stated > 0) throw new Fault('archive_unreadable', 'a folder with bytes')
    if (this.at + BLOCK + entry.size > this.source.size) throw new Fault('archive_unreadable', 'cut off within a file')
    this.entries.push(entry)
    this.at += BLOCK + paddedSize(stated)
    this.longName = undefined
    this.pax = new Map()
  }
}

class TarEntry implements Entry {
  constructor(
    private readonly source: Source,
    readonly path: string,
    readonly isFolder: boolean,
    readonly size: number,
    private readonly start: number,
  ) {}

  async bytes(): Promise<Bytes> {
    const bytes = await this.source.read(this.start, this.size)
    if (bytes.length < this.size) throw new Fault('source_unreadable', 'the file became shorter')
    return bytes
  }
}

async function firstDifference(source: Source, entries: readonly Entry[]): Promise<number | undefined> {
  let at = 0
  for (const { path, size } of entries) {
    const header = tarHeader(path, size)
    const padding = new Uint8Array(paddedSize(size) - size)
    const bad = header ? await differenceAt(source, at, header) : at
    const badPadding = bad ?? (await differenceAt(source, at + BLOCK + size, padding))
    if (badPadding !== undefined) return badPadding
    at += BLOCK + size + padding.length
  }
  const end = at + 2 * BLOCK
  return (await differenceAt(source, at, new Uint8Array(2 * BLOCK))) ?? (source.size === end ? undefined : end)
}

/** `accept` is called for each entry before anything of it is read, and throws where it may not be there. */
export async function listTar(source: Source, accept: (entry: Entry) => void): Promise<Listing> {
  const entries = await new TarReader(source, accept).list()
  return { entries, firstDifference: () => firstDifference(source, entries) }
}

/** The archive that the writer makes of these files, for tests. */
export function packTar(files: readonly { path: string; bytes: Bytes }[]): Bytes {
  const parts: Bytes[] = []
  for (const { path, bytes } of files) {
    const header = tarHeader(path, bytes.length)
    if (!header) throw new RangeError('a path that ustar cannot hold')
    parts.push(header, bytes, new Uint8Array(paddedSize(bytes.length) - bytes.length))
  }
  return join(...parts, new Uint8Array(2 * BLOCK))
}
