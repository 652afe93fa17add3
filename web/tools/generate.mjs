// SPDX-License-Identifier: Apache-2.0
// Writes src/generated: the types of the API from docs/openapi.yaml, and the words of the server's codes from
// docs/vocabulary.json. Both files are held to what the server does by tests, so the page cannot drift from it. And the codes of
// the articles that policies may cite, with the days of their laws, from src/law/law.def.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const web = join(dirname(fileURLToPath(import.meta.url)), '..')
const docs = join(web, '..', 'docs')
const out = join(web, 'src', 'generated')
mkdirSync(out, { recursive: true })

const head = '// SPDX-License-Identifier: Apache-2.0\n// Written by tools/generate.mjs.\n'
const types = astToString(await openapiTS(new URL(`file://${join(docs, 'openapi.yaml')}`)))
writeFileSync(join(out, 'api.ts'), head + types)

// Which tables of the vocabulary become words, and under which prefix. Codes that are empty say "none" and are left out.
const tables = [
  ['order_state', 'order_states'],
  ['card_state', 'card_states'],
  ['service_state', 'service_states'],
  ['service_event', 'service_events'],
  ['reason', 'reasons'],
  ['stage', 'stages'],
  ['outcome', 'outcomes'],
  ['waiting', 'waiting_for'],
  ['offer', 'offers'],
  ['ground', 'grounds'],
  ['event', 'events'],
]
// The lists and pages of orders need these few alone.
const states = ['order_state', 'card_state', 'service_state', 'service_event', 'stage', 'outcome']
const vocabulary = JSON.parse(readFileSync(join(docs, 'vocabulary.json'), 'utf8'))
for (const [locale, member] of [['zh-CN', 'zh'], ['en', 'en']]) {
  const words = {}
  for (const [prefix, table] of tables) {
    for (const row of vocabulary[table]) if (row.code && row.code !== '-') words[`${prefix}.${row.code}`] = row[member]
  }
  for (const row of vocabulary.events) words[`action.${row.code}`] = row[`action_${member}`]
  for (const fact of vocabulary.facts) if (fact.is_proof) words[`proof.${fact.code}`] = fact[member]
  write(`codes.${locale}.ts`, words)
  write(`states.${locale}.ts`, Object.fromEntries(Object.entries(words).filter(([key]) => states.includes(key.split('.')[0]))))
  write(`reasons.${locale}.ts`, Object.fromEntries(Object.entries(words).filter(([key]) => /^(reason|proof)\./.test(key))))
  write(`offers.${locale}.ts`, Object.fromEntries(Object.entries(words).filter(([key]) => /^(offer|ground)\./.test(key))))
  const facts = {}
  for (const fact of vocabulary.facts) {
    facts[`fact.${fact.code}`] = fact[member]
    for (const value of fact.values) facts[`fact.${fact.code}.${value.code}`] = value[member]
  }
  write(`facts.${locale}.ts`, facts)
  const errors = {}
  for (const row of vocabulary.errors) errors[`error.${row.code}`] = row[member]
  write(`errors.${locale}.ts`, errors)
}

function write(name, words) {
  const lines = Object.keys(words).map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(words[key])},`)
  writeFileSync(join(out, name), `${head}export default {\n${lines.join('\n')}\n} as const\n`)
}

// Rows of LAW(ID, names…, since, until, successor, source) and LAW_ARTICLE(ID, "code", …); a text never holds a quote.
const law = readFileSync(join(web, '..', 'src', 'law', 'law.def'), 'utf8').replace(/\/\*[^]*?\*\//g, '')
const laws = new Map()
for (const [, kind, id, rest] of law.matchAll(/^(LAW|LAW_ARTICLE)\((\w+),((?:[^"()]|"[^"]*")*)\)$/gm)) {
  const texts = [...rest.matchAll(/"([^"]*)"/g)].map(([, text]) => text)
  if (kind === 'LAW') laws.set(id, [texts[4], texts[5], []])
  else laws.get(id)[2].push(texts[0])
}
const rows = [...laws.values()].map(([since, until, codes]) => `  ${JSON.stringify([since, until, codes.join(' ')])},`)
writeFileSync(join(out, 'laws.ts'), `${head}// In force since, no longer in force from (or empty), codes.\nexport default [\n${rows.join('\n')}\n] as const\n`)
