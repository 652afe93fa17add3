// SPDX-License-Identifier: Apache-2.0
// The first question of a page that only a guest's secret opens, asked while the rest of the page is still on its way: on a slow line
// the answer is there when the page is. Stands alone, so that nothing has to be fetched before it; api.ts takes the answer.
export interface Early {
  path: string
  secret: string
  at: number
  answer: Promise<Response>
}
declare global {
  interface Window {
    /** null: the page has begun to ask by itself. */
    shuntuiEarly?: Early | null
  }
}

function kept<T>(name: string): T | undefined {
  const text = localStorage.getItem(name)
  return text ? (JSON.parse(text) as T) : undefined
}
function secretOf(path: string): string | undefined {
  const claim = /\/claims\/(clm_\w+)/.exec(path)?.[1]
  const order = claim ? kept<Record<string, string>>('shuntui.claims')?.[claim] : /\/orders\/(ord_\w+)/.exec(path)?.[1]
  return order ? kept<{ id: string; secret: string }[]>('shuntui.orders')?.find((one) => one.id === order)?.secret : undefined
}

function ask(): void {
  if (window.shuntuiEarly === null) return
  try {
    const { ask: path } = JSON.parse(document.getElementById('boot')!.textContent!) as { ask?: string }
    const secret = path ? secretOf(path) : undefined
    if (!path || !secret) return
    const answer = fetch(path, { headers: { 'Shuntui-Page': '1', 'Shuntui-Order-Secret': secret } })
    answer.catch(() => undefined)
    window.shuntuiEarly = { path, secret, at: performance.now(), answer }
  } catch {
    // The page asks by itself.
  }
}
if (document.getElementById('boot')) ask()
else document.addEventListener('DOMContentLoaded', ask)
