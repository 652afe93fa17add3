// SPDX-License-Identifier: Apache-2.0
// A part of the order's page that comes after the first sight of it, with its words.
import { defineAsyncComponent, type Component } from 'vue'
import { orderPartWords } from '../../base/areas'
import { useArea } from '../../base/words'

export function part<C extends Component>(load: () => Promise<{ default: C }>): C {
  return defineAsyncComponent(async () => {
    const [module] = await Promise.all([load(), orderPartWords().then(useArea)])
    return module.default
  }) as unknown as C
}
