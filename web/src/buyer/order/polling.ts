// SPDX-License-Identifier: Apache-2.0
// Asks again by itself while something is expected: often at first, then less; not while nobody looks.
import { onScopeDispose, watch } from 'vue'

const FIRST_MS = 1500
const GROWTH = 1.4
const MOST_MS = 15_000

export function usePolling(expected: () => boolean, ask: () => Promise<unknown>): void {
  let timer: number | undefined
  let wait = FIRST_MS

  async function turn(): Promise<void> {
    if (!document.hidden) await ask()
    if (expected()) plan()
  }
  function plan(): void {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void turn(), wait)
    wait = Math.min(wait * GROWTH, MOST_MS)
  }
  watch(
    expected,
    (on) => {
      window.clearTimeout(timer)
      wait = FIRST_MS
      if (on) plan()
    },
    { immediate: true },
  )
  onScopeDispose(() => window.clearTimeout(timer))
}
