// SPDX-License-Identifier: Apache-2.0
// Revealing: the notice, the confirmation, and the secrets, which live in this object and nowhere else. They are gone when
// the page is left, also into the browser's page cache.
import { onScopeDispose, ref, shallowRef } from 'vue'
import { api, newKey, take, write, type Schemas } from '../../base/api'
import { asProblem } from '../../base/problem'
import { useAction } from '../../base/resource'
import { t } from '../../base/words'
import { toast } from '../../ui/toasts'

export type Notice = Schemas['RevealNotice']
export type Shown = Schemas['Revealed']['cards'][number]
type Side = { clause: string; disposition: string; title_zh: string; title_en: string }
export type Change = Notice['changes'][number] & { before: Side; after: Side }

/** Reasons to which the same happens before and the same after, in one line. What does not change is left out. */
export function groupChanges(notice: Notice): { before: string; after: string; reasons: Change[] }[] {
  const groups = new Map<string, { before: string; after: string; reasons: Change[] }>()
  for (const change of notice.changes as Change[]) {
    const before = change.before.disposition
    const after = change.after.disposition
    if (before === after) continue
    const group = groups.get(`${before} ${after}`) ?? { before, after, reasons: [] }
    group.reasons.push(change)
    groups.set(`${before} ${after}`, group)
  }
  return [...groups.values()]
}

/** `onShown`: a card is on the screen. `onChanged`: the order is no longer what the page shows. */
export function useReveal(order: string, onShown: () => void, onChanged: () => void) {
  const path = { params: { path: { order } } }
  const open = ref(false)
  const notice = shallowRef<Notice>()
  const changed = ref(false)
  const shown = shallowRef<Shown[]>([])

  async function fetchNotice(): Promise<Notice> {
    return (notice.value = await take(api.GET('/v1/orders/{order}/reveal', path)))
  }
  async function post(card: string | undefined, key = newKey()): Promise<void> {
    const body = { notice: notice.value!.notice, ...(card ? { card_id: card } : {}) }
    const answer = await write((again) => api.POST('/v1/orders/{order}/reveal', { params: { path: { order }, header: { 'Idempotency-Key': again } }, body }), key)
    const fresh = new Set(answer.cards.map((one) => one.id))
    shown.value = [...shown.value.filter((one) => !fresh.has(one.id)), ...answer.cards]
  }
  /** The notice is good for ten minutes. A new one that says the same needs no second question; one that differs does. */
  async function postFresh(card: string | undefined): Promise<boolean> {
    try {
      await post(card)
      return true
    } catch (error) {
      const code = asProblem(error).code
      if (code !== 'notice_expired' && code !== 'notice_invalid') throw error
    }
    const before = notice.value
    const now = await fetchNotice()
    changed.value = JSON.stringify(now.changes) !== JSON.stringify(before?.changes)
    if (changed.value) return false
    await post(card)
    toast(t('reveal.expired'))
    return true
  }

  /** When somebody else was faster, such as a refund, the page shows how the order stands beside what did not work. */
  async function orChanged(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (asProblem(error).cause_ === 'changed') onChanged()
      throw error
    }
  }

  /** Shows what revealing changes; nothing is revealed yet. */
  const ask = useAction(() =>
    orChanged(async () => {
      changed.value = false
      await fetchNotice()
      open.value = true
    }),
  )
  /** Reveals one card, or all of the order. */
  const show = useAction((card?: string) =>
    orChanged(async () => {
      if (!(await postFresh(card))) return
      open.value = false
      onShown()
    }),
  )
  /** Cards that were seen before are shown again without a warning. */
  const again = useAction((cards: readonly string[]) =>
    orChanged(async () => {
      await fetchNotice()
      for (const card of cards) await postFresh(card)
    }),
  )
  function hide(): void {
    shown.value = []
  }
  window.addEventListener('pagehide', hide)
  onScopeDispose(() => {
    hide()
    window.removeEventListener('pagehide', hide)
  })
  return { open, notice, changed, shown, ask, show, again, hide }
}
export type Reveal = ReturnType<typeof useReveal>
