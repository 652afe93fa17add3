// SPDX-License-Identifier: Apache-2.0
// Times as the kit keeps them: what a clock on the wall said, with its distance from UTC, or a day alone. The law goes by the day in
// China, so a time elsewhere may fall on another day than its own text says.
import type { Language, Moment } from './model'

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})([+-])(\d{2}):(\d{2}))?$/
const CHINA_MINUTES = 8 * 60
const DAY_MS = 86_400_000

interface Parts {
  /** Milliseconds since 1970, of the day's beginning in China when there is no time. */
  readonly at: number
  readonly hasTime: boolean
  readonly offset: string
}

const two = (value: number): string => String(value).padStart(2, '0')

function partsOf(moment: Moment): Parts | undefined {
  const match = MOMENT.exec(moment)
  if (!match) return undefined
  const [, year, month, day, hour, minute, sign, offsetHours, offsetMinutes] = match
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(midnight).toISOString().slice(0, 10) !== moment.slice(0, 10)) return undefined
  if (hour === undefined) return { at: midnight - CHINA_MINUTES * 60_000, hasTime: false, offset: '+08:00' }
  const distance = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  if (Number(hour) > 23 || Number(minute) > 59) return undefined
  return { at: midnight + (Number(hour) * 60 + Number(minute) - distance) * 60_000, hasTime: true, offset: moment.slice(16) }
}

export function isMoment(text: string): boolean {
  return partsOf(text) !== undefined
}

/** For comparing; a day counts from its beginning. NaN: no time is known. */
export function instantOf(moment: Moment): number {
  return partsOf(moment)?.at ?? NaN
}

/** The moment of an instant, by a clock `offsetMinutes` ahead of UTC. */
export function momentAt(at: number, offsetMinutes: number): Moment {
  const local = new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 16)
  const distance = Math.abs(offsetMinutes)
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`
}

/** The day in China, "2026-11-20"; empty when no time is known. */
export function dayOf(moment: Moment): string {
  const parts = partsOf(moment)
  return parts ? new Date(parts.at + CHINA_MINUTES * 60_000).toISOString().slice(0, 10) : ''
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
}

/** As it is written in a letter: with the zone where it is not China's. */
export function momentWords(moment: Moment, language: Language): string {
  const parts = partsOf(moment)
  if (!parts) return ''
  const text = parts.hasTime ? `${moment.slice(0, 10)} ${moment.slice(11, 16)}` : moment
  if (!parts.hasTime || parts.offset === '+08:00') return text
  return language === 'zh' ? `${text}（UTC${parts.offset}）` : `${text} (UTC${parts.offset})`
}

/** Of two inputs of the browser, "2026-11-20" and "14:30", with the zone that the device has at that time. Without a time: the day. */
export function fromInputs(day: string, time: string): Moment {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return ''
  if (!/^\d{2}:\d{2}/.test(time)) return isMoment(day) ? day : ''
  const at = new Date(`${day}T${time.slice(0, 5)}`)
  return Number.isNaN(at.getTime()) ? '' : momentAt(at.getTime(), -at.getTimezoneOffset())
}

/** For the two inputs. */
export function toInputs(moment: Moment): [day: string, time: string] {
  return [moment.slice(0, 10), moment.slice(11, 16)]
}

/** "20261120T063000Z", for names of files. */
export function compact(moment: Moment): string {
  return new Date(instantOf(moment)).toISOString().replace(/[-:]|\.\d+/g, '')
}
