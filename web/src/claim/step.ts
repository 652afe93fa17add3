// SPDX-License-Identifier: Apache-2.0
// One step of a claim, taken on what the person was looking at (If-Match). When somebody else was quicker, or the deadline
// passed meanwhile, nothing is done: the claim is read again, what happened since is kept for the page, and input stays.
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { api, newKey, write } from '../base/api'
import { asProblem, type Problem } from '../base/problem'
import { useAction, type Action } from '../base/resource'
import { linkClaim } from '../base/secrets'
import type { ActionBody, ActionName, Claim, ClaimEvent, Position, Side } from './types'

export const lastSequence = (claim: Pick<Claim, 'events'>): number => claim.events[claim.events.length - 1]?.sequence ?? 0

/** What this side did last, when it is one of these: the step was taken, in another window or here with an answer that never came. */
export function takenBy(side: Side, claim: Pick<Claim, 'events'>, actions: readonly ActionName[]): ClaimEvent | undefined {
  const last = claim.events.at(-1)
  return last?.by === side && actions.some((one) => one === last.event) ? last : undefined
}

export interface Step extends Action<[ActionBody], Position> {
  /** Events after this sequence are news to the person; undefined while there are none. */
  since: Ref<number | undefined>
  /** The step was taken: the page may leave. */
  taken: Ref<boolean>
}

export function useStep(claim: () => Claim, refresh: () => Promise<unknown>): Step {
  const since = ref<number>()
  const taken = ref(false)
  let sent = { body: '', version: 0, key: '' }

  async function refused(problem: Problem, seen: number): Promise<void> {
    if (problem.cause_ !== 'changed' && problem.code !== 'claim_actor_not_allowed') return
    await refresh()
    since.value = lastSequence(claim()) > seen ? seen : undefined
  }
  const action = useAction(async (body: ActionBody) => {
    const { claim: id, version, order } = claim()
    const seen = lastSequence(claim())
    taken.value = false
    const text = JSON.stringify(body)
    // The same press again, after an outcome that nobody knows, carries the same key on the same version: it is done once,
    // even when it was done already and the page shows the claim as it is since.
    if (text !== sent.body) sent = { body: text, version, key: newKey() }
    try {
      const position = await write(
        (one) => api.POST('/v1/claims/{claim}/actions', { params: { path: { claim: id }, header: { 'Idempotency-Key': one, 'If-Match': `"${sent.version}"` } }, body }),
        sent.key,
      )
      sent.body = ''
      since.value = undefined
      taken.value = true
      linkClaim(id, order)
      await refresh()
      return position
    } catch (error) {
      const problem = asProblem(error)
      if (problem.code !== 'network' && problem.code !== 'outcome_unknown') sent.body = ''
      await refused(problem, seen).catch(() => undefined)
      throw problem
    }
  })
  return { ...action, since, taken }
}

/** Long enough to see that something changed before a press counts again. */
const LOOK_MS = 1500

/**
 * What happened since somebody began a step (`began` changes when they begin anew), be it told by the live connection or by
 * the step's refusal. `fresh`: it has only just come, so a press may have been meant for what was there before.
 */
export function useNews(sequence: () => number, step: Step, began: () => unknown = () => 0): { since: ComputedRef<number | undefined>; fresh: () => boolean } {
  const seen = ref(sequence())
  let came = 0
  watch(began, () => {
    seen.value = sequence()
    came = 0
  })
  watch(sequence, (_, before) => {
    if (seen.value === 0) seen.value = before
    came = Date.now()
  })
  const since = computed(() => (step.taken.value ? undefined : (step.since.value ?? (sequence() > seen.value ? seen.value : undefined))))
  return { since, fresh: () => since.value !== undefined && Date.now() - came < LOOK_MS }
}
