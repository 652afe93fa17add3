// SPDX-License-Identifier: Apache-2.0
// The tables of the lint of terms (src/law/terms*.def, folds.def, citations.def) as values of a module; patterns become regular
// expressions of the browser.
import { translate } from './pattern.mjs'
import { named } from './rows.mjs'

const CATEGORY = ['name', 'wire', 'severity', 'labelEn', 'labelZh', 'articles', 'whyEn', 'whyZh', 'rewordingEn', 'rewordingZh', 'hintEn', 'hintZh']
const CITATIONS = {
  CITATION_POINT: ['law', 'number', 'pattern', 'instead', 'articles', 'whyEn', 'whyZh'],
  CITATION_MOVED: ['law', 'number', 'since', 'pattern', 'articles', 'whyEn', 'whyZh'],
  CITATION_OLD: ['law', 'notAfter', 'since', 'articles', 'whyEn', 'whyZh'],
  CITATION_SUCCESSOR: ['law', 'articles'],
  CITATION_AMENDED: ['law'],
}
const NOTHING = { number: 0, instead: 0, notAfter: '', since: '', pattern: '', articles: '', whyEn: '', whyZh: '' }

function said(row, pattern, words) {
  try {
    return translate(pattern, words)
  } catch (error) {
    throw new Error(`${row.where}: ${error.message}`)
  }
}

function codes(row, text, articles) {
  const list = text ? text.split('|') : []
  for (const code of list) if (!articles.some((article) => article.code === code)) throw new Error(`${row.where}: no article has the code ${code}`)
  return list
}

function citationOf(row, words, articles) {
  const names = CITATIONS[row.row]
  if (!names) throw new Error(`${row.where}: a row of another kind`)
  const values = { ...NOTHING, ...named(row, names) }
  const pattern = values.pattern && said(row, values.pattern, words)
  return { kind: row.row.slice('CITATION_'.length).toLowerCase(), ...values, pattern, articles: codes(row, values.articles, articles) }
}

function only(rows, ...kinds) {
  for (const row of rows) if (!kinds.includes(row.row)) throw new Error(`${row.where}: a row of another kind`)
  return rows
}

export function termTables(read, law) {
  const articles = law.ARTICLES[1]
  const words = new Map(only(read('terms_words.def'), 'TERM_WORDS').map((row) => row.values))
  const categories = only(read('terms.def'), 'TERM_CATEGORY').map((row) => {
    const { severity, articles: text, ...rest } = named(row, CATEGORY)
    return { ...rest, severity: severity.toLowerCase(), articles: codes(row, text, articles) }
  })
  const index = (row, name) => {
    const found = categories.findIndex((category) => category.name === name)
    if (found < 0) throw new Error(`${row.where}: no category is called ${name}`)
    return found
  }
  const patterns = only(read('terms_patterns.def'), 'TERM_PATTERN', 'TERM_EXCEPT', 'TERM_YIELDS')
  const guards = only(read('terms_guards.def'), 'TERM_BEFORE', 'TERM_AFTER', 'TERM_SENTENCE')
  const rules = (kind) => patterns.filter((row) => row.row === kind).map((row) => [index(row, row.values[0]), said(row, row.values[1], words)])
  const sources = (kind) => guards.filter((row) => row.row === kind).map((row) => said(row, row.values[0], words))
  return {
    CATEGORIES: ['readonly Category[]', categories],
    PATTERNS: ['readonly Rule[]', rules('TERM_PATTERN')],
    EXCEPTS: ['readonly Rule[]', rules('TERM_EXCEPT')],
    YIELDS: ['readonly (readonly [number, number])[]', patterns.filter((row) => row.row === 'TERM_YIELDS').map((row) => row.values.map((name) => index(row, name)))],
    BEFORE: ['readonly string[]', sources('TERM_BEFORE')],
    AFTER: ['readonly string[]', sources('TERM_AFTER')],
    WHOLE: ['readonly string[]', sources('TERM_SENTENCE')],
    CITATIONS: ['readonly CitationRow[]', read('citations.def').map((row) => citationOf(row, words, articles))],
    FOLDS: ['readonly (readonly [string, string])[]', only(read('folds.def'), 'FOLD').map((row) => row.values)],
  }
}
