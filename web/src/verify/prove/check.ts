// SPDX-License-Identifier: Apache-2.0
// The check of one policy (section 6), as far as it stops a publication: whether there is anything to find, not what.
import type { Clause, Policy } from '../policy/model'
import { factNamed, type Fact } from '../policy/vocabulary'
import { someAmounts, sumsOf } from './amounts'
import { isLaw } from './laws'
import { Goal, OTHERWISE } from './search'
import { Space } from './space'

export const BOXES_MAX = 200000
export const ANSWER_LEAST_S = 20 * 3600
export const OUTER_S = 15 * 86400
const ESCROW_S = 8 * 86400

const [CARD, SERVICE, REASON, DELIVERED, HANDED_OVER] = ['card', 'service', 'reason', 'delivered', 'handed_over'].map(factNamed) as [
  Fact,
  Fact,
  Fact,
  Fact,
  Fact,
]

/** What the platform records itself is not asked of the buyer. */
const KEPT_BY_PLATFORM = new Set(['contact_record', 'service_log', 'agreed_standard'])
/** Where nobody can have a proof. */
const CANNOT_EXIST: Readonly<Record<string, readonly [Fact, readonly string[]]>> = {
  unused_proof: [CARD, ['redeemed']],
  result_proof: [SERVICE, ['none', 'agreed']],
  service_log: [SERVICE, ['none', 'agreed']],
}

export class PolicyCheck {
  private readonly space: Space

  constructor(
    private readonly policy: Policy,
    /** Ids of clauses that may never govern. */
    private readonly mayBeDead: ReadonlySet<string>,
  ) {
    const bounds = [DELIVERED, HANDED_OVER].map((fact) => ({ fact, value: ESCROW_S + 1 }))
    this.space = new Space([policy], bounds, BOXES_MAX)
  }

  private goal(clause: number): Goal {
    return new Goal(this.space).governs(0, clause)
  }

  private hasDead(): boolean {
    return this.policy.clauses.some(({ id }, i) => !this.mayBeDead.has(id) && !this.goal(i).isMet())
  }

  private hasConflict(): boolean {
    const { clauses } = this.policy
    return clauses.some((a, i) =>
      clauses.some((b, k) => k > i && !a.overrides.has(b.id) && !b.overrides.has(a.id) && this.goal(i).governs(0, k).isMet()),
    )
  }

  private hasGap(): boolean {
    return (
      !this.policy.hasOtherwise &&
      this.goal(OTHERWISE)
        .keep(REASON, (cell) => cell.values.some((value) => value !== 'other'))
        .isMet()
    )
  }

  /** A `needs` line that asks for what the platform has, or for what nobody can have. */
  private isWrongNeed(clause: number, need: readonly Fact[]): boolean {
    if (need.every(({ word }) => KEPT_BY_PLATFORM.has(word))) return this.goal(clause).isMet()
    const rows = need.map(({ word }) => CANNOT_EXIST[word])
    if (rows.some((row) => row === undefined)) return false
    const goal = this.goal(clause)
    for (const row of rows) if (row) goal.keep(row[0], (cell) => cell.values.some((value) => row[1].includes(value)))
    return goal.isMet()
  }

  private isWrongDeadline(clause: Clause, i: number): boolean {
    if (!clause.merchant) return false
    const answerS = clause.merchant.answerS + clause.merchant.extensionS
    return (answerS < ANSWER_LEAST_S || answerS + this.policy.reviewS > OUTER_S) && this.goal(i).isMet()
  }

  /** An amount that leaves its bounds before the last step keeps it within them. */
  private isWrongAmount({ amount }: Clause, i: number): boolean {
    const leaves = (isOut: (unbounded: number, paid: number) => boolean): boolean =>
      this.goal(i).isMet((box) =>
        someAmounts(this.space, box, [amount], (chosen) => isOut(sumsOf(amount, chosen).unbounded, chosen.get(factNamed('amount')) ?? 0)),
      )
    return (
      (amount.fixed > 0 && leaves((unbounded, paid) => unbounded > paid)) ||
      ((amount.less > 0 || amount.lessPercent > 0) && leaves((unbounded) => unbounded < 0))
    )
  }

  private isWrongPromise(clause: Clause, i: number): boolean {
    return (
      clause.needs.some((need) => this.isWrongNeed(i, need)) ||
      this.isWrongDeadline(clause, i) ||
      (clause.destination === 'store_credit' && this.goal(i).isMet()) ||
      this.isWrongAmount(clause, i) ||
      clause.laws.some((code) => !isLaw(code, this.policy.effective))
    )
  }

  passes(): boolean {
    if (this.hasDead() || this.hasConflict() || this.hasGap()) return false
    return !this.policy.clauses.some((clause, i) => this.isWrongPromise(clause, i))
  }
}
