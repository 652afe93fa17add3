// SPDX-License-Identifier: Apache-2.0
// Lists have no stream of their own: a desk that stays open reads them again every so often, while it is seen.
import { onScopeDispose } from 'vue'

export function useEvery(ms: number, run: () => unknown): void {
  const timer = window.setInterval(() => {
    if (!document.hidden) void run()
  }, ms)
  onScopeDispose(() => window.clearInterval(timer))
}
