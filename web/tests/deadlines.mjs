#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The server's clock passes a deadline between the look and the press: claims, offers, orders, notices, sessions. Nothing is taken for
// done that was not, what the system did is said, what was typed is kept, and there is one way forward.
import { call, desktop, is, main, ok, startServer, buy, until, visit } from './lib/harness.mjs'
import { act, claimDead, listCard, makePeople, publish, reveal, stock } from './lib/market.mjs'

const HOUR = 3600
const PAY = /^模拟支付/
const DAY = 24 * HOUR
let server
let people
let product

const words = (visitor) => visitor.page.locator('#main').innerText()
const read = (claim) => call(server, 'GET', `/v1/claims/${claim}`, { token: people.merchant.token })
const merchant = () => ({ token: people.merchant.token })
async function filed() {
  const order = await reveal(server, product)
  return { ...order, claim: await claimDead(server, order) }
}
const guest = (one, more) => visit(server, { orders: [{ id: one.id, secret: one.secret }], claims: { [one.claim]: one.id }, ...more })
const dialog = (visitor) => visitor.page.getByRole('dialog')

/** Nobody presses anything: the buyer's page shows what silence became. */
async function merchantSilent() {
  const one = await filed()
  const visitor = await guest(one)
  await visitor.go(`/refunds/${one.claim}`)
  await visitor.page.getByRole('timer').first().waitFor()
  const before = await words(visitor)
  ok(/商家/.test(before) && /23 小时|24 小时|1 天/.test(before), 'the buyer sees for whom it waits and how long', before)
  server.advance(DAY + 5)
  await visitor.page.getByText('商家逾期未答复').first().waitFor()
  await until(async () => (await read(one.claim)).outcome === 'refunded', 'the refund')
  await visitor.page.getByText(/已退款|退款已到/).first().waitFor()
  const after = await words(visitor)
  ok(/¥95\.00/.test(after) && !/-\d+ (?:分|小时)/.test(after), 'silence became the refund that was announced, without a reload', after)
  is(visitor.seen.errors.join('\n'), '', 'no error of the page')
  await visitor.close()
}

/** The seller presses "refuse" a moment too late. */
async function refusedTooLate() {
  const one = await filed()
  const visitor = await visit(server, { size: desktop, ...merchant() })
  await visitor.go(`/m/refunds/${one.claim}`)
  await visitor.page.getByRole('button', { name: '说明理由并拒绝' }).first().click()
  await dialog(visitor).getByLabel('理由').fill('已经兑换，有记录 😀')
  server.advance(DAY + 5)
  await dialog(visitor).getByRole('button', { name: '说明理由并拒绝' }).click().catch(() => undefined)
  await dialog(visitor).getByText('期限已到，系统已按规则处理').waitFor()
  ok(/商家逾期未答复，视为同意/.test(await dialog(visitor).innerText()), 'a refusal that came too late: it says what the clock did')
  is(await dialog(visitor).getByLabel('理由').inputValue(), '已经兑换，有记录 😀', '… and keeps what was written')
  await dialog(visitor).getByText('现在已不能做这一步').waitFor()
  is((await read(one.claim)).events.filter((event) => event.event === 'merchant_refuse').length, 0, '… and nothing was refused')
  await visitor.close()
}

/** An offer runs out while the buyer reads it. */
async function offerGone() {
  const one = await filed()
  await act(server, one.claim, merchant(), { action: 'offer', offer: 'partial', amount: 6000 })
  const visitor = await guest(one)
  await visitor.go(`/refunds/${one.claim}`)
  await visitor.tap('接受方案')
  await dialog(visitor).waitFor()
  server.advance(2 * DAY + 5)
  await visitor.tap(dialog(visitor).getByRole('button', { name: '接受方案' })).catch(() => undefined)
  await dialog(visitor).getByText('期限已到，系统已按规则处理').waitFor()
  ok(/方案过期/.test(await dialog(visitor).innerText()), 'an offer that ran out is not accepted: it says so')
  await dialog(visitor).getByText('现在已不能做这一步').waitFor()
  const now = await read(one.claim)
  is(`${now.offers[0].state} ${now.stage} ${now.outcome}`, 'expired platform null', '… and the platform has the claim, since the rule gives a refund')
  await visitor.close()
}

