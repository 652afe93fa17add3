// SPDX-License-Identifier: Apache-2.0
// What is said of a text field before it is sent.
import { t } from './words'

/** Empty when the text is there and not too long; characters are counted as people count them. */
export function textError(label: string, text: string, most: number): string {
  const length = [...text.trim()].length
  if (length === 0) return t('field.required', { name: label })
  return length > most ? t('field.too_long', { name: label, max: most }) : ''
}
