// SPDX-License-Identifier: Apache-2.0
// Trying out values of money, progress and quantities within a box. Amounts grow or fall evenly in what was paid, in progress and in the
// part affected, so a comparison is decided at the ends of a box and at the sums that the rules name.
import { decidePayment } from '../policy/amount'
import type { Amount, Inputs, Rule } from '../policy/model'
import { factNamed, type Fact } from '../policy/vocabulary'
import { canBe } from './possible'
import type { Box, Space } from './space'

const [PAID, EARLIER, PROGRESS, TIME_USED, QUANTITY, AFFECTED] = [
  'amount',
  'earlier_refunds',
  'progress',
  'time_used',
  'quantity',
  'affected_quantity',
].map(factNamed) as [Fact, Fact, Fact, Fact, Fact, Fact]
const READABLE_PAID = 10000
const VALUES_MAX = 112

export type Chosen = ReadonlyMap<Fact, number>

interface Sums {
  /** What is paid out; 0 where something is missing. */
  readonly refund: number
  /** Before it is kept within bounds. */
  readonly unbounded: number
}

/** What the amount comes to where these values are. */
export function sumsOf(amount: Amount, chosen: Chosen): Sums {
  const facts: Inputs['facts'] = new Map([...chosen].map(([fact, value]) => [fact, { value, source: '', leaf: null }]))
  const inputs = { facts, currency: '', paid: chosen.get(PAID) ?? null, earlierRefunds: chosen.get(EARLIER) ?? 0, decidedAt: 0n, claim: null }
  return decidePayment({ currency: '' }, inputs, amount)
}

class Trial {
  constructor(
    private readonly space: Space,
    private readonly box: Box,
    private readonly amounts: readonly Amount[],
    private readonly holds: (chosen: Chosen) => boolean,
  ) {}

  private values(fact: Fact, candidates: readonly number[]): number[] {
    const cells = this.space.cellsIn(this.box, fact.place)
    const isAllowed = (value: number): boolean => value >= 0 && cells.some(({ low, high }) => value >= low && value <= high)
    return [...new Set(candidates)].filter(isAllowed).slice(0, VALUES_MAX)
  }

  /** Both ends of every cell of the fact that the box has. */
  private ends(fact: Fact): number[] {
    return this.space.cellsIn(this.box, fact.place).flatMap(({ low, high }) => [Math.max(low, 1), high])
  }

  private uses(rule: Rule): boolean {
    return this.amounts.some((amount) => amount.rule === rule)
  }

  private paid(): number[] {
    const sums = this.amounts.flatMap(({ fixed, less }) => [-1, 0, 1].flatMap((i) => [...(fixed ? [fixed + i] : []), ...(less ? [less + i] : [])]))
    return this.values(PAID, [READABLE_PAID, ...sums, ...this.ends(PAID)])
  }

  private percents(fact: Fact, rule: Rule): number[] {
    return this.uses(rule)
      ? this.values(
          fact,
          Array.from({ length: 101 }, (_, percent) => percent),
        )
      : []
  }

  private quantities(): [number[], number[]] {
    if (!this.uses('affected')) return [[], []]
    const quantity = this.values(QUANTITY, [10, ...this.ends(QUANTITY)])
    const ten = Array.from({ length: 10 }, (_, i) => i + 1)
    return [quantity, this.values(AFFECTED, [...ten, ...this.ends(AFFECTED), ...quantity])]
  }

  /** The values show it, and can be together with the rest of the box. */
  private shows(chosen: Chosen): boolean {
    if (!this.holds(chosen)) return false
    const box = this.box.slice()
    for (const [fact, value] of chosen) this.space.keepValue(box, fact, value)
    return canBe(this.space, box)
  }

  /** All ways to choose from lists of values; an empty list chooses nothing. */
  private any(chosen: Chosen, lists: readonly (readonly [Fact, readonly number[]])[]): boolean {
    const [first, ...rest] = lists
    if (!first) return this.shows(chosen)
    const [fact, values] = first
    if (values.length === 0) return this.any(chosen, rest)
    return values.some((value) => {
      if (fact === AFFECTED && value > (chosen.get(QUANTITY) ?? 0)) return false
      return this.any(new Map(chosen).set(fact, value), rest)
    })
  }

  run(): boolean {
    const [quantity, affected] = this.quantities()
    const paid = this.paid()
    if (paid.length === 0 || (quantity.length > 0 && affected.length === 0)) return false
    // What was refunded before takes the same from both sides: the least that the box allows hides nothing.
    const earlier = this.space.isOpen(this.box, EARLIER.place) ? undefined : this.space.cellsIn(this.box, EARLIER.place)[0]?.low
    return this.any(earlier === undefined ? new Map<Fact, number>() : new Map([[EARLIER, earlier]]), [
      [PAID, paid],
      [TIME_USED, this.percents(TIME_USED, 'remaining')],
      [PROGRESS, this.percents(PROGRESS, 'unfinished')],
      [QUANTITY, quantity],
      [AFFECTED, affected],
    ])
  }
}

/** Whether some values of the box are so. `amounts` are those that they are looked for. */
export function someAmounts(space: Space, box: Box, amounts: readonly Amount[], holds: (chosen: Chosen) => boolean): boolean {
  return new Trial(space, box, amounts, holds).run()
}
