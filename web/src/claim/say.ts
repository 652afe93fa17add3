// SPDX-License-Identifier: Apache-2.0
// A claim's state in one line: who is waited for, for what, about how much. The server's own sentences say what happens then.
import { money, type Money } from '../base/money'
import { code, t, type Key } from '../base/words'
import type { Side, Standing } from './types'

/** The situation inside a stage, told by what silence would become. */
function situation(claim: Standing): string {
  if (claim.stage === 'closed') return claim.outcome === 'refused' ? 'refused_final' : (claim.outcome ?? 'closed')
  if (claim.stage === 'platform') return claim.default === 'deviation_unconfirmed' ? 'second' : 'platform'
  if (claim.stage === 'appeal') return claim.waiting_for === 'platform' ? 'appeal' : decided(claim)
  if (claim.stage !== 'negotiation') return claim.stage
  if (claim.default === 'performance_overdue') return 'performance'
  if (claim.default === 'performance_silence') return 'performed'
  return claim.default === 'buyer_silence' ? 'refused' : 'offer'
}

/** The decision that stands, while it can be appealed. */
function standing(claim: Standing): { outcome: string; amount: Money } | undefined {
  return claim.decision ?? [...(claim.decisions ?? [])].reverse().find((one) => one.state === 'final')
}
function decided(claim: Standing): string {
  const decision = standing(claim)
  return decision ? `decided_${decision.outcome}` : 'decided'
}

/** Who is waited for, as the reader would say it. */
export function waitedFor(who: string, side: Side): string {
  return who === side ? t('claim.you') : code('claim.who', who)
}

/** Money that the headline is about: what was paid back once it was, else what is asked for. */
export function headlineAmount(claim: Standing): Money {
  const paid = claim.stage === 'closed' || claim.stage === 'settlement'
  return paid && claim.outcome_amount.amount > 0 ? claim.outcome_amount : claim.asked
}

export function headline(claim: Standing, side: Side): string {
  const decision = claim.stage === 'appeal' && claim.waiting_for !== 'platform' ? standing(claim) : undefined
  const key = `claim.head.${situation(claim)}` as Key
  return t(key, { who: waitedFor(claim.waiting_for, side), amount: money(decision?.amount ?? headlineAmount(claim)) })
}

export type Tone = 'ok' | 'warn' | 'brand' | 'plain'
/** Waiting for the reader is what stands out; an ended claim is calm. */
export function toneOf(claim: Standing, side: Side): Tone {
  if (claim.stage === 'closed') return claim.outcome === 'refunded' || claim.outcome === 'part_refunded' || claim.outcome === 'replaced' ? 'ok' : 'plain'
  if (claim.stage === 'settlement') return 'ok'
  return claim.waiting_for === side ? 'warn' : 'brand'
}

/** A kind of proof in words; "other" and the original of a copy are no proofs. */
export function kindWords(kind: string): string {
  return kind === 'other' || kind === 'original' ? t(`claim.kind.${kind}`) : code('proof', kind)
}

export function sizeWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
