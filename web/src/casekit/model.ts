// SPDX-License-Identifier: Apache-2.0
// What the kit knows of one case. All of it is typed or picked by the person whose case it is, and none of it leaves the browser. Times
// are text: "2026-11-20T14:30+08:00", or a day alone, "2026-11-20"; empty is not known.
import type { KindCode } from './kinds'
import type { TaskCode } from './tasks'

export type Language = 'zh' | 'en'
export interface Both {
  readonly zh: string
  readonly en: string
}
/** A time or a day as text. */
export type Moment = string

export type Channel = '' | 'alipay' | 'wechat' | 'unionpay' | 'bank_card' | 'credit_card' | 'paypal' | 'platform_balance' | 'carrier' | 'other'
export type Answer = '' | 'none' | 'refused' | 'partial' | 'other'

export interface Facts {
  platform: string
  /** The person's own name or number there. */
  user: string
  seller: string
  product: string
  order: string
  /** Minor units, or null. */
  amount: number | null
  currency: string
  channel: Channel
  paymentNumber: string
  /** The last characters of a card key; never the whole. */
  keyTail: string
  /** The game's or service's account that it was for. */
  account: string
  paidAt: Moment
  promisedBy: Moment
  deliveredAt: Moment
  revealedAt: Moment
  problemAt: Moment
  askedAt: Moment
  answeredAt: Moment
  answer: Answer
  answerWords: string
  /** What the screen said, word for word. */
  errorText: string
  /** What happened, in the person's own words. */
  story: string
  agreed: string
  reached: string
  quantity: string
  affected: string
  /** Of the minor, in years; empty: not known. */
  age: string
  /** null: all of it. */
  wanted: number | null
}

export interface RuleText {
  readonly id: string
  /** Where it stands: the seller's page, the platform's help page. */
  where: string
  text: string
  /** The clause on which the request rests, as it stands in the text; or empty. */
  clause: string
  clauseName: string
  /** The item of evidence that shows it, or empty. */
  evidence: string
}

/** A file as it was picked. The bytes are in the store under the id of the item. */
export interface PickedFile {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly sha256: string
  /** When the device last changed it, as the browser says, and when it was added here: both by this device's clock. */
  readonly modified: Moment
  readonly added: Moment
}

/** A part of a picture, in thousandths of its sides. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Copy {
  readonly size: number
  readonly sha256: string
  readonly hidden: readonly Box[]
  readonly stamped: boolean
}

export type Shown = 'original' | 'copy' | 'neither'

export interface Evidence {
  readonly id: string
  /** Which of the list it is, or 'other'. */
  task: TaskCode
  title: string
  file: PickedFile | null
  copy: Copy | null
  /** What goes into the export. The hash of an original that is kept back goes in all the same. */
  shown: Shown
  /** What it shows happened then, and there, with that name. */
  at: Moment
  /** Whether time, platform and user can be seen in it. */
  seesTime: boolean
  seesPlatform: boolean
  seesUser: boolean
  legible: boolean
  note: string
}

export interface OwnEvent {
  readonly id: string
  at: Moment
  text: string
  /** Ids of evidence. */
  evidence: string[]
}

export type LetterCode = 'statement' | 'seller' | 'platform' | 'payment' | 'complaint'

/** A letter that was edited: the words, and the text from which the editing began. */
export interface EditedLetter {
  text: string
  readonly from: string
}

export interface Case {
  readonly format: 1
  readonly id: string
  readonly created: Moment
  kind: KindCode | ''
  language: Language
  facts: Facts
  rules: RuleText[]
  evidence: Evidence[]
  events: OwnEvent[]
  letters: Partial<Record<`${LetterCode}.${Language}`, EditedLetter>>
}

export function newFacts(): Facts {
  return {
    platform: '', user: '', seller: '', product: '', order: '', amount: null, currency: 'CNY', channel: '', paymentNumber: '', keyTail: '', account: '',
    paidAt: '', promisedBy: '', deliveredAt: '', revealedAt: '', problemAt: '', askedAt: '', answeredAt: '', answer: '', answerWords: '',
    errorText: '', story: '', agreed: '', reached: '', quantity: '', affected: '', age: '', wanted: null,
  }
}

export function newCase(id: string, created: Moment, language: Language): Case {
  return { format: 1, id, created, kind: '', language, facts: newFacts(), rules: [], evidence: [], events: [], letters: {} }
}

export function newEvidence(id: string, task: TaskCode): Evidence {
  return { id, task, title: '', file: null, copy: null, shown: 'original', at: '', seesTime: false, seesPlatform: false, seesUser: false, legible: false, note: '' }
}
