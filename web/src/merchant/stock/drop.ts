// SPDX-License-Identifier: Apache-2.0
// Files dropped on an element. It is a second way only: the same files can be picked with a button.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function useDrop(zone: Ref<HTMLElement | undefined>, read: (files: File[]) => void): { over: Ref<boolean> } {
  const over = ref(false)
  function hover(event: DragEvent): void {
    event.preventDefault()
    over.value = true
  }
  function leave(): void {
    over.value = false
  }
  function drop(event: DragEvent): void {
    event.preventDefault()
    over.value = false
    read([...(event.dataTransfer?.files ?? [])])
  }
  onMounted(() => {
    zone.value?.addEventListener('dragover', hover)
    zone.value?.addEventListener('dragleave', leave)
    zone.value?.addEventListener('drop', drop)
  })
  onBeforeUnmount(() => {
    zone.value?.removeEventListener('dragover', hover)
    zone.value?.removeEventListener('dragleave', leave)
    zone.value?.removeEventListener('drop', drop)
  })
  return { over }
}
