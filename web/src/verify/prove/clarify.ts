// SPDX-License-Identifier: Apache-2.0
// A clarified rule made again from the rule before it and the terms of the answer (docs/whatif.md, section 4): the text in force byte for
// byte, one clause, and overrides both ways: over everything that the clause meets, but under what is more generous than it. It can only
// be more generous than the rule was, which is proved each time.
import { textOf, utf8, type Bytes } from '../form/bytes'
import { Fault } from '../form/fault'
import type { JsonObject } from '../form/json'
import type { Clause, Policy, Value } from '../policy/model'
import { readPolicy } from '../policy/read'
import { factNamed, type Fact } from '../policy/vocabulary'
import { BOXES_MAX, PolicyCheck } from './check'
import { Pair, promisesNothing, sidesOf } from './compare'
import { Goal, OTHERWISE, type Side } from './search'
import { conditionsOf, durationText } from './situation'
import { Space, TooManyBoxes } from './space'
import { readTerms, refused, type Terms } from './terms'

const PREFIX = 'clarified_'
const COLUMNS_MAX = 100
const ROUNDS_MAX = 8 // of proving
const ROUND_BOXES_MAX = 50000
const FINDINGS_MAX = 40 // that one round learns from

/** What the program does not name, it does not tell apart: a clause that answers, by its id. */
function isClarified({ id }: Clause): boolean {
  return id.startsWith(PREFIX)
}

class Clarification {
  private readonly id: string
  private readonly conditions: readonly string[]
  /** Clauses of the rule that apply somewhere in the situation. */
  private readonly meets = new Set<Clause>()
  /** Of these, the ones that promise more. */
  private readonly above = new Set<Clause>()

  constructor(
    private readonly before: Policy,
    private readonly terms: Terms,
  ) {
    this.id = `${PREFIX}${terms.number}`
    this.conditions = conditionsOf(before, this.comparable())
  }

  /** What is known, without money of another currency than the rule's. */
  private comparable(): ReadonlyMap<Fact, Value> {
    const { facts, currency } = this.terms.situation
    if (this.before.currency === '' || this.before.currency === currency) return facts
    return new Map([...facts].filter(([fact]) => fact.type !== 'money'))
  }

  // ---- what may be answered at all ----

  /** A situation that can be, and that the rule leaves to a person, or that was answered before. */
  checkSituation(): void {
    const known = this.comparable()
    if (!this.terms.situation.facts.has(factNamed('reason'))) throw refused('an answer holds for one reason')
    const bounds = [...known].flatMap(([fact, value]) =>
      typeof value === 'number'
        ? [
            { fact, value },
            { fact, value: value + 1 },
          ]
        : [],
    )
    const space = new Space([this.before], bounds, BOXES_MAX)
    const mayBeAnswered = ({ clause, isOther }: Side): boolean => {
      const governing = this.before.clauses[clause]
      if (governing) return governing.outcome === 'review' || isClarified(governing)
      return !this.before.otherwiseRefuses || isOther
    }
    const possible = sidesOf(this.before).filter((side) => new Goal(space).known(known).side(0, side).isMet())
    if (!possible.some(mayBeAnswered)) throw refused('nothing of this situation is left to a person')
  }

  // ---- the text ----

  private whenText(): string {
    const line = `  when ${this.conditions.join(' and ')}`
    return `${line.length <= COLUMNS_MAX ? line : `  when ${this.conditions.join('\n   and ')}`}\n`
  }

  private clauseText(): string {
    const { isByPlatform, day, withinS, percent } = this.terms
    const [zh, en] = isByPlatform ? ['平台', 'platform'] : ['商家', 'merchant']
    const merchant = withinS ? `  merchant answers within ${durationText(withinS)}, silence accepts\n` : ''
    const amount = percent === 100 ? 'full' : `${percent} percent`
    return (
      `clause ${this.id} "${zh}于 ${day} 明确的情形" "Clarified by the ${en} on ${day}"\n${this.whenText()}  law "CC-498"\n${merchant}` +
      `  refund ${amount}${withinS ? '' : ' at once'}${isByPlatform ? ', borne by platform' : ''}\n`
    )
  }

