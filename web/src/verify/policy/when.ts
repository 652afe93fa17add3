// SPDX-License-Identifier: Apache-2.0
// The condition of a clause (sections 3 and 5): read as written, then brought into the form that the certificate shows: `not` at
// the tests alone, no group within a group of the same kind, and the condition about `other`.
import type { Condition, Group, Test } from './model'
import type { Cursor } from './tokens'
import { factNamed, findFact, valueMeans, type Fact, type Goods } from './vocabulary'

const BRACKETS_MAX = 8
const NODES_MAX = 2048
const DIFFERENT_MAX = 512
const COUNT_MAX = 1_000_000
const BEGINS_TEST = ['is', 'within', 'over', 'under', 'at', 'by']
const REASON = factNamed('reason')

/** What is counted over a whole policy. */
export interface Tally {
  nodes: number
  readonly different: Set<string>
  readonly tested: Set<Fact>
}

function inTableOrder(fact: Fact, values: ReadonlySet<string>): string[] {
  return fact.values.filter((value) => values.has(value))
}

class WhenReader {
  private depth = 0

  constructor(
    private readonly cursor: Cursor,
    private readonly goods: Goods,
    private readonly tally: Tally,
  ) {}

  // ---- tests ----

  /** `or` goes on with the list when a value of the fact follows which does not begin a test of its own. */
  private listGoesOn(fact: Fact): boolean {
    const next = this.cursor.ahead(1)
    if (!this.cursor.isWord('or') || next.kind !== 'word' || !fact.values.includes(next.text)) return false
    return !BEGINS_TEST.some((word) => this.cursor.isWord(word, 2))
  }

  private values(fact: Fact): Test {
    this.cursor.expect('is')
    const negated = this.cursor.take('not')
    const values = new Set<string>()
    for (;;) {
      const { kind, text } = this.cursor.ahead()
      if (kind !== 'word' || !fact.values.includes(text)) throw this.cursor.fault('expected a value of this fact')
      if (!valueMeans(fact, text, this.goods)) throw this.cursor.fault('a value without meaning for the goods')
      values.add(this.cursor.next().text)
      if (!this.listGoesOn(fact)) break
      this.cursor.expect('or')
    }
    return { kind: 'test', fact, op: 'is', negated, values: inTableOrder(fact, values), bound: 0 }
  }

  private event(fact: Fact): Test {
    const test = { kind: 'test', fact, negated: false, values: [] } as const
    const isLate = fact.word === 'late'
    if (isLate && this.cursor.take('by')) return { ...test, op: 'late_by', bound: this.cursor.durationS() }
    if (this.cursor.take('within')) return { ...test, op: 'within', bound: this.cursor.durationS() }
    if (isLate || !this.cursor.take('over')) return { ...test, op: 'happened', bound: 0 }
    const bound = this.cursor.durationS()
    this.cursor.expect('ago')
    return { ...test, op: 'ago', bound }
  }

  private bound(fact: Fact): number {
    if (fact.type === 'money') return this.cursor.money(0)
    if (fact.type === 'span') return this.cursor.durationS()
    if (fact.type === 'number') return this.cursor.whole(0, COUNT_MAX)
    const percent = this.cursor.whole(0, 100)
    this.cursor.expect('percent')
    return percent
  }

  private quantity(fact: Fact): Test {
    const test = { kind: 'test', fact, values: [] } as const
    if (this.cursor.take('under')) return { ...test, op: 'under', negated: false, bound: this.bound(fact) }
    if (this.cursor.take('over')) return { ...test, op: 'over', negated: false, bound: this.bound(fact) }
    this.cursor.expect('at')
    const op = this.cursor.oneOf(['least', 'most']) === 'least' ? 'under' : 'over'
    return { ...test, op, negated: true, bound: this.bound(fact) }
  }

