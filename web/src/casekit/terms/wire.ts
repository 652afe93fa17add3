// SPDX-License-Identifier: Apache-2.0
// A report in the form in which `shuntui terms lint --json` writes it: places in bytes of UTF-8, lines and columns in code points.
import { CATEGORIES } from '../../generated/terms'
import type { Json } from '../bundle/json'
import { lawOf } from '../law/law'
import type { Article } from '../law/types'
import type { Finding, Report } from './types'
import { utf8Length } from './view'

interface Place {
  readonly byte: number
  readonly line: number
  readonly column: number
}

/** The places of some units of a text, in one walk. */
function placesOf(text: string, units: readonly number[]): Map<number, Place> {
  const wanted = new Set(units)
  const places = new Map<number, Place>()
  let [unit, byte, line, column] = [0, 0, 1, 1]
  for (const character of [...text, '']) {
    if (wanted.has(unit)) places.set(unit, { byte, line, column })
    column = character === '\n' ? 1 : column + 1
    line += character === '\n' ? 1 : 0
    byte += utf8Length(character.codePointAt(0) ?? 0)
    unit += character.length
  }
  return places
}

function articleWire(article: Article): Record<string, string> {
  const law = lawOf(article)
  const { code, keyWords, meaningEn } = article
  return { article: article.article, code, effective_from: law.from, key_words: keyWords, law: law.name, meaning_en: meaningEn, source: law.source }
}

function citedWire(cited: NonNullable<Finding['cited']>): Record<string, string | number> {
  const { law, number } = cited
  return law ? { article: number, effective_from: law.from, law: law.name } : { article: number }
}

function findingWire(finding: Finding, text: string, places: Map<number, Place>): { [key: string]: Json } {
  const words = CATEGORIES[finding.category]
  const start = places.get(finding.start)
  const end = places.get(finding.end)
  if (!words || !start || !end) throw new Error('a finding stands outside of its text')
  return {
    articles: finding.articles.map(articleWire),
    category: words.wire,
    ...(finding.cited ? { cited: citedWire(finding.cited) } : {}),
    column: start.column,
    end_column: end.column,
    end_line: end.line,
    excerpt: text.slice(finding.start, finding.end),
    ...(words.hintEn ? { hint_en: words.hintEn } : {}),
    ...(words.hintZh ? { hint_zh: words.hintZh } : {}),
    label_en: words.labelEn,
    label_zh: words.labelZh,
    length: end.byte - start.byte,
    line: start.line,
    offset: start.byte,
    rewording_en: words.rewordingEn,
    rewording_zh: words.rewordingZh,
    severity: words.severity,
    why_en: finding.whyEn,
    why_zh: finding.whyZh,
  }
}

export function reportWire(report: Report, text: string): { [key: string]: Json } {
  const places = placesOf(text, report.findings.flatMap((finding) => [finding.start, finding.end]))
  const isVoid = (finding: Finding): boolean => CATEGORIES[finding.category]?.severity === 'void'
  return {
    findings: report.findings.map((finding) => findingWire(finding, text, places)),
    more: report.more,
    void: report.findings.filter(isVoid).length,
  }
}
