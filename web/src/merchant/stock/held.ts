// SPDX-License-Identifier: Apache-2.0
// What was pasted for an import, in this page's memory only: it survives a look at another page, and is gone
// with the tab, with the import, and for anybody else who signs in.
import { watch } from 'vue'
import { session } from '../../base/session'

let held = { party: '', text: '' }

export function hold(text: string): void {
  held = { party: session.value.party_id ?? held.party, text }
}
export function heldText(): string {
  return held.party && held.party === session.value.party_id ? held.text : ''
}
export function forgetHeld(): void {
  held = { party: '', text: '' }
}
watch(session, (now) => {
  if (now.party_id && now.party_id !== held.party) forgetHeld()
})
