// SPDX-License-Identifier: Apache-2.0
// Files of a case: picked, hashed, kept; copies of pictures; and addresses under which this page shows them.
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { sha256 } from '../bundle/sha256'
import { newEvidence, type Box, type Case, type Evidence } from '../model'
import { copyOf } from '../photo/copy'
import { stampLines } from '../photo/stamp'
import { readFile, writeWithFile, writeWithoutItem, type Which } from '../store/cases'
import type { TaskCode } from '../tasks'
import { momentOfFile, newId, nowMoment } from './now'

export const FILE_BYTES_MAX = 300 * 1024 * 1024
export const ACCEPTED = 'image/*,video/*,application/pdf,text/plain'

export class FileTooLarge extends Error {}

export async function addFile(of: Case, task: TaskCode, file: File, onProgress: (done: number) => void): Promise<void> {
  if (file.size > FILE_BYTES_MAX) throw new FileTooLarge()
  const hash = await sha256(file, onProgress)
  const item: Evidence = {
    ...newEvidence(newId(), task),
    file: { name: file.name, type: file.type, size: file.size, sha256: hash, modified: momentOfFile(file), added: nowMoment() },
  }
  const bytes = file.slice(0, file.size, file.type) // the database makes a copy of its own: the album's may go away
  const next = { ...of, evidence: [...of.evidence, item] }
  await writeWithFile(next, item.id, 'original', bytes)
  of.evidence.push(item)
}

export async function dropItem(of: Case, item: Evidence): Promise<void> {
  const rest = of.evidence.filter((other) => other.id !== item.id)
  await writeWithoutItem({ ...of, evidence: rest }, item.id)
  of.evidence = rest
}

/** Draws the copy anew, with these places hidden and with or without the band below. */
export async function makeCopy(of: Case, item: Evidence, hidden: readonly Box[], stamped: boolean): Promise<void> {
  const original = await readFile(item.id, 'original')
  if (!original || !item.file) return
  const copy = await copyOf(original, hidden, stamped ? stampLines(of, item.file.sha256, nowMoment(), of.language) : [])
  const made = { size: copy.size, sha256: await sha256(copy), hidden: hidden.map((box) => ({ ...box })), stamped }
  const next = of.evidence.map((other) => (other.id === item.id ? { ...item, copy: made, shown: 'copy' as const } : other))
  await writeWithFile({ ...of, evidence: next }, item.id, 'copy', copy)
  item.copy = made
  item.shown = 'copy'
}

/** An address of this page for a kept file, taken back when it is no longer shown. `version` asks for it again. */
export function useFileUrl(item: () => string, which: () => Which, version: () => unknown): Ref<string> {
  const url = ref('')
  let gone = false
  const release = (): void => {
    if (url.value) URL.revokeObjectURL(url.value)
    url.value = ''
  }
  watch(
    () => [item(), which(), version()] as const,
    async ([id, wanted]) => {
      const file = await readFile(id, wanted).catch(() => undefined)
      if (gone || id !== item() || wanted !== which()) return
      release()
      if (file) url.value = URL.createObjectURL(file)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    gone = true
    release()
  })
  return url
}
