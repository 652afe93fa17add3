// SPDX-License-Identifier: Apache-2.0
// Where a certificate first differs from the one that should have come out.
import { isObject, type Json } from '../form/json'

/** Members of a certificate in the order in which a difference explains most. */
export const SECTIONS = [
  'policy',
  'facts',
  'clauses',
  'governing',
  'overrode',
  'evidence',
  'outcome',
  'disposition',
  'amount',
  'bearer',
  'destination',
  'deadlines',
  'decided_at',
  'claim',
  'vocabulary',
  'v',
] as const
export type Section = (typeof SECTIONS)[number] | 'other' | 'form'

const SHOWN_MAX = 36

/** A value as people can take it in. */
function shown(value: Json | undefined): string {
  if (value === undefined) return '–'
  if (isObject(value)) return '{…}'
  if (Array.isArray(value)) return `[…] (${value.length})`
  if (typeof value !== 'string') return String(value)
  const plain = value.replace(/\p{Cc}.*/su, '')
  const short = [...plain].slice(0, SHOWN_MAX).join('')
  return short === value ? `"${value}"` : `"${short}…`
}

/** Thrown where what a certificate says cannot be. `expected` undefined: anything else could. */
export class Difference extends Error {
  readonly values: Readonly<Record<string, string>>

  constructor(
    readonly section: Section,
    place: string,
    found: Json | undefined,
    expected: Json | undefined,
    label = '',
  ) {
    super(place)
    this.name = 'Difference'
    this.values = { section, label, place: place.slice(0, 80), found: shown(found), expected: shown(expected) }
  }
}

type Found = { place: string; found: Json | undefined; expected: Json | undefined; label: string }

function labelOf(value: Json | undefined): string {
  const label = isObject(value) ? (value.get('id') ?? value.get('name')) : undefined
  return typeof label === 'string' ? label : ''
}

/** The first place where two values differ; undefined when they are the same. */
function firstDifference(found: Json | undefined, expected: Json | undefined, place: string, label: string): Found | undefined {
  if (isObject(found) && isObject(expected)) {
    for (const key of new Set([...expected.keys(), ...found.keys()])) {
      const inner = firstDifference(found.get(key), expected.get(key), `${place}/${key}`, label)
      if (inner) return inner
    }
    return undefined
  }
  if (Array.isArray(found) && Array.isArray(expected)) {
    for (let i = 0; i < Math.max(found.length, expected.length); i++) {
      const inner = firstDifference(found[i], expected[i], `${place}/${i}`, labelOf(expected[i]) || label)
      if (inner) return inner
    }
    return undefined
  }
  return found === expected ? undefined : { place, found, expected, label }
}

/** The difference between two certificates that are not the same bytes. */
export function differenceBetween(found: Json, expected: Json): Difference {
  const member = (root: Json, key: string): Json | undefined => (isObject(root) ? root.get(key) : undefined)
  for (const section of SECTIONS) {
    const first = firstDifference(member(found, section), member(expected, section), `/${section}`, '')
    if (first) return new Difference(section, first.place, first.found, first.expected, first.label)
  }
  const other = firstDifference(found, expected, '', '')
  if (other) return new Difference('other', other.place, other.found, other.expected)
  return new Difference('form', '', undefined, undefined)
}
