// SPDX-License-Identifier: Apache-2.0
// Short words of confirmation, announced politely. Errors are never toasts: they stay beside what failed.
import { ref } from 'vue'

export interface Toast {
  id: number
  text: string
}
export const toasts = ref<Toast[]>([])
let next = 1

export function toast(text: string): void {
  const id = next++
  toasts.value = [...toasts.value, { id, text }]
  window.setTimeout(() => (toasts.value = toasts.value.filter((one) => one.id !== id)), 4000)
}
