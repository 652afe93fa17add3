// SPDX-License-Identifier: Apache-2.0
// A list of the API: its first page as a resource, and more of it by cursor.
import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Problem } from './problem'
import { useAction, useResource, type Resource } from './resource'

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
export interface Paged<T> {
  first: Resource<Page<T>>
  items: ComputedRef<T[]>
  hasMore: ComputedRef<boolean>
  more: () => Promise<unknown>
  moreBusy: Ref<boolean>
  moreProblem: ShallowRef<Problem | undefined>
}

export function usePaged<T>(read: (cursor: string | undefined) => Promise<Page<T>>, key: () => unknown = () => undefined): Paged<T> {
  const later = shallowRef<Page<T>[]>([])
  const first = useResource(() => read(undefined), key)
  watch(first.data, () => (later.value = []))
  const last = computed(() => later.value[later.value.length - 1] ?? first.data.value)
  const action = useAction(async () => {
    const cursor = last.value?.next_cursor
    if (cursor) later.value = [...later.value, await read(cursor)]
  })
  return {
    first,
    items: computed(() => [...(first.data.value?.items ?? []), ...later.value.flatMap((page) => page.items)]),
    hasMore: computed(() => Boolean(last.value?.next_cursor)),
    more: action.run,
    moreBusy: action.busy,
    moreProblem: action.problem,
  }
}
