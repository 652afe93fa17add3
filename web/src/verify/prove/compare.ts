// SPDX-License-Identifier: Apache-2.0
// Two policies over the same situations: what each promises the buyer there, and whether the second promises less. What does not depend
// on the situation is compared first; only if it differs is a situation looked for.
import type { Amount, Clause, Policy } from '../policy/model'
import { someAmounts, sumsOf, type Chosen } from './amounts'
import { Goal, OTHERWISE, type Side } from './search'
import type { Space } from './space'

interface Promised {
  readonly outcome: Clause['outcome']
  readonly clause: Clause | undefined
  /** 2: a refund. 1: a person decides, or silence ends in one or in a refusal. 0: nothing. */
  readonly rank: number
  /** Seconds until it is decided when everybody keeps silent, and when a person has to come in. */
  readonly silentS: number
  readonly disputedS: number
}

function promisedByOtherwise(policy: Policy, isOther: boolean): Promised {
  if (policy.otherwiseRefuses && !isOther) return { outcome: 'refuse', clause: undefined, rank: 0, silentS: 0, disputedS: 0 }
  return { outcome: 'review', clause: undefined, rank: 1, silentS: policy.reviewS, disputedS: policy.reviewS }
}

function promised(policy: Policy, side: Side): Promised {
  const clause = policy.clauses[side.clause]
  if (!clause) return promisedByOtherwise(policy, side.isOther)
  const { outcome, merchant, reviewS } = clause
  if (outcome === 'refuse') return { outcome, clause, rank: 0, silentS: 0, disputedS: 0 }
  if (outcome === 'review') return { outcome, clause, rank: 1, silentS: reviewS, disputedS: reviewS }
  if (!merchant) return { outcome, clause, rank: 2, silentS: 0, disputedS: 0 }
  const answerS = merchant.answerS + merchant.extensionS
  const disputedS = answerS + policy.reviewS
  const silentS = merchant.silence === 'reviews' ? disputedS : answerS
  return { outcome, clause, rank: merchant.silence === 'accepts' ? 2 : 1, silentS, disputedS }
}

function paidOut(amount: Amount, chosen: Chosen): number {
  return sumsOf(amount, chosen).refund
}

/** Everything that can govern in the policy. */
export function sidesOf(policy: Policy): Side[] {
  const sides: Side[] = policy.clauses.map((_, clause) => ({ clause, isOther: false }))
  sides.push({ clause: OTHERWISE, isOther: false })
  if (policy.otherwiseRefuses) sides.push({ clause: OTHERWISE, isOther: true })
  return sides
}

/** Whether a promise of nothing at all: no policy can undercut it. */
export function promisesNothing(policy: Policy, side: Side): boolean {
  return promised(policy, side).outcome === 'refuse'
}

function sameAmount(a: Amount, b: Amount): boolean {
  return a.rule === b.rule && a.percent === b.percent && a.fixed === b.fixed && a.less === b.less && a.lessPercent === b.lessPercent
}

/** The amount of a promise whose refund can come to nothing. */
function uncertainAmount({ clause, outcome }: Promised): Amount | undefined {
  if (!clause || outcome !== 'refund') return undefined
  const { rule, less, lessPercent } = clause.amount
  return rule === 'unfinished' || rule === 'remaining' || less || lessPercent ? clause.amount : undefined
}

function isStoreCredit({ clause, outcome }: Promised): boolean {
  return outcome === 'refund' && clause?.destination === 'store_credit'
}

/** A pair of sides: what the first policy promised, and what the second gives. */
export class Pair {
  private readonly was: Promised
  private readonly is: Promised

  constructor(
    private readonly space: Space,
    private readonly before: Side,
    private readonly after: Side,
  ) {
    this.was = promised(space.policies[0]!, before)
    this.is = promised(space.policies[1]!, after)
  }

  private goal(): Goal {
    return new Goal(this.space).side(0, this.before).side(1, this.after)
  }

  private isMetWith(goal: Goal, amounts: readonly (Amount | undefined)[], holds: (chosen: Chosen) => boolean): boolean {
    const named = amounts.filter((amount) => amount !== undefined)
    return goal.isMet(named.length ? (box) => someAmounts(this.space, box, named, holds) : undefined)
  }

  /** Where both sides, as far as they refund, pay something. */
  private isWorth(goal: Goal, ...amounts: (Amount | undefined)[]): boolean {
    return this.isMetWith(goal, amounts, (chosen) => amounts.every((amount) => !amount || paidOut(amount, chosen) > 0))
  }

  private isMetWhereBothPay(goal: Goal): boolean {
    return this.isWorth(goal, uncertainAmount(this.was), uncertainAmount(this.is))
  }

  /** Whether there is a situation in which both govern at all. */
  meet(): boolean {
    return this.goal().isMet()
  }

  private isLower(): boolean {
    const { was, is } = this
    const isCreditInstead = isStoreCredit(is) && was.outcome === 'refund' && !isStoreCredit(was)
    if ((is.rank < was.rank || isCreditInstead) && this.isWorth(this.goal(), uncertainAmount(was))) return true
    if (is.outcome === 'refund' && was.outcome === 'refund' && is.clause && was.clause) {
      const [less, more] = [is.clause.amount, was.clause.amount]
      return !sameAmount(less, more) && this.isMetWith(this.goal(), [less, more], (chosen) => paidOut(less, chosen) < paidOut(more, chosen))
    }
    const amount = uncertainAmount(is)
    return amount !== undefined && was.rank > 0 && this.isMetWith(this.goal(), [amount], (chosen) => paidOut(amount, chosen) === 0)
  }

  /** A situation with all the evidence that was asked for, in which what is asked for now is still missing some. */
  private isHarder(): boolean {
    const ease = this.was.clause?.needs ?? []
    return (this.is.clause?.needs ?? []).some((need) => {
      const goal = this.goal().proofs(need, false)
      ease.forEach((each) => goal.proofs(each, true))
      return this.isMetWhereBothPay(goal)
    })
  }

  /** How the second policy falls behind the first where both govern; undefined when it does not. */
  behind(): 'worse' | 'harder' | 'slower' | undefined {
    const { was, is } = this
    const isNotLower = was.rank > 0 && is.rank >= was.rank
    const isLater = is.silentS > was.silentS || is.disputedS > was.disputedS
    if (this.isLower()) return 'worse'
    if (isNotLower && this.isHarder()) return 'harder'
    // That `other` goes to a person is the language's rule; a policy that names no time for it promises none.
    if (!this.before.isOther && isNotLower && isLater && this.isMetWhereBothPay(this.goal())) return 'slower'
    return undefined
  }
}
