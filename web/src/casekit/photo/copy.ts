// SPDX-License-Identifier: Apache-2.0
// A copy of a picture for others to see: drawn anew, so that a camera's notes are gone; smaller; with black boxes where something is hidden,
// and a band below. The original is never touched.
import type { Box } from '../model'
import { broken } from './stamp'

const SIDE_MAX = 1600
const QUALITY = 0.85
const BAND = { text: '#1a2129', ground: '#ffffff', line: '#7a8691' } as const

export class NotAPicture extends Error {}

async function decoded(original: Blob): Promise<ImageBitmap | HTMLImageElement> {
  try {
    return await createImageBitmap(original, { imageOrientation: 'from-image' })
  } catch {
    return decodedByElement(original) // a browser without options of createImageBitmap
  }
}

async function decodedByElement(original: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(original)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    return image
  } catch {
    throw new NotAPicture()
  } finally {
    URL.revokeObjectURL(url)
  }
}

interface Band {
  readonly rows: readonly string[]
  readonly size: number
  readonly height: number
}

function bandOf(pen: CanvasRenderingContext2D, lines: readonly string[], width: number): Band {
  const size = Math.max(14, Math.round(width / 42))
  pen.font = `${size}px sans-serif`
  const rows = lines.flatMap((line) => broken(line, (text) => pen.measureText(text).width, width - 2 * size))
  return { rows, size, height: rows.length === 0 ? 0 : Math.round(size * (1.5 * rows.length + 1)) }
}

function drawBand(pen: CanvasRenderingContext2D, band: Band, width: number, top: number): void {
  pen.fillStyle = BAND.ground
  pen.fillRect(0, top, width, band.height)
  pen.fillStyle = BAND.line
  pen.fillRect(0, top, width, 1)
  pen.fillStyle = BAND.text
  pen.font = `${band.size}px sans-serif`
  pen.textBaseline = 'top'
  band.rows.forEach((row, index) => pen.fillText(row, band.size, top + band.size * (0.75 + 1.5 * index)))
}

function encoded(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NotAPicture())), 'image/jpeg', QUALITY))
}

export async function copyOf(original: Blob, hidden: readonly Box[], lines: readonly string[]): Promise<Blob> {
  const image = await decoded(original)
  const [fullWidth, fullHeight] = image instanceof HTMLImageElement ? [image.naturalWidth, image.naturalHeight] : [image.width, image.height]
  const scale = Math.min(1, SIDE_MAX / Math.max(fullWidth, fullHeight))
  const [width, height] = [Math.max(1, Math.round(fullWidth * scale)), Math.max(1, Math.round(fullHeight * scale))]
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new NotAPicture()
  const band = bandOf(pen, lines, width)
  canvas.width = width
  canvas.height = height + band.height
  pen.fillStyle = BAND.ground // what is transparent becomes white, not black
  pen.fillRect(0, 0, width, height)
  pen.drawImage(image, 0, 0, width, height)
  pen.fillStyle = '#000000'
  for (const box of hidden) {
    const [left, top] = [Math.floor((box.x * width) / 1000), Math.floor((box.y * height) / 1000)]
    pen.fillRect(left, top, Math.ceil((box.width * width) / 1000) + 1, Math.ceil((box.height * height) / 1000) + 1)
  }
  if (band.height > 0) drawBand(pen, band, width, height)
  if ('close' in image) image.close()
  return encoded(canvas)
}
