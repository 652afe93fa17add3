// SPDX-License-Identifier: Apache-2.0
// One kind of error for the whole page: what happened (a stable code), where, and which way forward there is.
import type { components } from '../generated/api'

export type ProblemBody = components['schemas']['Problem']
/** Why something did not work, as far as a person can act on it. */
export type Cause = 'network' | 'changed' | 'signin' | 'forbidden' | 'missing' | 'input' | 'busy' | 'server'

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly body: Partial<ProblemBody> = {},
    readonly requestId: string | null = null,
  ) {
    super(body.detail ?? code)
    this.name = 'Problem'
  }

  get pointer(): string {
    return this.body.pointer ?? ''
  }

  get cause_(): Cause {
    return causeOf(this.code, this.status)
  }
}

export function causeOf(code: string, status: number): Cause {
  if (code === 'network') return 'network'
  if (status === 401) return 'signin'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'missing'
  if (status === 409 || status === 412) return 'changed'
  if (status === 429 || status === 503) return 'busy'
  if (status >= 500) return 'server'
  return 'input'
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError || (error instanceof DOMException && error.name !== 'AbortError'))
    return new Problem('network', 0)
  // A fault of the page itself: shown like the server's, and told to the console for whoever mends it.
  console.error(error)
  return new Problem('page_fault', 500)
}
