// SPDX-License-Identifier: Apache-2.0
// What a picture says besides what it shows: whether a camera's notes (EXIF) are in it, and among them where it was taken. Read only to
// warn: a copy drawn anew has none of them, the original keeps them.

export interface Metadata {
  readonly exif: boolean
  readonly location: boolean
}

const NONE: Metadata = { exif: false, location: false }
const GPS_TAG = 0x8825

const ascii = (view: DataView, at: number, length: number): string => (at + length <= view.byteLength ? String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length)) : '')

/** The first directory of a TIFF block that begins at `start`. */
function ofTiff(view: DataView, start: number, end: number): Metadata {
  const isLittle = ascii(view, start, 2) === 'II'
  if (start + 8 > end) return { exif: true, location: false }
  const directory = start + view.getUint32(start + 4, isLittle)
  if (directory + 2 > end) return { exif: true, location: false }
  const count = view.getUint16(directory, isLittle)
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * 12
    if (entry + 12 > end) break
    if (view.getUint16(entry, isLittle) === GPS_TAG) return { exif: true, location: true }
  }
  return { exif: true, location: false }
}

function ofJpeg(view: DataView): Metadata {
  for (let at = 2; at + 4 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1)
    const length = view.getUint16(at + 2)
    if (marker === 0xda || length < 2) break
    const end = Math.min(at + 2 + length, view.byteLength)
    if (marker === 0xe1 && ascii(view, at + 4, 4) === 'Exif') return ofTiff(view, at + 10, end)
    at += 2 + length
  }
  return NONE
}

function ofChunks(view: DataView, start: number, name: string, isPng: boolean): Metadata {
  for (let at = start; at + 8 <= view.byteLength; ) {
    const length = isPng ? view.getUint32(at) : view.getUint32(at + 4, true)
    const type = ascii(view, isPng ? at + 4 : at, 4)
    if (type === name) return ofTiff(view, at + 8, Math.min(at + 8 + length, view.byteLength))
    at += isPng ? 12 + length : 8 + length + (length % 2)
  }
  return NONE
}

export function metadataOf(bytes: Uint8Array): Metadata {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 16) return NONE
  if (view.getUint16(0) === 0xffd8) return ofJpeg(view)
  if (ascii(view, 1, 3) === 'PNG') return ofChunks(view, 8, 'eXIf', true)
  if (ascii(view, 0, 4) === 'RIFF' && ascii(view, 8, 4) === 'WEBP') return ofChunks(view, 12, 'EXIF', false)
  return NONE
}
