// SPDX-License-Identifier: Apache-2.0
// Small choices of this device: seconds in countdowns (WCAG 2.2.2), size of text.
import { ref, watch } from 'vue'

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}
function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // Not kept beyond this visit.
  }
}

export const showSeconds = ref(kept('shuntui.seconds') !== 'off')
watch(showSeconds, (on) => keep('shuntui.seconds', on ? 'on' : 'off'))

export type TextSize = 'normal' | 'large' | 'largest'
export const textSize = ref<TextSize>((kept('shuntui.text') as TextSize | null) ?? 'normal')
export function startPreferences(): void {
  watch(
    textSize,
    (size) => {
      document.documentElement.dataset.text = size
      keep('shuntui.text', size)
    },
    { immediate: true },
  )
}
