// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The session itself is a cookie that scripts cannot read; the page knows only whose it is.
import { computed, shallowRef } from 'vue'
import { api, take, write } from './api'
import { bootSession, type BootSession } from './boot'
import { expired } from './expiry'

export type Role = 'anonymous' | 'buyer' | 'merchant' | 'arbiter' | 'operator'
const nobody: BootSession = { party_id: null, role: 'anonymous', name: null, expires_at: null }

export const session = shallowRef<BootSession>(bootSession ?? nobody)
export const role = computed(() => session.value.role as Role)

/** Asks the server, unless the HTML said it already. */
export async function startSession(): Promise<void> {
  if (bootSession !== undefined) return
  try {
    session.value = await take(api.GET('/v1/session'))
  } catch {
    session.value = nobody
  }
}

export async function signIn(token: string): Promise<void> {
  session.value = await write(() => api.POST('/v1/session', { params: { header: { 'Shuntui-Page': '1' } }, body: { token } }))
  expired.value = false
}

export async function signOut(): Promise<void> {
  await write(() => api.POST('/v1/session/end', { params: { header: { 'Shuntui-Page': '1' } } }))
  session.value = nobody
}

/** The session that the page shows has ended. It stays on the page, with what was typed, until somebody signs in again. */
export const sessionEnded = computed(() => expired.value && session.value.party_id !== null)

/** Where somebody of this role begins. */
export function homeOf(who: Role): string {
  if (who === 'merchant') return '/m'
  return who === 'arbiter' || who === 'operator' ? '/a' : '/'
}
