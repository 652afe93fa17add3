// SPDX-License-Identifier: Apache-2.0
// The server's clock as the page knows it: deadlines are counted by it, never by the device's own.
import { ref } from 'vue'
import { bootTime } from './boot'

let offset_ms = 0
let known = false

/** Learns the server's time from a header or from the page; the device's clock may be wrong by hours. */
export function learnTime(value: string | null | undefined): void {
  const at = value ? Date.parse(value) : NaN
  if (Number.isNaN(at)) return
  const next = at - Date.now()
  // A Date header has whole seconds: a small change is only its rounding and the way here.
  if (!known || Math.abs(next - offset_ms) > 2000) offset_ms = next
  known = true
}

export function serverNow(): number {
  return Date.now() + offset_ms
}

/** Whether the server's clock is known; without it a time is only the device's. */
export function knowsServerTime(): boolean {
  return known
}

/** Ticks once a second while the page is seen; read it in a computed value that counts down. */
export const tick = ref(0)
let timer: number | undefined

function start(): void {
  if (timer === undefined) timer = window.setInterval(() => (tick.value += 1), 1000)
}
function stop(): void {
  window.clearInterval(timer)
  timer = undefined
}

export function startClock(): void {
  learnTime(bootTime)
  start()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return stop()
    tick.value += 1
    start()
  })
}
