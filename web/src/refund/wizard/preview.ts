// SPDX-License-Identifier: Apache-2.0
// What filing would answer, asked again whenever the reason or an answer changes; the last answer stays on the page until the
// next one is there. Where evidence is missing, also what happens once it is complete, and what evidence may help besides.
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { api, take, type Schemas } from '../../base/api'
import { asProblem, type Problem } from '../../base/problem'
import type { Position, Ruling } from '../../claim/types'

export type PreviewRequest = Pick<Schemas['ClaimRequest'], 'reason' | 'facts'>
/** What follows when all evidence is there. */
export interface Afterwards {
  disposition: string
  answer_s: number | null
  silence: string | null
  review_s: number | null
  optional: string[]
}
export interface Preview {
  position: ShallowRef<Position | undefined>
  after: ShallowRef<Afterwards | undefined>
  problem: ShallowRef<Problem | undefined>
  busy: Ref<boolean>
  refresh: () => Promise<void>
}

interface Decided {
  disposition?: string
  deadlines?: { merchant_answer_s: number | null; silence: string | null; review_s: number | null }
}

async function askAfterwards(order: string, request: PreviewRequest, ruling: Ruling): Promise<Afterwards | undefined> {
  const proofs = Object.fromEntries(ruling.evidence.map((line) => [line.any_of[0]?.kind ?? '', 'accepted']))
  const facts = { ...request.facts, ...proofs, reason: request.reason }
  const { whatif } = await take(api.POST('/v1/orders/{order}/whatif', { params: { path: { order } }, body: { facts } }))
  const decision = whatif.answer?.decision as Decided | undefined
  const optional = whatif.possible.find((one) => one.clause === ruling.clause)?.optional ?? []
  if (!decision?.disposition) return { disposition: '', answer_s: null, silence: null, review_s: null, optional }
  const { merchant_answer_s: answer_s = null, silence = null, review_s = null } = decision.deadlines ?? {}
  return { disposition: decision.disposition, answer_s, silence, review_s, optional }
}

export function usePreview(order: string, request: () => PreviewRequest | undefined): Preview {
  const position = shallowRef<Position>()
  const after = shallowRef<Afterwards>()
  const problem = shallowRef<Problem>()
  const busy = ref(false)
  let turn = 0

  async function refresh(): Promise<void> {
    const body = request()
    if (!body) return
    const mine = ++turn
    busy.value = true
    try {
      const next = await take(api.POST('/v1/orders/{order}/claims/preview', { params: { path: { order } }, body }))
      if (mine !== turn) return
      position.value = next
      after.value = problem.value = undefined
      busy.value = false
      const ruling = next.ruling
      if (ruling?.disposition !== 'missing_evidence' || ruling.evidence.length === 0) return
      const more = await askAfterwards(order, body, ruling).catch(() => undefined)
      if (mine === turn) after.value = more
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  watch(() => JSON.stringify(request() ?? null), refresh, { immediate: true })
  return { position, after, problem, busy, refresh }
}
