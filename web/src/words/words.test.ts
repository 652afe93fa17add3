// SPDX-License-Identifier: Apache-2.0
// The catalogues: every text in both languages with the same parameters, Chinese in the house's style, every code of the
// server with words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import codesEn from '../generated/codes.en'
import codesZh from '../generated/codes.zh-CN'
import errorsEn from '../generated/errors.en'
import errorsZh from '../generated/errors.zh-CN'

const folder = join(__dirname)
const areas = readdirSync(join(folder, 'zh-CN')).map((name) => name.replace('.ts', ''))
const load = async (locale: string, area: string): Promise<Record<string, string>> => ((await import(`./${locale}/${area}.ts`)) as { default: Record<string, string> }).default
/** Names of languages, each in its own. */
const OWN_NAMES = new Set(['nav.language', 'account.language.zh'])
const parameters = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]!))].sort()

describe.each(areas)('%s', async (area) => {
  const zh = await load('zh-CN', area)
  const en = await load('en', area)
  it('has the same keys in both languages', () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()))
  it('has the same parameters in both languages', () => {
    const different = Object.keys(zh).filter((key) => parameters(zh[key]!).join() !== parameters(en[key] ?? '').join())
    expect(different).toEqual([])
  })
  it('has no empty text', () => expect(Object.entries({ ...zh, ...en }).filter(([, text]) => !text.trim())).toEqual([]))
  it('uses full-width punctuation after Chinese characters', () =>
    expect(Object.entries(zh).filter(([, text]) => /\p{Script=Han}[,:;?!(]|\)\p{Script=Han}/u.test(text))).toEqual([]))
  it('speaks calmly: 你, no exclamation, none of the avoided words', () =>
    expect(Object.entries(zh).filter(([, text]) => /您|！|!|亲，|凭证|证据(?!包|账)/u.test(text))).toEqual([]))
  it('is English in English', () => expect(Object.entries(en).filter(([key, text]) => !OWN_NAMES.has(key) && /\p{Script=Han}/u.test(text))).toEqual([]))
})

it('no key belongs to two areas', async () => {
  const seen = new Map<string, string>()
  const twice: string[] = []
  for (const area of areas)
    for (const key of Object.keys(await load('zh-CN', area))) {
      if (seen.has(key)) twice.push(`${key}: ${seen.get(key)}, ${area}`)
      seen.set(key, area)
    }
  expect(twice).toEqual([])
})

it('every code of the server has words in both languages', () => {
  const vocabulary = JSON.parse(readFileSync(join(folder, '../../../docs/vocabulary.json'), 'utf8')) as Record<string, { code: string }[]>
  for (const row of vocabulary.errors!) {
    expect(errorsZh[`error.${row.code}` as keyof typeof errorsZh], row.code).toBeTruthy()
    expect(errorsEn[`error.${row.code}` as keyof typeof errorsEn], row.code).toBeTruthy()
  }
  expect(Object.keys(codesZh)).toEqual(Object.keys(codesEn))
  for (const [prefix, table] of [['reason', 'reasons'], ['stage', 'stages'], ['outcome', 'outcomes'], ['event', 'events'], ['offer', 'offers'], ['order_state', 'order_states']] as const)
    for (const row of vocabulary[table]!) if (row.code && row.code !== '-') expect(codesZh[`${prefix}.${row.code}` as keyof typeof codesZh], row.code).toBeTruthy()
})
