// SPDX-License-Identifier: Apache-2.0
// The letters in Chinese: calm, by rule, what happened, what is asked and why. What is not known stands in 【】, to be filled in.
import type { Article } from '../law/types'
import { momentWords } from '../moment'
import type { Answer, Channel, LetterCode } from '../model'
import type { Brief, Written } from './brief'
import { Cites } from './cites'

export const CHANNELS: Readonly<Record<Exclude<Channel, ''>, string>> = {
  alipay: '支付宝', wechat: '微信支付', unionpay: '云闪付（银联）', bank_card: '银行卡', credit_card: '信用卡', paypal: 'PayPal', platform_balance: '平台余额', carrier: '话费支付', other: '其他方式',
}
const or = (value: string, name: string): string => value.trim() || `【${name}】`
const channel = (brief: Brief): string => (brief.facts.channel ? CHANNELS[brief.facts.channel] : '【支付方式】')
const shows = (numbers: readonly number[]): string => (numbers.filter((one) => one > 0).length ? `（附件 ${numbers.filter((one) => one > 0).join('、')}）` : '')
const find = (articles: readonly Article[], ...codes: string[]): Article[] => articles.filter((article) => codes.includes(article.code))
const numbered = (lines: readonly string[]): string[] => lines.map((line, index) => `${index + 1}. ${line}`)

function purchase(brief: Brief): string {
  const { facts } = brief
  const more = [
    facts.paymentNumber && `支付交易单号 ${facts.paymentNumber}`,
    facts.keyTail && `卡密尾号 ${facts.keyTail}`,
    facts.account && `使用账号 ${facts.account}`,
    facts.quantity && `购买数量 ${facts.quantity}`,
    facts.affected && `其中有问题的数量 ${facts.affected}`,
  ].filter(Boolean)
  const when = momentWords(facts.paidAt, 'zh') || '【付款时间】'
  const text = `${when}，在${or(facts.platform, '平台')}向${or(facts.seller, '卖家')}购买“${or(facts.product, '商品名称')}”，订单号 ${or(facts.order, '订单号')}，通过${channel(brief)}实付 ${or(brief.paid, '金额')}。`
  return more.length ? `${text}${more.join('，')}。` : text
}

function happened(brief: Brief): string[] {
  const { facts } = brief
  const events = brief.events.map((entry) => `${momentWords(entry.at, 'zh') || '时间不详'}　${entry.text}${shows(entry.shows)}`)
  return [
    purchase(brief),
    ...(facts.agreed ? [`约定或页面写明的内容：${facts.agreed}`] : []),
    ...(facts.reached ? [`实际情况：${facts.reached}`] : []),
    ...(facts.story ? [facts.story] : []),
    ...(events.length ? ['经过如下：', ...numbered(events)] : []),
  ]
}

const refundWords = (brief: Brief): string => (brief.isFull ? `将实付的 ${or(brief.wanted, '金额')} 全额退回原支付账户` : `将其中的 ${or(brief.wanted, '金额')} 退回原支付账户`)

/** By rule X clause Y, because Z (attached), the refund to the original account. */
function request(brief: Brief, cites: Cites): string {
  const clauses = brief.clauses.map((clause) => {
    const shown = clause.shownIn > 0 ? `，附件 ${clause.shownIn}` : ''
    return `${or(clause.where, '规则出处')}${clause.name ? `“${clause.name}”一条` : ''}（“${clause.text}”${shown}）`
  })
  const grounds = [...clauses, ...(brief.request.length ? [cites.short(brief.request)] : [])]
  const basis = grounds.length ? `依据${grounds.join('，以及')}，` : ''
  const once = brief.refund.length && brief.isFull ? `依据${cites.short(brief.refund)}，款项应一次性退清。` : ''
  return `${basis}因${or(brief.because, '原因')}${shows(brief.proofs)}，请${refundWords(brief)}。${once}`
}

function voidTerms(brief: Brief, cites: Cites): string[] {
  return brief.voidTerms.map(
    (term) => `${or(term.where, '页面')}写有“${term.excerpt}”${shows([term.shownIn])}。依据${cites.short(term.articles.slice(0, 2))}，这样的内容无效或被禁止，不影响本次请求。`,
  )
}

const ANSWERS: Readonly<Record<Exclude<Answer, ''>, string>> = {
  none: '至今没有答复', refused: '不同意退款', partial: '只同意退一部分', other: '作了答复',
}

function contact(brief: Brief, cites: Cites): string {
  const { facts } = brief
  const when = momentWords(facts.askedAt, 'zh')
  if (!when) return '【何时、如何与卖家协商过】'
  const answer = facts.answer ? `卖家${ANSWERS[facts.answer]}` : '【卖家怎么答复】'
  const words = facts.answerWords && facts.answer !== 'none' ? `，原话是：“${facts.answerWords}”` : ''
  const delay = brief.isOverdue && brief.delay.length ? `自提出之日起已超过十五日，见${cites.short(brief.delay)}。` : ''
  return `我于 ${when} 向卖家提出退款，${answer}${words}。${delay}`
}

function list(brief: Brief): string[] {
  if (brief.attachments.length === 0) return []
  return ['', '附件', ...numbered(brief.attachments.map((item) => `${item.name}（SHA-256 前 16 位 ${item.sha256.slice(0, 16)}）`))]
}

function sections(parts: readonly (readonly [string, readonly string[]])[]): string[] {
  const numerals = '一二三四五六七八'
  return parts.filter(([, lines]) => lines.length > 0).flatMap(([title, lines], index) => ['', `${numerals[index]}、${title}`, ...lines])
}

