// SPDX-License-Identifier: Apache-2.0
// Light, dark, or as the device says; and the size of the text.
import { ref } from 'vue'
import { readCookie, writeCookie } from './cookies'

export type Theme = 'auto' | 'light' | 'dark'
export const theme = ref<Theme>('auto')

export function startTheme(): void {
  const chosen = readCookie('shuntui_theme')
  theme.value = chosen === 'light' || chosen === 'dark' ? chosen : 'auto'
  document.documentElement.dataset.theme = theme.value
}

export function setTheme(next: Theme): void {
  theme.value = next
  document.documentElement.dataset.theme = next
  writeCookie('shuntui_theme', next)
}
