// SPDX-License-Identifier: Apache-2.0
// Pictures and a recording for the tests: noise that does not compress away, drawn by the browser itself.
import { startBrowser } from './harness.mjs'

export async function makePicture({ width, height, type }) {
  const browser = await startBrowser()
  const page = await browser.newPage()
  const data = await page.evaluate(
    async ([w, h, mime]) => {
      const canvas = document.createElement('canvas')
      canvas.width = w
      canvas.height = h
      const context = canvas.getContext('2d')
      context.fillStyle = '#eee'
      context.fillRect(0, 0, w, h)
      for (let i = 0; i < 3000; i++) {
        context.fillStyle = `hsl(${(i * 47) % 360} 60% 60%)`
        context.fillRect((i * 7919) % w, (i * 104729) % h, w / 60, h / 60)
      }
      context.fillStyle = '#b42318'
      context.font = `${w / 18}px sans-serif`
      context.fillText('E-104 invalid key', w * 0.1, h * 0.4)
      const blob = await new Promise((done) => canvas.toBlob(done, mime, 0.92))
      const bytes = new Uint8Array(await blob.arrayBuffer())
      let text = ''
      for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
      return btoa(text)
    },
    [width, height, type],
  )
  await page.close()
  return Buffer.from(data, 'base64')
}

/** Begins as an MP4 does; what follows is noise. Nothing here plays it. */
export function makeVideo(size) {
  const bytes = Buffer.alloc(size)
  for (let i = 0, x = 1; i < size; i++) bytes[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16
  Buffer.from([0, 0, 0, 24, ...Buffer.from('ftypmp42'), 0, 0, 0, 0, ...Buffer.from('mp42isom')]).copy(bytes)
  return bytes
}
