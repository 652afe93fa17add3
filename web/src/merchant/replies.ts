// SPDX-License-Identifier: Apache-2.0
// Replies that a merchant uses again, kept on this device only.
import { shallowRef } from 'vue'

export interface Reply {
  id: string
  title: string
  text: string
}
const NAME = 'shuntui.replies'
export const REPLIES_MAX = 50

function load(): Reply[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one): one is Reply => typeof one?.id === 'string' && typeof one.title === 'string' && typeof one.text === 'string') : []
  } catch {
    return []
  }
}

export const replies = shallowRef<Reply[]>(load())

/** True when the browser keeps it beyond this visit. */
export function keepReplies(next: Reply[]): boolean {
  replies.value = next.slice(0, REPLIES_MAX)
  try {
    localStorage.setItem(NAME, JSON.stringify(replies.value))
    return true
  } catch {
    return false
  }
}
