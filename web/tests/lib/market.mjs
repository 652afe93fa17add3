// SPDX-License-Identifier: Apache-2.0
// A marketplace of one's own on an empty server: two merchants, two arbiters, two buyers, whose names and texts a test chooses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buy, call, root } from './harness.mjs'

/** A PNG of one pixel: evidence is told by its first bytes. */
export const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082', 'hex')

export async function makePeople(server, names = {}) {
  const operator = server.tokens.operator
  const make = (role, name) => call(server, 'POST', '/v1/parties', { token: operator, body: { role, name } })
  const found = {
    merchant: await make('merchant', names.merchant ?? 'merchant one'),
    rival: await make('merchant', names.rival ?? 'merchant two'),
    arbiter: await make('arbiter', names.arbiter ?? 'arbiter one'),
    second: await make('arbiter', names.second ?? 'arbiter two'),
    buyer: await make('buyer', names.buyer ?? 'buyer one'),
  }
  return { ...found, operator: { token: operator } }
}

export async function publish(server, token, file = 'cards-standard', change = (text) => text) {
  const source = change(readFileSync(join(root, 'policies', `${file}.policy`), 'utf8'))
  return (await call(server, 'POST', '/v1/policies', { token, body: { source } })).id
}

export async function listCard(server, token, policy, texts = {}) {
  const body = {
    kind: 'card_key', category: 'game_card', currency: 'CNY', title: 'a card', price: 9500, face_value: 10000, delivery_s: 60, policy_id: policy,
    region: 'CN', redeem_channel: 'official site', ...texts,
  }
  return (await call(server, 'POST', '/v1/products', { token, body })).id
}

export async function listService(server, token, policy, texts = {}) {
  const body = {
    kind: 'service', category: 'boosting', currency: 'CNY', title: 'to gold', price: 20000, delivery_s: 86400, policy_id: policy, standard: 'rank gold or above',
    revisions: 1, lateness: 'ten per cent for each day', dissatisfaction: 'redone once', milestones: [{ title: 'silver', percent: 50 }, { title: 'gold', percent: 100 }], ...texts,
  }
  return (await call(server, 'POST', '/v1/products', { token, body })).id
}

export async function stock(server, token, product, prefix, count = 5, more = {}) {
  const cards = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`)
  await call(server, 'POST', `/v1/products/${product}/cards`, { token, body: { cards, ...more } })
  return cards
}

/** Buys and looks at the card. */
export async function reveal(server, product) {
  const order = await buy(server, product)
  const { notice } = await call(server, 'GET', `/v1/orders/${order.id}/reveal`, { secret: order.secret })
  const { cards } = await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { secret: order.secret, body: { notice } })
  return { ...order, card: cards[0].secret }
}

/** Says that the card is dead, with both proofs: the claim waits for the merchant. */
export async function claimDead(server, order, statement = 'it does not work', name = 'error.png') {
  const { claim } = await call(server, 'POST', `/v1/orders/${order.id}/claims`, { secret: order.secret, body: { reason: 'key_invalid', statement } })
  for (const kind of ['problem_proof', 'screen_recording'])
    await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=${kind}&name=${encodeURIComponent(name)}`, { secret: order.secret, raw: png, type: 'image/png' })
  return claim
}

export const act = (server, claim, who, body) => call(server, 'POST', `/v1/claims/${claim}/actions`, { ...who, body })

/** A claim that the merchant refused and the buyer brought to the platform. */
export async function escalated(server, product, merchant, texts = {}) {
  const order = await reveal(server, product)
  const claim = await claimDead(server, order, texts.statement, texts.file)
  await act(server, claim, { token: merchant }, { action: 'merchant_refuse', reason: texts.refusal ?? 'it was used' })
  await act(server, claim, { secret: order.secret }, { action: 'escalate', reason: texts.escalation ?? 'it was not' })
  return { ...order, claim }
}
