// SPDX-License-Identifier: Apache-2.0
// Server-sent events over fetch, because an EventSource cannot send a guest's header. After a break it goes on from the
// last event that it saw, waits longer each time, and says so in `state`.
import { onScopeDispose, ref, type Ref } from 'vue'
import { pageHeaders } from './api'

export type LiveState = 'connecting' | 'live' | 'lost'
export interface LiveEvent {
  id: string
  event: string
  data: string
}
const WAIT_MS_MAX = 30_000
const SILENCE_MS_MAX = 60_000

/** Splits a stream's text into events; keeps what is not complete. */
export class EventReader {
  private rest = ''
  push(text: string): LiveEvent[] {
    this.rest += text
    const blocks = this.rest.split(/\r?\n\r?\n/)
    this.rest = blocks.pop() ?? ''
    return blocks.map(readBlock).filter((event): event is LiveEvent => event !== undefined)
  }
}

function readBlock(block: string): LiveEvent | undefined {
  const event: LiveEvent = { id: '', event: 'message', data: '' }
  let any = false
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(':')
    if (at <= 0) continue
    const value = line.slice(at + 1).replace(/^ /, '')
    const name = line.slice(0, at)
    if (name === 'id') event.id = value
    else if (name === 'event') event.event = value
    else if (name === 'data') event.data += (event.data ? '\n' : '') + value
    else continue
    any = true
  }
  return any ? event : undefined
}

/**
 * Listens while the component lives. `onEvent` is called for each event, and `onBack` when a lost connection is back. `since` is
 * the number of what the page has read: nothing that came after it is missed, however late the connection stands.
 */
export function useLive(path: string, onEvent: (event: LiveEvent) => void, onBack: () => void, since: () => string = () => ''): { state: Ref<LiveState> } {
  const state = ref<LiveState>('connecting')
  const stop = new AbortController()
  let last = ''
  let wasLost = false

  async function listen(): Promise<void> {
    const silence = new AbortController()
    let timer = window.setTimeout(() => silence.abort(), SILENCE_MS_MAX)
    const abort = () => silence.abort()
    stop.signal.addEventListener('abort', abort)
    try {
      const headers: Record<string, string> = { ...pageHeaders(path), Accept: 'text/event-stream' }
      const seen = last || since()
      if (seen) headers['Last-Event-ID'] = seen
      const response = await fetch(path, { headers, signal: silence.signal, cache: 'no-store' })
      if (!response.ok || !response.body) throw new Error(String(response.status))
      state.value = 'live'
      if (wasLost) onBack()
      wasLost = false
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      const events = new EventReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        window.clearTimeout(timer)
        timer = window.setTimeout(() => silence.abort(), SILENCE_MS_MAX)
        for (const event of events.push(value)) {
          if (event.id) last = event.id
          onEvent(event)
        }
      }
    } finally {
      window.clearTimeout(timer)
      stop.signal.removeEventListener('abort', abort)
    }
  }

  async function loop(): Promise<void> {
    for (let wait = 1000; !stop.signal.aborted; wait = Math.min(wait * 2, WAIT_MS_MAX)) {
      try {
        await listen()
        wait = 500
      } catch {
        // Told by `state`; the next attempt follows.
      }
      if (stop.signal.aborted) return
      state.value = 'lost'
      wasLost = true
      await pause(wait)
    }
  }
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(done, ms)
      function done() {
        window.clearTimeout(timer)
        window.removeEventListener('online', done)
        stop.signal.removeEventListener('abort', done)
        resolve()
      }
      window.addEventListener('online', done)
      stop.signal.addEventListener('abort', done)
    })
  }

  onScopeDispose(() => stop.abort())
  void loop()
  return { state }
}
