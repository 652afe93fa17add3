// SPDX-License-Identifier: Apache-2.0
// Which articles a letter cites. What the parties owe each other follows the law of the day of the purchase; how a complaint is handled,
// that of the day of the letter.
import { articlesOn } from '../law/cite'
import type { Article } from '../law/types'
import { kindOf } from '../kinds'
import { addDays, dayOf, daysBetween } from '../moment'
import type { Case, LetterCode } from '../model'

const DELAY_DAYS = 15

/** The day whose law governs the purchase; that of the letter when the purchase has no day. */
export function lawDay(of: Case, letterDay: string): string {
  return dayOf(of.facts.paidAt) || letterDay
}

function minorCodes(age: string): string[] {
  const isSmall = age !== '' && Number(age) < 8
  return isSmall ? ['CCG-20', 'CCG-144', 'CCG-157', 'MIN-44'] : ['CCG-19', 'CCG-145', 'MIN-SPC20', 'CCG-157', 'MIN-44']
}

/** On which the request itself rests. */
export function requestArticles(of: Case, letterDay: string): Article[] {
  if (!of.kind) return []
  const codes = of.kind === 'minor_purchase' ? minorCodes(of.facts.age) : kindOf(of.kind).law
  return articlesOn(codes, lawDay(of, letterDay))
}

/** That money goes back in one payment. */
export function refundArticles(of: Case, letterDay: string): Article[] {
  const isPurchase = of.kind !== 'minor_purchase' && of.kind !== 'unauthorised'
  return isPurchase ? articlesOn(['CPR-18'], lawDay(of, letterDay)) : []
}

const PROCEDURE: Readonly<Record<LetterCode, readonly string[]>> = {
  statement: [],
  seller: ['CPR-44'],
  platform: ['ECL-59', 'ECL-61', 'ECL-31', 'ECL-62', 'CPL-44', 'PRM-19', 'PRM-21'],
  payment: ['ECL-53'],
  complaint: ['ECL-60', 'CPL-39', 'CPR-26', 'CMP-10', 'CMP-13', 'CMP-15', 'CMPOLD-14', 'CMP-23', 'CMPOLD-21', 'CMP-16'],
}

/** How the one that is written to has to go on. */
export function procedureArticles(letter: LetterCode, letterDay: string): Article[] {
  return articlesOn(PROCEDURE[letter], letterDay)
}

/** Whether more than fifteen days have passed since the refund was asked for. */
export function isOverdue(of: Case, letterDay: string): boolean {
  const asked = dayOf(of.facts.askedAt)
  return asked !== '' && daysBetween(asked, letterDay) > DELAY_DAYS
}

export function delayArticles(of: Case, letterDay: string): Article[] {
  return isOverdue(of, letterDay) ? articlesOn(['PEN-8'], letterDay) : []
}

export interface Deadline {
  readonly code: 'return' | 'delay' | 'complaint'
  readonly day: string
  readonly article: Article
}

/** Days that matter, each with the article that sets it. */
export function deadlines(of: Case, today: string): Deadline[] {
  const { deliveredAt, askedAt, problemAt, paidAt } = of.facts
  const found: Deadline[] = []
  const add = (code: Deadline['code'], article: string, from: string, days: number): void => {
    const [rule] = from ? articlesOn([article], today) : []
    if (rule) found.push({ code, day: addDays(from, days), article: rule })
  }
  if (of.kind && kindOf(of.kind).law.includes('CPL-24')) add('return', 'CPL-24', dayOf(deliveredAt), 7)
  if (of.kind === 'changed_mind') add('return', 'D7-10', dayOf(deliveredAt), 7)
  add('delay', 'PEN-8', dayOf(askedAt), DELAY_DAYS)
  const known = dayOf(problemAt) || dayOf(paidAt)
  add('complaint', 'CMP-16', known, known ? daysBetween(known, `${Number(known.slice(0, 4)) + 3}${known.slice(4)}`) : 0)
  return found
}
