// SPDX-License-Identifier: Apache-2.0
// RFC 3339, in seconds since 1970. Computed here: `Date` takes other spellings too.

const DAY_S = 86400
const FORM = /^(\d{4})-(\d{2})-(\d{2})[tT](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[zZ]|([+-])(\d{2}):(\d{2}))$/

function midnight(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / 1000
}

export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= (midnight(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - midnight(year, month, 1)) / DAY_S
}

/** Whole seconds; a fraction is cut off. undefined when it is no such time. */
export function parseTime(text: string): number | undefined {
  const found = FORM.exec(text)
  if (!found) return undefined
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = [1, 2, 3, 4, 5, 6, 8, 9].map((i) => Number(found[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined
  const offset = (offsetHour * 60 + offsetMinute) * (found[7] === '-' ? -60 : 60)
  const seconds = midnight(year, month, day) + hour * 3600 + minute * 60 + second - offset
  if (second === 60 && !(seconds % DAY_S === 0 && new Date(seconds * 1000).getUTCDate() === 1)) return undefined
  return seconds >= midnight(0, 1, 1) && seconds < midnight(10000, 1, 1) ? seconds : undefined
}

/** "2026-11-24T01:02:03Z" */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
