// SPDX-License-Identifier: Apache-2.0
// What an archive may hold at all: one folder of plain files with plain names, and not too many or too large ones.
import type { Bytes } from '../form/bytes'
import { Fault } from '../form/fault'
import type { Source } from './source'

export const ITEMS_MAX = 2000
const PATH_MAX = 200
const FILES_MAX = 4 * ITEMS_MAX + 200
const FILE_BYTES_MAX = 20 * 1024 * 1024 + 1024
const TOTAL_BYTES_MAX = 2 ** 31
const RATIO_MAX = 100

/** One entry as its archive has it. */
export interface Entry {
  readonly path: string
  readonly isFolder: boolean
  readonly size: number
  /** The file's bytes; can be asked for again. */
  bytes(): Promise<Bytes>
}

export interface Listing {
  readonly entries: readonly Entry[]
  /**
   * First byte of the archive that the bundle's writer would not have written around these files in this order; undefined when there
   * is none. What the files hold is not looked at again.
   */
  firstDifference(): Promise<number | undefined>
}

/** Where the source first differs from these bytes at this place; undefined when it does not. */
export async function differenceAt(source: Source, at: number, own: Bytes): Promise<number | undefined> {
  const bytes = await source.read(at, Math.min(own.length, Math.max(0, source.size - at)))
  const bad = own.findIndex((byte, i) => byte !== bytes[i])
  return bad < 0 ? undefined : at + bad
}

export function checkPath(path: string, isFolder: boolean): void {
  if (path.length === 0 || path.length > PATH_MAX) throw new Fault('archive_path', 'a path is empty or too long')
  if (!/^[A-Za-z0-9._/-]*$/.test(path)) throw new Fault('archive_path', 'a path holds a character outside A-Z a-z 0-9 . _ - /')
  const parts = (isFolder && path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new Fault('archive_path', 'a path is absolute, climbs or has empty parts')
}

/** Counts entries and bytes against their limits. */
export class Allowance {
  private files = 0
  private total = 0

  constructor(private readonly archiveSize: number) {}

  take(size: number): void {
    if (size > FILE_BYTES_MAX) throw new Fault('archive_large', 'a file is too large')
    this.total += size
    if (++this.files > FILES_MAX || this.total > TOTAL_BYTES_MAX) throw new Fault('archive_large', 'too many files or bytes')
    if (Math.floor(this.total / RATIO_MAX) > this.archiveSize) throw new Fault('archive_large', 'it unpacks to far more than its size')
  }
}
