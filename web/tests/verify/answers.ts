// SPDX-License-Identifier: Apache-2.0
// Recorded answers on any policy: situations and terms by chance, the clarified rules that they make, and rules that they do not make.
import { hexOf, utf8, type Bytes } from '../../src/verify/form/bytes'
import { sha256 } from '../../src/verify/form/digest'
import { attempt, Fault } from '../../src/verify/form/fault'
import { canonical, parseJson, type JsonObject, type Writable } from '../../src/verify/form/json'
import { certificateOf } from '../../src/verify/policy/certificate'
import { decide } from '../../src/verify/policy/decide'
import type { Known, Policy, Value } from '../../src/verify/policy/model'
import { readPolicy } from '../../src/verify/policy/read'
import { findFact, NEVER, valueMeans, type Fact } from '../../src/verify/policy/vocabulary'
import { clarifiedText } from '../../src/verify/prove/clarify'
import { Space } from '../../src/verify/prove/space'
import type { Case } from './bend'
import type { Chance } from './forge'
import { makeBundle, subject, type NewItem } from './make'

type Situation = Map<Fact, Value>

function valueOf(policy: Policy, fact: Fact, chance: Chance): Value {
  if (fact.values.length) return chance.pick(fact.values.filter((value) => valueMeans(fact, value, policy.goods)))
  const { low, high } = chance.pick(new Space([policy], [], Infinity).cells[fact.place]!)
  return chance.pick([low, high, Math.min(low + 1, high)])
}

function situationOf(policy: Policy, chance: Chance): Situation {
  const situation: Situation = new Map()
  for (const fact of policy.tested) if (fact.word === 'reason' || chance.below(5) < 2) situation.set(fact, valueOf(policy, fact, chance))
  return situation
}

function factsOf(situation: Situation): Record<string, Writable> {
  return Object.fromEntries([...situation].map(([fact, value]) => [fact.word, value === NEVER ? 'never' : value]))
}

function certificateFor(policy: Policy, situation: Situation): Writable {
  const facts = new Map<Fact, Known>()
  for (const fact of policy.tested) {
    const value = situation.get(fact)
    if (value !== undefined) facts.set(fact, { value, source: fact.sources[0]!, leaf: null })
  }
  const paid = situation.get(findFact('amount')!)
  const earlier = situation.get(findFact('earlier_refunds')!)
  const isTested = policy.tested.includes(findFact('amount')!)
  const inputs = {
    facts,
    currency: 'CNY',
    paid: isTested && typeof paid === 'number' ? paid : null,
    decidedAt: 1764000100n,
    claim: null,
    earlierRefunds: policy.tested.includes(findFact('earlier_refunds')!) && typeof earlier === 'number' ? earlier : 0,
  }
  return parseJson(utf8(certificateOf(policy, inputs, decide(policy, inputs))), 1 << 24)
}

interface Terms {
  readonly [key: string]: Writable
  readonly number: number
}

function termsOf(facts: Writable, number: number, chance: Chance): Terms {
  const within_s = chance.pick([0, 0, 0, 72000, 86400, 172800, 259200, 1296000, 71999])
  return {
    by: chance.pick(['merchant', 'platform']),
    day: '2026-11-29',
    facts,
    number,
    percent: chance.pick([1, 30, 50, 80, 99, 100, 100]),
    within_s,
  }
}

/** Without a proof: what somebody might write instead of the rule that the terms make. */
function carelessly(before: Policy, terms: Terms): string {
  const over = before.clauses.map(({ id }) => id).join(', ')
  return `${before.source}\nclause clarified_${terms.number} "商家于 2026-11-29 明确的情形" "Clarified by the merchant on 2026-11-29"\n  when not late\n  law "CC-498"\n  refund full at once\n\nclarified_${terms.number} overrides ${over}\n`
}

function attemptFails(read: () => unknown): boolean {
  return attempt(read) instanceof Fault
}

class Story {
  private readonly own: NewItem[] = []
  private readonly others: NewItem[] = []
  private policy: Policy
  isSound = true
  made = 0

  constructor(
    source: Bytes,
    private readonly chance: Chance,
  ) {
    this.policy = readPolicy(source)
    this.publish(source)
    this.own.push({
      kind: 'order_receipt',
      bytes: utf8(canonical({ amount: { amount: 5000, currency: 'CNY' }, policy: { sha256: this.policy.sha256 }, quantity: 1 })),
    })
  }

  private publish(source: Bytes): number {
    this.others.push({ kind: 'policy_snapshot', mediaType: 'text/plain', bytes: source })
    return this.others.length - 1
  }

  /** Terms by chance, and the rule that they make; undefined when they make none. */
  private attempt(number: number): { situation: Situation; terms: Terms; made: Bytes | undefined } {
    const situation = situationOf(this.policy, this.chance)
    const terms = termsOf(factsOf(situation), number, this.chance)
    try {
      return { situation, terms, made: clarifiedText(utf8(this.policy.source), parseJson(utf8(canonical(terms)), 1 << 20) as JsonObject) }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { situation, terms, made: undefined }
    }
  }

  /** An answer, perhaps one that the terms do not make. */
  answer(number: number): void {
    let { situation, terms, made } = this.attempt(number)
    for (let tries = this.chance.below(8); !made && tries > 0; tries--) ({ situation, terms, made } = this.attempt(number))
    let source = made ?? utf8(carelessly(this.policy, terms))
    this.isSound = made !== undefined
    if (made) this.made++
    if (made && this.chance.below(6) === 0) source = this.bend(source)
    const clarified = readPolicy(source)
    const leaf = this.publish(source)
    this.own.push({
      kind: 'clarification',
      bytes: utf8(
        canonical({
          format: 'shuntui-clarification-1',
          order: subject,
          number,
          answered_by: 'merchant',
          at: '2026-11-29T00:00:00Z',
          facts: terms['facts']!,
          question: null,
          answer: null,
          policy: { id: 'pol_0', sha256: this.policy.sha256 },
          clause: null,
          certificate: certificateFor(clarified, situation),
          en: 'x',
          zh: 'x',
          terms,
          clarified: { id: 'pol_1', leaf, sha256: hexOf(sha256(source)) },
        }),
      ),
    })
    this.policy = clarified
  }

  /** Less is paid, or it stands above what promises more, or below what promises less. */
  private bend(source: Bytes): Bytes {
    const text = new TextDecoder().decode(source)
    const added = text.slice(this.policy.source.length)
    const bent = this.chance.pick([
      added.replace('refund full', 'refund 99 percent'),
      added.replace(/^(clarified_\d+) overrides (\w+)$/m, '$2 overrides $1'),
      added.replace(/^(\w+) overrides (clarified_\d+)$/m, '$2 overrides $1'),
      added.replace(/, (\w+)\n/, '\n'),
      added.replace(' and ', '\n   and '),
      `${added}\n`,
    ])
    const whole = utf8(this.policy.source + bent)
    if (bent === added || attemptFails(() => readPolicy(whole))) return source
    this.isSound = false
    return whole
  }

  bundle(): Bytes {
    return makeBundle(this.own, this.others)
  }
}

/** Up to three answers on each of the policies, as often as asked. */
export function* answers(policies: readonly { name: string; source: Bytes }[], chance: Chance, count: number): Generator<Case> {
  for (let i = 0; i < count; i++) {
    const { name, source } = policies[i % policies.length]!
    const story = new Story(source, chance)
    for (let number = 1; number <= 3 && story.isSound; number++) story.answer(number)
    yield { name: `answers ${i} on ${name} (${story.made} made)`, archive: () => story.bundle(), expected: story.isSound ? 'good' : 'bad' }
  }
}
