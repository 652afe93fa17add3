// SPDX-License-Identifier: Apache-2.0
// What the letters of one case say, taken from its facts, rules, materials and timeline: the same for every letter and language.
import { attachmentNumber, attachments } from '../checklist'
import { kindOf } from '../kinds'
import type { Article } from '../law/types'
import { amountWords } from '../money'
import { addDays } from '../moment'
import type { Case, Facts, Language, LetterCode } from '../model'
import { TASKS, type TaskCode } from '../tasks'
import { timeline } from '../timeline'
import { delayArticles, isOverdue, procedureArticles, refundArticles, requestArticles } from './grounds'

/** A term of the seller's or platform's that the lint calls void. */
export interface VoidTerm {
  readonly excerpt: string
  readonly where: string
  /** The attachment that shows it; 0: none. */
  readonly shownIn: number
  readonly articles: readonly Article[]
}

export interface Clause {
  readonly where: string
  readonly name: string
  readonly text: string
  readonly shownIn: number
}

export interface Brief {
  readonly language: Language
  readonly day: string
  readonly replyBy: string
  readonly kind: Case['kind']
  readonly facts: Facts
  readonly label: string
  readonly because: string
  readonly paid: string
  /** What is asked for: the whole, or a part. */
  readonly wanted: string
  readonly isFull: boolean
  readonly clauses: readonly Clause[]
  readonly voidTerms: readonly VoidTerm[]
  readonly events: ReturnType<typeof timeline>
  readonly attachments: readonly { readonly name: string; readonly file: string; readonly sha256: string }[]
  /** Numbers of those that show the problem itself. */
  readonly proofs: readonly number[]
  readonly isOverdue: boolean
  readonly request: readonly Article[]
  readonly refund: readonly Article[]
  readonly procedure: readonly Article[]
  readonly delay: readonly Article[]
}

/** A letter's text, and every article that it cites. */
export interface Written {
  readonly text: string
  readonly cited: readonly Article[]
}

const REPLY_DAYS = 3
const ABOUT_THE_PURCHASE: ReadonlySet<TaskCode> = new Set<TaskCode>(['order_page', 'payment_record', 'rule_page', 'contact_record', 'other'])

export function briefOf(of: Case, letter: LetterCode, day: string, language: Language, voidTerms: readonly VoidTerm[]): Brief {
  const { facts } = of
  const shown = attachments(of)
  const amount = (value: number | null): string => (value === null ? '' : amountWords(value, facts.currency))
  return {
    language,
    day,
    replyBy: addDays(day, REPLY_DAYS),
    kind: of.kind,
    facts,
    label: of.kind ? kindOf(of.kind).label[language] : '',
    because: of.kind ? kindOf(of.kind).because[language] : '',
    paid: amount(facts.amount),
    wanted: amount(facts.wanted ?? facts.amount),
    isFull: facts.wanted === null || facts.wanted === facts.amount,
    clauses: of.rules
      .filter((rule) => rule.clause.trim() !== '')
      .map((rule) => ({ where: rule.where, name: rule.clauseName, text: rule.clause.trim(), shownIn: attachmentNumber(of, rule.evidence) })),
    voidTerms,
    events: timeline(of, language),
    attachments: shown.map((item) => ({ name: item.title || TASKS[item.task].what[language], file: item.file?.name ?? '', sha256: item.file?.sha256 ?? '' })),
    proofs: shown.flatMap((item, index) => (ABOUT_THE_PURCHASE.has(item.task) ? [] : index + 1)),
    isOverdue: isOverdue(of, day),
    request: requestArticles(of, day),
    refund: refundArticles(of, day),
    procedure: procedureArticles(letter, day),
    delay: delayArticles(of, day),
  }
}
