// SPDX-License-Identifier: Apache-2.0
// Which situations can be at all: facts hang together (section 6). Presence of events and states are tried out, and for the ages and
// amounts, which are only bound by x <= y, the least solution is found.
import { FACTS, factNamed, NEVER, NUMBER_MAX, type Fact } from '../policy/vocabulary'
import type { Box, Space } from './space'

const [
  CARD,
  SERVICE,
  PROGRESS,
  PURCHASED,
  DELIVERED,
  REVEALED,
  STARTED,
  HANDED_OVER,
  LATE,
  DOWNLOADED,
  LAUNCHED,
  USAGE,
  QUANTITY,
  AFFECTED,
  AMOUNT,
  EARLIER,
] = [
  'card',
  'service',
  'progress',
  'purchased',
  'delivered',
  'revealed',
  'started',
  'handed_over',
  'late',
  'downloaded',
  'launched',
  'usage',
  'quantity',
  'affected_quantity',
  'amount',
  'earlier_refunds',
].map(factNamed) as [Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact, Fact]

/** The smaller never exceeds the larger; in an order in which each larger comes after all that lie below it. */
const ORDERS: readonly (readonly [Fact, Fact])[] = [
  [REVEALED, DELIVERED],
  [HANDED_OVER, STARTED],
  [DELIVERED, PURCHASED],
  [STARTED, PURCHASED],
  [LAUNCHED, DOWNLOADED],
  [DOWNLOADED, PURCHASED],
  [USAGE, PURCHASED],
  [LATE, PURCHASED],
  [AFFECTED, QUANTITY],
  [EARLIER, AMOUNT],
]
const NUMBERS = [
  PROGRESS,
  PURCHASED,
  DELIVERED,
  REVEALED,
  STARTED,
  HANDED_OVER,
  LATE,
  DOWNLOADED,
  LAUNCHED,
  USAGE,
  QUANTITY,
  AFFECTED,
  AMOUNT,
  EARLIER,
]

class Completion {
  private readonly least = new Map<Fact, number>([
    [PURCHASED, 0],
    [QUANTITY, 1],
    [AFFECTED, 1],
    [AMOUNT, 1],
  ])
  private readonly most = new Map<Fact, number>()

  constructor(
    private readonly space: Space,
    private readonly box: Box,
  ) {}

  /** The smallest value of the fact that the box allows from `from` on. */
  private valueFrom(fact: Fact, from: number): number | undefined {
    const least = Math.max(from, this.least.get(fact) ?? NEVER)
    const most = this.most.get(fact) ?? NUMBER_MAX
    for (const cell of this.space.cellsIn(this.box, fact.place)) {
      const low = Math.max(cell.low, least)
      if (low <= Math.min(cell.high, most)) return low
    }
    return undefined
  }

  /** Raising a smaller fact only when it must be is the least solution of a set of x <= y, so this misses none. */
  private numbersFit(): boolean {
    const values = new Map<Fact, number>()
    const means = (fact: Fact): boolean => fact.goods.includes(this.space.goods)
    for (const fact of NUMBERS) {
      if (!means(fact)) continue
      const value = this.valueFrom(fact, NEVER)
      if (value === undefined) return false
      values.set(fact, value)
    }
    for (const [smaller, larger] of ORDERS) {
      const [low, high] = [values.get(smaller), values.get(larger)]
      if (low === undefined || high === undefined || high === NEVER || low <= high) continue
      const raised = this.valueFrom(larger, low)
      if (raised === undefined) return false
      values.set(larger, raised)
    }
    return true
  }

  private happened(fact: Fact, itDid: boolean): void {
    this.least.set(fact, itDid ? 0 : NEVER)
    this.most.set(fact, itDid ? NUMBER_MAX : NEVER)
  }

  private words(fact: Fact): string[] {
    return this.space.cellsIn(this.box, fact.place).map(({ low }) => fact.values[low]!)
  }

  private card(): boolean {
    for (const card of this.words(CARD))
      for (const [delivered, revealed] of [
        [false, false],
        [true, false],
        [true, true],
      ] as const) {
        if ((card === 'sealed' && revealed) || (card === 'revealed' && !revealed) || (card !== 'sealed' && !delivered)) continue
        this.happened(DELIVERED, delivered)
        this.happened(REVEALED, revealed)
        if (this.numbersFit()) return true
      }
    return false
  }

  private service(): boolean {
    return this.words(SERVICE).some((service) => {
      const isOver = service === 'handed_over' || service === 'accepted'
      const isBegun = isOver || service === 'started'
      this.happened(STARTED, isBegun)
      this.happened(HANDED_OVER, isOver)
      this.most.set(PROGRESS, isBegun ? 100 : 0)
      return this.numbersFit()
    })
  }

  private licence(): boolean {
    return (
      [
        [false, false],
        [true, false],
        [true, true],
      ] as const
    ).some(([downloaded, launched]) => {
      this.happened(DOWNLOADED, downloaded)
      this.happened(LAUNCHED, launched)
      this.most.set(USAGE, downloaded ? NUMBER_MAX : 0)
      return this.numbersFit()
    })
  }

  exists(): boolean {
    const { goods } = this.space
    if (FACTS.some((fact) => fact.goods.includes(goods) && !this.space.hasAny(this.box, fact.place))) return false
    return goods === 'card_key' ? this.card() : goods === 'service' ? this.service() : this.licence()
  }
}

/** Whether some situation of the box can be. */
export function canBe(space: Space, box: Box): boolean {
  return new Completion(space, box).exists()
}

/** A quick test that may miss some: only what one or two facts exclude. */
export function mayBe(space: Space, box: Box): boolean {
  const beyondFirst = (fact: Fact): boolean => space.hasAny(box, fact.place, 1)
  if (![PURCHASED, AMOUNT, QUANTITY, AFFECTED].every(beyondFirst)) return false
  if (space.goods !== 'card_key') return true
  const sealed = space.has(box, CARD.place, 0)
  const onlySealed = sealed && !beyondFirst(CARD)
  const [mayReveal, mayHide, mayDeliver] = [beyondFirst(REVEALED), space.has(box, REVEALED.place, 0), beyondFirst(DELIVERED)]
  return !(onlySealed && !mayHide) && !(!mayHide && !mayDeliver) && (sealed || mayDeliver) && (mayReveal || mayHide)
}
