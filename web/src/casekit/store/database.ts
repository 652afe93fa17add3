// SPDX-License-Identifier: Apache-2.0
// The kit's own database in the browser (IndexedDB): cases, and the files of their materials. Nothing of it goes anywhere else. Where the
// browser keeps nothing (private windows of some), what is put here lives as long as the page, and `isKept` says so.

const NAME = 'shuntui-casekit'
const VERSION = 1
export type Store = 'cases' | 'files'

let opened: Promise<IDBDatabase | undefined> | undefined
const memory: Record<Store, Map<string, unknown>> = { cases: new Map(), files: new Map() }

function answered<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the database did not answer'))
  })
}

async function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(NAME, VERSION)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('cases')
      request.result.createObjectStore('files')
    }
    const database = await answered(request)
    // A page of a newer version must not wait for this one.
    database.onversionchange = () => {
      database.close()
      opened = undefined
    }
    return database
  } catch {
    return undefined
  }
}

const database = (): Promise<IDBDatabase | undefined> => (opened ??= open())

export async function isKept(): Promise<boolean> {
  return (await database()) !== undefined
}

export async function get(store: Store, key: string): Promise<unknown> {
  const base = await database()
  return base ? answered<unknown>(base.transaction(store).objectStore(store).get(key)) : memory[store].get(key)
}

export async function all(store: Store): Promise<unknown[]> {
  const base = await database()
  return base ? answered<unknown[]>(base.transaction(store).objectStore(store).getAll()) : [...memory[store].values()]
}

export interface Change {
  readonly store: Store
  readonly key: string
  /** undefined: taken out. */
  readonly value: unknown
}

/** All of the changes or none. Rejects when the device has no room. */
export async function change(changes: readonly Change[]): Promise<void> {
  const base = await database()
  if (!base) {
    for (const { store, key, value } of changes) {
      if (value === undefined) memory[store].delete(key)
      else memory[store].set(key, value)
    }
    return
  }
  const transaction = base.transaction(['cases', 'files'], 'readwrite')
  for (const { store, key, value } of changes) {
    const objects = transaction.objectStore(store)
    if (value === undefined) objects.delete(key)
    else objects.put(value, key)
  }
  transaction.commit?.() // at once: the page may be going away
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the database took nothing'))
  })
}
