#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The pages of a buyer's claim in its different states, in both languages, sizes and themes.
import { buy, call, main, startServer } from './lib/harness.mjs'
import { eachPage } from './lib/matrix.mjs'
import { act, claimDead, escalated, reveal } from './lib/market.mjs'

await main(async () => {
  const server = await startServer({ demo: true })
  const { merchant, arbiter } = server.tokens
  const mine = (await call(server, 'GET', '/v1/merchant', { token: merchant })).figures.id
  const product = (await call(server, 'GET', `/v1/products?merchant=${mine}&limit=24`)).items.find((one) => one.kind === 'card_key').id
  const sealed = await buy(server, product)
  const opened = await reveal(server, product)
  const waiting = await reveal(server, product)
  const waits = await claimDead(server, waiting)
  const bargaining = await reveal(server, product)
  const offered = await claimDead(server, bargaining)
  await act(server, offered, { token: merchant }, { action: 'offer', offer: 'partial', amount: 4000, reason: '换页提示网络异常，先退一部分', valid_s: 172800 })
  const objecting = await reveal(server, product)
  const refused = await claimDead(server, objecting)
  await act(server, refused, { token: merchant }, { action: 'merchant_refuse', reason: '系统显示这张卡密已经成功兑换' })
  const heard = await escalated(server, product, merchant, { refusal: '系统显示已兑换', escalation: '兑换页提示无效，截图为证' })
  await act(server, heard.claim, { token: arbiter }, { action: 'take_case' })
  await act(server, heard.claim, { token: arbiter }, { action: 'arbiter_decide', outcome: 'refund', amount: (await call(server, 'GET', `/v1/claims/${heard.claim}`, { token: arbiter })).asked.amount, reason: '商家没有提供兑换记录' }).catch(async () =>
    act(server, heard.claim, { token: arbiter }, { action: 'arbiter_decide', outcome: 'refund', reason: '商家没有提供兑换记录' }),
  )
  const paid = await buy(server, product)
  const { claim: refunded } = await call(server, 'POST', `/v1/orders/${paid.id}/claims`, { secret: paid.secret, body: { reason: 'changed_mind' } })
  const orders = [sealed, opened, waiting, bargaining, objecting, heard, paid].map(({ id, secret }) => ({ id, secret }))
  const claims = { [waits]: waiting.id, [offered]: bargaining.id, [refused]: objecting.id, [heard.claim]: heard.id, [refunded]: paid.id }
  await eachPage(
    server,
    [
      { name: 'wizard-sealed', path: `/orders/${sealed.id}/refund` },
      { name: 'wizard-dead-card', path: `/orders/${opened.id}/refund` },
      { name: 'refunds', path: '/refunds' },
      { name: 'claim-waiting', path: `/refunds/${waits}` },
      { name: 'claim-offer', path: `/refunds/${offered}` },
      { name: 'claim-counter-offer', path: `/refunds/${offered}/offer` },
      { name: 'claim-refused', path: `/refunds/${refused}` },
      { name: 'claim-escalate', path: `/refunds/${refused}/escalate` },
      { name: 'claim-decided', path: `/refunds/${heard.claim}` },
      { name: 'decision', path: `/refunds/${heard.claim}/decision` },
      { name: 'claim-refunded', path: `/refunds/${refunded}` },
    ],
    { orders, claims, targets: 44 },
  )
})
