// SPDX-License-Identifier: Apache-2.0
// Words for what was found.
import { money } from '../base/money'
import { t } from '../base/words'
import type { Step } from './policy/model'
import type { Finding } from './report'
import type { DecisionView } from './summary'

/** "12 B", "3.4 kB", "20.0 MB" */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

export function findingText({ code, values }: Finding): string {
  if (code !== 'decision_differs') return t(`verify.found.${code}`, values)
  const section = String(values.section) as 'policy'
  return t('verify.found.decision_differs', { ...values, section: t(`verify.section.${section}`) }).replace(/ {2,}/g, ' ')
}

/** The report's places in words: "manifest-sha256.txt line 13: data/…", "byte 512". */
export function placeText(place: string): string {
  if (place === 'the given key') return t('verify.place.given')
  return place
    .replace(/\blines (\d+) to (\d+)/, (_, from: string, to: string) => t('verify.place.lines', { from, to }))
    .replace(/\bline (\d+)/, (_, n: string) => t('verify.place.line', { n }))
    .replace(/\bbyte (\d+)$/, (_, n: string) => t('verify.place.byte', { n }))
    .replace(/: $/, '')
}

export function outcomeText({ disposition, refund, currency }: DecisionView): string {
  return t(`verify.outcome.${disposition}`, { money: money({ amount: refund, currency }) })
}

/** Steps whose number is a sum of money. */
const SUMS = new Set(['paid', 'fixed', 'less', 'limit'])

export function stepText({ op, value }: Step, currency: string): string {
  const step = op as 'paid' | 'percent'
  return t(`verify.step.${step}`, SUMS.has(op) ? { money: money({ amount: value, currency }) } : { n: value })
}
