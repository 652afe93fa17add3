// SPDX-License-Identifier: Apache-2.0
// The kinds of problem, under the same codes as the reasons of a refund here. Each says which materials it needs, which facts are asked,
// and which articles its request rests on: those of the day of the purchase, for that is the law of the contract. Codes of src/law/law.def.
import type { Both, Facts } from './model'
import type { TaskCode } from './tasks'

export type Group = 'card' | 'delivery' | 'account' | 'service' | 'payment' | 'other'
/** A fact that is asked only for some kinds. */
export type ExtraFact = Extract<keyof Facts, 'keyTail' | 'account' | 'promisedBy' | 'deliveredAt' | 'revealedAt' | 'errorText' | 'agreed' | 'reached' | 'quantity' | 'affected' | 'age'>

export interface Kind {
  readonly group: Group
  readonly label: Both
  /** "because …": the reason in the middle of a sentence. */
  readonly because: Both
  readonly must: readonly TaskCode[]
  readonly good: readonly TaskCode[]
  readonly asks: readonly ExtraFact[]
  readonly law: readonly string[]
}

const BASIS: readonly TaskCode[] = ['order_page', 'payment_record']
const CARD: readonly ExtraFact[] = ['keyTail', 'account', 'deliveredAt', 'revealedAt', 'errorText']
const SERVICE: readonly ExtraFact[] = ['account', 'agreed', 'promisedBy', 'reached']
const CONFORMITY = ['CPL-23', 'CPL-24', 'CC-582', 'CC-577']

const both = (zh: string, en: string): Both => ({ zh, en })

