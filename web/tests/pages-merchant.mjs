#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Every page of the merchant's desk, with the demonstration and from an empty database.
import { buy, call, main, startServer } from './lib/harness.mjs'
import { act, claimDead, ownDesk } from './lib/desk.mjs'
import { eachPage } from './lib/matrix.mjs'

await main(async () => {
  const server = await startServer({ demo: true })
  const desk = await ownDesk(server)
  const waiting = await claimDead(server, desk.cards[0].id)
  const talk = await claimDead(server, desk.cards[1].id)
  await act(server, talk.claim, desk, { action: 'offer', offer: 'partial', amount: 3000, reason: '先退一部分', valid_s: 172800 })
  await act(server, talk.claim, talk.order, { action: 'counter_offer', offer: 'partial', amount: 4000, reason: '不够', valid_s: 172800 })
  const service = await buy(server, desk.services[0].id, { consent: { accepted: true } })
  await eachPage(
    server,
    [
      { name: 'desk', path: '/m' },
      { name: 'desk-refunds', path: '/m/refunds' },
      { name: 'desk-refunds-closed', path: '/m/refunds?view=closed' },
      { name: 'desk-refund', path: `/m/refunds/${waiting.claim}`, ready: '.files' },
      { name: 'desk-refund-offer', path: `/m/refunds/${talk.claim}`, ready: '.offer' },
      { name: 'desk-orders', path: '/m/orders' },
      { name: 'desk-order', path: `/m/orders/${waiting.order.id}` },
      { name: 'desk-order-service', path: `/m/orders/${service.id}` },
      { name: 'desk-products', path: '/m/products' },
      { name: 'desk-product-new', path: '/m/products/new' },
      { name: 'desk-product', path: `/m/products/${desk.cards[0].id}` },
      { name: 'desk-product-service', path: `/m/products/${desk.services[0].id}` },
      { name: 'desk-stock', path: '/m/stock' },
      { name: 'desk-import', path: `/m/stock/import?product=${desk.cards[0].id}` },
      { name: 'desk-bond', path: '/m/bond' },
      { name: 'desk-reputation', path: '/m/reputation' },
      { name: 'desk-settings', path: '/m/settings' },
    ],
    { token: desk.token },
  )
  const empty = await startServer()
  const { token } = await call(empty, 'POST', '/v1/parties', { token: empty.tokens.operator, body: { role: 'merchant', name: '新店' } })
  await eachPage(
    empty,
    ['/m', '/m/refunds', '/m/orders', '/m/products', '/m/products/new', '/m/stock', '/m/stock/import', '/m/bond', '/m/reputation', '/m/settings'].map((path) => ({ name: `empty-desk${path.slice(2).replaceAll('/', '-')}`, path })),
    { token },
  )
})
