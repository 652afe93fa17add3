// SPDX-License-Identifier: Apache-2.0
// useResource: something the page reads, with its states (first load, slow, problem, stale) in one object.
// useAction: something the page does, once at a time, with its problem kept beside the button that began it.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from './problem'

const SLOW_AFTER_MS = 3000
const AGAIN_AFTER_MS = [1000, 3000, 8000]

export interface Resource<T> {
  data: ShallowRef<T | undefined>
  problem: ShallowRef<Problem | undefined>
  loading: Ref<boolean>
  slow: Ref<boolean>
  /** When the data was read, by the device's clock; shown while it may be old. */
  readAt: Ref<number>
  refresh: () => Promise<void>
}

/** Reads now, again when `key` changes or the page is seen again, and again by itself after a lost connection. */
export function useResource<T>(read: () => Promise<T>, key: () => unknown = () => undefined): Resource<T> {
  const data = shallowRef<T>()
  const problem = shallowRef<Problem>()
  const loading = ref(false)
  const slow = ref(false)
  const readAt = ref(0)
  let turn = 0
  let failures = 0
  let again: number | undefined

  async function refresh(): Promise<void> {
    const mine = ++turn
    window.clearTimeout(again)
    loading.value = true
    const slowly = window.setTimeout(() => (slow.value = mine === turn && loading.value), SLOW_AFTER_MS)
    try {
      const next = await read()
      if (mine !== turn) return
      data.value = next
      problem.value = undefined
      readAt.value = Date.now()
      failures = 0
    } catch (error) {
      if (mine === turn) failed(asProblem(error))
    } finally {
      window.clearTimeout(slowly)
      if (mine === turn) loading.value = slow.value = false
    }
  }
  function failed(what: Problem): void {
    problem.value = what
    const wait = AGAIN_AFTER_MS[failures++]
    if (what.cause_ === 'network' && wait !== undefined) again = window.setTimeout(() => void refresh(), wait)
  }

  const seen = () => {
    if (!document.hidden && Date.now() - readAt.value > 15_000) void refresh()
  }
  const online = () => void refresh()
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', online)
  onScopeDispose(() => {
    turn++
    window.clearTimeout(again)
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', online)
  })
  watch(
    key,
    () => {
      data.value = undefined
      problem.value = undefined
      void refresh()
    },
    { flush: 'sync' },
  )
  void refresh()
  return { data, problem, loading, slow, readAt, refresh }
}

export interface Action<A extends unknown[], R> {
  run: (...args: A) => Promise<R | undefined>
  busy: Ref<boolean>
  problem: ShallowRef<Problem | undefined>
}

/** Wraps what a button does: a second press while it runs does nothing; a failure is kept in `problem`, input stays. */
export function useAction<A extends unknown[], R>(work: (...args: A) => Promise<R>): Action<A, R> {
  const busy = ref(false)
  const problem = shallowRef<Problem>()
  async function run(...args: A): Promise<R | undefined> {
    if (busy.value) return undefined
    busy.value = true
    problem.value = undefined
    try {
      return await work(...args)
    } catch (error) {
      problem.value = asProblem(error)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { run, busy, problem }
}
