// SPDX-License-Identifier: Apache-2.0
// An object whose members are all known: an unknown one is refused, and so is one of another kind or length.
import { byteLength } from './bytes'
import { isObject, type Json } from './json'

export interface Field {
  readonly kind: 'text' | 'integer' | 'list' | 'object'
  readonly optional?: boolean
  /** Of texts in bytes, of lists in items, of whole numbers their value. */
  readonly least?: number
  readonly most?: number
}

function fits(field: Field, value: Json): boolean {
  const { least = 0, most = Infinity } = field
  if (field.kind === 'text') return typeof value === 'string' && within(byteLength(value), least, most)
  if (field.kind === 'list') return Array.isArray(value) && within(value.length, least, most)
  if (field.kind === 'object') return isObject(value)
  return typeof value === 'bigint' && value >= least && value <= most
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}

/** Whether the value is an object that has these members and no other. */
export function hasFields(value: Json | undefined, fields: Readonly<Record<string, Field>>): boolean {
  if (!isObject(value)) return false
  for (const [key, member] of value) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (!field || !fits(field, member)) return false
  }
  return Object.entries(fields).every(([key, field]) => field.optional || value.has(key))
}
