// SPDX-License-Identifier: Apache-2.0
// The tables of the lint of terms, as tools/tables.mjs writes them, and what the lint reports.
import type { Article, Law } from '../law/types'

export type Severity = 'void' | 'risky'

export interface Category {
  readonly name: string
  readonly wire: string
  readonly severity: Severity
  readonly labelEn: string
  readonly labelZh: string
  /** Codes of articles, the weightiest first. */
  readonly articles: readonly string[]
  readonly whyEn: string
  readonly whyZh: string
  readonly rewordingEn: string
  readonly rewordingZh: string
  readonly hintEn: string
  readonly hintZh: string
}

/** The index of a category, and the source of a regular expression. */
export type Rule = readonly [number, string]

export interface CitationRow {
  readonly kind: 'point' | 'moved' | 'old' | 'successor' | 'amended'
  /** The id of a law; of an old one its name. */
  readonly law: string
  readonly number: number
  readonly instead: number
  readonly notAfter: string
  readonly since: string
  readonly pattern: string
  readonly articles: readonly string[]
  readonly whyEn: string
  readonly whyZh: string
}

export interface Finding {
  readonly category: number
  /** Where it stands in the text, in UTF-16 units: text.slice(start, end) is the term. */
  start: number
  end: number
  /** In force on the day, the weightiest first; of a citation, what to cite instead. */
  readonly articles: readonly Article[]
  readonly whyEn: string
  readonly whyZh: string
  /** Only of a citation. */
  readonly cited?: { readonly law: Law | undefined; readonly number: number }
}

export interface Report {
  /** By place; two of one category never overlap. */
  readonly findings: readonly Finding[]
  /** There were more findings than fit. */
  readonly more: boolean
}
