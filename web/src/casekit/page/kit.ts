// SPDX-License-Identifier: Apache-2.0
// The case that is open: its steps share it, and every change of it is kept in the browser within a third of a second.
import { inject, onScopeDispose, provide, reactive, ref, watch, type InjectionKey, type Ref } from 'vue'
import type { Case } from '../model'
import { readCase, writeCase } from '../store/cases'

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
  let isWaiting = false

  async function flush(): Promise<void> {
    isWaiting = false
    saving.value = 'saving'
    try {
      await writeCase(of)
      if (!isWaiting) saving.value = 'saved'
    } catch {
      saving.value = 'failed'
    }
  }
  /** The first change is written at once, what follows it closely together: a tap that leaves the page is not too late. */
  function changed(): void {
    isWaiting = true
    saving.value = 'saving'
    if (timer !== undefined) return
    queueMicrotask(() => void flush())
    timer = window.setTimeout(later, AFTER_MS)
  }
  function later(): void {
    timer = isWaiting ? window.setTimeout(later, AFTER_MS) : undefined
    hidden()
  }
  const hidden = (): void => {
    if (isWaiting) void flush()
  }
  /** The same case may have been changed in another tab meanwhile: what is newer is taken over before it is changed here. */
  async function seen(): Promise<void> {
    if (document.hidden || isWaiting) return hidden()
    const other = await readCase(of.id).catch(() => undefined)
    if (!other || isWaiting || JSON.stringify(other) === JSON.stringify(of)) return
    const { facts, ...rest } = other
    Object.assign(of.facts, facts)
    Object.assign(of, rest)
  }
  const turned = (): void => void seen()
  const stop = watch(of, changed, { deep: true, flush: 'sync' })
  document.addEventListener('visibilitychange', turned)
  window.addEventListener('pagehide', hidden)
  onScopeDispose(() => {
    stop()
    window.clearTimeout(timer)
    document.removeEventListener('visibilitychange', turned)
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
