// SPDX-License-Identifier: Apache-2.0
// One version of a law, and one of its articles, as src/law/law.def has them. Days are text, "2026-02-01", in China: they compare as text.

export interface Law {
  readonly id: string
  /** As published, with the number of its decree. */
  readonly name: string
  readonly shortName: string
  readonly nameEn: string
  readonly aliases: readonly string[]
  readonly from: string
  /** The first day on which it was no longer in force; empty: it is. */
  readonly until: string
  readonly replacedBy: string
  readonly source: string
}

export interface Article {
  readonly law: string
  readonly code: string
  readonly number: number
  /** 0: the article as a whole. */
  readonly paragraph: number
  readonly article: string
  /** Of the source, verbatim but for "…". */
  readonly keyWords: string
  readonly meaningEn: string
}
