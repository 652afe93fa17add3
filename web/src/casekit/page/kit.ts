// SPDX-License-Identifier: Apache-2.0
// The case that is open: its steps share it, and every change of it is kept in the browser within a third of a second.
import { inject, onScopeDispose, provide, reactive, ref, watch, type InjectionKey, type Ref } from 'vue'
import type { Case } from '../model'
import { writeCase } from '../store/cases'

export const STEPS = ['problem', 'facts', 'rules', 'materials', 'timeline', 'letters', 'export'] as const
export type Step = (typeof STEPS)[number]

export interface Kit {
  readonly of: Case
  readonly saving: Ref<'saved' | 'saving' | 'failed'>
  /** Writes at once what is still waiting. */
  flush: () => Promise<void>
}

const KIT: InjectionKey<Kit> = Symbol('kit')
const AFTER_MS = 300

export function openKit(kept: Case): Kit {
  const of = reactive(kept) as Case
  const saving = ref<'saved' | 'saving' | 'failed'>('saved')
  let timer: number | undefined

  async function flush(): Promise<void> {
    window.clearTimeout(timer)
    timer = undefined
    saving.value = 'saving'
    try {
      await writeCase(of)
      if (timer === undefined) saving.value = 'saved'
    } catch {
      saving.value = 'failed'
    }
  }
  const stop = watch(
    of,
    () => {
      window.clearTimeout(timer)
      saving.value = 'saving'
      timer = window.setTimeout(() => void flush(), AFTER_MS)
    },
    { deep: true, flush: 'sync' },
  )
  const hidden = (): void => {
    if (timer !== undefined) void flush()
  }
  document.addEventListener('visibilitychange', hidden)
  window.addEventListener('pagehide', hidden)
  onScopeDispose(() => {
    stop()
    document.removeEventListener('visibilitychange', hidden)
    window.removeEventListener('pagehide', hidden)
    hidden()
  })
  const kit = { of, saving, flush }
  provide(KIT, kit)
  return kit
}

export function useKit(): Kit {
  const kit = inject(KIT)
  if (!kit) throw new Error('no case is open')
  return kit
}
