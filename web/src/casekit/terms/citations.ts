// SPDX-License-Identifier: Apache-2.0
// Finds citations of articles in a sentence (电商法第17条, "art. 17 of the E-commerce Law") and judges each: replaced on the day of the
// event, not yet in force on it, moved to another number, or about something else than the sentence says. A law or an article that the
// table has not got is passed over.
import { CITATIONS } from '../../generated/terms'
import { allLaws, articleCited } from '../law/law'
import type { Article, Law } from '../law/types'
import { articleAt, englishAfter, englishBefore } from './numbers'
import { find, pattern } from './rules'
import type { CitationRow } from './types'
import { viewOf } from './view'

const BEFORE_BYTES_MAX = 40; // how far before a name "article 17 of the" is looked for

interface Name {
  readonly text: string
  readonly law?: Law
  readonly old?: CitationRow
}
export interface WrongCitation {
  readonly category: 'citation_misplaced' | 'citation_replaced' | 'citation_early'
  readonly start: number
  readonly end: number
  readonly number: number
  readonly law: Law | undefined
  readonly row: CitationRow | undefined
  /** To cite beside those of the row. */
  readonly article: Article | undefined
}
interface Citation {
  readonly name: Name
  readonly number: number
  readonly paragraph: number
  readonly start: number
  readonly end: number
}

function nameOf(text: string, rest: Omit<Name, 'text'>): Name {
  return { text: viewOf(text).text.replace(/,+$/, ''), ...rest }
}

function namesOf(law: Law): Name[] {
  return [law.name.split('(')[0] ?? '', law.shortName, law.nameEn, ...law.aliases].map((text) => nameOf(text, { law }))
}

let known: { names: readonly Name[]; patterns: ReadonlyMap<CitationRow, RegExp> } | undefined

function tables(): NonNullable<typeof known> {
  known ??= {
    names: [
      ...allLaws().flatMap(namesOf),
      ...CITATIONS.filter((row) => row.kind === 'old').map((old) => nameOf(old.law, { old })),
    ].filter((name) => name.text !== ''),
    patterns: new Map(CITATIONS.filter((row) => row.pattern).map((row) => [row, pattern(row.pattern)])),
  }
  return known
}

function nameAt(text: string, at: number): Name | undefined {
  let longest: Name | undefined
  for (const name of tables().names) if (text.startsWith(name.text, at) && (!longest || name.text.length > longest.text.length)) longest = name
  return longest
}

function citesArticle(text: string, number: number): boolean {
  for (let at = text.indexOf('第'); at >= 0; at = text.indexOf('第', at + 1)) if (articleAt(text, at)?.number === number) return true
  return false
}

const rowOf = (kind: CitationRow['kind'], law: Law): CitationRow | undefined => CITATIONS.find((row) => row.kind === kind && row.law === law.id)

function applies(row: CitationRow, text: string, citation: Citation, law: Law, day: string): boolean {
  const expression = tables().patterns.get(row)
  if ((row.kind !== 'point' && row.kind !== 'moved') || !expression) return false
  if (row.number !== citation.number || row.law !== law.id || day < row.since) return false
  return find(expression, text, 0) !== undefined && !(row.instead > 0 && citesArticle(text, row.instead))
}

function judged(text: string, citation: Citation, day: string): WrongCitation[] {
  const { name, number, paragraph, start, end } = citation
  const wrong = (category: WrongCitation['category'], row?: CitationRow, article?: Article): WrongCitation[] => [
    { category, start, end, number, law: name.law, row, article },
  ]
  if (name.old) {
    const belongs = name.old.notAfter !== '' && text.endsWith(name.old.notAfter, start)
    return day >= name.old.since && !belongs ? wrong('citation_replaced', name.old) : []
  }
  const { law } = name
  if (!law) return []
  if (day < law.from) return rowOf('amended', law) ? [] : wrong('citation_early', undefined, articleCited(law.shortName, number, paragraph))
  if (law.until && day >= law.until) return wrong('citation_replaced', rowOf('successor', law))
  return CITATIONS.filter((row) => applies(row, text, citation, law, day)).flatMap((row) =>
    wrong(row.kind === 'point' ? 'citation_misplaced' : 'citation_replaced', row),
  )
}

function indexAtByte(bytes: Uint32Array, offset: number, at: number, before: number): number {
  const least = (bytes[offset + at] ?? 0) - before
  let from = at
  while (from > 0 && (bytes[offset + from - 1] ?? 0) >= least) from--
  return from
}

/** Places are in the sentence, which begins at `offset` of the view whose bytes are counted. */
export function wrongCitations(text: string, bytes: Uint32Array, offset: number, day: string): WrongCitation[] {
  const found: WrongCitation[] = []
  for (let at = 0; at < text.length; ) {
    const name = nameAt(text, at)
    if (!name) {
      at++
      continue
    }
    let end = at + name.text.length
    const before = englishBefore(text, indexAtByte(bytes, offset, at, BEFORE_BYTES_MAX), at)
    if (before) {
      found.push(...judged(text, { name, paragraph: 0, number: before.number, start: before.start, end }, day))
    } else {
      for (let next = articleAt(text, end) ?? englishAfter(text, end); next; next = articleAt(text, end) ?? englishAfter(text, end)) {
        end = next.end
        found.push(...judged(text, { name, number: next.number, paragraph: next.paragraph, start: at, end }, day))
      }
    }
    at = end
  }
  return found
}
