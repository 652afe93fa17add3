// SPDX-License-Identifier: Apache-2.0
// Exact search for a situation that meets a goal: narrows a box as far as the goal forces it, then splits it along one condition that
// is still undecided. Each branch decides at least one condition, and no situation is lost.
import type { Value } from '../policy/model'
import { factNamed, type Fact } from '../policy/vocabulary'
import { canBe, mayBe } from './possible'
import { FALSE, TRUE, UNKNOWN, type Box, type Cell, type Node, type Space } from './space'

/** What governs: a clause, `otherwise`, or `otherwise` for the reason `other`, which goes to a person whatever it says. */
export interface Side {
  readonly clause: number // or OTHERWISE
  readonly isOther: boolean
}
export const OTHERWISE = -1

interface Want {
  readonly node: Node
  readonly holds: boolean
}

const REASON = factNamed('reason')

export class Goal {
  readonly wants: Want[] = []
  readonly box: Box
  private isEmpty = false

  constructor(readonly space: Space) {
    this.box = space.all.slice()
  }

  applies(policy: number, clause: number, holds: boolean): this {
    this.wants.push({ node: this.space.roots[policy]![clause]!, holds })
    return this
  }

  /** The clause governs; OTHERWISE: none applies. */
  governs(policy: number, clause: number): this {
    const { clauses } = this.space.policies[policy]!
    const id = clauses[clause]?.id
    if (id !== undefined) this.applies(policy, clause, true)
    clauses.forEach((other, i) => {
      if (id === undefined || other.overrides.has(id)) this.applies(policy, i, false)
    })
    return this
  }

  side(policy: number, side: Side): this {
    this.governs(policy, side.clause)
    if (side.isOther) this.keep(REASON, (cell) => cell.values.includes('other'))
    else if (side.clause === OTHERWISE && this.space.policies[policy]!.otherwiseRefuses)
      this.keep(REASON, (cell) => cell.values.some((value) => value !== 'other'))
    return this
  }

  /** At least one of the proofs is accepted, or none of them is. */
  proofs(anyOf: readonly Fact[], accepted: boolean): this {
    const members = anyOf.map((fact) => this.space.nodeWhere(fact, (value) => value === 'accepted'))
    this.wants.push({ node: { kind: 'any', members }, holds: accepted })
    return this
  }

  keep(fact: Fact, passes: (cell: Cell) => boolean): this {
    if (!this.space.keep(this.box, fact, passes)) this.isEmpty = true
    return this
  }

  /** Keeps to the situations that agree with what is known. */
  known(facts: ReadonlyMap<Fact, Value>): this {
    for (const [fact, value] of facts) if (fact.goods.includes(this.space.goods) && !this.space.keepValue(this.box, fact, value)) this.isEmpty = true
    return this
  }

  /**
   * Whether there is a possible situation that meets the goal and that the judge takes, if there is one: it is asked for each box in
   * which the goal is decided.
   */
  isMet(judge?: (box: Box) => boolean): boolean {
    return !this.isEmpty && new Search(this, judge).look(this.box.slice())
  }
}

/** An open choice: some member must have the value `holds`; `candidate` is the first that still may. */
interface Choice {
  readonly candidate: Node
  readonly holds: boolean
  readonly candidates: number
}

class Search {
  private choice: Choice | undefined
  private readonly space: Space

  constructor(
    private readonly goal: Goal,
    private readonly judge: ((box: Box) => boolean) | undefined,
  ) {
    this.space = goal.space
  }

  private forceTest(box: Box, node: Node & { kind: 'test' }, holds: boolean): boolean {
    const start = this.space.offsets[node.place]!
    let left = 0
    for (let w = 0; w < node.truth.length; w++) {
      box[start + w]! &= holds ? node.truth[w]! : ~node.truth[w]!
      left |= box[start + w]!
    }
    return left !== 0
  }

  /** Narrows the box as far as `node has this value` forces it; false when that cannot be. The best open choice is kept. */
  private force(box: Box, node: Node, holds: boolean): boolean {
    if (node.kind === 'test') return this.forceTest(box, node, holds)
    if ((node.kind === 'all') === holds) return node.members.every((member) => this.force(box, member, holds))
    let candidate: Node | undefined
    let candidates = 0
    for (const member of node.members) {
      const truth = this.space.truth(box, member)
      if (truth === (holds ? TRUE : FALSE)) return true
      if (truth !== UNKNOWN) continue
      candidate ??= member
      candidates++
    }
    if (!candidate) return false
    if (candidates === 1) return this.force(box, candidate, holds)
    if (!this.choice || candidates < this.choice.candidates) this.choice = { candidate, holds, candidates }
    return true
  }

  /** Forces all wants until nothing changes. */
  private narrow(box: Box): boolean {
    for (let before = box.slice(); ; before = box.slice()) {
      this.choice = undefined
      for (const { node, holds } of this.goal.wants) if (!this.force(box, node, holds)) return false
      if (box.every((word, i) => word === before[i])) return mayBe(this.space, box)
    }
  }

  /** A test to split along: the first undecided one below the node. */
  private undecidedTest(box: Box, node: Node): Node & { kind: 'test' } {
    let at = node
    while (at.kind !== 'test') at = at.members.find((member) => this.space.truth(box, member) === UNKNOWN)!
    return at
  }

  look(box: Box): boolean {
    this.space.step()
    if (!this.narrow(box)) return false
    const { choice } = this
    if (!choice) return canBe(this.space, box) && (!this.judge || this.judge(box))
    const test = this.undecidedTest(box, choice.candidate)
    return [choice.holds, !choice.holds].some((holds) => {
      const half = box.slice()
      return this.forceTest(half, test, holds) && this.look(half)
    })
  }
}
