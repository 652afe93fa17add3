#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What happens by itself: a claim's page follows the other side, says when its connection is lost and comes back, drafts outlive
// a tab that was killed, an upload goes on after a break, and of two who press together each sees what the other did.
import { buy, call, desktop, is, main, ok, startServer, until, visit } from './lib/harness.mjs'
import { act, claimDead, listCard, makePeople, publish, reveal, stock } from './lib/market.mjs'
import { picture } from './lib/cases.mjs'

let server
let people
let product
const guest = async (order, claim) => {
  const visitor = await visit(server, { orders: [{ id: order.id, secret: order.secret }] })
  if (claim) await visitor.page.addInitScript((known) => localStorage.setItem('shuntui.claims', JSON.stringify(known)), { [claim]: order.id })
  return visitor
}
const live = (page) => page.getByText('实时更新中').first().waitFor()
const read = (claim) => call(server, 'GET', `/v1/claims/${claim}`, { token: people.merchant.token })

async function followsAndRecovers() {
  const order = await reveal(server, product)
  const claim = await claimDead(server, order)
  const buyer = await guest(order, claim)
  const seller = await visit(server, { token: people.merchant.token, size: desktop })
  await Promise.all([buyer.go(`/refunds/${claim}`), seller.go(`/m/refunds/${claim}`)])
  await Promise.all([live(buyer.page), live(seller.page)])
  await call(server, 'POST', `/v1/claims/${claim}/messages`, { secret: order.secret, body: { body: '在吗' } })
  await act(server, claim, { token: people.merchant.token }, { action: 'offer', offer: 'partial', amount: 4000, reason: '退一部分', valid_s: 172800 })
  await buyer.page.getByText('¥40.00').first().waitFor({ timeout: 5000 })
  ok(true, "the buyer's page shows an offer by itself")
  ok((await buyer.page.locator('[role=status]').allInnerTexts()).some((text) => text.includes('有新进展')), 'and announces it')
  await act(server, claim, { secret: order.secret }, { action: 'counter_offer', offer: 'partial', amount: 8000, valid_s: 172800 })
  await seller.page.getByText('¥80.00').first().waitFor({ timeout: 5000 })
  ok(true, "the seller's page shows a counter-offer by itself")

  // Killed tab: what was typed is there again, in a new tab of the same browser.
  await buyer.page.getByRole('textbox', { name: '留言' }).fill('写到一半 😀')
  await buyer.page.waitForTimeout(450)
  await buyer.page.close({ runBeforeUnload: false })
  const page = await buyer.context.newPage()
  await page.addInitScript((known) => localStorage.setItem('shuntui.claims', JSON.stringify(known)), { [claim]: order.id })
  await page.goto(`/refunds/${claim}`)
  await until(async () => (await page.getByRole('textbox', { name: '留言' }).inputValue().catch(() => '')) === '写到一半 😀', 'the draft')
  ok(true, 'the draft of a message outlives its tab')
  await live(page)

  // The server goes and comes back.
  await server.stop()
  await page.getByText('连接已断开').first().waitFor({ timeout: 10_000 })
  await seller.page.getByText('连接已断开').first().waitFor({ timeout: 10_000 })
  ok(true, 'a lost connection is said on both pages')
  is(await page.getByRole('textbox', { name: '留言' }).inputValue(), '写到一半 😀', 'what was typed stays')
  await server.restart()
  await act(server, claim, { token: people.merchant.token }, { action: 'accept_offer' })
  await page.getByText('连接已断开').first().waitFor({ state: 'hidden', timeout: 20_000 })
  await page.getByText('这段文字没有发出').waitFor({ timeout: 10_000 })
  ok((await page.locator('#main').innerText()).includes('写到一半 😀'), 'the connection comes back, with what happened meanwhile, and the text is kept')
  await Promise.all([buyer.close(), seller.close()])
}

