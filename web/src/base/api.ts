// SPDX-License-Identifier: Apache-2.0
// The typed client of the API. Every path, parameter and answer has its type from docs/openapi.yaml. `take` turns an
// answer into its data or throws a Problem; `write` repeats a request with the same key when the network or the server
// cannot say whether it was done.
import createClient from 'openapi-fetch'
import type { components, paths } from '../generated/api'
import { takeEarly, takeFirst } from './boot'
import { learnTime } from './clock'
import { expired } from './expiry'
import { asProblem, Problem, type ProblemBody } from './problem'
import { orderOfClaim, secretOfOrder } from './secrets'

export type Schemas = components['schemas']

/** Desks of accounts never send a guest's secret, even when the device has one. */
let asGuest = true
export function useGuestSecrets(on: boolean): void {
  asGuest = on
}

/** The secret that opens what a path names, if this device has it. */
export function secretFor(path: string): string | undefined {
  if (!asGuest) return undefined
  const order = /\/orders\/(ord_\w+)/.exec(path)?.[1] ?? /[?&]order=(ord_\w+)/.exec(path)?.[1]
  if (order) return secretOfOrder(order)
  const claim = /\/claims\/(clm_\w+)/.exec(path)?.[1]
  const owner = claim ? orderOfClaim(claim) : undefined
  return owner ? secretOfOrder(owner) : undefined
}

/** Headers of a request that the typed client does not make itself: uploads, event streams, files. */
export function pageHeaders(path: string): Record<string, string> {
  const secret = secretFor(path)
  return secret ? { 'Shuntui-Page': '1', 'Shuntui-Order-Secret': secret } : { 'Shuntui-Page': '1' }
}

async function fetchOrBoot(request: Request): Promise<Response> {
  // The HTML was answered for the session; with a guest's secret the answer may be another.
  const first = request.headers.has('Shuntui-Order-Secret') ? undefined : takeFirst(request.method, request.url)
  if (first) return first
  const early = takeEarly(request.method, request.url, request.headers.get('Shuntui-Order-Secret'))
  if (early) {
    const answer = await early.catch(() => undefined)
    if (answer) return answer
  }
  const response = await fetch(request)
  learnTime(response.headers.get('Date'))
  return response
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchOrBoot })
api.use({
  onRequest({ request }) {
    const path = new URL(request.url)
    for (const [name, value] of Object.entries(pageHeaders(path.pathname + path.search)))
      if (!request.headers.has(name)) request.headers.set(name, value)
    return request
  },
})

type Answer<T> = { data?: T; error?: unknown; response: Response }

function problemOf(answer: Answer<unknown>): Problem {
  const body = (answer.error ?? {}) as Partial<ProblemBody>
  const url = new URL(answer.response.url || location.href)
  if (answer.response.status === 401 && !secretFor(url.pathname + url.search)) expired.value = true
  return new Problem(body.code ?? 'unknown', answer.response.status, body, answer.response.headers.get('Request-Id'))
}

/** The data of an answer; throws a Problem when there is none. */
export async function take<T>(promise: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await promise
  } catch (error) {
    throw asProblem(error)
  }
  if (!answer.response.ok) throw problemOf(answer)
  return answer.data as T
}

/** As take, with the entity tag of what was read, for a later If-Match. */
export async function takeTagged<T>(promise: Promise<Answer<T>>): Promise<{ data: T; etag: string | null }> {
  let tag: string | null = null
  const data = await take(promise.then((answer) => ((tag = answer.response.headers.get('ETag')), answer)))
  return { data, etag: tag }
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const WAITS_MS = [400, 1200, 3000]
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs a writing request. When its outcome is unknown it is repeated with the same Idempotency-Key: the server does it
 * once and answers the same. Keep the key yourself (second argument) to go on after the person presses again. */
export async function write<T>(run: (key: string) => Promise<Answer<T>>, key = newKey()): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await take(run(key))
    } catch (error) {
      const problem = asProblem(error)
      const again = problem.code === 'network' || problem.code === 'outcome_unknown' || problem.code === 'store_busy'
      const wait = WAITS_MS[attempt]
      if (!again || wait === undefined) throw problem
      await sleep(wait)
    }
  }
}
