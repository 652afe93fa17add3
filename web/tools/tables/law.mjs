// SPDX-License-Identifier: Apache-2.0
// The table of the law (src/law/law.def) as values of a module.
import { named } from './rows.mjs'

const LAW = ['id', 'name', 'shortName', 'nameEn', 'aliases', 'from', 'until', 'replacedBy', 'source']
const ARTICLE = ['law', 'code', 'number', 'paragraph', 'article', 'keyWords', 'meaningEn', 'bundleFor']
const DAY = /^\d{4}-\d{2}-\d{2}$/

function lawOf(row) {
  const law = named(row, LAW)
  if (!DAY.test(law.from) || (law.until && !DAY.test(law.until))) throw new Error(`${row.where}: a law has its days`)
  return { ...law, aliases: law.aliases ? law.aliases.split('|') : [] }
}

function articleOf(row, laws) {
  const { bundleFor: _, ...article } = named(row, ARTICLE)
  if (!laws.some((law) => law.id === article.law)) throw new Error(`${row.where}: no law is called ${article.law}`)
  return article
}

export function lawTables(rows) {
  const laws = rows.filter((row) => row.row === 'LAW').map(lawOf)
  const articles = rows.filter((row) => row.row === 'LAW_ARTICLE').map((row) => articleOf(row, laws))
  if (laws.length + articles.length !== rows.length) throw new Error('law.def: a row of another kind')
  return { LAWS: ['readonly Law[]', laws], ARTICLES: ['readonly Article[]', articles] }
}
