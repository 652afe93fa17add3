// SPDX-License-Identifier: Apache-2.0
// The live check of a draft: asked of the server a moment after the author stops typing; only the newest answer counts.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { api, take, type Schemas } from '../base/api'
import { asProblem, type Problem } from '../base/problem'

const AFTER_MS = 350

export function useCheck(source: Ref<string>) {
  const report = shallowRef<Schemas['PolicyCheck']>()
  const problem = shallowRef<Problem>()
  const busy = ref(false)
  let turn = 0
  let timer: number | undefined

  async function check(): Promise<void> {
    const mine = ++turn
    window.clearTimeout(timer)
    if (!source.value.trim()) {
      report.value = problem.value = undefined
      busy.value = false
      return
    }
    busy.value = true
    try {
      const answer = await take(api.POST('/v1/policies/check', { body: { source: source.value } }))
      if (mine !== turn) return
      report.value = answer
      problem.value = undefined
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  watch(source, () => {
    turn++
    busy.value = true
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void check(), AFTER_MS)
  })
  onScopeDispose(() => window.clearTimeout(timer))
  void check()
  return { report, problem, busy, check }
}
