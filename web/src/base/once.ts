// SPDX-License-Identifier: Apache-2.0
// The key of what is being sent. Pressing again after an outcome that nobody knows carries the same key, so that it is done
// once; other content, or the same again after it was done, is something new.
import { newKey } from './api'

export function useOnce(): { keyOf: (body: unknown) => string; done: () => void } {
  let sent = ''
  let key = ''
  return {
    keyOf(body) {
      const text = JSON.stringify(body)
      if (text !== sent) key = newKey()
      sent = text
      return key
    },
    done: () => (sent = ''),
  }
}
