// SPDX-License-Identifier: Apache-2.0
// Looks articles up in the one table of the law, by code or by name and number, and says which were in force on a day. It knows nothing
// that is not a row.
import { ARTICLES, LAWS } from '../../generated/law'
import type { Article, Law } from './types'

const laws = new Map(LAWS.map((law) => [law.id, law]))
const articles = new Map(ARTICLES.map((article) => [article.code, article]))

export function lawById(id: string): Law {
  const law = laws.get(id)
  if (!law) throw new Error(`no law is called ${id}`)
  return law
}

export function articleByCode(code: string): Article {
  const article = articles.get(code)
  if (!article) throw new Error(`no article has the code ${code}`)
  return article
}

export function lawOf(article: Article): Law {
  return lawById(article.law)
}

/** All laws that have articles, in the order of the table. */
export function allLaws(): readonly Law[] {
  return [...new Set(ARTICLES.map((article) => article.law))].map(lawById)
}

export function inForce(law: Law, day: string): boolean {
  return law.from <= day && (law.until === '' || day < law.until)
}

function isNamed(law: Law, name: string): boolean {
  const wanted = name.toLowerCase()
  const names = [law.name, law.name.split('(')[0] ?? '', law.shortName, law.nameEn, ...law.aliases]
  return wanted !== '' && names.some((known) => known.toLowerCase() === wanted)
}

/** As people cite it: the row of that paragraph if there is one, else the first of the article. */
export function articleCited(name: string, number: number, paragraph: number): Article | undefined {
  const candidates = ARTICLES.filter((article) => article.number === number && isNamed(lawOf(article), name))
  return candidates.find((article) => article.paragraph === paragraph) ?? candidates[0]
}
