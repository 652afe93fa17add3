// SPDX-License-Identifier: Apache-2.0
// The situations that one or two policies can tell apart. The values of each fact fall into cells that no condition splits; a box is a
// set of cells for every fact. In a box each condition is true, false, or undecided.
import { testHolds } from '../policy/decide'
import type { Condition, Policy, Test, Value } from '../policy/model'
import { FACTS, factNamed, NEVER, NUMBER_MAX, valueMeans, type Fact, type Goods } from '../policy/vocabulary'

export interface Cell {
  /** Of numbers, both inclusive; of enumerations the place of the first value. */
  readonly low: number
  readonly high: number
  /** Of enumerations: the values in this cell. */
  readonly values: readonly string[]
}

/** Bits for the cells of all facts, those of a fact in words of its own. */
export type Box = Uint32Array

export type Node =
  | { readonly kind: 'test'; readonly place: number; readonly truth: Uint32Array }
  | { readonly kind: 'all' | 'any'; readonly members: readonly Node[] }

export const FALSE = 0
export const TRUE = 1
export const UNKNOWN = 2
export type Truth3 = typeof FALSE | typeof TRUE | typeof UNKNOWN

/** A number at which a fact is split although no condition says so. */
export interface Bound {
  readonly fact: Fact
  readonly value: number
}

/** Thrown when a search looks at more boxes than it may. */
export class TooManyBoxes extends Error {}

/** Facts of which 0 and what follows it never share a cell: the rules of the possible tell them apart. */
const SPLIT_AT_ONE = new Set(['progress', 'quantity', 'affected_quantity', 'amount', 'usage'].map(factNamed))

export function leastOf(fact: Fact): number {
  return fact.type === 'event' ? NEVER : 0
}

export function mostOf(fact: Fact): number {
  return fact.type === 'percent' ? 100 : NUMBER_MAX
}

/** What the rules of the possible tell apart must not share a cell; nor `other`, nor an accepted proof, which goals name. */
function mayShare(fact: Fact, a: string, b: string): boolean {
  if (fact.word === 'card' || fact.word === 'service') return false
  if (fact.word === 'reason') return a !== 'other' && b !== 'other'
  return fact.type !== 'proof' || (a !== 'accepted' && b !== 'accepted')
}

function wordCells(fact: Fact, goods: Goods, tests: readonly Test[]): Cell[] {
  const cells: { first: string; values: string[] }[] = []
  const isSame = (a: string, b: string): boolean => mayShare(fact, a, b) && tests.every((test) => testHolds(test, a) === testHolds(test, b))
  for (const value of fact.values) {
    if (!valueMeans(fact, value, goods)) continue
    const cell = cells.find(({ first }) => isSame(first, value))
    if (cell) cell.values.push(value)
    else cells.push({ first: value, values: [value] })
  }
  return cells.map(({ first, values }) => ({ low: fact.values.indexOf(first), high: fact.values.indexOf(first), values }))
}

/** The values at which a test changes: from the first on, up to the last. */
function rangeOf({ op, bound }: Test, fact: Fact): readonly [number, number] {
  switch (op) {
    case 'under':
      return [leastOf(fact), bound - 1]
    case 'over':
    case 'ago':
      return [bound + 1, NUMBER_MAX]
    case 'within':
      return [0, bound]
    case 'late_by':
      return [bound, NUMBER_MAX]
    default:
      return [0, NUMBER_MAX]
  }
}

function numberCells(fact: Fact, tests: readonly Test[], bounds: readonly Bound[]): Cell[] {
  const [least, most] = [leastOf(fact), mostOf(fact)]
  const starts = new Set([least])
  const add = (value: number): void => {
    if (value > least && value <= most) starts.add(value)
  }
  if (fact.type === 'event') add(0)
  if (SPLIT_AT_ONE.has(fact)) add(1)
  for (const test of tests) {
    const [low, high] = rangeOf(test, fact)
    add(low)
    add(high + 1)
  }
  for (const bound of bounds) if (bound.fact === fact) add(bound.value)
  const sorted = [...starts].sort((a, b) => a - b)
  return sorted.map((low, i) => ({ low, high: (sorted[i + 1] ?? most + 1) - 1, values: [] }))
}

function testsOf(condition: Condition): Test[] {
  return condition.kind === 'test' ? [condition] : condition.members.flatMap(testsOf)
}

export function testsOfPolicy(policy: Policy): Test[] {
  return policy.clauses.flatMap((clause) => testsOf(clause.when))
}

