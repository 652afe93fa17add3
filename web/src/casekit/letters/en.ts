// SPDX-License-Identifier: Apache-2.0
// The letters in English, for sellers and platforms that read it. What is not known stands in [ ], to be filled in.
import type { Article } from '../law/types'
import { capital } from '../kinds'
import { momentWords } from '../moment'
import type { Answer, Channel, LetterCode } from '../model'
import type { Brief, Written } from './brief'
import { Cites } from './cites'

export const CHANNELS: Readonly<Record<Exclude<Channel, ''>, string>> = {
  alipay: 'Alipay', wechat: 'WeChat Pay', unionpay: 'UnionPay', bank_card: 'bank card', credit_card: 'credit card', paypal: 'PayPal', platform_balance: 'platform balance', carrier: 'phone bill', other: 'another way',
}
const or = (value: string, name: string): string => value.trim() || `[${name}]`
const channel = (brief: Brief): string => (brief.facts.channel ? CHANNELS[brief.facts.channel] : '[means of payment]')
const shows = (numbers: readonly number[]): string => {
  const some = numbers.filter((one) => one > 0)
  return some.length ? ` (attachment${some.length > 1 ? 's' : ''} ${some.join(', ')})` : ''
}
const find = (articles: readonly Article[], ...codes: string[]): Article[] => articles.filter((article) => codes.includes(article.code))
const see = (cites: Cites, articles: readonly Article[]): string => (articles.length ? ` See ${cites.short(articles)}.` : '')
const numbered = (lines: readonly string[]): string[] => lines.map((line, index) => `${index + 1}. ${line}`)

function purchase(brief: Brief): string {
  const { facts } = brief
  const more = [
    facts.paymentNumber && `Payment number: ${facts.paymentNumber}.`,
    facts.keyTail && `The key ends in ${facts.keyTail}.`,
    facts.account && `Account it was for: ${facts.account}.`,
    facts.quantity && `Quantity: ${facts.quantity}.`,
    facts.affected && `Of these affected: ${facts.affected}.`,
  ].filter(Boolean)
  const when = momentWords(facts.paidAt, 'en') || '[time of payment]'
  return [
    `On ${when} I bought "${or(facts.product, 'product')}" on ${or(facts.platform, 'platform')} from ${or(facts.seller, 'seller')}, order ${or(facts.order, 'order number')}, and paid ${or(brief.paid, 'amount')} by ${channel(brief)}.`,
    ...more,
  ].join(' ')
}

function happened(brief: Brief): string[] {
  const { facts } = brief
  const events = brief.events.map((entry) => `${momentWords(entry.at, 'en') || 'Time not known'}: ${entry.text}${shows(entry.shows)}`)
  return [
    purchase(brief),
    ...(facts.agreed ? [`What was agreed or promised: ${facts.agreed}`] : []),
    ...(facts.reached ? [`What it is: ${facts.reached}`] : []),
    ...(facts.story ? [facts.story] : []),
    ...(events.length ? ['In order:', ...numbered(events)] : []),
  ]
}

const refundWords = (brief: Brief): string => (brief.isFull ? `refund the ${or(brief.wanted, 'amount')} that I paid in full to the original account` : `refund ${or(brief.wanted, 'amount')} of it to the original account`)

/** By rule X clause Y, because Z (attached), the refund to the original account. */
function request(brief: Brief, cites: Cites): string {
  const clauses = brief.clauses.map((clause) => {
    const shown = clause.shownIn > 0 ? `, attachment ${clause.shownIn}` : ''
    return `${or(clause.where, 'where the rule stands')}${clause.name ? `, clause "${clause.name}"` : ''} ("${clause.text}"${shown})`
  })
  const grounds = [...clauses, ...(brief.request.length ? [cites.short(brief.request)] : [])]
  const basis = grounds.length ? `By ${grounds.join(', and by ')}, because` : 'Because'
  const once = brief.refund.length && brief.isFull ? ` By ${cites.short(brief.refund)}, it is paid in one sum.` : ''
  return `${basis} ${or(brief.because, 'reason')}${shows(brief.proofs)}, please ${refundWords(brief)}.${once}`
}

function voidTerms(brief: Brief, cites: Cites): string[] {
  return brief.voidTerms.map(
    (term) => `${capital(or(term.where, 'the page'))} says "${term.excerpt}"${shows([term.shownIn])}. By ${cites.short(term.articles.slice(0, 2))}, such a term is void or forbidden and does not touch this request.`,
  )
}

const ANSWERS: Readonly<Record<Exclude<Answer, ''>, string>> = { none: 'has not answered', refused: 'refused', partial: 'agreed to a part only', other: 'answered' }

function contact(brief: Brief, cites: Cites): string {
  const { facts } = brief
  const when = momentWords(facts.askedAt, 'en')
  if (!when) return '[when and how you asked the seller]'
  const answer = facts.answer ? `The seller ${ANSWERS[facts.answer]}` : '[What the seller answered]'
  const words = facts.answerWords && facts.answer !== 'none' ? `: "${facts.answerWords}"` : ''
  const delay = brief.isOverdue && brief.delay.length ? ` More than fifteen days have passed since.${see(cites, brief.delay)}` : ''
  return `I asked the seller for a refund on ${when}. ${answer}${words}.${delay}`
}

function list(brief: Brief): string[] {
  if (brief.attachments.length === 0) return []
  return ['', 'Attachments', ...numbered(brief.attachments.map((item) => `${item.name} (SHA-256 begins with ${item.sha256.slice(0, 16)})`))]
}

