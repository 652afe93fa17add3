// SPDX-License-Identifier: Apache-2.0
// What the server wrote into the HTML: its time, who is signed in, and the answer to the page's first question. The first
// GET of that path is answered from here, once, without the network.
import type {} from './early'

export interface BootSession {
  party_id: string | null
  role: string
  name: string | null
  expires_at: string | null
}
interface Boot {
  server_time?: string
  session?: BootSession | null
  first?: { path: string; status: number; etag: string | null; body: unknown } | null
}

function read(): Boot {
  const text = document.getElementById('boot')?.textContent
  if (!text) return {}
  try {
    return JSON.parse(text) as Boot
  } catch {
    return {}
  }
}

const boot = read()
export const bootTime = boot.server_time
export const bootSession = boot.session

/** What a GET asks, whatever order its parameters have. */
export function question(url: string): string {
  const at = new URL(url, 'http://this.host')
  at.searchParams.sort()
  return at.pathname + at.search
}

export function takeFirst(method: string, url: string): Response | undefined {
  const first = boot.first
  if (!first || method !== 'GET') return undefined
  if (question(url) !== question(first.path)) return undefined
  boot.first = null
  const headers = new Headers({ 'Content-Type': 'application/json' })
  if (first.etag) headers.set('ETag', first.etag)
  return new Response(JSON.stringify(first.body), { status: first.status, headers })
}

const EARLY_MS_MAX = 10_000
/**
 * The answer that early.ts asked for with a guest's secret: once, and only to the page's own first asking of it. Whoever has asked or
 * written meanwhile knows better, also when early.ts comes late.
 */
export function takeEarly(method: string, url: string, secret: string | null): Promise<Response> | undefined {
  const early = window.shuntuiEarly
  if (early === null) return undefined
  const same = method === 'GET' && (!early || question(url) === question(early.path))
  if (same || method !== 'GET') window.shuntuiEarly = null
  if (!early || !same || early.secret !== secret || performance.now() - early.at > EARLY_MS_MAX) return undefined
  return early.answer
}
