// SPDX-License-Identifier: Apache-2.0
// Words of the server's error codes: fetched when the page is idle, or when the first error needs them.
import { useArea, type Area } from './words'

let area: Area | undefined

export async function loadErrors(): Promise<void> {
  try {
    area ??= { name: 'errors', zh: (await import('../generated/errors.zh-CN')).default, en: () => import('../generated/errors.en') }
    await useArea(area)
  } catch {
    // Offline before they came: the words of the cause stand in for those of the code.
  }
}