/** Both press on what they looked at; one is quicker. */
async function together() {
  const order = await reveal(server, product)
  const claim = await claimDead(server, order)
  await act(server, claim, { token: people.merchant.token }, { action: 'offer', offer: 'partial', amount: 4000, reason: '退一部分', valid_s: 172800 })
  const buyer = await guest(order, claim)
  const seller = await visit(server, { token: people.merchant.token, size: desktop })
  // Nothing is told by events here: both look at what was, as in the moment of pressing.
  for (const one of [buyer, seller]) await one.page.route('**/events', (route) => route.abort())
  await Promise.all([buyer.go(`/refunds/${claim}/offer`), seller.go(`/m/refunds/${claim}`)])
  await buyer.page.getByLabel('退款金额').fill('77')
  await buyer.page.getByLabel('说明').fill('卡密不能用 😀')
  const version = (await read(claim)).version
  await seller.page.getByRole('button', { name: /^提出/ }).first().click()
  const sheet = seller.page.getByRole('dialog')
  await sheet.getByLabel('退款金额').fill('55')
  await Promise.all([buyer.page.getByRole('button', { name: '发出方案' }).click(), sheet.getByRole('button', { name: /^提出/ }).last().click()])
  await until(async () => (await read(claim)).version !== version, 'one of them')
  const late = await Promise.race([
    buyer.page.getByText('在你填写期间，有新进展').waitFor({ timeout: 8000 }).then(() => 'buyer'),
    sheet.getByText('在你填写期间，有新进展').waitFor({ timeout: 8000 }).then(() => 'seller'),
  ])
  ok(true, `of two who press together, the later (${late}) sees what changed`)
  const field = late === 'buyer' ? buyer.page.getByLabel('退款金额') : sheet.getByLabel('退款金额')
  is(await field.inputValue(), late === 'buyer' ? '77' : '55', 'what was filled in is kept')
  is((await read(claim)).offers.length, 2, 'only the quicker one was done')
  await Promise.all([buyer.close(), seller.close()])
}

/** A file in pieces: the server goes in the middle, the tab too; only what is missing is sent. */
async function uploadResumes() {
  const order = await reveal(server, product)
  const visitor = await guest(order)
  let { page } = visitor
  await visitor.go(`/orders/${order.id}/refund`)
  await page.getByRole('checkbox', { name: '我用的就是这串卡密' }).check()
  const film = Buffer.concat([Buffer.from('0000001866747970', 'hex'), Buffer.from('mp42'), Buffer.alloc(4), Buffer.from('mp42isom'), Buffer.alloc(3_000_000, 7)])
  const input = page.locator('input[type=file][multiple]').first()
  await input.setInputFiles([{ name: 'error.png', mimeType: 'image/png', buffer: picture(10) }, { name: 'screen.mp4', mimeType: 'video/mp4', buffer: film }])
  await page.waitForFunction(() => document.querySelectorAll('.task ul > li').length >= 2, undefined, { timeout: 15_000 })
  await page.waitForTimeout(300)
  const puts = []
  let broken = false
  await visitor.context.route('**/v1/uploads/**', async (route) => {
    const url = new URL(route.request().url())
    if (route.request().method() !== 'PUT') return route.continue()
    const offset = Number(url.searchParams.get('offset'))
    if (offset > 0 && !broken) return route.abort()
    puts.push(offset)
    return route.continue()
  })
  await page.getByRole('button', { name: /¥/ }).last().click()
  await page.locator('.problem').filter({ hasText: '网络中断' }).first().waitFor({ timeout: 15_000 })
  ok(puts.includes(0), 'a large file goes in pieces, and a break is said')
  await page.close()
  await server.restart()
  broken = true
  puts.length = 0
  page = await visitor.context.newPage()
  await page.goto(`/orders/${order.id}/refund`)
  await page.getByText('申请编号').or(page.getByText('编号')).first().waitFor({ timeout: 20_000 })
  ok(puts.length > 0 && !puts.includes(0), 'in another tab, after the server came back, it goes on with what was missing', puts.join(' '))
  const list = (await call(server, 'GET', `/v1/claims?order=${order.id}&limit=10`, { secret: order.secret })).items
  is(list.length, 1, 'there is one claim')
  is((await call(server, 'GET', `/v1/claims/${list[0].claim}`, { secret: order.secret })).evidence.filter((one) => one.bytes > 2_000_000 || one.size > 2_000_000).length, 1, 'with the whole file, once')
  await visitor.close()
}

/** A wizard's statement outlives the tab. */
async function wizardDraft() {
  const order = await buy(server, product)
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, { secret: order.secret })).state === 'delivered', 'the delivery')
  const visitor = await guest(order)
  await visitor.go(`/orders/${order.id}/refund`)
  await visitor.page.locator('details summary').last().click()
  const field = visitor.page.locator('textarea')
  await field.fill('买错了区服 😀')
  await field.blur()
  await visitor.page.waitForTimeout(300)
  await visitor.page.close()
  const page = await visitor.context.newPage()
  await page.goto(`/orders/${order.id}/refund`)
  await until(async () => (await page.locator('textarea').inputValue().catch(() => '')) === '买错了区服 😀', "the wizard's draft")
  ok(true, "the wizard's draft outlives its tab")
  await visitor.close()
}

await main(async () => {
  server = await startServer()
  people = await makePeople(server)
  const policy = await publish(server, people.merchant.token)
  product = await listCard(server, people.merchant.token, policy)
  await stock(server, people.merchant.token, product, 'CARD', 20)
  await Promise.all([together(), wizardDraft()])
  await followsAndRecovers()
  await uploadResumes()
})
