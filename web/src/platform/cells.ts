// SPDX-License-Identifier: Apache-2.0
// Cells of a report as people read them: the report says what kind each column is of.
import { money } from '../base/money'
import { span } from '../base/time'
import { code, hasWords, t } from '../base/words'

export type Cell = string | number | boolean | null
const TABLES = ['outcome', 'reason', 'stage', 'event', 'waiting', 'basis', 'age']

export function perMille(value: number): string {
  return `${(value / 10).toFixed(1)}%`
}

function words(value: string): string {
  const table = TABLES.find((name) => hasWords(name, value))
  return table ? code(table, value) : value
}

export function cellText(value: Cell | undefined, type: string, currency: string): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return t(value ? 'platform.yes' : 'platform.no')
  if (typeof value === 'string') return type === 'code' ? words(value) : value
  if (type === 'per_mille') return perMille(value)
  if (type === 'seconds') return span(value * 1000, false)
  if (type === 'money') return money({ amount: value, currency })
  return String(value)
}

export function isNumber(type: string): boolean {
  return type === 'integer' || type === 'per_mille' || type === 'seconds' || type === 'money'
}

/** Bytes as people say them. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let at = 0
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024
  return `${at ? value.toFixed(1) : value} ${units[at]}`
}
