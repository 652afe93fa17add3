// SPDX-License-Identifier: Apache-2.0
// The page's side of the worker. It is started with the page and kept, so that it is there when the network is gone.
import { scriptAddress } from '../base/trusted'
import type { Options } from './verify'
import type { Answer } from './worker'
import address from './worker?worker&url'

let worker: Worker | undefined

/** Fetches the worker's script before it is needed. */
export function prepare(): Worker {
  worker ??= new Worker(scriptAddress(address))
  return worker
}

/** Ends what is being verified. */
export function cancel(): void {
  worker?.terminate()
  worker = undefined
  prepare()
}

export type Result = Exclude<Answer, { kind: 'progress' }>

/** Verifies one file. Never answers once it is cancelled. */
export function run(file: File, options: Options, progress: (done: number, total: number) => void): Promise<Result> {
  const mine = prepare()
  return new Promise((resolve, reject) => {
    mine.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === 'progress') progress(data.done, data.total)
      else resolve(data)
    }
    mine.onerror = (event) => {
      worker = undefined
      reject(new Error(event.message))
    }
    mine.postMessage({ file, options })
  })
}