  private test(): Test {
    if (this.cursor.take('any')) {
      this.cursor.expect('reason')
      const values = REASON.values.filter((value) => valueMeans(REASON, value, this.goods))
      return { kind: 'test', fact: REASON, op: 'is', negated: false, values, bound: 0 }
    }
    const { kind, text } = this.cursor.ahead()
    const fact = kind === 'word' ? findFact(text) : undefined
    if (!fact) throw this.cursor.fault('expected a condition')
    if (!fact.goods.includes(this.goods)) throw this.cursor.fault('a fact without meaning for the goods')
    this.tally.tested.add(fact)
    this.cursor.next()
    if (fact.type === 'choice' || fact.type === 'proof') return this.values(fact)
    if (fact.type === 'flag') return { kind: 'test', fact, op: 'is', negated: false, values: ['yes'], bound: 0 }
    return fact.type === 'event' ? this.event(fact) : this.quantity(fact)
  }

  // ---- units and conditions ----

  private count(): void {
    if (++this.tally.nodes > NODES_MAX) throw this.cursor.fault('too many conditions')
  }

  private unit(): Condition {
    let negated = false
    while (this.cursor.take('not')) negated = !negated
    if (!this.cursor.isSign('(')) {
      this.count()
      return negate(this.test(), negated)
    }
    if (this.depth === BRACKETS_MAX) throw this.cursor.fault('brackets too deep')
    this.cursor.next()
    this.depth++
    const inner = this.condition()
    this.depth--
    this.cursor.expectSign(')')
    return negate(inner, negated)
  }

  condition(): Condition {
    const first = this.unit()
    const word = this.cursor.isWord('and') ? 'and' : 'or'
    if (!this.cursor.isWord(word)) return first
    this.count()
    const members = [first]
    while (this.cursor.take(word)) members.push(this.unit())
    if (this.cursor.isWord(word === 'and' ? 'or' : 'and')) throw this.cursor.fault('`and` and `or` without brackets')
    return { kind: word === 'and' ? 'all' : 'any', members }
  }

  /** The reason `other` goes to a person, unless the clause speaks of it or names its reasons outright. */
  excludeOther(all: Group): Group {
    const saysReason = namesOther(all) || all.members.some((member) => isReasonIs(member))
    if (saysReason) return all
    this.count()
    if (all.members.length === 1) this.count()
    const excluded: Test = { kind: 'test', fact: REASON, op: 'is', negated: true, values: ['other'], bound: 0 }
    return { kind: 'all', members: [...all.members, excluded] }
  }

  note(condition: Condition): void {
    if (condition.kind !== 'test') return condition.members.forEach((member) => this.note(member))
    const { fact, op, negated, values, bound } = condition
    this.tally.different.add([fact.word, op, negated, bound, ...values].join(' '))
    if (this.tally.different.size > DIFFERENT_MAX) throw this.cursor.fault('too many different conditions')
  }
}

function isReasonIs(condition: Condition): condition is Test {
  return condition.kind === 'test' && condition.fact === REASON && !condition.negated
}

function namesOther(condition: Condition): boolean {
  if (condition.kind !== 'test') return condition.members.some(namesOther)
  return isReasonIs(condition) && condition.values.includes('other')
}

/** De Morgan: not (A and B) is not A or not B. */
function negate(condition: Condition, isNegated: boolean): Condition {
  if (!isNegated) return condition
  if (condition.kind === 'test') return { ...condition, negated: !condition.negated }
  return { kind: condition.kind === 'all' ? 'any' : 'all', members: condition.members.map((member) => negate(member, true)) }
}

/** A group inside a group of the same kind gives its members in place. */
function merged(kind: 'all' | 'any', members: readonly Condition[]): Condition[] {
  return members.flatMap((member) => {
    if (member.kind === 'test') return [member]
    const inner = merged(member.kind, member.members)
    return member.kind === kind ? inner : [{ kind: member.kind, members: inner }]
  })
}

/** Reads what follows `when`. */
export function readWhen(cursor: Cursor, goods: Goods, tally: Tally): Group {
  const reader = new WhenReader(cursor, goods, tally)
  const all: Group = { kind: 'all', members: merged('all', [reader.condition()]) }
  const when = reader.excludeOther(all)
  reader.note(when)
  return when
}
