// SPDX-License-Identifier: Apache-2.0
// A bundle's files with their hashes: every file is read once, small ones are kept.
import { compareBytes, textOf, utf8, type Bytes } from '../form/bytes'
import { digestsOf } from '../form/digest'
import { Fault } from '../form/fault'
import { Allowance, checkPath, type Entry, type Listing } from './entry'
import type { Source } from './source'
import { isTar, listTar } from './tar'
import { isZip, listZip } from './zip'

export const ITEM_KEPT_BYTES = 256 * 1024
const TEXT_KEPT_BYTES = 8 * 1024 * 1024
const TOTAL_KEPT_BYTES = 96 * 1024 * 1024

export interface BundleFile {
  /** Below the bundle's folder: "data/case.json" */
  readonly path: string
  readonly size: number
  readonly sha256: Bytes
  readonly sha512: Bytes
  /** undefined when the file is too large to be kept. */
  readonly content: Bytes | undefined
  read(): Promise<Bytes>
}

export interface Bundle {
  readonly folder: string
  readonly kind: 'tar' | 'zip'
  /** In the order of their paths. */
  readonly files: readonly BundleFile[]
  /** As the archive has them. */
  readonly packed: readonly BundleFile[]
  find(path: string): BundleFile | undefined
  /** Notes that so many bytes were read again. */
  advance(bytes: number): void
  /** First byte that is not what the writer makes of these files; undefined when there is none. */
  firstDifference(): Promise<number | undefined>
}

/** How much of all the work is done, in bytes: large items are read twice. */
export type Progress = (done: number, total: number) => void

async function listingOf(source: Source): Promise<{ kind: 'tar' | 'zip'; listing: Listing }> {
  const head = source.size >= 512 ? await source.read(0, 512) : new Uint8Array(0)
  const allowance = new Allowance(source.size)
  const accept = (entry: Entry): void => {
    checkPath(entry.path, entry.isFolder)
    allowance.take(entry.size)
  }
  if (isZip(head)) return { kind: 'zip', listing: await listZip(source, accept) }
  if (isTar(head)) return { kind: 'tar', listing: await listTar(source, accept) }
  throw new Fault('archive_unknown', 'neither tar nor zip')
}

/** All files share one folder, and none is that folder. */
function folderOf(entries: readonly Entry[]): string {
  const folder = entries[0]?.path.split('/')[0] ?? ''
  for (const { path, isFolder } of entries) {
    const [first, ...rest] = path.split('/')
    if (first !== folder || (!isFolder && rest.join('/') === '')) throw new Fault('archive_path', 'a file outside the folder')
  }
  return folder
}

async function fileOf(entry: Entry, folder: string): Promise<BundleFile> {
  const path = entry.path.slice(folder.length + 1)
  const bytes = await entry.bytes()
  const isKept = bytes.length <= (path.startsWith('data/items/') ? ITEM_KEPT_BYTES : TEXT_KEPT_BYTES)
  return { path, size: bytes.length, ...(await digestsOf(bytes)), content: isKept ? bytes.slice() : undefined, read: () => entry.bytes() }
}

function byPath(a: BundleFile, b: BundleFile): number {
  return compareBytes(utf8(a.path), utf8(b.path))
}

/** Whether a file is too large to be kept, and so is read once more when its item is checked. */
function isReadTwice(entry: Entry): boolean {
  return entry.size > ITEM_KEPT_BYTES && entry.path.includes('/data/items/')
}

export async function openBundle(source: Source, progress: Progress = () => undefined): Promise<Bundle> {
  const { kind, listing } = await listingOf(source)
  const folder = folderOf(listing.entries)
  const packed: BundleFile[] = []
  const total = listing.entries.reduce((sum, entry) => sum + entry.size * (isReadTwice(entry) ? 2 : 1), 0)
  let done = 0
  const advance = (bytes: number): void => progress((done += bytes), total)
  let kept = 0
  for (const entry of listing.entries) {
    if (entry.isFolder) continue
    const file = await fileOf(entry, folder)
    packed.push(file)
    kept += file.content?.length ?? 0
    if (kept > TOTAL_KEPT_BYTES) throw new Fault('archive_large', 'the texts are too large')
    advance(entry.size)
  }
  if (packed.length === 0) throw new Fault('archive_unreadable', 'the archive is empty')
  const files = [...packed].sort(byPath)
  const paths = new Map(files.map((file) => [file.path, file]))
  if (paths.size !== files.length) throw new Fault('archive_path', 'a file twice')
  const isPlain = packed.every((file, i) => file === files[i]) && !listing.entries.some((entry) => entry.isFolder)
  return {
    folder,
    kind,
    files,
    packed,
    find: (path) => paths.get(path),
    advance,
    firstDifference: async () => (isPlain ? listing.firstDifference() : 0),
  }
}

/** Content as bytes; empty when the file is missing or was not kept. */
export function contentOf(file: BundleFile | undefined): Bytes {
  return file?.content ?? new Uint8Array(0)
}

export function contentText(file: BundleFile | undefined): string | undefined {
  return textOf(contentOf(file))
}
