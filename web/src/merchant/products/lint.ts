// SPDX-License-Identifier: Apache-2.0
// The lint of terms while somebody types: asked after a pause, of the text as it then is.
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { api, take } from '../../base/api'
import type { Finding } from './finding'

const PAUSE_MS = 700

export interface Lint {
  findings: Ref<Finding[]>
  /** The text that the findings are of. */
  of: Ref<string>
  failed: Ref<boolean>
}

export function useLint(text: () => string): Lint {
  const findings = ref<Finding[]>([])
  const of = ref('')
  const failed = ref(false)
  let timer: number | undefined
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const asked = text()
    if (!asked.trim()) {
      findings.value = []
      of.value = asked
      return
    }
    try {
      const report = await take(api.POST('/v1/terms/lint', { body: { text: asked } }))
      if (mine !== turn) return
      findings.value = report.findings
      of.value = asked
      failed.value = false
    } catch {
      // The text may be unreadable or the network gone: the server reads it again when it is saved.
      if (mine === turn) failed.value = true
    }
  }
  watch(
    text,
    () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void ask(), PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    turn++
    window.clearTimeout(timer)
  })
  return { findings, of, failed }
}
