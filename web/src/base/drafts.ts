// SPDX-License-Identifier: Apache-2.0
// Drafts in IndexedDB: what somebody typed or picked survives a tab that the phone killed while the camera was open.
// A card's secret is never put here.
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const DATABASE = 'shuntui'
const STORE = 'drafts'
let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export async function readDraft<T>(name: string): Promise<T | undefined> {
  const store = (await open()).transaction(STORE).objectStore(STORE)
  return (await done(store.get(name))) as T | undefined
}
export async function writeDraft(name: string, value: unknown): Promise<void> {
  await done((await open()).transaction(STORE, 'readwrite').objectStore(STORE).put(value, name))
}
export async function dropDraft(name: string): Promise<void> {
  await done((await open()).transaction(STORE, 'readwrite').objectStore(STORE).delete(name))
}
export async function dropAllDrafts(): Promise<void> {
  await done((await open()).transaction(STORE, 'readwrite').objectStore(STORE).clear())
}

const AFTER_MS = 300

/** A value that is kept under `name` while it is edited. `ready` is true once an older draft, if any, was put in. */
export function useDraft<T extends object>(name: string, initial: T): { draft: Ref<T>; ready: Ref<boolean>; drop: () => Promise<void> } {
  const draft = ref(initial) as Ref<T>
  const ready = ref(false)
  let timer: number | undefined
  let dropped = false

  function save(): void {
    window.clearTimeout(timer)
    timer = undefined
    if (dropped) return
    void writeDraft(name, structuredClone(JSON.parse(JSON.stringify(draft.value)))).catch(() => undefined)
  }
  async function start(): Promise<void> {
    try {
      const kept = await readDraft<T>(name)
      if (kept && !dropped) draft.value = { ...draft.value, ...kept }
    } catch {
      // A browser without storage: the draft lives as long as the page.
    }
    ready.value = true
    watch(
      draft,
      () => {
        dropped = false
        window.clearTimeout(timer)
        timer = window.setTimeout(save, AFTER_MS)
      },
      { deep: true, flush: 'sync' },
    )
  }
  async function drop(): Promise<void> {
    window.clearTimeout(timer)
    dropped = true
    await dropDraft(name).catch(() => undefined)
  }
  const hidden = () => {
    if (timer !== undefined) save()
  }
  document.addEventListener('visibilitychange', hidden)
  window.addEventListener('pagehide', hidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden)
    window.removeEventListener('pagehide', hidden)
    hidden()
  })
  void start()
  return { draft, ready, drop }
}
