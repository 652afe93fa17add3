// SPDX-License-Identifier: Apache-2.0
// A component that is fetched when it is first needed, together with the words that it uses.
import { defineAsyncComponent, type Component } from 'vue'
import { useArea, type Area } from './words'

export function lazy<T extends Component>(load: () => Promise<{ default: T }>, ...areas: (() => Promise<Area>)[]): T {
  return defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), ...areas.map(async (area) => useArea(await area()))])
    return module
  }) as unknown as T
}
