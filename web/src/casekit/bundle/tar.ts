// SPDX-License-Identifier: Apache-2.0
// A tar archive (ustar): the same entries and time make the same bytes. The files are not copied: what comes back are the parts of a Blob.

const BLOCK = 512
const NAME_MAX = 100
const encoder = new TextEncoder()

export interface Entry {
  /** ASCII, relative. */
  readonly path: string
  readonly content: Blob | Uint8Array<ArrayBuffer>
}

export function sizeOf(content: Entry['content']): number {
  return content instanceof Blob ? content.size : content.length
}

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`

function header(path: string, size: number, time_s: number): Uint8Array<ArrayBuffer> {
  if (path.length > NAME_MAX || !/^[\x20-\x7e]+$/.test(path)) throw new RangeError(`${path} cannot be the name of a file in the archive`)
  const block = new Uint8Array(BLOCK)
  const put = (at: number, text: string): void => block.set(encoder.encode(text), at)
  put(0, path)
  put(100, octal(0o644, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size, 11))
  put(136, octal(time_s, 11))
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\0' + '00')
  put(148, `${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `)
  return block
}

export function tarParts(folder: string, entries: readonly Entry[], time_s: number): (Blob | Uint8Array<ArrayBuffer>)[] {
  const parts = entries.flatMap(({ path, content }) => {
    const size = sizeOf(content)
    return [header(`${folder}/${path}`, size, time_s), content, new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK)]
  })
  return [...parts, new Uint8Array(2 * BLOCK)]
}
