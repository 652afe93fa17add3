// SPDX-License-Identifier: Apache-2.0
// The archive's bytes, wherever they are: read piece by piece, since a bundle with recordings is larger than memory should hold.
import type { Bytes } from '../form/bytes'
import { Fault } from '../form/fault'

export interface Source {
  readonly size: number
  /** Fills all `length` bytes or fails. */
  read(offset: number, length: number): Promise<Bytes>
}

export function sourceOfBytes(bytes: Bytes): Source {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  }
}

const WINDOW_BYTES = 1024 * 1024

/** A file of the visitor's. Small reads are served from one window, for a file has many headers. */
export function sourceOfBlob(blob: Blob): Source {
  let window: Bytes = new Uint8Array(0)
  let start = 0
  async function fetchBytes(offset: number, length: number): Promise<Bytes> {
    try {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer())
    } catch {
      throw new Fault('source_unreadable', 'the file cannot be read any more')
    }
  }
  return {
    size: blob.size,
    async read(offset, length) {
      if (length > WINDOW_BYTES) return fetchBytes(offset, length)
      if (offset < start || offset + length > start + window.length) {
        window = await fetchBytes(offset, WINDOW_BYTES)
        start = offset
      }
      return window.subarray(offset - start, offset - start + length)
    },
  }
}
