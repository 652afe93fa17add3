// SPDX-License-Identifier: Apache-2.0
// Picked files, kept on this device until they were sent: a phone may end the tab while the camera is open, or in the middle
// of sending. What is known about a file is in the record of whoever picked it; its bytes have a record of their own.
import { markRaw } from 'vue'
import { dropDraft, readDraft, writeDraft } from '../../base/drafts'
import type { Prepared } from './prepare'

export interface KeptFile extends Omit<Prepared, 'blob' | 'original'> {
  /** Proofs that this file shows; it is sent once for each. */
  kinds: string[]
  /** By kind: the key that makes it once, the upload that was begun, whether it is there. */
  sent: Record<string, { key: string; upload?: string; done?: boolean }>
}
export interface Bytes {
  blob: Blob
  original: Blob | null
}
export interface FileStore {
  bytes: (id: string) => Promise<Bytes | undefined>
  add: (prepared: Prepared, kinds: string[]) => Promise<void>
  remove: (id: string) => Promise<void>
  setKinds: (id: string, kinds: string[]) => Promise<void>
  /** Forgets files whose bytes this device no longer has. */
  check: () => Promise<void>
  clear: () => Promise<void>
}

/** `record` holds the list and is kept under `name` by `save`. */
export function useFileStore(name: string, record: { files: KeptFile[] }, save: () => Promise<void>): FileStore {
  /** Bytes of this visit; a browser without storage has only these. */
  const memory = new Map<string, Bytes>()
  const place = (id: string): string => `${name}/${id}`
  const bytes = async (id: string): Promise<Bytes | undefined> => memory.get(id) ?? (await readDraft<Bytes>(place(id)).catch(() => undefined))
  const forget = (id: string): Promise<void> => {
    memory.delete(id)
    return dropDraft(place(id)).catch(() => undefined)
  }
  return {
    bytes,
    async add({ blob, original, ...rest }, kinds) {
      memory.set(rest.id, markRaw({ blob, original }))
      await writeDraft(place(rest.id), { blob, original }).catch(() => undefined)
      const file: KeptFile = { ...rest, kinds, sent: {} }
      const at = record.files.findIndex((one) => one.id === rest.id)
      if (at < 0) record.files.push(file)
      else record.files[at] = file
      await save()
    },
    async remove(id) {
      record.files = record.files.filter((file) => file.id !== id)
      await save()
      await forget(id)
    },
    async setKinds(id, kinds) {
      const file = record.files.find((one) => one.id === id)
      if (file) file.kinds = kinds
      await save()
    },
    async check() {
      const there = await Promise.all(record.files.map((file) => bytes(file.id)))
      record.files = record.files.filter((_, at) => there[at] !== undefined)
    },
    async clear() {
      await Promise.all(record.files.map((file) => forget(file.id)))
      record.files = []
    },
  }
}

export const partOf = (file: Pick<KeptFile, 'id'>, kind: string): string => `${file.id}/${kind}`

/** A copy whose original may follow: nothing on it was covered. */
export const mayFollow = (kept: KeptFile): boolean => kept.original_sha256 !== null && kept.boxes.length === 0
