// SPDX-License-Identifier: Apache-2.0
// A decision as it is composed: what is kept as a draft, whether it is complete, and the request that it becomes.
import type { Schemas } from '../../base/api'
import { money, parseAmount, plainAmount, type Money } from '../../base/money'
import { t } from '../../base/words'
import type { ActionBody, Claim, Ruling } from '../../claim/types'
import type { FactName } from './facts'

export type Preview = Schemas['DecisionPreview']
export type PreviewBody = Schemas['DecisionPreviewRequest']
export type Outcome = '' | 'full' | 'partial' | 'none'

export interface Finding {
  fact: FactName
  value: string
  note: string
  /** The file that it rests on, or empty. */
  evidence: string
  /** Under which it is sent, so that it is recorded once. */
  key: string
}
export interface Draft {
  outcome: Outcome
  amount: string
  clause: string
  bearer: string
  reason: string
  findings: Finding[]
}
export interface DraftError {
  label: string
  text: string
}
export const REASON_MAX = 1000
const REASON_BYTES_MIN = 4

/** Begins with what the rule says. */
export function startDraft(claim: Claim): Draft {
  const ruling = claim.ruling
  const draft: Draft = { outcome: '', amount: '', clause: '', bearer: claim.bearer, reason: '', findings: [] }
  if (!ruling) return draft
  draft.clause = ruling.clause
  draft.bearer = ruling.bearer
  if (ruling.outcome === 'refuse') draft.outcome = 'none'
  if (ruling.outcome === 'refund' && ruling.amount.amount > 0) {
    draft.outcome = ruling.amount.amount >= claim.asked.amount ? 'full' : 'partial'
    draft.amount = plainAmount(ruling.amount.amount, ruling.amount.currency)
  }
  return draft
}

/** What is refunded, in minor units; undefined while it is not said. */
export function amountOf(draft: Draft, highest: Money): number | undefined {
  if (draft.outcome === 'none') return 0
  if (draft.outcome === 'full') return highest.amount
  return draft.outcome === 'partial' ? parseAmount(draft.amount, highest.currency) : undefined
}

/** Clauses that a decision can rest on: the one that governs, and those that nearly did. */
export function clausesOf(ruling: Ruling): { id: string; title_zh: string; title_en: string }[] {
  const { clause, near } = ruling.explanation
  return [...(clause ? [clause] : []), ...near].filter((one, at, all) => all.findIndex((other) => other.id === one.id) === at)
}

export function previewBody(draft: Draft, highest: Money): PreviewBody {
  const amount = amountOf(draft, highest)
  const refunds = draft.outcome !== 'none' && amount !== undefined && amount > 0
  const body: PreviewBody = { outcome: refunds ? 'refund' : 'refuse', findings: draft.findings.map(({ fact, value, note }) => ({ fact, value, note })) }
  if (refunds) body.amount = amount
  if (draft.clause) body.clause = draft.clause
  if (draft.bearer) body.bearer = draft.bearer as NonNullable<PreviewBody['bearer']>
  if (draft.reason.trim()) body.reason = draft.reason.trim()
  return body
}

export function actionBody(draft: Draft, highest: Money, action: Preview['action']): ActionBody {
  const body = { ...previewBody(draft, highest) }
  delete body.findings
  return { ...body, action }
}

function amountError(draft: Draft, bounds: { lowest: Money; highest: Money }): string {
  const amount = amountOf(draft, bounds.highest)
  if (draft.outcome !== 'partial') return ''
  if (amount === undefined) return t('field.amount')
  return amount < bounds.lowest.amount || amount > bounds.highest.amount ? t('platform.decide.bounds', { lowest: money(bounds.lowest), highest: money(bounds.highest) }) : ''
}
export function checkDraft(draft: Draft, bounds: { lowest: Money; highest: Money }): Record<'outcome' | 'amount' | 'reason', string> {
  const reason = draft.reason.trim()
  const short = new TextEncoder().encode(reason).length < REASON_BYTES_MIN
  const long = [...reason].length > REASON_MAX
  return {
    outcome: draft.outcome ? '' : t('platform.decide.outcome_needed'),
    amount: amountError(draft, bounds),
    reason: short ? t('platform.decide.reason_needed') : long ? t('field.too_long', { name: t('platform.decide.reason'), max: REASON_MAX }) : '',
  }
}
