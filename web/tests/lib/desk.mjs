// SPDX-License-Identifier: Apache-2.0
// What the tests of a merchant's desk begin with: purchases, revealed cards, claims with evidence.
import { deflateSync } from 'node:zlib'
import { buy, call, until } from './harness.mjs'

const table = [...Array(256)].map((_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
const crc = (bytes) => (bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0
function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length)
  out.write(type, 4)
  data.copy(out, 8)
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}
/** A picture of one colour. */
export function png(width, height, colour) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  head[9] = 2
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from(colour))])
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(line)))), chunk('IEND', Buffer.alloc(0))])
}

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
  for (const [kind, colour] of [['problem_proof', [200, 60, 60]], ['screen_recording', [60, 90, 200]]])
    await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=${kind}&name=${kind}.png`, { ...order, raw: png(120, 200, colour), type: 'image/png' })
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
