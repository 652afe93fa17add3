#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The pages of a buyer's refunds, in each state that they have.
import { buy, call, main, startServer } from './lib/harness.mjs'
import { anotherArbiter, picture } from './lib/cases.mjs'
import { eachPage } from './lib/matrix.mjs'

await main(async () => {
  const server = await startServer({ demo: true, args: process.env.SHUNTUI_PACK ? ['--web', process.env.SHUNTUI_PACK] : [] })
  const { merchant, arbiter } = server.tokens
  const products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = products.find((one) => one.kind === 'card_key' && /100 元点卡$/.test(one.title))
  const strict = products.find((one) => /家庭版/.test(one.title))
  const act = (claim, as, body) => call(server, 'POST', `/v1/claims/${claim}/actions`, { ...as, body })

  async function revealed(product = card.id, body = {}) {
    const order = await buy(server, product, body)
    const { notice } = await call(server, 'GET', `/v1/orders/${order.id}/reveal`, { secret: order.secret })
    await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { secret: order.secret, body: { notice } })
    return order
  }
  async function filed(kinds = ['problem_proof', 'unused_proof'], reason = 'key_invalid') {
    const order = await revealed()
    const { claim } = await call(server, 'POST', `/v1/orders/${order.id}/claims`, { secret: order.secret, body: { reason, statement: '兑换页提示卡密无效，试了三次。' } })
    let shade = 0
    for (const kind of kinds) await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=${kind}&name=${kind}.png`, { secret: order.secret, raw: picture((shade += 40)), type: 'image/png' })
    return { ...order, claim }
  }
  const sealed = await buy(server, card.id)
  const seen = await revealed()
  const refuses = await revealed(strict.id, { consent: { accepted: true, language: 'zh' } })
  const intake = await filed([])
  const offered = await filed()
  await call(server, 'POST', `/v1/claims/${offered.claim}/messages`, { token: merchant, body: { body: '加我微信 wx12345678，我私下退你。' } })
  await act(offered.claim, { token: merchant }, { action: 'offer', offer: 'partial', amount: 6000, reason: '卡密已被激活，先退一部分。' })
  const refused = await filed()
  await act(refused.claim, { token: merchant }, { action: 'merchant_refuse', reason: '后台显示该卡密已在其他账号兑换。' })
  const decided = await filed()
  await act(decided.claim, { token: merchant }, { action: 'merchant_refuse', reason: '后台显示该卡密已在其他账号兑换。' })
  await act(decided.claim, decided, { action: 'escalate', reason: '我没有兑换过。' })
  await act(decided.claim, { token: arbiter }, { action: 'take_case' })
  await act(decided.claim, { token: arbiter }, { action: 'propose_deviation', outcome: 'refuse', reason: '发行方记录显示在买家账号上兑换。', clause: 'dead_key' })
  await act(decided.claim, { token: await anotherArbiter(server) }, { action: 'confirm_deviation' })
  const paid = await filed()
  await act(paid.claim, { token: merchant }, { action: 'merchant_accept' })
  const orders = [sealed, seen, refuses, intake, offered, refused, decided, paid].map(({ id, secret }) => ({ id, secret }))

  const open = (name) => async (page) => {
    await page.getByRole('button', { name }).first().click()
    await page.getByRole('dialog').waitFor()
  }
  const rest = '.timeline'
  await eachPage(
    server,
    [
      { name: 'refund-sealed', path: `/orders/${sealed.id}/refund`, ready: '.verdict' },
      { name: 'refund-evidence', path: `/orders/${seen.id}/refund`, ready: '.tasks' },
      { name: 'refund-errors', path: `/orders/${seen.id}/refund`, ready: '.tasks', prepare: async (page) => { await page.locator('.buybar button').click(); await page.locator('[role=alert] .note').first().waitFor() } },
      { name: 'refund-reasons', path: `/orders/${seen.id}/refund`, ready: '.tasks', prepare: open(/^(修改|Change)$/) },
      { name: 'refund-why', path: `/orders/${seen.id}/refund`, ready: '.tasks', prepare: async (page) => { await page.locator('.verdict ~ details summary').first().click(); await page.locator('.trace').first().waitFor() } },
      { name: 'refund-refuses', path: `/orders/${refuses.id}/refund?reason=changed_mind`, ready: '.verdict' },
      { name: 'refund-open', path: `/orders/${intake.id}/refund`, ready: '.note .button' },
      { name: 'refunds', path: '/refunds', ready: 'li.card' },
      { name: 'claim-intake', path: `/refunds/${intake.claim}`, ready: rest },
      { name: 'claim-add', path: `/refunds/${intake.claim}`, ready: rest, prepare: open(/^(补充材料|Add evidence)$/) },
      { name: 'claim-offered', path: `/refunds/${offered.claim}`, ready: rest },
      { name: 'claim-accept', path: `/refunds/${offered.claim}`, ready: rest, prepare: open(/^(接受方案|Accept the offer)$/) },
      { name: 'claim-offer', path: `/refunds/${offered.claim}/offer`, ready: 'form' },
      { name: 'claim-refused', path: `/refunds/${refused.claim}`, ready: rest },
      { name: 'claim-viewer', path: `/refunds/${refused.claim}`, ready: rest, prepare: async (page) => { await page.locator('.thumb-button').first().click(); await page.locator('.viewer img').waitFor() } },
      { name: 'claim-escalate', path: `/refunds/${refused.claim}/escalate`, ready: '.file' },
      { name: 'claim-decided', path: `/refunds/${decided.claim}`, ready: rest },
      { name: 'claim-decision', path: `/refunds/${decided.claim}/decision`, ready: '.decision .trace' },
      { name: 'claim-appeal', path: `/refunds/${decided.claim}/appeal`, ready: 'form' },
      { name: 'claim-impossible', path: `/refunds/${paid.claim}/appeal`, ready: '.note' },
      { name: 'claim-paid', path: `/refunds/${paid.claim}/decision`, ready: '.decision .trace' },
    ],
    { orders, targets: 44 },
  )
  const empty = await startServer({ args: process.env.SHUNTUI_PACK ? ['--web', process.env.SHUNTUI_PACK] : [] })
  await eachPage(empty, [{ name: 'refunds-empty', path: '/refunds', ready: '.empty' }], { targets: 44 })
})
