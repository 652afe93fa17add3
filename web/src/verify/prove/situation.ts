// SPDX-License-Identifier: Apache-2.0
// A situation as conditions of the language, along the values that a policy tells apart: an enumeration exactly, a number as far as the
// policy has the same answer for all of them.
import type { Policy, Value } from '../policy/model'
import { currencyDigits, FACTS, NEVER, NUMBER_MAX, type Fact } from '../policy/vocabulary'
import { mostOf, Space, testsOfPolicy, type Cell } from './space'

export function durationText(seconds: number): string {
  const units = [
    [86400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const
  const [length, word] = units.find(([unit]) => seconds > 0 && seconds % unit === 0) ?? units[2]
  const count = Math.floor(seconds / length)
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** Events: the policy parts their ages only at `never`, and one second after the time that a test names. */
function eventConditions(word: string, { low, high }: Cell): string[] {
  const isToEnd = high >= NUMBER_MAX
  if (high === NEVER) return [`not ${word}`]
  if (low === 0 && isToEnd) return [word]
  return [...(low > 0 ? [`${word} over ${durationText(low - 1)} ago`] : []), ...(isToEnd ? [] : [`${word} within ${durationText(high)}`])]
}

/** `late by D` begins at D itself. */
function lateConditions({ low, high }: Cell): string[] {
  const first = low > 0 ? `late by ${durationText(low)}` : high === NEVER ? 'not late' : 'late'
  return high >= 0 && high < NUMBER_MAX ? [first, `not late by ${durationText(high + 1)}`] : [first]
}

/** Times are written in minutes at least: a cell ends at a whole minute or one second before. */
function spanConditions(word: string, { low, high }: Cell): string[] {
  const conditions: string[] = []
  if (low > 0) conditions.push(low % 60 === 0 ? `${word} at least ${durationText(low)}` : `${word} over ${durationText(low - 1)}`)
  if (high < NUMBER_MAX) conditions.push(high % 60 === 0 ? `${word} at most ${durationText(high)}` : `${word} under ${durationText(high + 1)}`)
  return conditions
}

function numberText(policy: Policy, fact: Fact, value: number): string {
  if (fact.type === 'percent') return `${value} percent`
  if (fact.type !== 'money') return String(value)
  const digits = currencyDigits(policy.currency) ?? 0
  const text = String(value).padStart(digits + 1, '0')
  return `${digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text} ${policy.currency}`
}

/** Nothing is bought for nothing or not at all: a bound below 1 says nothing. */
function numberConditions(policy: Policy, fact: Fact, { low, high }: Cell): string[] {
  const conditions: string[] = []
  if (low > 1 || (low === 1 && fact.type === 'percent')) conditions.push(`${fact.word} at least ${numberText(policy, fact, low)}`)
  if (high < mostOf(fact)) conditions.push(`${fact.word} at most ${numberText(policy, fact, high)}`)
  return conditions
}

/** The conditions, in table order of the facts. */
export function conditionsOf(policy: Policy, situation: ReadonlyMap<Fact, Value>): string[] {
  const space = new Space([policy], [], Infinity)
  const tested = new Set(testsOfPolicy(policy).map((test) => test.fact))
  return FACTS.flatMap((fact) => {
    const value = situation.get(fact)
    if (value === undefined || !fact.goods.includes(policy.goods)) return []
    if (fact.type === 'flag') return [value === 'yes' ? fact.word : `not ${fact.word}`]
    if (typeof value === 'string') return [`${fact.word} is ${value}`]
    if (!tested.has(fact)) return [] // every number is the same to this policy
    const cell = space.cells[fact.place]!.find(({ high }) => value <= high)!
    if (fact.type === 'span') return spanConditions(fact.word, cell)
    if (fact.word === 'late') return lateConditions(cell)
    return fact.type === 'event' ? eventConditions(fact.word, cell) : numberConditions(policy, fact, cell)
  })
}