export class Space {
  readonly goods: Goods
  readonly cells: readonly (readonly Cell[])[]
  readonly offsets: readonly number[]
  readonly words: readonly number[]
  /** The box of everything. */
  readonly all: Box
  /** The root of each clause's `when`, by policy. */
  readonly roots: readonly (readonly Node[])[]
  private steps = 0

  constructor(
    readonly policies: readonly Policy[],
    bounds: readonly Bound[],
    private readonly stepsMax: number,
  ) {
    this.goods = policies[0]!.goods
    const tests = policies.flatMap(testsOfPolicy)
    this.cells = FACTS.map((fact) => {
      const own = tests.filter((test) => test.fact === fact)
      return fact.values.length ? wordCells(fact, this.goods, own) : numberCells(fact, own, bounds)
    })
    this.words = this.cells.map((cells) => Math.ceil(cells.length / 32))
    let length = 0
    this.offsets = this.words.map((words) => (length += words) - words)
    this.all = new Uint32Array(length)
    this.cells.forEach((cells, place) => cells.forEach((_, cell) => this.set(this.all, place, cell)))
    this.roots = policies.map((policy) => policy.clauses.map((clause) => this.nodeOf(clause.when)))
  }

  /** Counts a box that is looked at. */
  step(): void {
    if (++this.steps > this.stepsMax) throw new TooManyBoxes()
  }

  nodeOf(condition: Condition): Node {
    if (condition.kind !== 'test') return { kind: condition.kind, members: condition.members.map((member) => this.nodeOf(member)) }
    const { fact } = condition
    return this.nodeWhere(fact, (value) => testHolds(condition, value))
  }

  /** A test that is true in the cells whose first value is so. */
  nodeWhere(fact: Fact, holds: (value: Value) => boolean): Node {
    const truth = new Uint32Array(this.words[fact.place]!)
    this.cells[fact.place]!.forEach(({ low }, cell) => {
      if (holds(fact.values.length ? fact.values[low]! : low)) truth[cell >>> 5]! |= 1 << (cell & 31)
    })
    return { kind: 'test', place: fact.place, truth }
  }

  private set(box: Box, place: number, cell: number): void {
    box[this.offsets[place]! + (cell >>> 5)]! |= 1 << (cell & 31)
  }

  has(box: Box, place: number, cell: number): boolean {
    return ((box[this.offsets[place]! + (cell >>> 5)]! >>> (cell & 31)) & 1) === 1
  }

  /** Cells of the fact in the box, from `first` on. */
  cellsIn(box: Box, place: number, first = 0): Cell[] {
    return this.cells[place]!.filter((_, cell) => cell >= first && this.has(box, place, cell))
  }

  hasAny(box: Box, place: number, first = 0): boolean {
    return this.cells[place]!.some((_, cell) => cell >= first && this.has(box, place, cell))
  }

  isOpen(box: Box, place: number): boolean {
    const start = this.offsets[place]!
    for (let word = start; word < start + this.words[place]!; word++) if (box[word] !== this.all[word]) return false
    return true
  }

  /** Keeps the cells that pass; false when none is left. */
  keep(box: Box, fact: Fact, passes: (cell: Cell) => boolean): boolean {
    this.cells[fact.place]!.forEach((cell, i) => {
      if (!passes(cell)) box[this.offsets[fact.place]! + (i >>> 5)]! &= ~(1 << (i & 31))
    })
    return this.hasAny(box, fact.place)
  }

  keepValue(box: Box, fact: Fact, value: Value): boolean {
    return this.keep(box, fact, (cell) => (typeof value === 'string' ? cell.values.includes(value) : value >= cell.low && value <= cell.high))
  }

  truth(box: Box, node: Node): Truth3 {
    if (node.kind === 'test') {
      const start = this.offsets[node.place]!
      let yes = 0
      let no = 0
      for (let w = 0; w < node.truth.length; w++) {
        yes |= box[start + w]! & node.truth[w]!
        no |= box[start + w]! & ~node.truth[w]!
      }
      return yes !== 0 && no !== 0 ? UNKNOWN : yes !== 0 ? TRUE : FALSE
    }
    const decides = node.kind === 'all' ? FALSE : TRUE
    let isUnknown = false
    for (const member of node.members) {
      const truth = this.truth(box, member)
      if (truth === decides) return decides
      isUnknown ||= truth === UNKNOWN
    }
    return isUnknown ? UNKNOWN : decides === FALSE ? TRUE : FALSE
  }
}
