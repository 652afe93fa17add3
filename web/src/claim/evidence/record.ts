// SPDX-License-Identifier: Apache-2.0
// Recording the screen from the page: a bonus of desktop browsers. Phones have no such function; they record by themselves and pick the file.
const FRAMES = 10
const BITS_PER_S = 600_000
export const RECORD_MS_MAX = 180_000

export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices) && !matchMedia('(pointer: coarse)').matches
}

export interface Recording {
  stop: () => void
  done: Promise<File>
}

/** Asks the person which screen or window; resolves once it records. It ends by `stop`, at the limit, or with the sharing. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: FRAMES }, audio: false })
  const type = ['video/mp4;codecs=avc1', 'video/webm;codecs=vp9', 'video/webm'].find((one) => MediaRecorder.isTypeSupported(one))
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: BITS_PER_S })
  const parts: Blob[] = []
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const done = new Promise<File>((resolve) => {
    recorder.ondataavailable = (event) => parts.push(event.data)
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop())
      const plain = (recorder.mimeType || 'video/webm').split(';')[0]!
      resolve(new File(parts, `screen.${plain === 'video/mp4' ? 'mp4' : 'webm'}`, { type: plain }))
    }
  })
  stream.getVideoTracks()[0]?.addEventListener('ended', stop)
  window.setTimeout(stop, RECORD_MS_MAX)
  recorder.start(1000)
  return { stop, done }
}