/** The buyer writes to the platform until the claim has closed; it can be opened again. */
async function escalatedTooLate() {
  const one = await filed()
  await act(server, one.claim, merchant(), { action: 'merchant_refuse', reason: '已被使用过' })
  const visitor = await guest(one)
  await visitor.go(`/refunds/${one.claim}/escalate`)
  await visitor.page.getByLabel('最后陈述').fill('请看录屏')
  server.advance(3 * DAY + 5)
  await visitor.page.getByText('买家逾期未继续').first().waitFor()
  is((await read(one.claim)).outcome, 'lapsed', 'a buyer who waits too long finds the claim closed')
  is(await visitor.page.getByLabel('最后陈述').inputValue(), '请看录屏', '… with what he wrote')
  await visitor.page.waitForTimeout(1600)
  await visitor.tap(visitor.page.getByRole('button', { name: '请平台处理' }))
  await until(async () => (await read(one.claim)).stage === 'platform', 'the platform')
  ok((await read(one.claim)).events.at(-1).event === 'escalate', '… and may still ask a person, until the outer limit')
  await visitor.close()
}

/** The decision stands before the appeal is sent; and an arbiter decides too late. */
async function decidedMeanwhile() {
  const one = await filed()
  await act(server, one.claim, merchant(), { action: 'merchant_refuse', reason: '已被使用过' })
  await act(server, one.claim, { secret: one.secret }, { action: 'escalate', reason: '没有用过' })
  await act(server, one.claim, { token: people.arbiter.token }, { action: 'take_case' })
  await act(server, one.claim, { token: people.arbiter.token }, { action: 'arbiter_decide', outcome: 'refuse', reason: '录屏不完整', findings: [{ fact: 'problem_proof', value: 'rejected' }] }).catch(async () =>
    act(server, one.claim, { token: people.arbiter.token }, { action: 'propose_deviation', outcome: 'refuse', reason: '录屏不完整' }),
  )
  if ((await read(one.claim)).stage !== 'appeal') await act(server, one.claim, { token: people.second.token }, { action: 'confirm_deviation' })
  const visitor = await guest(one)
  await visitor.go(`/refunds/${one.claim}/appeal`)
  await visitor.page.getByText('新事实', { exact: false }).first().click()
  await visitor.page.getByLabel(/理由|说明/).first().fill('新的录屏已经上传')
  server.advance(2 * DAY + 5)
  await visitor.page.getByText('现在不能做这一步').waitFor()
  const text = await words(visitor)
  ok(/逾期无人申诉/.test(text) && /新的录屏已经上传/.test(text), 'an appeal that came too late: what happened, and what was written', text)
  is((await read(one.claim)).outcome, 'refused', '… and the decision stands')
  await visitor.close()

  const two = await filed()
  await act(server, two.claim, merchant(), { action: 'merchant_refuse', reason: '已被使用过' })
  await act(server, two.claim, { secret: two.secret }, { action: 'escalate', reason: '没有用过' })
  await act(server, two.claim, { token: people.arbiter.token }, { action: 'take_case' })
  const desk = await visit(server, { size: desktop, token: people.arbiter.token })
  await desk.go(`/a/cases/${two.claim}`)
  await desk.page.getByLabel('理由', { exact: true }).fill('材料足够')
  server.advance(3 * DAY)
  await desk.page.getByText('平台逾期未决定').first().waitFor()
  const decided = await read(two.claim)
  is(decided.decisions.map((decision) => decision.basis).join(), 'platform_silence', 'an arbiter who is too late finds what the clock decided')
  is(await desk.page.getByRole('button', { name: /^判定/ }).count(), 0, '… and no button to decide')
  await desk.close()
}

