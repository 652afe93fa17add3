// SPDX-License-Identifier: Apache-2.0
// Times for people: the device's zone, named when it is not Beijing's; spans in words.
import { locale, t } from './words'

const BEIJING = 'Asia/Shanghai'
const inBeijing = Intl.DateTimeFormat().resolvedOptions().timeZone === BEIJING

function parts(at: number): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: BEIJING, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]))
}

/** "11月25日 04:42", with the year when it is another one. Always Beijing time: deadlines are the same for both sides. */
export function shortTime(value: string | number): string {
  const at = typeof value === 'number' ? value : Date.parse(value)
  const p = parts(at)
  const thisYear = parts(Date.now()).year === p.year
  if (locale.value === 'en') return `${thisYear ? '' : `${p.year}-`}${p.month}-${p.day} ${p.hour}:${p.minute}`
  return `${thisYear ? '' : `${p.year} 年 `}${Number(p.month)} 月 ${Number(p.day)} 日 ${p.hour}:${p.minute}`
}

/** With seconds and the year, for records. */
export function exactTime(value: string | number): string {
  const p = parts(typeof value === 'number' ? value : Date.parse(value))
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`
}

/** Says whose clock it is, where the device is elsewhere. */
export function zoneNote(): string {
  return inBeijing ? '' : t('time.beijing')
}

/** "1 天 3 小时", "5 小时 12 分", under an hour "12 分 08 秒". Never negative. */
export function span(ms: number, withSeconds = true): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const days = Math.floor(s / 86400)
  const hours = Math.floor((s % 86400) / 3600)
  const minutes = Math.floor((s % 3600) / 60)
  if (days > 0) return t('span.days', { days, hours })
  if (hours > 0) return t('span.hours', { hours, minutes })
  if (!withSeconds) return t('span.minutes', { minutes: Math.max(1, minutes) })
  return t('span.seconds', { minutes, seconds: String(s % 60).padStart(2, '0') })
}

/** The same of seconds that were measured, where seconds do not matter. */
export function roughly(seconds: number): string {
  return span(seconds * 1000, false)
}

/** A length of time that a rule names: "24 小时", "7 天", "30 分钟". */
export function duration(seconds: number): string {
  if (seconds >= 172800 && seconds % 86400 === 0) return t('duration.days', { n: seconds / 86400 })
  if (seconds >= 3600 && seconds % 3600 === 0) return t('duration.hours', { n: seconds / 3600 })
  if (seconds >= 60) return t('duration.minutes', { n: Math.round(seconds / 60) })
  return t('duration.seconds', { n: seconds })
}
