// SPDX-License-Identifier: Apache-2.0
// Importing in pieces that the server takes: first all of them dry, then those that passed. A piece keeps its key, so that
// going on after a break never imports it twice.
import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { api, newKey, take, write, type Schemas } from '../../base/api'
import { useAction, type Action } from '../../base/resource'
import { words } from '../../base/words'
import type { Card } from './read'
import { pieces, sift, type Refused } from './sift'

export interface Batch {
  name: string
  source: string
  cost: number | undefined
}

export interface Import {
  checked: Ref<{ good: Card[]; refused: Refused[] } | undefined>
  progress: { done: number; of: number }
  accepted: Ref<number>
  lost: Ref<Refused[]>
  batch: Ref<Schemas['Imported']['batch']>
  left: ComputedRef<number>
  finished: Ref<boolean>
  dry: Action<[Card[]], void>
  run: Action<[Batch], void>
  reset: () => void
}

export function useImport(product: () => string): Import {
  const checked = ref<{ good: Card[]; refused: Refused[] }>()
  const progress = reactive({ done: 0, of: 0 })
  const accepted = ref(0)
  const lost = ref<Refused[]>([])
  const batch = ref<Schemas['Imported']['batch']>(null)
  const finished = ref(false)
  let waiting: { cards: Card[]; key: string }[] | undefined

  const path = () => ({ product: product() })
  function reset(): void {
    checked.value = undefined
    waiting = undefined
    accepted.value = 0
    lost.value = []
    batch.value = null
    finished.value = false
    Object.assign(progress, { done: 0, of: 0 })
  }
  function refusals(cards: readonly Card[], answer: Schemas['Imported']): Refused[] {
    return answer.refused.flatMap((one) => {
      const card = cards[one.position]
      return card ? [{ card, why: words(one.words) }] : []
    })
  }

  const dry = useAction(async (cards: Card[]) => {
    reset()
    const { good, refused } = sift(cards)
    const passed: Card[] = []
    Object.assign(progress, { done: 0, of: good.length })
    for (const piece of pieces(good)) {
      const body = { cards: piece.map((card) => card.value), dry_run: true }
      const answer = await take(api.POST('/v1/products/{product}/cards', { params: { path: path(), header: { 'Idempotency-Key': newKey() } }, body }))
      const bad = refusals(piece, answer)
      refused.push(...bad)
      passed.push(...piece.filter((card) => !bad.some((one) => one.card === card)))
      progress.done += piece.length
    }
    checked.value = { good: passed, refused: refused.sort((a, b) => a.card.number - b.card.number) }
  })

  const run = useAction(async (into: Batch) => {
    waiting ??= pieces(checked.value?.good ?? []).map((cards) => ({ cards, key: newKey() }))
    Object.assign(progress, { done: accepted.value + lost.value.length, of: checked.value?.good.length ?? 0 })
    for (let next = waiting[0]; next; next = waiting[0]) {
      const { cards, key } = next
      const first = accepted.value === 0 && lost.value.length === 0
      const about = { ...(into.name ? { name: into.name } : {}), ...(into.source ? { source: into.source } : {}), ...(first && into.cost !== undefined ? { cost: into.cost } : {}) }
      const body = { cards: cards.map((card) => card.value), batch: about }
      const answer = await write((same) => api.POST('/v1/products/{product}/cards', { params: { path: path(), header: { 'Idempotency-Key': same } }, body }), key)
      accepted.value += answer.accepted
      lost.value = [...lost.value, ...refusals(cards, answer)]
      batch.value = answer.batch ?? batch.value
      progress.done += cards.length
      waiting.shift()
    }
    finished.value = true
    checked.value = undefined
  })
  const left = computed(() => (checked.value?.good.length ?? 0) - accepted.value - lost.value.length)
  return { checked, progress, accepted, lost, batch, left, finished, dry, run, reset }
}
