// SPDX-License-Identifier: Apache-2.0
// The lint of terms of the page, for comparing it with the program's (tests/terms-page.t): reads and writes the same lines as
// tests/lint_terms.c.
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'casekit')
const load = async (file) => (await runnerImport(join(source, file), { configFile: false, logLevel: 'error' })).module

async function characters() {
  const { viewOf } = await load('terms/view.ts')
  const hex = (around, character) => Buffer.from(viewOf(around + character + around).text).toString('hex')
  let lines = ''
  for (let code = 1; code < 0x110000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const character = String.fromCodePoint(code)
    lines += `${code.toString(16)} ${hex('一', character)} ${hex('x', character)}\n`
  }
  process.stdout.write(lines)
}

async function reports() {
  const { lint, TextTooLong } = await load('terms/lint.ts')
  const { reportWire } = await load('terms/wire.ts')
  const { canonicalJson } = await load('bundle/json.ts')
  const reported = (text, day) => {
    try {
      return reportWire(lint(text, day), text)
    } catch (error) {
      if (error instanceof TextTooLong) return { error: 'limit_exceeded' }
      throw error
    }
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const { day, text } = JSON.parse(line)
    process.stdout.write(`${canonicalJson(reported(text, day))}\n`)
  }
}

await (process.argv[2] === '--characters' ? characters() : reports())
