// SPDX-License-Identifier: Apache-2.0
// The contrast of every pair of tokens that stand on each other, in both themes (WCAG 2.2, 1.4.3 and 1.4.11).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const css = readFileSync(join(__dirname, 'base.css'), 'utf8')
function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0]!
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})/gi)].map((match) => [match[1]!, match[2]!]))
}
function luminance(hex: string): number {
  const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1)
  const [r, g, b] = [0, 2, 4].map((at) => {
    const value = parseInt(full.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}
const TEXT: [string, string][] = [
  ['text', 'bg'], ['text', 'surface'], ['text-2', 'bg'], ['text-2', 'surface'], ['text-2', 'warn-soft'], ['text-2', 'brand-soft'], ['text-2', 'ok-soft'], ['text-2', 'bad-soft'],
  ['on-brand', 'brand'], ['brand', 'surface'], ['brand', 'bg'], ['brand', 'brand-soft'], ['ok', 'surface'], ['ok', 'ok-soft'], ['warn', 'surface'], ['warn', 'warn-soft'],
  ['bad', 'surface'], ['bad', 'bad-soft'], ['text', 'brand-soft'], ['text', 'ok-soft'], ['text', 'warn-soft'], ['text', 'bad-soft'],
]
it.each([[':root {', 'light'], [':root[data-theme="dark"]', 'dark']])('%s has enough contrast', (selector) => {
  const found = tokens(selector)
  const weak = TEXT.filter(([a, b]) => contrast(found[a]!, found[b]!) < 4.5).map(([a, b]) => `${a} on ${b}: ${contrast(found[a]!, found[b]!).toFixed(2)}`)
  expect(weak).toEqual([])
  expect(contrast(found.field!, found.surface!)).toBeGreaterThanOrEqual(3)
})
it('the dark theme is the same whether chosen or asked for by the device', () => {
  expect(tokens(':root:not([data-theme="light"])')).toEqual(tokens(':root[data-theme="dark"]'))
})
