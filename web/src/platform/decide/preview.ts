// SPDX-License-Identifier: Apache-2.0
// What the decision would be, asked of the server a moment after the last change; an older answer never replaces a newer one.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { api, take } from '../../base/api'
import { asProblem, type Problem } from '../../base/problem'
import type { Preview, PreviewBody } from './compose'

const AFTER_MS = 400

export interface Previewing {
  preview: ShallowRef<Preview | undefined>
  problem: ShallowRef<Problem | undefined>
  /** What is shown is older than what was entered. */
  stale: Ref<boolean>
  ask: () => Promise<void>
}

export function usePreview(claim: string, body: () => PreviewBody, version: () => number): Previewing {
  const preview = shallowRef<Preview>()
  const problem = shallowRef<Problem>()
  const stale = ref(true)
  let turn = 0
  let timer: number | undefined

  async function ask(): Promise<void> {
    window.clearTimeout(timer)
    const mine = ++turn
    try {
      const found = await take(api.POST('/v1/claims/{claim}/decision/preview', { params: { path: { claim } }, body: body() }))
      if (mine !== turn) return
      preview.value = found
      problem.value = undefined
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    }
    if (mine === turn) stale.value = false
  }
  watch(
    () => JSON.stringify([body(), version()]),
    () => {
      stale.value = true
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void ask(), AFTER_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    turn++
    window.clearTimeout(timer)
  })
  return { preview, problem, stale, ask }
}
