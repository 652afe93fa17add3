// SPDX-License-Identifier: Apache-2.0
// A policy from its text (section 3): head, clauses, overrides, `otherwise`, and the rules between them.
import { hexOf, textOf, type Bytes } from '../form/bytes'
import { sha256 } from '../form/digest'
import { Fault } from '../form/fault'
import { isDay } from '../form/time'
import { readClause } from './clause'
import type { Clause, Policy } from './model'
import { Cursor } from './tokens'
import { FACTS, factNamed, GOODS } from './vocabulary'
import type { Tally } from './when'

const SOURCE_BYTES_MAX = 64 * 1024
const CLAUSES_MAX = 128
const REVIEW_S = 172800
const RESERVED = new Set(
  (
    'policy version goods floor clause when needs optional merchant answers silence refund refuse review otherwise overrides borne full ' +
    'percent and or not is within over under at by ago nobody law effective extension less to any of'
  ).split(' '),
)

/** An override may name a clause that follows, so they wait until all clauses are read. */
interface Override {
  readonly winner: string
  readonly losers: readonly string[]
}

class PolicyReader {
  private readonly cursor: Cursor
  private readonly tally: Tally = { nodes: 0, different: new Set(), tested: new Set([factNamed('reason')]) }
  private readonly clauses: Clause[] = []
  private readonly overrides: Override[] = []
  private otherwise: { refuses: boolean; reviewS: number } | undefined

  constructor(
    private readonly source: string,
    private readonly sha256: string,
  ) {
    this.cursor = new Cursor(source)
  }

  private name(): string {
    const { kind, text } = this.cursor.ahead()
    if (kind === 'text' && !/^[a-z0-9-]{1,64}$/.test(text)) throw this.cursor.fault('a bad name')
    return this.cursor.quoted('a name')
  }

  private day(): string {
    const { kind, text } = this.cursor.ahead()
    const [, year, month, day] = (/^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? []).map(Number)
    const isGood = year !== undefined && month !== undefined && day !== undefined && year >= 1970 && isDay(year, month, day)
    if (kind === 'text' && !isGood) throw this.cursor.fault('no day of the calendar')
    return this.cursor.quoted('a date')
  }

  private head(): Pick<Policy, 'name' | 'version' | 'goods' | 'effective'> {
    const { cursor } = this
    cursor.expect('policy')
    const name = this.name()
    cursor.expect('version')
    const version = cursor.whole(1, 1_000_000)
    cursor.expect('goods')
    const goods = cursor.oneOf(GOODS)
    if (cursor.take('floor')) this.name()
    return { name, version, goods, effective: cursor.take('effective') ? this.day() : '' }
  }

  private atOverride(): boolean {
    return this.cursor.ahead().kind === 'word' && this.cursor.isWord('overrides', 1)
  }

  private atClauseEnd(): boolean {
    return this.cursor.ahead().kind === 'end' || this.cursor.isWord('clause') || this.cursor.isWord('otherwise') || this.atOverride()
  }

  private clause(goods: Policy['goods']): void {
    const { kind, text } = this.cursor.ahead()
    const isTaken = RESERVED.has(text) || this.clauses.some((clause) => clause.id === text)
    if (kind === 'word' && (isTaken || this.clauses.length === CLAUSES_MAX)) throw this.cursor.fault('an id that is taken, or too many clauses')
    const id = this.cursor.word("the clause's id")
    this.clauses.push(readClause(this.cursor, id, goods, this.tally, () => this.atClauseEnd()))
  }

  private override(): void {
    const winner = this.cursor.next().text
    this.cursor.expect('overrides')
    const losers: string[] = []
    do losers.push(this.cursor.word('the id of a clause'))
    while (this.cursor.takeSign(','))
    this.overrides.push({ winner, losers })
  }

  private readOtherwise(): void {
    if (this.otherwise) throw this.cursor.fault('two `otherwise`')
    if (this.cursor.take('refuse')) {
      this.otherwise = { refuses: true, reviewS: REVIEW_S }
      return
    }
    this.cursor.expect('review', 'within')
    this.otherwise = { refuses: false, reviewS: this.cursor.deadlineS() }
  }

  private body(goods: Policy['goods']): void {
    while (this.cursor.ahead().kind !== 'end') {
      if (this.cursor.take('clause')) this.clause(goods)
      else if (this.atOverride()) this.override()
      else if (this.cursor.take('otherwise')) this.readOtherwise()
      else throw this.cursor.fault('expected a clause, an override or `otherwise`')
    }
    if (this.clauses.length === 0) throw this.cursor.fault('no clause')
  }

  /** "A overrides B holds along any path of override lines", and no path leads back. */
  private closed(): Clause[] {
    const paths = new Map(this.clauses.map((clause) => [clause.id, new Set<string>()]))
    for (const { winner, losers } of this.overrides)
      for (const loser of losers) {
        if (!paths.has(winner) || !paths.has(loser)) throw this.cursor.fault('an override names an unknown clause')
        paths.get(winner)!.add(loser)
      }
    for (const [via, beyond] of paths) for (const from of paths.values()) if (from.has(via)) beyond.forEach((to) => from.add(to))
    for (const [id, losers] of paths) if (losers.has(id)) throw this.cursor.fault('a clause overrides itself')
    return this.clauses.map((clause) => ({ ...clause, overrides: paths.get(clause.id)! }))
  }

  read(): Policy {
    const head = this.head()
    this.body(head.goods)
    return {
      ...head,
      source: this.source,
      sha256: this.sha256,
      clauses: this.closed(),
      currency: this.cursor.currency,
      hasOtherwise: this.otherwise !== undefined,
      otherwiseRefuses: this.otherwise?.refuses ?? false,
      reviewS: this.otherwise?.reviewS ?? REVIEW_S,
      tested: FACTS.filter((fact) => this.tally.tested.has(fact)),
    }
  }
}

export function readPolicy(bytes: Bytes): Policy {
  const source = bytes.length <= SOURCE_BYTES_MAX ? textOf(bytes) : undefined
  if (source === undefined) throw new Fault('policy_malformed', 'not UTF-8, or too large', { line: 0 })
  return new PolicyReader(source, hexOf(sha256(bytes))).read()
}
