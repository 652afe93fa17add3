// SPDX-License-Identifier: Apache-2.0
// One button: file the claim, send its files, let the rule look again. Every step is written down before the next, under a key
// that makes it once; so it can be broken off anywhere (network, reload, a killed tab) and goes on where it was.
import { reactive } from 'vue'
import { api, take, write, type Schemas } from '../../base/api'
import { asProblem, Problem } from '../../base/problem'
import { linkClaim } from '../../base/secrets'
import { mayFollow } from '../../claim/evidence/keep'
import type { SendKept } from '../../claim/evidence/sending'
import type { Claim } from '../../claim/types'
import type { DraftStore } from './draft'

export interface Sending {
  running: boolean
  problem: Problem | undefined
  /** The file that `problem` is about; it can be left out. */
  refused: string
  /** Bytes by file and kind. */
  sent: Record<string, number>
  filed: boolean
  result: Claim | undefined
  /** Originals that are still being sent after the claim itself was done. */
  behind: boolean
}
export interface Submission {
  state: Sending
  run: (body: Schemas['ClaimRequest']) => Promise<void>
  /** Goes on with what an earlier visit began. */
  resume: () => Promise<void>
}
const WAITS_MS = [1000, 3000]
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function useSubmission(order: string, store: DraftStore): Submission {
  const state = reactive<Sending>({ running: false, problem: undefined, refused: '', sent: {}, filed: false, result: undefined, behind: false }) as Sending
  const { draft } = store

  async function file(): Promise<void> {
    const request = draft.request
    if (draft.claim || !request) return
    const position = await write((key) => api.POST('/v1/orders/{order}/claims', { params: { path: { order }, header: { 'Idempotency-Key': key } }, body: request }), draft.key)
    if (!position.claim) return
    draft.claim = position.claim
    linkClaim(position.claim, order)
    await store.save()
  }
  const by = (): SendKept => ({ claim: draft.claim, store: store.files, save: store.save, progress: (part, bytes) => (state.sent[part] = bytes) })
  /** A step that the network broke is tried again by itself before the person is asked. */
  async function again(step: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await step()
      } catch (error) {
        const problem = asProblem(error)
        const wait = WAITS_MS[attempt]
        if (problem.cause_ !== 'network' || wait === undefined || !navigator.onLine) throw problem
        await sleep(wait)
      }
    }
  }
  /** Fetched only when there are files. */
  const sender = () => import('../../claim/evidence/sending').catch(() => Promise.reject(new Problem('network', 0)))
  async function sendAll(): Promise<void> {
    if (draft.files.length === 0) return
    const { sendKept } = await sender()
    for (const kept of [...draft.files])
      for (const kind of kept.kinds) {
        state.refused = kept.id
        await again(() => sendKept(kept, kind, by()))
        state.refused = ''
      }
  }
  async function finish(): Promise<void> {
    const path = { claim: draft.claim }
    let claim = await take(api.GET('/v1/claims/{claim}', { params: { path } }))
    // The server applies the rule by itself when the last proof came; where it did not, it is asked to.
    if (draft.files.length && claim.ruling?.disposition !== 'missing_evidence' && claim.actions.some((one) => one.action === 'complete_evidence')) {
      await write((key) => api.POST('/v1/claims/{claim}/actions', { params: { path, header: { 'Idempotency-Key': key } }, body: { action: 'complete_evidence' } }))
      claim = await take(api.GET('/v1/claims/{claim}', { params: { path } }))
    }
    state.result = claim
  }
  /** What the person asked for besides: the claim does not wait for it. */
  async function originals(): Promise<void> {
    const wanted = draft.sendOriginals ? draft.files.filter(mayFollow) : []
    state.behind = wanted.length > 0
    const { sendKept } = await sender()
    for (const kept of wanted) await again(() => sendKept(kept, 'original', by()))
    state.behind = false
  }

  async function go(): Promise<void> {
    if (state.running) return
    state.running = true
    state.problem = undefined
    state.refused = ''
    try {
      await again(file)
      state.filed = true
      await sendAll().catch((error: unknown) => {
        // Ended meanwhile by the other side or the clock: the result says how, and no file is missing any more.
        if (asProblem(error).code !== 'claim_closed') throw error
        state.refused = ''
      })
      await again(finish)
    } catch (error) {
      state.problem = asProblem(error)
      // What the server does not take is put right by the person: back to the form, everything kept.
      if (!draft.claim && state.problem.cause_ !== 'network') draft.stage = 'edit'
      await store.save()
    } finally {
      state.running = false
    }
    if (!state.result) return
    await originals().catch(() => (state.behind = false))
    await store.drop()
  }
  return {
    state,
    resume: go,
    async run(request) {
      draft.request = request
      draft.stage = 'sending'
      await store.save()
      await go()
    },
  }
}
