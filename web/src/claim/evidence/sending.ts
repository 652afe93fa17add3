// SPDX-License-Identifier: Apache-2.0
// Sending kept files.
import { newKey } from '../../base/api'
import { sendFile } from '../../base/upload'
import { partOf, type FileStore, type KeptFile } from './keep'

export interface SendKept {
  claim: string
  store: FileStore
  save: () => Promise<void>
  progress: (part: string, bytes: number) => void
}
/** Sends one file as one kind of proof, or what is missing of it; says so in its record before and after. */
export async function sendKept(kept: KeptFile, kind: string, by: SendKept): Promise<void> {
  const bytes = await by.store.bytes(kept.id)
  const isOriginal = kind === 'original'
  const blob = isOriginal ? bytes?.original : bytes?.blob
  const sha256 = isOriginal ? kept.original_sha256 : kept.sha256
  if (!blob || !sha256 || kept.sent[kind]?.done) return
  const mark = (kept.sent[kind] ??= { key: newKey() })
  await by.save()
  await sendFile(
    { claim: by.claim, kind, name: kept.name, blob, sha256, original_sha256: isOriginal ? undefined : (kept.original_sha256 ?? undefined), key: mark.key, upload: mark.upload },
    {
      progress: (sent) => by.progress(partOf(kept, kind), sent),
      begun: (upload) => {
        mark.upload = upload
        return by.save()
      },
    },
  )
  mark.done = true
  by.progress(partOf(kept, kind), blob.size)
  await by.save()
}
