// SPDX-License-Identifier: Apache-2.0
// Disputes for the tests of the arbiter's desk, made through the API: bought as a guest, with evidence of both sides, before the platform.
import { deflateSync } from 'node:zlib'
import { buy, call } from './harness.mjs'

function crc(bytes) {
  let value = ~0
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return ~value >>> 0
}
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc(body), body.length + 4)
  return out
}

/** A picture of bars, as large as a phone's capture; `shade` makes it another file. */
export function picture(shade = 0, width = 240, height = 420) {
  const rows = Buffer.alloc((width + 1) * height, 245)
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = 0
    if (y % 42 < 18 && y > 30) rows.fill(120 + shade, y * (width + 1) + 20, y * (width + 1) + 120 + ((y * 7) % 90))
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

/** Accounts that a desk's test needs besides the demonstration's own: another arbiter, for what nobody may do alone. */
export async function anotherArbiter(server, name = '仲裁员乙') {
  return (await call(server, 'POST', '/v1/parties', { token: server.tokens.operator, body: { role: 'arbiter', name } })).token
}

export async function act(server, claim, token, body, more = {}) {
  return call(server, 'POST', `/v1/claims/${claim}/actions`, { token, body, ...more })
}

/** A card that was seen and is said to be bad, with two files of the buyer; `escalated` to the platform. */
export async function dispute(server, product, { reason = 'not_as_described', escalated = true, files = ['problem_proof', 'unused_proof'] } = {}) {
  const order = await buy(server, product)
  const { secret } = order
  const { notice } = await call(server, 'GET', `/v1/orders/${order.id}/reveal`, { secret })
  await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { secret, body: { notice } })
  const filed = await call(server, 'POST', `/v1/orders/${order.id}/claims`, { secret, body: { reason, statement: '兑换页面显示的区服和商品页面写的不一样，截图里有时间和账号。' } })
  const claim = { id: filed.claim, order: order.id, secret, asked: filed.asked }
  let shade = 0
  for (const kind of files)
    await call(server, 'POST', `/v1/claims/${claim.id}/evidence?kind=${kind}&name=${kind}.png`, { secret, raw: picture((shade += 40)), type: 'image/png' })
  if (escalated) {
    // With all evidence there, the merchant answers first: it refuses, and shows something too.
    const { stage } = await call(server, 'GET', `/v1/claims/${claim.id}`, { secret })
    if (stage === 'merchant') {
      const token = server.tokens.merchant
      await call(server, 'POST', `/v1/claims/${claim.id}/evidence?kind=contact_record&name=page.png`, { token, raw: picture(100), type: 'image/png' })
      await act(server, claim.id, token, { action: 'merchant_refuse', reason: '商品页面写明了适用区服，发货无误。' })
    }
    await call(server, 'POST', `/v1/claims/${claim.id}/messages`, { secret, body: { body: '商家一直没有说明为什么区服不对，请平台看一下。' } })
    await act(server, claim.id, undefined, { action: 'escalate', reason: '双方对商品页面的写法有分歧' }, { secret })
  }
  return claim
}

/** A dispute that one arbiter decided as the rule says, and the merchant appealed. */
export async function appealed(server, product, arbiter) {
  const claim = await dispute(server, product)
  await act(server, claim.id, arbiter, { action: 'take_case' })
  await act(server, claim.id, arbiter, { action: 'arbiter_decide', outcome: 'refund', amount: claim.asked.amount, reason: '截图显示区服与页面不同' })
  await act(server, claim.id, server.tokens.merchant, { action: 'appeal', ground: 'new_facts', reason: '截图里的区服是买家自己选的，这里有发行方的查询结果。' })
  return claim
}

/** A dispute in which one arbiter proposed to depart from the rule. */
export async function proposed(server, product, arbiter) {
  const claim = await dispute(server, product)
  await act(server, claim.id, arbiter, { action: 'take_case' })
  await act(server, claim.id, arbiter, { action: 'propose_deviation', outcome: 'refund', amount: 2000, bearer: 'goodwill', reason: '页面写法容易误解，部分退款较为公平' })
  return claim
}
