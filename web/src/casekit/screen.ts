// SPDX-License-Identifier: Apache-2.0
// The pasted rules of a case, screened: by the law of the day of the purchase, for that is when they were agreed to.
import { CATEGORIES } from '../generated/terms'
import { attachmentNumber } from './checklist'
import { lawDay } from './letters/grounds'
import type { VoidTerm } from './letters/brief'
import type { Case } from './model'
import { lintSlowly, utf8Bytes, TEXT_BYTES_MAX } from './terms/lint'
import type { Report } from './terms/types'

export interface Screened {
  readonly text: string
  readonly day: string
  readonly report: Report
  /** Nothing was looked for: the text is too long, or this browser cannot read the patterns. */
  readonly skipped: '' | 'too_long' | 'old_browser'
}

const NOTHING: Report = { findings: [], more: false }

/** Sentence by sentence, so that the page can breathe. */
export async function screen(text: string, day: string, onProgress: (done: number) => void = () => undefined, signal?: AbortSignal): Promise<Screened> {
  if (utf8Bytes(text) > TEXT_BYTES_MAX) return { text, day, report: NOTHING, skipped: 'too_long' }
  try {
    return { text, day, report: await lintSlowly(text, day, onProgress, signal), skipped: '' }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { text, day, report: NOTHING, skipped: 'old_browser' }
  }
}

export async function screened(of: Case, today: string): Promise<Screened[]> {
  const reports: Screened[] = []
  for (const rule of of.rules) reports.push(await screen(rule.text, lawDay(of, today)))
  return reports
}

/** Those that the law makes void, with the articles of the day. What is only risky is for the person to read, not for a letter. */
export function voidTermsOf(of: Case, reports: readonly Screened[]): VoidTerm[] {
  return of.rules.flatMap((rule, index) => {
    const { text, report } = reports[index] ?? { text: '', report: NOTHING }
    return report.findings
      .filter((finding) => CATEGORIES[finding.category]?.severity === 'void')
      .map((finding) => ({ excerpt: text.slice(finding.start, finding.end), where: rule.where, shownIn: attachmentNumber(of, rule.evidence), articles: finding.articles }))
  })
}
