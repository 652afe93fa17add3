// SPDX-License-Identifier: Apache-2.0
// Puts full-width punctuation after Chinese characters in src/words/zh-CN. The test of the catalogues finds what is half-width.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'words', 'zh-CN')
const wide = { ',': '，', ':': '：', ';': '；', '?': '？', '!': '！', '(': '（', ')': '）' }
for (const name of readdirSync(folder)) {
  const before = readFileSync(join(folder, name), 'utf8')
  const after = before.replace(/^(\s+'[^']+': ')(.*)(',)$/gm, (whole, head, text, tail) => {
    let out = text.replace(/([\p{Script=Han}”）}])\s*([,:;?!])\s*(?=[\p{Script=Han}“（{]|$)/gu, (_, a, b) => a + wide[b])
    out = out.replace(/\(([^()]*\p{Script=Han}[^()]*)\)/gu, '（$1）')
    return head + out + tail
  })
  if (after !== before) writeFileSync(join(folder, name), after)
}
