// SPDX-License-Identifier: Apache-2.0
// What becomes of a picked file before it is kept and sent: pictures are copied and stamped, recordings and documents stay as
// they are; each has the hash of what will be sent, and a copy the hash of its original.
import { newKey } from '../../base/api'
import { FILE_BYTES_MAX } from '../../base/upload'
import { sha256Hex } from '../sha256'
import { isPicture, isRecording } from './kinds'
import { decode, stamp, type Box, type StampWords } from './stamp'

export interface Prepared {
  id: string
  name: string
  type: string
  size: number
  sha256: string
  original_sha256: string | null
  boxes: Box[]
  blob: Blob
  /** Kept until it was sent, so that black boxes can still be changed. Null where the file itself is sent. */
  original: Blob | null
}
/** Why a file cannot be taken. */
export class NotTaken extends Error {
  constructor(readonly why: 'type' | 'size' | 'empty' | 'unreadable') {
    super(why)
  }
}

const DOCUMENT = 'application/pdf'

export async function prepare(file: File, words: StampWords): Promise<Prepared> {
  if (file.size === 0) throw new NotTaken('empty')
  if (isPicture(file.type)) return copyOf({ id: newKey(), name: file.name, original: file, boxes: [] }, words)
  if (!isRecording(file.type) && file.type !== DOCUMENT) throw new NotTaken('type')
  if (file.size > FILE_BYTES_MAX) throw new NotTaken('size')
  const sha256 = await sha256Hex(await bytesOf(file))
  return { id: newKey(), name: file.name, type: file.type, size: file.size, sha256, original_sha256: null, boxes: [], blob: file, original: null }
}

/** The stamped copy of a picture, again with other black boxes when the person changes them. */
export async function copyOf(from: { id: string; name: string; original: Blob; boxes: readonly Box[] }, words: StampWords): Promise<Prepared> {
  const original = await sha256Hex(await bytesOf(from.original))
  const bitmap = await decode(from.original).catch(() => {
    throw new NotTaken('unreadable')
  })
  try {
    const blob = await stamp(bitmap, words, original, from.boxes)
    const sha256 = await sha256Hex(await bytesOf(blob))
    const name = from.name.replace(/\.\w+$/, '') + '.jpg'
    return { id: from.id, name, type: blob.type, size: blob.size, sha256, original_sha256: original, boxes: [...from.boxes], blob, original: from.original }
  } finally {
    bitmap.close()
  }
}

async function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  return blob.arrayBuffer().catch(() => {
    throw new NotTaken('unreadable')
  })
}
