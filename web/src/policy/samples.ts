// SPDX-License-Identifier: Apache-2.0
// The test bench: situations that every seller of such goods meets. Facts are those of the vocabulary; what is left out the
// rule may ask for.
import type { Key } from '../base/words'

export type Facts = Record<string, string | number | boolean>
export interface Sample {
  key: Key
  facts: Facts
}
const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const paid = { quantity: 1, amount: 5000 }
const sealed = { ...paid, card: 'sealed', redemption_report: 'none', revealed: 'never' }
const revealed = { ...paid, card: 'revealed', redemption_report: 'none' }

const cards: readonly Sample[] = [
  { key: 'policy.sample.sealed', facts: { ...sealed, reason: 'changed_mind', purchased: DAY_S, delivered: DAY_S } },
  { key: 'policy.sample.sealed_late', facts: { ...sealed, reason: 'changed_mind', purchased: 30 * DAY_S, delivered: 30 * DAY_S } },
  { key: 'policy.sample.dead', facts: { ...revealed, reason: 'key_invalid', purchased: DAY_S, delivered: DAY_S, revealed: 2 * HOUR_S } },
  { key: 'policy.sample.dead_late', facts: { ...revealed, reason: 'key_invalid', purchased: 20 * DAY_S, delivered: 20 * DAY_S, revealed: 20 * DAY_S - HOUR_S } },
  { key: 'policy.sample.region', facts: { ...revealed, reason: 'wrong_item_or_region', purchased: DAY_S, delivered: DAY_S, revealed: 3 * HOUR_S } },
  { key: 'policy.sample.regret', facts: { ...revealed, reason: 'changed_mind', purchased: DAY_S, delivered: DAY_S, revealed: 3 * HOUR_S } },
]
const services: readonly Sample[] = [
  { key: 'policy.sample.not_started', facts: { ...paid, reason: 'changed_mind', service: 'agreed', purchased: DAY_S, progress: 0 } },
  { key: 'policy.sample.late', facts: { ...paid, reason: 'service_not_started', service: 'agreed', purchased: 10 * DAY_S, late: DAY_S, progress: 0 } },
  { key: 'policy.sample.half', facts: { ...paid, reason: 'service_incomplete', service: 'started', purchased: 5 * DAY_S, started: 4 * DAY_S, late: DAY_S, progress: 50 } },
  { key: 'policy.sample.stop', facts: { ...paid, reason: 'changed_mind', service: 'started', purchased: 2 * DAY_S, started: DAY_S, progress: 30 } },
  { key: 'policy.sample.below', facts: { ...paid, reason: 'service_below_standard', service: 'handed_over', purchased: 5 * DAY_S, started: 4 * DAY_S, handed_over: DAY_S, progress: 100 } },
  { key: 'policy.sample.accepted', facts: { ...paid, reason: 'changed_mind', service: 'accepted', purchased: 9 * DAY_S, started: 8 * DAY_S, handed_over: 3 * DAY_S, progress: 100 } },
]

export function samplesOf(goods: string): readonly Sample[] {
  return goods === 'service' ? services : cards
}
