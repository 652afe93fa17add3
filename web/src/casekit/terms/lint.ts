// SPDX-License-Identifier: Apache-2.0
// The lint of free text in the browser: terms that the law makes void or forbids, terms that are risky, and wrong citations, each with its
// exact place, the articles behind it on a day and a lawful rewording. It does what src/law/terms.c does, over the same tables, and
// decides nothing by itself. What it does not find may still be void.
import { CATEGORIES } from '../../generated/terms'
import { articleByCode, inForce, lawOf } from '../law/law'
import type { Article } from '../law/types'
import { wrongCitations, type WrongCitation } from './citations'
import { find, rules, type CompiledRule, type Rules } from './rules'
import { pieces, Sentence } from './sentence'
import type { Finding, Report } from './types'
import { utf8Bytes, viewOf, wellFormed, type View } from './view'

export { utf8Bytes }

const FINDINGS_MAX = 64
const ARTICLES_MAX = 6
/** Bytes of UTF-8; the rules of a large shop are about 10 KiB. */
export const TEXT_BYTES_MAX = 64 * 1024

const isMark = (character: string | undefined): boolean => character !== undefined && '\n",.? '.includes(character)
const overlap = (a: Finding, b: Finding): boolean => a.start < b.end && b.start < a.end

function articlesOn(codes: readonly string[], day: string): Article[] {
  return codes.map(articleByCode).filter((article) => inForce(lawOf(article), day)).slice(0, ARTICLES_MAX)
}

/** One run over one text. */
class Lint {
  findings: Finding[] = []
  more = false

  constructor(
    private readonly rules: Rules,
    private readonly view: View,
    private readonly day: string,
  ) {}

  /** Two findings of one category that overlap are one. One with neither an article nor a citation has no ground. */
  private add(finding: Omit<Finding, 'start' | 'end'>, viewStart: number, viewEnd: number): void {
    if ((finding.articles.length === 0 && !finding.cited) || viewStart === viewEnd) return
    const added: Finding = { ...finding, start: this.view.from[viewStart] ?? 0, end: this.view.to[viewEnd - 1] ?? 0 }
    for (let at = 0; at < this.findings.length; ) {
      const other = this.findings[at]
      if (!other || other.category !== added.category || !overlap(other, added)) {
        at++
        continue
      }
      added.start = Math.min(added.start, other.start)
      added.end = Math.max(added.end, other.end)
      const last = this.findings.pop()
      if (last && last !== other) this.findings[at] = last
      at = 0
    }
    if (this.findings.length === FINDINGS_MAX) this.more = true
    else this.findings.push(added)
  }

  private applyRule(sentence: Sentence, { category, pattern }: CompiledRule): void {
    const { text, piece } = sentence
    const words = CATEGORIES[category]
    for (let at = 0; words && at < text.length && !this.more; ) {
      const place = find(pattern, text, at)
      if (!place || place.end === place.start) return
      let { start, end } = place
      at = end
      while (end > start + 1 && isMark(text[end - 1])) end--
      while (start + 1 < end && isMark(text[start])) start++
      if (piece.start + end <= piece.seenTo || sentence.takesBack(category, start, end)) continue
      const { whyEn, whyZh } = words
      this.add({ category, articles: articlesOn(words.articles, this.day), whyEn, whyZh }, piece.start + start, piece.start + end)
    }
  }

  private addCitation(offset: number, wrong: WrongCitation): void {
    const category = CATEGORIES.findIndex((candidate) => candidate.wire === wrong.category)
    const words = CATEGORIES[category]
    if (!words) return
    const said = wrong.row?.whyEn ? wrong.row : words
    const articles = [...articlesOn(wrong.row?.articles ?? [], this.day), ...(wrong.article ? [wrong.article] : [])]
    const cited = { law: wrong.law, number: wrong.number }
    this.add({ category, articles, whyEn: said.whyEn, whyZh: said.whyZh, cited }, offset + wrong.start, offset + wrong.end)
  }

  /** Sentence by sentence, so that a page can breathe in between. */
  *run(): Generator<number> {
    for (const piece of pieces(this.view)) {
      const sentence = new Sentence(this.rules, this.view, piece)
      for (const rule of this.rules.patterns) this.applyRule(sentence, rule)
      for (const wrong of wrongCitations(sentence.text, this.view.bytes, piece.start, this.day)) this.addCitation(piece.start, wrong)
      yield piece.end / this.view.text.length
      if (this.more) return
    }
  }

  /** Without what a more exact finding says better, by place. */
  report(): Report {
    const isSaidBetter = (finding: Finding): boolean =>
      this.findings.some((other) => this.rules.yields.get(finding.category)?.includes(other.category) && overlap(finding, other))
    const findings = this.findings.filter((finding) => !isSaidBetter(finding))
    return { findings: findings.sort((a, b) => a.start - b.start || a.category - b.category), more: this.more }
  }
}

/** A text of terms has at most TEXT_BYTES_MAX bytes. */
export class TextTooLong extends Error {}

function lintOf(text: string, day: string): Lint {
  if (utf8Bytes(text) > TEXT_BYTES_MAX) throw new TextTooLong()
  return new Lint(rules(), viewOf(wellFormed(text)), day)
}

/** Lints a text for the law of a day ("2026-02-01"). Throws a SyntaxError in a browser whose regular expressions have no look-behind. */
export function lint(text: string, day: string): Report {
  const running = lintOf(text, day)
  Array.from(running.run())
  return running.report()
}

const BREATH_MS = 30

/** The same for a page: it gives the browser its turn, and says how far it is (0 … 1). When it is aborted, what it has found by then. */
export async function lintSlowly(text: string, day: string, onProgress: (done: number) => void, signal?: AbortSignal): Promise<Report> {
  const running = lintOf(text, day)
  let until = performance.now() + BREATH_MS
  for (const done of running.run()) {
    if (performance.now() < until) continue
    onProgress(done)
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (signal?.aborted) break
    until = performance.now() + BREATH_MS
  }
  return running.report()
}
