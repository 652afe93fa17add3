// SPDX-License-Identifier: Apache-2.0
// The terms of a person's answer: who, when, in which situation, how much and when it is paid.
import { Fault } from '../form/fault'
import { hasFields, type Field } from '../form/fields'
import { decimal } from '../form/bytes'
import { integerIn, isObject, objectIn, textIn, type Json, type JsonObject } from '../form/json'
import { isDay } from '../form/time'
import type { Value } from '../policy/model'
import { readValue } from '../policy/inputs'
import { currencyDigits, findFact, type Fact } from '../policy/vocabulary'
import { ANSWER_LEAST_S, OUTER_S } from './check'

export interface Situation {
  readonly facts: ReadonlyMap<Fact, Value>
  readonly currency: string
}
export interface Terms {
  readonly situation: Situation
  readonly number: number
  readonly percent: number
  /** 0: at once. */
  readonly withinS: number
  readonly isByPlatform: boolean
  readonly day: string
}

const ANSWERS_MAX = 8
const FIELDS: Record<string, Field> = {
  by: { kind: 'text', least: 1, most: 16 },
  day: { kind: 'text', least: 10, most: 10 },
  facts: { kind: 'object' },
  number: { kind: 'integer', least: 1, most: ANSWERS_MAX },
  percent: { kind: 'integer', least: 1, most: 100 },
  within_s: { kind: 'integer', least: 0, most: OUTER_S },
}

export function refused(why: string): Fault {
  return new Fault('clarification_refused', why)
}

/** A number may stand in a text, and a yes or no as true and false. */
function plainValue(fact: Fact, value: Json): Json {
  if (typeof value === 'boolean' && fact.type === 'flag') return value ? 'yes' : 'no'
  if (typeof value === 'string' && fact.values.length === 0 && value !== 'never') return decimal(value) ?? null
  return value
}

function stated(fact: Fact, value: Json): Json {
  if (!isObject(value)) return value
  const [inner, source, leaf] = ['value', 'source', 'leaf'].map((key) => value.get(key))
  const members = [inner, source, leaf].filter((member) => member !== undefined).length
  const isSource = source === undefined || (typeof source === 'string' && fact.sources.includes(source))
  const isLeaf = leaf === undefined || leaf === null || (typeof leaf === 'bigint' && leaf >= 0n)
  if (inner === undefined || value.size !== members || !isSource || !isLeaf) throw refused(`a bad fact ${fact.word}`)
  return inner
}

function isHeader(key: string, value: Json): boolean {
  if (key === 'currency') return typeof value === 'string' && currencyDigits(value) !== undefined
  return key === 'claim' ? typeof value === 'string' : key === 'decided_at' && typeof value === 'bigint'
}

function readSituation(object: JsonObject): Situation {
  const facts = new Map<Fact, Value>()
  for (const [key, value] of object) {
    const fact = findFact(key)
    if (!fact && !isHeader(key, value)) throw refused(`an unknown fact ${key}`)
    if (!fact || value === null) continue
    const read = readValue(fact, plainValue(fact, stated(fact, value)))
    if (read === undefined) throw refused(`a value that ${key} cannot have`)
    facts.set(fact, read)
  }
  return { facts, currency: textIn(object, 'currency') ?? 'CNY' }
}

function isCalendarDay(text: string): boolean {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? []
  return day !== undefined && isDay(Number(year), Number(month), Number(day))
}

export function readTerms(root: JsonObject): Terms {
  const facts = objectIn(root, 'facts')
  const [by, day] = [textIn(root, 'by') ?? '', textIn(root, 'day') ?? '']
  if (!hasFields(root, FIELDS) || !facts || !isCalendarDay(day) || (by !== 'merchant' && by !== 'platform')) throw refused('bad terms')
  const [number, percent, withinS] = ['number', 'percent', 'within_s'].map((key) => Number(integerIn(root, key))) as [number, number, number]
  if (withinS !== 0 && (withinS < ANSWER_LEAST_S || withinS % 60 !== 0)) throw refused('a time that no answer may take')
  return { situation: readSituation(facts), number, percent, withinS, isByPlatform: by === 'platform', day }
}