function sections(parts: readonly (readonly [string, readonly string[]])[]): string[] {
  return parts.filter(([, lines]) => lines.length > 0).flatMap(([title, lines]) => ['', title.toUpperCase(), ...lines])
}

const signed = (brief: Brief): string[] => ['', or(brief.facts.user, 'your account there'), brief.day]

function seller(brief: Brief, cites: Cites): string[] {
  return [
    `To ${or(brief.facts.seller, 'seller')}`,
    '',
    `Hello. I am asking for a refund of order ${or(brief.facts.order, 'order number')}: ${or(brief.label, 'problem')}.`,
    ...sections([
      ['What happened', happened(brief)],
      ['What I ask for', [request(brief, cites)]],
      ['About terms on the page', voidTerms(brief, cites)],
      ['Your answer', [`Please answer by ${brief.replyBy}. If you do not agree, please say by which rule, with your records; if something is missing, please say what, and I will add it.`]],
      ['The articles', cites.list()],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function platform(brief: Brief, cites: Cites): string[] {
  const { procedure } = brief
  const asks = [
    request(brief, cites),
    `Please retrieve and keep the snapshot of the product, the records of delivery and of when the key was shown, and the messages of this order.${see(cites, find(procedure, 'ECL-31', 'ECL-62'))}`,
    `If the seller does not act, please give me the seller's real name, address and a contact that works.${see(cites, find(procedure, 'CPL-44'))}`,
    ...(find(procedure, 'PRM-19').length ? [`If a machine decides, please have a person decide, and tell me reasons and result.${see(cites, find(procedure, 'PRM-19'))}`] : []),
  ]
  return [
    `To the support of ${or(brief.facts.platform, 'platform')}`,
    '',
    `Hello. Please help with a dispute about order ${or(brief.facts.order, 'order number')} (seller: ${or(brief.facts.seller, 'seller')}).`,
    ...sections([
      ['What happened', happened(brief)],
      ['What the seller answered', [contact(brief, cites)]],
      ['What I ask for', numbered(asks)],
      ["About terms on the seller's page", voidTerms(brief, cites)],
      ['The articles', cites.list(find(procedure, 'ECL-59', 'ECL-61'))],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function payment(brief: Brief, cites: Cites): string[] {
  const { facts } = brief
  const isForeign = brief.kind === 'unauthorised'
  const asks = [
    isForeign ? 'Please hold the money, treat this as a payment that I did not authorise, and keep me informed.' : 'Please open a dispute on this payment, ask the payee, and keep me informed.',
    `Please give me the full record of the payment with the name of the payee.${see(cites, brief.procedure)}`,
    `Once checked, please help to ${refundWords(brief)}.`,
  ]
  return [
    `To the support of ${facts.channel ? channel(brief) : '[payment channel]'}`,
    '',
    `Hello. I need your help with this payment: number ${or(facts.paymentNumber, 'payment number')}, time ${momentWords(facts.paidAt, 'en') || '[time of payment]'}, amount ${or(brief.paid, 'amount')}, payee ${or(facts.seller, 'payee')}.`,
    ...sections([
      ['What happened', [`${capital(or(brief.because, 'reason'))}${shows(brief.proofs)}.`, ...happened(brief)]],
      ['What the payee answered', isForeign ? [] : [contact(brief, cites)]],
      ['What I ask for', numbered(asks)],
      ['The articles', cites.list()],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function complaint(brief: Brief, cites: Cites): string[] {
  const { facts, procedure } = brief
  return [
    'COMPLAINT',
    '',
    'Complainant: [name], telephone [telephone], address [address]',
    `Against: ${or(facts.seller, 'seller')}, trading on ${or(facts.platform, 'platform')}, address [address that the platform shows]`,
    ...sections([
      ['What I ask for', [`Mediation, so that the trader will ${refundWords(brief)}.`]],
      ['Facts', happened(brief)],
      ['Grounds', [request(brief, cites), ...voidTerms(brief, cites)]],
      ['What the trader answered', [contact(brief, cites)]],
      ['The articles', cites.list(find(procedure, 'CPR-26', 'CMP-10', 'CMP-15', 'CMPOLD-14'))],
    ]),
    '',
    'This is true, and I will show the originals when asked.',
    '',
    'Complainant: [name]',
    brief.day,
    ...list(brief),
  ]
}

function statement(brief: Brief, cites: Cites): string[] {
  return [
    'STATEMENT',
    '',
    `About: ${or(brief.label, 'problem')}, order ${or(brief.facts.order, 'order number')}`,
    ...sections([
      ['What happened', happened(brief)],
      ['What the seller answered', brief.facts.askedAt ? [contact(brief, cites)] : []],
      ['What I ask for, and why', [request(brief, cites)]],
      ['About terms on the page', voidTerms(brief, cites)],
      ['The articles', cites.list()],
    ]),
    '',
    'This is what I know. I captured or recorded the attachments myself and keep the originals.',
    ...signed(brief),
    ...list(brief),
  ]
}

const LETTERS: Readonly<Record<LetterCode, (brief: Brief, cites: Cites) => string[]>> = { statement, seller, platform, payment, complaint }

export function write(letter: LetterCode, brief: Brief): Written {
  const cites = new Cites('en')
  const text = `${LETTERS[letter](brief, cites).join('\n')}\n`
  return { text, cited: cites.articles }
}
