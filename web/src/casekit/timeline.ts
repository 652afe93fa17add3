// SPDX-License-Identifier: Apache-2.0
// What happened, in order: from the facts, from the times of the materials, and what the person adds. Entries without a time come last.
import { attachmentNumber, attachments } from './checklist'
import { instantOf } from './moment'
import type { Both, Case, Facts, Language, Moment } from './model'
import { TASKS } from './tasks'

export interface Entry {
  readonly at: Moment
  readonly text: string
  /** Numbers of attachments. */
  readonly shows: readonly number[]
  readonly source: 'fact' | 'evidence' | 'own'
  /** A day by whose end something was due. */
  readonly isLimit?: boolean
  /** Of an entry of one's own, to edit it. */
  readonly id?: string
}

const DAY_LENGTH = '2026-11-20'.length
const DAY_MS = 86_400_000

type TimeFact = 'paidAt' | 'promisedBy' | 'deliveredAt' | 'revealedAt' | 'problemAt' | 'askedAt' | 'answeredAt'

const FACT_WORDS: Readonly<Record<TimeFact, Both>> = {
  paidAt: { zh: '下单并付款', en: 'ordered and paid' },
  promisedBy: { zh: '约定的交付或完成期限', en: 'agreed time of delivery or completion' },
  deliveredAt: { zh: '卖家交付', en: 'delivered by the seller' },
  revealedAt: { zh: '首次查看卡密', en: 'first look at the key' },
  problemAt: { zh: '发现问题', en: 'found the problem' },
  askedAt: { zh: '第一次向卖家提出退款', en: 'first asked the seller for a refund' },
  answeredAt: { zh: '卖家答复', en: 'answer of the seller' },
}

function factText(fact: TimeFact, facts: Facts, language: Language): string {
  const words = FACT_WORDS[fact][language]
  const said = fact === 'problemAt' ? facts.errorText : fact === 'answeredAt' ? facts.answerWords : ''
  if (!said) return words
  return language === 'zh' ? `${words}：“${said}”` : `${words}: "${said}"`
}

/** Which materials show which fact. */
const SHOWN_BY: Readonly<Partial<Record<TimeFact, readonly string[]>>> = {
  paidAt: ['order_page', 'payment_record', 'minor_bills', 'second_payment'],
  deliveredAt: ['delivery_page', 'received_items', 'handover'],
  problemAt: ['error_message', 'used_notice', 'result_screen', 'balance_now', 'state_now', 'takeover_notice', 'penalty_notice', 'alien_login'],
  askedAt: ['contact_record'],
  answeredAt: ['contact_record'],
}

export function timeline(of: Case, language: Language): Entry[] {
  const number = (id: string): number => attachmentNumber(of, id)
  const shown = (fact: TimeFact): number[] => attachments(of).filter((item) => SHOWN_BY[fact]?.includes(item.task)).map((item) => number(item.id))
  const facts = (Object.keys(FACT_WORDS) as TimeFact[])
    .filter((fact) => of.facts[fact] !== '')
    .map((fact): Entry => ({ at: of.facts[fact], text: factText(fact, of.facts, language), shows: shown(fact), source: 'fact', isLimit: fact === 'promisedBy' && of.facts[fact].length === DAY_LENGTH }))
  const told = new Set(facts.map((entry) => instantOf(entry.at)))
  const items = attachments(of)
    .filter((item) => item.at !== '' && !told.has(instantOf(item.at)))
    .map((item): Entry => ({ at: item.at, text: item.title || TASKS[item.task].what[language], shows: [number(item.id)], source: 'evidence' }))
  const own = of.events.map(
    (event): Entry => ({ at: event.at, text: event.text, shows: event.evidence.map(number).filter((one) => one > 0), source: 'own', id: event.id }),
  )
  const key = (entry: Entry): number => (entry.at === '' ? Infinity : instantOf(entry.at) + (entry.isLimit ? DAY_MS - 1 : 0))
  return [...facts, ...items, ...own].map((entry, index) => ({ entry, index })).sort((a, b) => key(a.entry) - key(b.entry) || a.index - b.index).map(({ entry }) => entry)
}
