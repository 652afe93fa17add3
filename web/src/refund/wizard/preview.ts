// SPDX-License-Identifier: Apache-2.0
// What filing would answer, asked again whenever the reason or an answer changes; the last answer stays on the page until the
// next one is there.
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { api, take, type Schemas } from '../../base/api'
import { asProblem, type Problem } from '../../base/problem'
import type { Position } from '../../claim/types'

export type PreviewRequest = Pick<Schemas['ClaimRequest'], 'reason' | 'facts'>
export interface Preview {
  position: ShallowRef<Position | undefined>
  problem: ShallowRef<Problem | undefined>
  busy: Ref<boolean>
  refresh: () => Promise<void>
}

export function usePreview(order: string, request: () => PreviewRequest): Preview {
  const position = shallowRef<Position>()
  const problem = shallowRef<Problem>()
  const busy = ref(false)
  let turn = 0

  async function refresh(): Promise<void> {
    const mine = ++turn
    busy.value = true
    try {
      const next = await take(api.POST('/v1/orders/{order}/claims/preview', { params: { path: { order } }, body: request() }))
      if (mine !== turn) return
      position.value = next
      problem.value = undefined
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  watch(() => JSON.stringify(request()), refresh, { immediate: true })
  return { position, problem, busy, refresh }
}
