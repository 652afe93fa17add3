// SPDX-License-Identifier: Apache-2.0
// The facts of the policy language, as section 4 of docs/policy-language.md lists them: a table of this program's own.

export const GOODS = ['card_key', 'service', 'licence'] as const
export type Goods = (typeof GOODS)[number]

/** choice: an enumeration. proof: one that may stand in `needs`. event: seconds since, or never. span: seconds in all. */
export type FactType = 'choice' | 'proof' | 'flag' | 'event' | 'percent' | 'money' | 'number' | 'span'

export interface Fact {
  readonly place: number
  readonly word: string
  readonly type: FactType
  readonly goods: readonly Goods[]
  readonly sources: readonly string[]
  /** Of choice, proof and flag; else empty. */
  readonly values: readonly string[]
}

export const NEVER = -1
export const NUMBER_MAX = 1_000_000_000_000

/** Values that have a meaning for some goods only. */
const VALUE_GOODS: Readonly<Record<string, Goods>> = {
  key_invalid: 'card_key',
  key_already_used: 'card_key',
  key_revoked_later: 'card_key',
  service_not_started: 'service',
  service_incomplete: 'service',
  service_below_standard: 'service',
  service_caused_harm: 'service',
  does_not_work: 'licence',
}

const REASONS =
  'not_delivered delivery_late partial_delivery key_invalid key_already_used wrong_item_or_region not_as_described key_revoked_later ' +
  'account_recovered topup_not_credited service_not_started service_incomplete service_below_standard service_caused_harm ' +
  'duplicate_or_wrong_amount changed_mind unauthorised minor_purchase other does_not_work'
const CAUSES = 'none user_network platform_outage issuer_outage merchant_delay policy_change force_majeure buyer_conduct'
const ITEMS = 'game add_on in_app_item subscription wallet_funds gift bundle media book video season_pass'
const PROOF = 'missing rejected accepted'
const FLAG = 'no yes'

/** Word, type, goods (card_key, service, licence by their first letters), sources (see below), values. */
const ROWS: readonly (readonly [string, FactType, string, string, string?])[] = [
  ['reason', 'choice', 'csl', 'ba', REASONS],
  ['card', 'choice', 'c', 'ria', 'sealed revealed redeemed revoked'],
  ['redemption_report', 'choice', 'c', 'rima', 'none unused used'],
  ['service', 'choice', 's', 'ra', 'none agreed started handed_over accepted'],
  ['progress', 'percent', 's', 'rema'],
  ['purchased', 'event', 'csl', 'r'],
  ['delivered', 'event', 'csl', 'ra'],
  ['revealed', 'event', 'c', 'r'],
  ['started', 'event', 's', 'ra'],
  ['handed_over', 'event', 's', 'ra'],
  ['late', 'event', 'csl', 'ra'],
  ['cause', 'choice', 'csl', 'riea', CAUSES],
  ['problem_proof', 'proof', 'csl', 'rea', PROOF],
  ['unused_proof', 'proof', 'c', 'riea', PROOF],
  ['screen_recording', 'proof', 'csl', 'ea', PROOF],
  ['contact_record', 'proof', 'csl', 'rea', PROOF],
  ['identity_proof', 'proof', 'csl', 'ea', PROOF],
  ['guardian_proof', 'proof', 'csl', 'ea', PROOF],
  ['result_proof', 'proof', 'csl', 'rea', PROOF],
  ['service_log', 'proof', 's', 'rea', PROOF],
  ['agreed_standard', 'proof', 's', 'rea', PROOF],
  ['issuer_statement', 'proof', 'csl', 'iea', PROOF],
  ['merchant_answer', 'choice', 'csl', 'rma', 'none accepts disputes silent'],
  ['consent', 'choice', 'csl', 'r', 'not_given given'],
  ['quantity', 'number', 'csl', 'r'],
  ['affected_quantity', 'number', 'csl', 'riemba'],
  ['amount', 'money', 'csl', 'r'],
  ['earlier_refunds', 'money', 'csl', 'r'],
  ['buyer_refunds', 'number', 'csl', 'r'],
  ['buyer_is_minor', 'flag', 'csl', 'reba', FLAG],
  ['price_warning', 'flag', 'csl', 'r', FLAG],
  ['replacement', 'choice', 'cs', 'ra', 'none offered delivered declined'],
  ['protection', 'flag', 'csl', 'r', FLAG],
  ['buyer_interfered', 'flag', 's', 'rema', FLAG],
  ['region', 'choice', 'csl', 'rb', 'cn eu uk us jp au other kr'],
  ['item', 'choice', 'l', 'ra', ITEMS],
  ['consumed', 'flag', 'l', 'ri', FLAG],
  ['banned', 'flag', 'csl', 'ria', FLAG],
  ['released', 'event', 'l', 'r'],
  ['downloaded', 'event', 'l', 'ri'],
  ['usage', 'span', 'l', 'ri'],
  ['marked_final', 'flag', 'csl', 'r', FLAG],
  ['payment_returnable', 'flag', 'csl', 'r', FLAG],
  ['refunds_suspended', 'flag', 'csl', 'ra', FLAG],
  ['launched', 'event', 'l', 'ri'],
  ['receipt', 'choice', 'cs', 'ra', 'open confirmed'],
  ['time_used', 'percent', 'csl', 'r'],
  ['protection_time', 'span', 'csl', 'r'],
  ['bank_dispute', 'flag', 'csl', 'r', FLAG],
  ['returned_before', 'flag', 'l', 'r', FLAG],
  ['refund_tokens', 'number', 'l', 'r'],
  ['merchant_refused', 'event', 'csl', 'r'],
  ['visible_before_use', 'flag', 'cs', 'ea', FLAG],
]
const SOURCES: Readonly<Record<string, string>> = { r: 'record', i: 'issuer', e: 'evidence', m: 'merchant', b: 'buyer', a: 'arbiter' }

/** In table order. */
export const FACTS: readonly Fact[] = ROWS.map(([word, type, goods, sources, values], place) => ({
  place,
  word,
  type,
  goods: GOODS.filter((kind) => goods.includes(kind[0]!)),
  sources: [...sources].map((letter) => SOURCES[letter]!),
  values: values?.split(' ') ?? [],
}))

const BY_WORD = new Map(FACTS.map((fact) => [fact.word, fact]))

export function findFact(word: string): Fact | undefined {
  return BY_WORD.get(word)
}

/** A fact that the meaning of the language itself speaks of. */
export function factNamed(word: string): Fact {
  const fact = BY_WORD.get(word)
  if (!fact) throw new RangeError(`no fact ${word}`)
  return fact
}

/** Whether the value has a meaning for the goods. */
export function valueMeans(fact: Fact, value: string, goods: Goods): boolean {
  const only = fact.word === 'reason' ? VALUE_GOODS[value] : undefined
  return only === undefined || only === goods
}

/** Digits behind the point of each currency. */
const CURRENCIES: ReadonlyMap<string, number> = new Map(
  'AED2 AUD2 BRL2 CAD2 CHF2 CNY2 DKK2 EUR2 GBP2 HKD2 IDR2 INR2 JPY0 KRW0 KWD3 MOP2 MXN2 MYR2 NOK2 NZD2 PHP2 PLN2 SEK2 SGD2 THB2 TRY2 TWD2 USD2 VND0 ZAR2'
    .split(' ')
    .map((row) => [row.slice(0, 3), Number(row[3])]),
)

export function currencyDigits(code: string): number | undefined {
  return CURRENCIES.get(code)
}
