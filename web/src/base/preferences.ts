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
/** Below so many widths of a letter a bar that stays takes too much of the screen: at 320 px with text of 200 % there are 10. */
const CROWDED_REM = 14
function measure(): void {
  const root = document.documentElement
  root.toggleAttribute('data-crowded', root.clientWidth / parseFloat(getComputedStyle(root).fontSize) < CROWDED_REM)
}

export function startPreferences(): void {
  // The body changes its size with the window's, and with the text's.
  if ('ResizeObserver' in window) new ResizeObserver(measure).observe(document.body)
  watch(
    textSize,
    (size) => {
      document.documentElement.dataset.text = size
      keep('shuntui.text', size)
    },
    { immediate: true },
  )
}
