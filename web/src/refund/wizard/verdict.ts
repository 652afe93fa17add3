// SPDX-License-Identifier: Apache-2.0
// The verdict in one line, and the line above the button: who must act until when, and what happens if nobody does.
import { money, type Money } from '../../base/money'
import { duration, shortTime } from '../../base/time'
import { t, words } from '../../base/words'
import type { Position } from '../../claim/types'

export type Verdict = 'pays' | 'asks' | 'needs' | 'question' | 'person' | 'refuses'

export function verdictOf(position: Position): Verdict {
  const ruling = position.ruling
  switch (ruling?.disposition) {
    case 'pay_now':
      return 'pays'
    case 'wait_merchant':
      return 'asks'
    case 'missing_evidence':
      return ruling.evidence.length === 0 && ruling.question && !ruling.question.proof ? 'question' : 'needs'
    case 'open':
      return ruling.question && !ruling.question.proof ? 'question' : 'needs'
    case 'refuse':
      return 'refuses'
    default:
      return 'person'
  }
}

/** What would be paid: what the rule gives, else all that is asked for. */
export function amountOf(position: Position): Money {
  const { asked, ruling } = position
  const rule = ruling?.amount.amount || ruling?.explanation.verdict.refund || 0
  return rule > 0 ? { amount: Math.min(rule, asked.amount), currency: asked.currency } : asked
}

export function verdictTitle(position: Position, open: number): string {
  const amount = money(amountOf(position))
  const verdict = verdictOf(position)
  if (verdict === 'pays') return t(amountOf(position).amount < position.asked.amount ? 'refund.verdict.pays_part' : 'refund.verdict.pays', { amount })
  if (verdict === 'needs') return open > 0 ? t('refund.verdict.needs', { n: open, amount }) : t('refund.verdict.ready', { amount })
  if (verdict === 'person') return t(position.clause === 'otherwise' ? 'refund.verdict.outside' : 'refund.verdict.person')
  return t(`refund.verdict.${verdict}`, { amount })
}

function silenceWords(silence: string | null): string {
  if (silence === 'refuses' || silence === 'reviews') return t(`refund.silence.${silence}`)
  return t('refund.silence.accepts')
}
const silenceOfDefault: Record<string, string> = { merchant_silence_refuses: 'refuses', merchant_silence_reviews: 'reviews' }

export function lineAbove(position: Position): string {
  const verdict = verdictOf(position)
  if (verdict === 'pays') return t('refund.line.pays')
  if (verdict === 'refuses') return t('refund.line.refuses')
  if (verdict === 'asks' && position.deadline) return t('refund.line.asks', { time: shortTime(position.deadline), then: silenceWords(silenceOfDefault[position.default ?? ''] ?? null) })
  if (verdict === 'person' && position.deadline) return t('refund.line.person', { time: shortTime(position.deadline), then: words(position.at_deadline) })
  const after = position.ruling?.once_complete
  if (after?.disposition === 'pay_now') return t('refund.line.then_pays')
  if (after?.disposition === 'wait_merchant' && after.within_s) return t('refund.line.then_asks', { span: duration(after.within_s), then: silenceWords(after.silence) })
  if (after?.disposition === 'review' && after.within_s) return t('refund.line.then_person', { span: duration(after.within_s) })
  return ''
}
