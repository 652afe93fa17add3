// SPDX-License-Identifier: Apache-2.0
// The verification beside the page, so that the page stays awake. One file, one answer.
import { sourceOfBlob } from './archive/source'
import { Fault, type FaultCode, type Values } from './form/fault'
import { summaryOf, type Summary } from './summary'
import { verifyBundle, type Options } from './verify'

export interface Question {
  readonly file: Blob
  readonly options: Options
}
export type Answer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'summary'; readonly summary: Summary }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly values: Values }

/** Answers with progress, and then once more. Used by the page itself where it can have no worker. */
export async function answer({ file, options }: Question, tell: (answer: Answer) => void): Promise<void> {
  try {
    const progress = (done: number, total: number): void => tell({ kind: 'progress', done, total })
    tell({ kind: 'summary', summary: summaryOf(await verifyBundle(sourceOfBlob(file), options, progress)) })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tell({ kind: 'fault', code: error.code, values: error.values })
  }
}

self.onmessage = (event: MessageEvent<Question>) => void answer(event.data, (said) => self.postMessage(said))