  /** "clarified_1 overrides a, b", anew where the line would grow too long. */
  private overridesText(): string {
    const lines: string[] = []
    for (const clause of this.before.clauses) {
      if (!this.meets.has(clause) || this.above.has(clause)) continue
      const line = lines.at(-1)
      if (line !== undefined && line.length + clause.id.length + 2 <= COLUMNS_MAX) lines[lines.length - 1] = `${line}, ${clause.id}`
      else lines.push(`${this.id} overrides ${clause.id}`)
    }
    for (const clause of this.before.clauses) if (this.above.has(clause)) lines.push(`${clause.id} overrides ${this.id}`)
    return lines.map((line) => `${line}\n`).join('')
  }

  private compose(): Policy {
    const { source } = this.before
    const overrides = this.overridesText()
    const text = `${source}${source.endsWith('\n') ? '' : '\n'}\n${this.clauseText()}${overrides ? `\n${overrides}` : ''}`
    return readPolicy(utf8(text))
  }

  // ---- what it meets, and what is more generous ----

  private findMet(): void {
    const alone = this.compose()
    const space = new Space([alone], [], ROUND_BOXES_MAX)
    this.before.clauses.forEach((clause, i) => {
      if (
        new Goal(space)
          .applies(0, alone.clauses.length - 1, true)
          .applies(0, i, true)
          .isMet()
      )
        this.meets.add(clause)
    })
  }

  /** Pairs of what the rule promised and what the new one gives there, where that is less. */
  private behind(tried: Policy): [Side, Side][] {
    const space = new Space([this.before, tried], [], ROUND_BOXES_MAX)
    const found: [Side, Side][] = []
    for (const promised of sidesOf(this.before)) {
      if (promisesNothing(this.before, promised)) continue
      for (const given of sidesOf(tried)) {
        const pair = new Pair(space, promised, given)
        if (pair.meet() && pair.behind()) found.push([promised, given])
      }
    }
    return found.slice(0, FINDINGS_MAX)
  }

  /** Notes which clauses promise more than the new one. A person's time is what the answer takes the place of: it has to be kept. */
  private learn(found: readonly (readonly [Side, Side])[]): void {
    const known = this.above.size
    for (const [promised, given] of found) {
      const clause = promised.clause === OTHERWISE ? undefined : this.before.clauses[promised.clause]
      if (given.clause !== this.before.clauses.length || clause?.outcome !== 'refund') throw refused('less than the rule gives there')
      this.above.add(clause)
    }
    if (this.above.size === known) throw refused('less than the rule gives there')
  }

  /** Asks the proof until it holds. */
  private proved(): Policy {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const tried = this.compose()
      const found = this.behind(tried)
      if (found.length === 0) return tried
      this.learn(found)
    }
    throw refused('no order of the clauses is right everywhere')
  }

  /** The rule must pass its check again; what a recorded answer overrides may be without a situation of its own. */
  private check(clarified: Policy): void {
    const mayBeDead = new Set(clarified.clauses.filter(isClarified).flatMap(({ overrides }) => [...overrides]))
    mayBeDead.delete(this.id)
    if (!new PolicyCheck(clarified, mayBeDead).passes()) throw refused('the clarified rule does not pass its check')
  }

  make(): Policy {
    this.checkSituation()
    this.findMet()
    const clarified = this.proved()
    this.check(clarified)
    return clarified
  }
}

/** The text of the clarified rule. Throws a Fault when these terms make none of this rule. */
export function clarifiedText(before: Bytes, terms: JsonObject): Bytes {
  if (textOf(before) === undefined) throw new Fault('policy_malformed', 'not UTF-8', { line: 0 })
  try {
    return utf8(new Clarification(readPolicy(before), readTerms(terms)).make().source)
  } catch (error) {
    if (error instanceof TooManyBoxes) throw refused('too many situations to tell apart')
    throw error
  }
}