/** An order that is not paid in time, and a notice before revealing that has become old. */
async function orders() {
  const created = await call(server, 'POST', '/v1/orders', { body: { product_id: product } })
  const payer = await visit(server, { orders: [{ id: created.id, secret: created.order_secret }] })
  await payer.go(`/pay/${created.id}`)
  await payer.page.getByRole('button', { name: PAY }).waitFor()
  server.advance(HOUR)
  await payer.page.getByText('订单已关闭').first().waitFor()
  is(await payer.page.getByRole('button', { name: PAY }).count(), 0, 'an order that was not paid in time closes before the eyes, and is not paid')
  await payer.close()

  await revealedAfter(11 * 60, false)
  await revealedAfter(9 * DAY, true)
}

/** What revealing changes was read some time ago: the same words need no second question, others do. */
async function revealedAfter(seconds, asksAgain) {
  const order = await buy(server, product)
  const visitor = await visit(server, { orders: [order] })
  const reveal = dialog(visitor).getByRole('button', { name: '知道了，查看卡密' })
  const state = async () => (await call(server, 'GET', `/v1/orders/${order.id}`, { secret: order.secret })).cards[0].state
  await visitor.go(`/orders/${order.id}`)
  await visitor.tap('查看卡密')
  await reveal.waitFor()
  server.advance(seconds)
  await visitor.tap(reveal)
  if (asksAgain) {
    await dialog(visitor).getByText('须知内容有更新').waitFor()
    is(await state(), 'sealed', 'what revealing changes is another by now: it is shown first')
    await visitor.tap(reveal)
  }
  await until(async () => (await state()) === 'revealed', 'the reveal')
  ok(true, asksAgain ? '… and then the card is' : 'a notice that has become old but says the same needs no second press')
  is(visitor.seen.errors.join('\n'), '', 'no error of the page')
  await visitor.close()
}

/** A session runs out in the middle of a form: signing in where one stands, what was typed stays, and the thing is done once. */
async function session() {
  const visitor = await visit(server, { size: desktop, ...merchant() })
  await visitor.go('/m/settings')
  const form = visitor.page.locator('form').filter({ has: visitor.page.getByRole('button', { name: '生成令牌' }) })
  await form.getByLabel('名称').fill('客服小号')
  server.advance(31 * DAY)
  await form.getByRole('button', { name: '生成令牌' }).click()
  await form.getByLabel('账号令牌').waitFor()
  is(await form.getByLabel('名称').inputValue(), '客服小号', 'a session that ran out: what was typed is there')
  const { token } = await call(server, 'POST', `/v1/parties/${people.merchant.id}/tokens`, { token: people.operator.token, body: { label: 'again' } })
  await form.getByLabel('账号令牌').fill(token)
  await form.getByRole('button', { name: '登录' }).click()
  await form.getByLabel('账号令牌').waitFor({ state: 'detached' })
  await form.getByRole('button', { name: '生成令牌' }).click()
  const named = async () => (await call(server, 'GET', '/v1/tokens?limit=100', { token })).items.filter((one) => one.label === '客服小号').length
  await until(async () => (await named()) > 0, 'the token')
  is(await named(), 1, '… and after signing in where one stands it is done, once')
  await visitor.close()
}

await main(async () => {
  server = await startServer({ clock: true, workMs: 400, args: ['--session-s', String(20 * DAY)] })
  people = await makePeople(server, { merchant: '星河点卡店' })
  product = await listCard(server, people.merchant.token, await publish(server, people.merchant.token))
  await stock(server, people.merchant.token, product, 'DEAD-LINE', 20)
  await merchantSilent()
  await refusedTooLate()
  await offerGone()
  await escalatedTooLate()
  await decidedMeanwhile()
  await orders()
  await session()
})
