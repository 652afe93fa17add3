// SPDX-License-Identifier: Apache-2.0
// A BagIt 1.0 bag (RFC 8493): every file of the payload in a manifest of SHA-256, every other file in another, both as sha256sum reads
// them. Nothing in it is signed, and nothing in it says that it were.
import { sha256 } from './sha256'
import { sizeOf, tarParts, type Entry } from './tar'

export interface Bag {
  readonly folder: string
  readonly archive: Blob
  /** SHA-256 of the manifest of the manifests: it stands for every byte of the payload. */
  readonly id: string
  readonly files: number
}

const encoder = new TextEncoder()
export const text = (content: string): Uint8Array<ArrayBuffer> => encoder.encode(content)

async function manifest(entries: readonly Entry[], onFile: () => void): Promise<string> {
  const lines: string[] = []
  for (const { path, content } of entries) {
    lines.push(`${await sha256(content)}  ${path}\n`)
    onFile()
  }
  return lines.join('')
}

/** payload: paths below data/. info: lines of bag-info.txt, in their order. */
export async function makeBag(
  folder: string,
  payload: readonly Entry[],
  info: readonly (readonly [string, string])[],
  time_s: number,
  onProgress?: (done: number) => void,
): Promise<Bag> {
  const sorted = [...payload].map((entry) => ({ ...entry, path: `data/${entry.path}` })).sort((a, b) => (a.path < b.path ? -1 : 1))
  const bytes = sorted.reduce((sum, entry) => sum + sizeOf(entry.content), 0)
  let done = 0
  const files = await manifest(sorted, () => onProgress?.(++done / sorted.length))
  const lines = [...info, ['Payload-Oxum', `${bytes}.${sorted.length}`] as const].map(([name, value]) => `${name}: ${value}\n`)
  const tags: Entry[] = [
    { path: 'bag-info.txt', content: text(lines.join('')) },
    { path: 'bagit.txt', content: text('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n') },
    { path: 'manifest-sha256.txt', content: text(files) },
  ]
  const tagManifest = text(await manifest(tags, () => undefined))
  const all = [...tags, { path: 'tagmanifest-sha256.txt', content: tagManifest }, ...sorted]
  const archive = new Blob(tarParts(folder, all, time_s), { type: 'application/x-tar' })
  return { folder, archive, id: await sha256(tagManifest), files: sorted.length }
}