export const KINDS = {
  key_invalid: {
    group: 'card',
    label: both('卡密无效', 'the card does not work'),
    because: both('卖家交付的卡密无法兑换', 'the key that was delivered cannot be redeemed'),
    must: [...BASIS, 'error_message', 'unused_history', 'contact_record'],
    good: ['delivery_page', 'rule_page', 'recording', 'issuer_answer', 'listing_page'],
    asks: CARD,
    law: CONFORMITY,
  },
  key_already_used: {
    group: 'card',
    label: both('卡密已被他人使用', 'someone else used the card'),
    because: both('卖家交付的卡密在我使用之前已被他人使用', 'the key that was delivered had been used by someone else before I tried it'),
    must: [...BASIS, 'used_notice', 'unused_history', 'delivery_page', 'contact_record'],
    good: ['rule_page', 'issuer_answer', 'recording', 'listing_page'],
    asks: CARD,
    law: CONFORMITY,
  },
  key_revoked_later: {
    group: 'card',
    label: both('事后被封禁或回收', 'the card was revoked later'),
    because: both('卡密兑换后权益被官方封禁或回收', 'what the key gave was banned or taken back by its issuer afterwards'),
    must: [...BASIS, 'penalty_notice', 'delivery_page', 'contact_record'],
    good: ['rule_page', 'issuer_answer', 'listing_page'],
    asks: CARD,
    law: CONFORMITY,
  },
  wrong_item_or_region: {
    group: 'card',
    label: both('商品或区服不对', 'wrong item or region'),
    because: both('卖家交付的商品或区服与订单不符', 'what was delivered is another item or for another region than ordered'),
    must: [...BASIS, 'listing_page', 'result_screen', 'contact_record'],
    good: ['rule_page', 'delivery_page', 'recording'],
    asks: [...CARD, 'agreed', 'reached'],
    law: ['ECL-17', 'CPL-23', 'CPL-24', 'CC-582'],
  },
  not_as_described: {
    group: 'card',
    label: both('与描述不符', 'not as described'),
    because: both('实际交付的内容与商品描述不符', 'what was delivered is not what the description says'),
    must: [...BASIS, 'listing_page', 'result_screen', 'contact_record'],
    good: ['rule_page', 'recording'],
    asks: ['deliveredAt', 'account', 'agreed', 'reached'],
    law: ['CPL-20', 'CPL-23', 'CPL-24', 'CC-582'],
  },
  does_not_work: {
    group: 'card',
    label: both('无法正常使用', 'it does not work'),
    because: both('购买的软件或授权无法正常使用', 'the software or licence does not work'),
    must: [...BASIS, 'error_message', 'listing_page', 'contact_record'],
    good: ['recording', 'rule_page', 'issuer_answer'],
    asks: ['deliveredAt', 'account', 'errorText'],
    law: CONFORMITY,
  },
  not_delivered: {
    group: 'delivery',
    label: both('未收到货', 'nothing was delivered'),
    because: both('付款后卖家没有交付', 'nothing was delivered after I had paid'),
    must: [...BASIS, 'delivery_page', 'contact_record'],
    good: ['listing_page', 'rule_page'],
    asks: ['promisedBy'],
    law: ['ECL-49-1', 'ECL-20', 'CPL-53', 'CC-563', 'CC-566'],
  },
  delivery_late: {
    group: 'delivery',
    label: both('交付超时', 'delivery was late'),
    because: both('卖家没有在约定的时间内交付', 'delivery was not made within the time agreed'),
    must: [...BASIS, 'listing_page', 'delivery_page', 'contact_record'],
    good: ['rule_page'],
    asks: ['promisedBy', 'deliveredAt'],
    law: ['ECL-20', 'CC-577', 'CC-563'],
  },
  partial_delivery: {
    group: 'delivery',
    label: both('少发漏发', 'only a part was delivered'),
    because: both('卖家只交付了一部分', 'only a part was delivered'),
    must: [...BASIS, 'received_items', 'contact_record'],
    good: ['listing_page', 'rule_page', 'delivery_page'],
    asks: ['deliveredAt', 'quantity', 'affected'],
    law: ['ECL-20', 'CPL-52', 'CC-577'],
  },
  topup_not_credited: {
    group: 'delivery',
    label: both('充值未到账', 'the top-up did not arrive'),
    because: both('付款后充值没有到账', 'the top-up that I paid for did not arrive'),
    must: [...BASIS, 'balance_now', 'contact_record'],
    good: ['balance_before', 'listing_page', 'rule_page', 'issuer_answer'],
    asks: ['account', 'promisedBy'],
    law: ['ECL-20', 'CPL-53', 'CC-577', 'CC-563'],
  },
  account_recovered: {
    group: 'account',
    label: both('账号被找回', 'the account was taken back'),
    because: both('购买的账号被找回，我已无法使用', 'the account that I bought was taken back and I can no longer use it'),
    must: [...BASIS, 'takeover_notice', 'handover', 'contact_record'],
    good: ['listing_page', 'rule_page', 'login_record', 'recording'],
    asks: ['account', 'deliveredAt'],
    law: ['CC-577', 'CC-582', 'CPL-23'],
  },
  service_not_started: {
    group: 'service',
    label: both('服务未开始', 'the service was not started'),
    because: both('付款后服务没有开始', 'the service was not started after I had paid'),
    must: [...BASIS, 'agreement', 'state_now', 'contact_record'],
    good: ['login_record', 'rule_page'],
    asks: SERVICE,
    law: ['ECL-20', 'CPL-53', 'CC-563', 'CC-566'],
  },
  service_incomplete: {
    group: 'service',
    label: both('服务未完成', 'the service is incomplete'),
    because: both('服务没有按约定完成', 'the service was not completed as agreed'),
    must: [...BASIS, 'agreement', 'state_now', 'contact_record'],
    good: ['state_before', 'login_record', 'rule_page'],
    asks: SERVICE,
    law: ['CC-577', 'CC-582', 'CPL-53'],
  },
  service_below_standard: {
    group: 'service',
    label: both('服务未达标', 'the service fell short'),
    because: both('服务没有达到约定的标准', 'the service fell short of what was agreed'),
    must: [...BASIS, 'agreement', 'state_now', 'contact_record'],
    good: ['state_before', 'login_record', 'rule_page'],
    asks: SERVICE,
    law: ['CC-582', 'CPL-23', 'CPL-52'],
  },
  service_caused_harm: {
    group: 'service',
    label: both('服务造成损失', 'the service caused harm'),
    because: both('服务过程给我的账号造成了损失', 'the service caused a loss on my account'),
    must: [...BASIS, 'penalty_notice', 'agreement', 'contact_record'],
    good: ['login_record', 'state_before', 'state_now', 'rule_page'],
    asks: SERVICE,
    law: ['CC-577', 'CC-584', 'CPL-52'],
  },
  duplicate_or_wrong_amount: {
    group: 'payment',
    label: both('重复付款或金额错误', 'paid twice or a wrong amount'),
    because: both('我重复付款或多付了款', 'I paid twice or too much'),
    must: [...BASIS, 'second_payment', 'contact_record'],
    good: ['listing_page'],
    asks: [],
    law: ['CC-509', 'CPL-52', 'ECL-53'],
  },
  unauthorised: {
    group: 'payment',
    label: both('非本人付款', 'the payment was not authorised'),
    because: both('这笔付款不是我本人操作', 'I did not make this payment'),
    must: ['payment_record', 'theft_report', 'alien_login'],
    good: ['order_page', 'contact_record'],
    asks: ['account'],
    law: ['ECL-53', 'ECL-62'],
  },
  minor_purchase: {
    group: 'payment',
    label: both('未成年人购买', 'a minor made the purchase'),
    because: both('这笔付款是未成年人未经监护人同意作出的', 'a minor made the payment without the guardian\'s consent'),
    must: ['minor_bills', 'guardian', 'minor_use'],
    good: ['order_page', 'contact_record'],
    asks: ['age', 'account'],
    law: [], // by age: grounds.ts
  },
  changed_mind: {
    group: 'other',
    label: both('不想要了', 'changed their mind'),
    because: both('商品尚未查看、未使用，我在七日内提出退货', 'the goods are unopened and unused and I asked within seven days'),
    must: [...BASIS, 'rule_page', 'unused_history'],
    good: ['listing_page', 'contact_record'],
    asks: ['deliveredAt'],
    law: ['CPL-25', 'CPL-25-2', 'CPR-19', 'D7-13', 'D7-14'],
  },
  other: {
    group: 'other',
    label: both('其他原因', 'another reason'),
    because: both('卖家没有按约定履行', 'the seller did not perform as agreed'),
    must: [...BASIS, 'contact_record'],
    good: ['listing_page', 'rule_page', 'recording', 'error_message'],
    asks: ['deliveredAt', 'account', 'agreed', 'reached', 'errorText'],
    law: ['CC-509', 'CC-577', 'CPL-52'],
  },
} as const satisfies Readonly<Record<string, Kind>>

export type KindCode = keyof typeof KINDS

export const GROUPS: readonly Group[] = ['card', 'delivery', 'account', 'service', 'payment', 'other']

export function kindOf(code: KindCode): Kind {
  return KINDS[code]
}

export function kindsOf(group: Group): KindCode[] {
  return (Object.keys(KINDS) as KindCode[]).filter((code) => KINDS[code].group === group)
}

/** A label as a heading. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
