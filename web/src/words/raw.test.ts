// SPDX-License-Identifier: Apache-2.0
// No words in templates: what a person reads comes from a catalogue, so that no page is half translated.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'vue/compiler-sfc'
import { expect, it } from 'vitest'

const source = join(__dirname, '..')
function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : name.endsWith('.vue') ? [path] : []
  })
}
interface Node {
  type: number
  content?: string | { content?: string }
  children?: Node[]
  props?: { type: number; name: string; value?: { content: string } }[]
  loc: { start: { line: number } }
}
const isWords = (text: string): boolean => /\p{Script=Han}/u.test(text) || /[A-Za-z]{2,}\s+[A-Za-z]{2,}/.test(text) || /^[A-Z][a-z]{2,}$/.test(text.trim())
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'text', 'hint', 'caption'])

function walk(node: Node, path: string, found: string[]): void {
  if (node.type === 2 && typeof node.content === 'string' && isWords(node.content)) found.push(`${path}:${node.loc.start.line}: ${node.content.trim()}`)
  for (const prop of node.props ?? [])
    if (prop.type === 6 && SPOKEN.has(prop.name) && prop.value && isWords(prop.value.content)) found.push(`${path}:${node.loc.start.line}: ${prop.name}="${prop.value.content}"`)
  for (const child of node.children ?? []) walk(child, path, found)
}

it('templates hold no words of their own', () => {
  const found: string[] = []
  for (const path of files(source)) {
    const { descriptor } = parse(readFileSync(path, 'utf8'))
    if (descriptor.template?.ast) walk(descriptor.template.ast as unknown as Node, path.slice(source.length + 1), found)
  }
  expect(found).toEqual([])
})

it('scripts hold no Chinese: words live in the catalogues', () => {
  const found = files(source).filter((path) => {
    const { descriptor } = parse(readFileSync(path, 'utf8'))
    const script = (descriptor.scriptSetup?.content ?? '').replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '')
    return /\p{Script=Han}/u.test(script)
  })
  expect(found).toEqual([])
})
