// SPDX-License-Identifier: Apache-2.0
// Who may import whom: base knows nobody, the kit knows base, parts of a claim know both, pages know all of these and no other
// area's pages. The verifier and the case kit's logic stand alone.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const source = __dirname
const ALLOWED: Record<string, readonly string[]> = {
  base: ['base', 'words', 'generated'],
  words: ['words', 'generated'],
  ui: ['ui', 'base'],
  shell: ['shell', 'ui', 'base', 'styles'],
  claim: ['claim', 'ui', 'base', 'styles', 'generated'],
  buyer: ['buyer', 'claim', 'ui', 'base', 'styles'],
  refund: ['refund', 'claim', 'ui', 'base', 'styles'],
  account: ['account', 'ui', 'base', 'styles'],
  merchant: ['merchant', 'claim', 'ui', 'base', 'styles'],
  policy: ['policy', 'ui', 'base', 'styles'],
  platform: ['platform', 'claim', 'ui', 'base', 'styles', 'generated'],
  verify: ['verify', 'ui', 'base', 'styles', 'words', 'generated'],
  casekit: ['casekit', 'ui', 'base', 'styles', 'generated', 'words'],
  styles: ['styles'],
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : /\.(ts|vue)$/.test(name) && !name.endsWith('.test.ts') ? [path] : []
  })
}

it('imports go in one direction', () => {
  const astray: string[] = []
  for (const path of files(source)) {
    const here = relative(source, path).split('/')
    if (here.length < 2 || here[0] === 'generated') continue
    for (const [, target] of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const there = relative(source, resolve(path, '..', target!)).split('/')[0]!
      if (!ALLOWED[here[0]!]?.includes(there)) astray.push(`${here.join('/')} imports ${target}`)
    }
  }
  expect(astray).toEqual([])
})