const signed = (brief: Brief): string[] => ['', or(brief.facts.user, '你的平台账号'), brief.day]

function seller(brief: Brief, cites: Cites): string[] {
  return [
    `${or(brief.facts.seller, '卖家')}：`,
    '',
    `你好。关于订单 ${or(brief.facts.order, '订单号')}（${or(brief.label, '问题')}），我申请退款，情况如下。`,
    ...sections([
      ['经过', happened(brief)],
      ['请求', [request(brief, cites)]],
      ['关于页面上的说法', voidTerms(brief, cites)],
      ['答复', [`请在 ${brief.replyBy} 前答复。如不同意，请说明依据哪一条规则，并附上相应记录；如需补充材料，请写明缺少哪一项，我会补上。`]],
      ['所依据的条文', cites.list()],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function platform(brief: Brief, cites: Cites): string[] {
  const { procedure } = brief
  const asks = [
    request(brief, cites),
    `请调取并保存本订单的商品快照、交付记录、卡密查看记录和聊天记录。${find(procedure, 'ECL-31', 'ECL-62').length ? `见${cites.short(find(procedure, 'ECL-31', 'ECL-62'))}。` : ''}`,
    `如卖家不处理，请提供卖家的真实名称、地址和有效联系方式。${find(procedure, 'CPL-44').length ? `见${cites.short(find(procedure, 'CPL-44'))}。` : ''}`,
    ...(find(procedure, 'PRM-19').length ? [`如果由系统自动处理，请转人工判定，并告知理由和结果。见${cites.short(find(procedure, 'PRM-19'))}。`] : []),
  ]
  return [
    `${or(brief.facts.platform, '平台')}客服：`,
    '',
    `你好。我在贵平台的订单 ${or(brief.facts.order, '订单号')}（卖家：${or(brief.facts.seller, '卖家')}）发生争议，请协助处理。`,
    ...sections([
      ['经过', happened(brief)],
      ['与卖家协商的情况', [contact(brief, cites)]],
      ['请求', numbered(asks)],
      ['关于卖家页面上的说法', voidTerms(brief, cites)],
      ['所依据的条文', cites.list(find(procedure, 'ECL-59', 'ECL-61'))],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function payment(brief: Brief, cites: Cites): string[] {
  const { facts } = brief
  const isForeign = brief.kind === 'unauthorised'
  const asks = [
    isForeign ? '请冻结相关款项，按非本人交易受理，并告知进度。' : '请按交易争议受理，联系收款方核实，并告知进度。',
    `请提供这笔交易的完整记录，包括收款方名称。${brief.procedure.length ? `见${cites.short(brief.procedure)}。` : ''}`,
    `核实后，请协助${refundWords(brief)}。`,
  ]
  return [
    `${facts.channel ? channel(brief) : '【支付渠道】'}客服：`,
    '',
    `你好。以下交易需要贵方协助：交易单号 ${or(facts.paymentNumber, '支付交易单号')}，时间 ${momentWords(facts.paidAt, 'zh') || '【付款时间】'}，金额 ${or(brief.paid, '金额')}，收款方 ${or(facts.seller, '收款方')}。`,
    ...sections([
      ['情况', [`${or(brief.because, '原因')}${shows(brief.proofs)}。`, ...happened(brief)]],
      ['与收款方协商的情况', isForeign ? [] : [contact(brief, cites)]],
      ['请求', numbered(asks)],
      ['所依据的条文', cites.list()],
    ]),
    ...signed(brief),
    ...list(brief),
  ]
}

function complaint(brief: Brief, cites: Cites): string[] {
  const { facts, procedure } = brief
  return [
    '投诉书',
    '',
    '投诉人：【姓名】，电话【电话】，通讯地址【通讯地址】',
    `被投诉人：${or(facts.seller, '卖家名称')}（${or(facts.platform, '平台')}内经营者），地址【平台公示的经营者地址】`,
    ...sections([
      ['投诉请求', [`请组织调解，由被投诉人${refundWords(brief)}。`]],
      ['事实', happened(brief)],
      ['理由', [request(brief, cites), ...voidTerms(brief, cites)]],
      ['协商情况', [contact(brief, cites)]],
      ['所依据的条文', cites.list(find(procedure, 'CPR-26', 'CMP-10', 'CMP-15', 'CMPOLD-14'))],
    ]),
    '',
    '以上内容属实，我愿意按要求提供原件核对。',
    '',
    '投诉人：【姓名】',
    brief.day,
    ...list(brief),
  ]
}

function statement(brief: Brief, cites: Cites): string[] {
  return [
    '情况说明',
    '',
    `事项：${or(brief.label, '问题')}，订单 ${or(brief.facts.order, '订单号')}`,
    ...sections([
      ['经过', happened(brief)],
      ['协商情况', brief.facts.askedAt ? [contact(brief, cites)] : []],
      ['请求和依据', [request(brief, cites)]],
      ['关于页面上的说法', voidTerms(brief, cites)],
      ['所依据的条文', cites.list()],
    ]),
    '',
    '以上是我所知道的经过，附件是我自己截取或录制的，原件由我保存。',
    ...signed(brief),
    ...list(brief),
  ]
}

const LETTERS: Readonly<Record<LetterCode, (brief: Brief, cites: Cites) => string[]>> = { statement, seller, platform, payment, complaint }

export function write(letter: LetterCode, brief: Brief): Written {
  const cites = new Cites('zh')
  const text = `${LETTERS[letter](brief, cites).join('\n')}\n`
  return { text, cited: cites.articles }
}
