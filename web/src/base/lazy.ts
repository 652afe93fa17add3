// SPDX-License-Identifier: Apache-2.0
// A component that is fetched when it is first needed, together with the words that it uses. When the network is away it
// comes as soon as the network is back.
import { defineAsyncComponent, type Component } from 'vue'
import { useArea, type Area } from './words'

const AGAIN_MS = 3000

export function lazy<T extends Component>(load: () => Promise<{ default: T }>, ...areas: (() => Promise<Area>)[]): T {
  return defineAsyncComponent({
    loader: async () => {
      const [module] = await Promise.all([load(), ...areas.map(async (area) => useArea(await area()))])
      return module
    },
    onError(_error, retry) {
      const timer = window.setTimeout(again, AGAIN_MS)
      function again(): void {
        window.clearTimeout(timer)
        window.removeEventListener('online', again)
        retry()
      }
      window.addEventListener('online', again)
    },
  }) as unknown as T
}

/** Fetches what will be needed while there is a network, without showing it. */
export function prefetch(...loads: (() => Promise<unknown>)[]): void {
  const run = (): void => loads.forEach((load) => void load().catch(() => undefined))
  if (window.requestIdleCallback) window.requestIdleCallback(run)
  else window.setTimeout(run, 1000)
}
