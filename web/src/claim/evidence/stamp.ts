// SPDX-License-Identifier: Apache-2.0
// A picture as it is filed: a copy without the camera's data (place, device), with black boxes where the person put them and
// a band BELOW the picture that says when, where and of which original it was made. The picture itself is not written over.
import { knowsServerTime, serverNow } from '../../base/clock'
import { exactTime } from '../../base/time'
import { t } from '../../base/words'

/** A black box, in shares of the picture's width and height. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}
export interface StampWords {
  order: string
  who: string
}
/** A phone's screenshot stays as it is; a photo becomes as fine as that, and a fraction of its bytes. */
const PIXELS_MAX = 2_600_000
const EDGE_MAX = 8000
const QUALITY = 0.82

export async function decode(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file)
}

function lines(words: StampWords, original: string, boxes: number): string[] {
  const time = exactTime(serverNow())
  return [
    t(knowsServerTime() && navigator.onLine ? 'stamp.server_time' : 'stamp.device_time', { time }),
    t('stamp.order', { app: t('app.name'), order: words.order, who: words.who }),
    t('stamp.original', { hash: original.slice(0, 16) }) + (boxes ? ` · ${t('stamp.boxes', { n: boxes })}` : ''),
  ]
}

function band(context: CanvasRenderingContext2D, text: readonly string[], top: number, width: number, size: number): void {
  context.fillStyle = '#11151a'
  context.fillRect(0, top, width, size * 1.5 * text.length + size)
  context.fillStyle = '#ffffff'
  context.textBaseline = 'top'
  context.font = `${size}px sans-serif`
  text.forEach((line, at) => context.fillText(line, size * 0.6, top + size * 0.6 + at * size * 1.5, width - size * 1.2))
}

export function scaleOf(width: number, height: number): number {
  return Math.min(1, EDGE_MAX / Math.max(width, height), Math.sqrt(PIXELS_MAX / (width * height)))
}

/** Draws the copy. `bitmap` stays the caller's to close. */
export async function stamp(bitmap: ImageBitmap, words: StampWords, original: string, boxes: readonly Box[]): Promise<Blob> {
  const scale = scaleOf(bitmap.width, bitmap.height)
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const text = lines(words, original, boxes.length)
  const size = Math.max(12, Math.round(width / 46))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height + Math.round(size * 1.5 * text.length + size)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width, canvas.height)
  context.drawImage(bitmap, 0, 0, width, height)
  context.fillStyle = '#000000'
  for (const box of boxes) context.fillRect(box.x * width, box.y * height, box.width * width, box.height * height)
  band(context, text, height, width, size)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
  if (!blob) throw new Error('the picture could not be encoded')
  return blob
}
