// SPDX-License-Identifier: Apache-2.0
// The pasted rules, screened again whenever they or the day of the purchase change. The tables and patterns come with the first use.
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { VoidTerm } from '../letters/brief'
import { dayOf } from '../moment'
import type { Case } from '../model'
import type { Screened } from '../screen'
import { nowMoment } from './now'

export interface Screening {
  readonly reports: ShallowRef<readonly Screened[]>
  readonly terms: ShallowRef<readonly VoidTerm[]>
  readonly busy: Ref<boolean>
  readonly failed: Ref<boolean>
}

const AFTER_MS = 400

export function useScreening(of: Case): Screening {
  const reports = shallowRef<readonly Screened[]>([])
  const terms = shallowRef<readonly VoidTerm[]>([])
  const busy = ref(true)
  const failed = ref(false)
  let timer: number | undefined
  let run = 0

  async function again(): Promise<void> {
    const mine = ++run
    try {
      const { screened, voidTermsOf } = await import('../screen')
      const found = await screened(of, dayOf(nowMoment()))
      if (mine !== run) return
      reports.value = found
      terms.value = voidTermsOf(of, found)
      failed.value = false
    } catch {
      if (mine === run) failed.value = true // the patterns did not come: offline before their first use
    }
    if (mine === run) busy.value = false
  }
  const asked = computed(() => JSON.stringify([of.rules.map((rule) => [rule.text, rule.where, rule.evidence]), of.facts.paidAt, of.evidence.map((item) => [item.id, item.file !== null])]))
  watch(
    asked,
    (_next, before) => {
      busy.value = true
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void again(), before === undefined ? 0 : AFTER_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    run++
    window.clearTimeout(timer)
  })
  return { reports, terms, busy, failed }
}
