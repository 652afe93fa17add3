// SPDX-License-Identifier: Apache-2.0
// What a buyer has entered and picked for a refund, kept on this device until it is sent.
import { reactive } from 'vue'
import { dropDraft, readDraft, writeDraft } from '../../base/drafts'
import { newKey, type Schemas } from '../../base/api'
import { useFileStore, type FileStore, type KeptFile } from '../../claim/evidence/keep'

export interface RefundDraft {
  /** Chosen by the person; empty while it is what the page proposed. */
  reason: string
  facts: Record<string, string | number>
  statement: string
  keyChecked: boolean
  sendOriginals: boolean
  files: KeptFile[]
  stage: 'edit' | 'sending'
  /** What was asked for when the button was pressed. */
  request: Schemas['ClaimRequest'] | null
  /** Makes the claim once, however often filing is tried. */
  key: string
  claim: string
}
const empty = (): RefundDraft => ({ reason: '', facts: {}, statement: '', keyChecked: false, sendOriginals: false, files: [], stage: 'edit', request: null, key: newKey(), claim: '' })

export interface DraftStore {
  draft: RefundDraft
  files: FileStore
  load: () => Promise<void>
  save: () => Promise<void>
  drop: () => Promise<void>
}

export function useRefundDraft(order: string): DraftStore {
  const name = `refund/${order}`
  const draft = reactive(empty())
  let ended = false

  async function save(): Promise<void> {
    if (!ended) await writeDraft(name, JSON.parse(JSON.stringify(draft))).catch(() => undefined)
  }
  const files = useFileStore(name, draft, save)
  return {
    draft,
    files,
    save,
    async load() {
      const kept = await readDraft<RefundDraft>(name).catch(() => undefined)
      if (!kept) return
      Object.assign(draft, kept)
      await files.check()
    },
    async drop() {
      ended = true
      await files.clear()
      await dropDraft(name).catch(() => undefined)
    },
  }
}
