// SPDX-License-Identifier: Apache-2.0
// What the tests of a merchant's desk begin with: purchases, revealed cards, claims with evidence.
import { picture } from './cases.mjs'
import { buy, call, until } from './harness.mjs'

/** Buys a card and looks at it. */
export async function buyAndReveal(server, product, body) {
  const order = await buy(server, product, body)
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, order)).state === 'delivered', 'the delivery')
  const { notice } = await call(server, 'GET', `/v1/orders/${order.id}/reveal`, order)
  await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { ...order, body: { notice } })
  return order
}

/** A step of a claim by one side, on what it is now. */
export async function act(server, claim, who, body) {
  const { version } = await call(server, 'GET', `/v1/claims/${claim}`, who)
  return call(server, 'POST', `/v1/claims/${claim}/actions`, { ...who, match: `"${version}"`, body })
}

/** A claim that waits for the merchant: a card that does not work, with the evidence that the rule asks for. */
export async function claimDead(server, product, { reason = 'key_invalid', statement = '兑换页提示卡密不存在，换浏览器也一样。' } = {}) {
  const order = await buyAndReveal(server, product)
  const { claim } = await call(server, 'POST', `/v1/orders/${order.id}/claims`, { ...order, body: { reason, statement } })
  for (const [kind, shade] of [['problem_proof', 40], ['screen_recording', 80]])
    await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=${kind}&name=${kind}.png`, { ...order, raw: picture(shade), type: 'image/png' })
  const { actions } = await call(server, 'GET', `/v1/claims/${claim}`, order)
  if (actions.some((one) => one.action === 'complete_evidence')) await act(server, claim, order, { action: 'complete_evidence' })
  return { claim, order }
}

/** The merchant of the demonstration, with its products. */
export async function ownDesk(server) {
  const token = server.tokens.merchant
  const id = (await call(server, 'GET', '/v1/merchant', { token })).figures.id
  const { items } = await call(server, 'GET', `/v1/products?merchant=${id}&limit=50`, { token })
  return { id, token, cards: items.filter((one) => one.kind === 'card_key').sort((a, b) => b.price.amount - a.price.amount), services: items.filter((one) => one.kind === 'service') }
}
