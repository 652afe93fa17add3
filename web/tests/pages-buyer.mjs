#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The buyer's pages and the public ones, with things on them and with an empty database.
import { buy, call, main, startServer } from './lib/harness.mjs'
import { eachPage } from './lib/matrix.mjs'

await main(async () => {
  const server = await startServer({ demo: true })
  const products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = products.find((one) => one.kind === 'card_key' && /50/.test(one.title)) ?? products.find((one) => one.kind === 'card_key')
  const service = products.find((one) => one.kind === 'service')
  const consent = products.find((one) => /激活码/.test(one.title)) ?? card
  const policy = (await call(server, 'GET', `/v1/products/${card.id}`)).policy.id
  const sealed = await buy(server, card.id)
  const unpaid = await call(server, 'POST', '/v1/orders', { body: { product_id: card.id } })
  const orders = [sealed, { id: unpaid.id, secret: unpaid.order_secret }]
  await eachPage(
    server,
    [
      { name: 'home', path: '/' },
      { name: 'product-card', path: `/p/${card.id}` },
      { name: 'product-service', path: `/p/${service.id}` },
      { name: 'checkout', path: `/buy/${consent.id}` },
      { name: 'pay', path: `/pay/${unpaid.id}` },
      { name: 'orders', path: '/orders' },
      { name: 'order-sealed', path: `/orders/${sealed.id}` },
      { name: 'rules', path: `/rules/${policy}` },
      { name: 'lookup', path: '/lookup' },
      { name: 'me', path: '/me' },
      { name: 'signin', path: '/signin' },
    ],
    { orders, targets: 44 },
  )
  const empty = await startServer()
  await eachPage(empty, [{ name: 'empty-home', path: '/' }, { name: 'empty-orders', path: '/orders' }], { targets: 44 })
})
