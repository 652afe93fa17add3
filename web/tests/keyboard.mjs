#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Without a pointer: the buyer's way from the home page to a claim by Tab, Enter, Space and Esc alone, a seller's and an
// operator's page; every stop can be seen. And with large text on a narrow screen: nothing scrolls sideways, no bar covers the page.
import { buy, call, desktop, is, main, ok, phone, sidewaysScroll, startServer, until, visit } from './lib/harness.mjs'
import { act, claimDead, listCard, makePeople, publish, reveal, stock } from './lib/market.mjs'

let server
let people
let product
let policy

/** What has the focus, by its name, and whether it can be seen to have it: an outline or a shadow, in the window, not covered. */
const stop = (page) => page.evaluate(() => {
  const at = document.activeElement
  const style = getComputedStyle(at)
  const box = at.getBoundingClientRect()
  const name = (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '').trim().replace(/\s+/g, ' ')
  const ringed = (element, pseudo) => {
    const one = getComputedStyle(element, pseudo)
    return (one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== 'none'
  }
  const seen = ringed(at) || ringed(at, '::after') || (at.parentElement && ringed(at.parentElement))
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0
  const over = document.elementFromPoint(box.left + box.width / 2, Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)))
  const covered = inside && over && !at.contains(over) && !over.contains(at) && !at.labels?.[0]?.contains(over)
  return { tag: at.tagName, name, seen: Boolean(seen), inside, covered: Boolean(covered) && style.opacity !== '0', dialog: Boolean(at.closest('dialog')) }
})

/** Presses Tab until something of this name has the focus; every stop on the way is looked at. */
async function tabTo(page, name, what = String(name), most = 60) {
  const path = []
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const now = await stop(page)
    if (now.tag === 'BODY') continue
    path.push(now)
    if (name.test(now.name)) {
      const bad = path.filter((one) => !one.seen || !one.inside || one.covered)
      return ok(bad.length === 0, `${what}: reached with ${path.length} Tabs, each stop can be seen`, bad.map((one) => JSON.stringify(one)).join('\n'))
    }
  }
  return ok(false, `${what}: is reached by Tab`, path.map((one) => one.name).join(' > '))
}

async function buyersWay() {
  const visitor = await visit(server, { size: desktop })
  const { page } = visitor
  const key = (name) => page.keyboard.press(name)
  await visitor.go('/')
  await key('Tab')
  const skip = await stop(page)
  ok(/跳到|正文|内容/.test(skip.name) && skip.seen && skip.inside, 'the first stop is the link over the navigation', JSON.stringify(skip))
  await key('Enter')
  is(await page.evaluate(() => document.activeElement.id), 'main', 'and it leads to the page')
  await tabTo(page, /搜索/, 'search')
  await page.keyboard.type('a card')
  await key('Enter')
  await page.waitForURL(/\?q=/)
  await visitor.settled()
  await tabTo(page, /a card/, 'the product')
  await key('Enter')
  await page.waitForURL(/\/p\//)
  await visitor.settled()
  await page.waitForFunction(() => document.activeElement.id === 'main')
  ok(true, 'after a change of page the focus is on the new page')
  await tabTo(page, /^购买/, 'buying')
  await key('Enter')
  await page.waitForURL(/\/buy\//)
  await visitor.settled()
  await tabTo(page, /数量/, 'the quantity')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('many')
  await key('Enter')
  await page.waitForFunction(() => document.activeElement.closest('[role=alert]'))
  ok(/数量|需要修改/.test(await page.evaluate(() => document.activeElement.textContent)), 'a wrong quantity: the summary has the focus')
  await key('Tab')
  await key('Enter')
  is(await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), 'true', 'and leads to the field')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('1')
  await tabTo(page, /^提交订单/, 'ordering')
  await key('Enter')
  await page.waitForURL(/\/pay\//)
  await visitor.settled()
  await tabTo(page, /^模拟支付/, 'paying')
  await key('Enter')
  await page.waitForURL(/\/orders\/ord_/)
  await page.getByRole('button', { name: '查看卡密' }).waitFor()
  await page.waitForTimeout(200)
  await tabTo(page, /^查看卡密/, 'the sealed card')
  await key('Enter')
  await page.getByRole('dialog').waitFor()
  await page.waitForTimeout(100)
  ok((await stop(page)).dialog, 'the sheet takes the focus')
  let left = 0
  for (let i = 0; i < 12; i++) {
    await key('Tab')
    const now = await stop(page)
    if (!now.dialog && now.tag !== 'BODY' && now.tag !== 'HTML') left += 1
  }
  is(left, 0, 'and keeps it')
  await key('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  ok(/^查看卡密/.test((await stop(page)).name), 'Esc closes it and gives the focus back', JSON.stringify(await stop(page)))
  await key('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^知道了/, 'confirming')
  await key('Enter')
  await page.locator('.secret').waitFor()
  ok(true, 'the card is shown')
  await tabTo(page, /有问题|申请退款/, 'a refund')
  await key('Enter')
  await page.waitForURL(/\/refund/)
  await visitor.settled()
  await tabTo(page, /提交|协商|退款 ?¥|¥/, 'the button of the wizard')
  await key('Enter')
  await page.waitForFunction(() => document.activeElement.closest('[role=alert]'))
  ok(true, 'what is missing is said, with the focus on it')
  ok((await page.locator('[role=status]').allInnerTexts()).some((text) => text.trim() !== ''), 'the verdict is announced')
  is(visitor.seen.errors.join('\n'), '', 'no error on the way')
  await visitor.close()
}

async function claimsWay() {
  const order = await buy(server, product)
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, { secret: order.secret })).state === 'delivered', 'the delivery')
  const visitor = await visit(server, { size: desktop, orders: [order] })
  const { page } = visitor
  await visitor.go(`/orders/${order.id}/refund`)
  await tabTo(page, /确认退款/, 'asking for the money of a sealed card')
  await page.keyboard.press('Enter')
  await tabTo(page, /查看|进度|申请/, 'the claim')
  await page.keyboard.press('Enter')
  await visitor.close()
}

async function desks(claim) {
  const seller = await visit(server, { token: people.merchant.token, size: desktop })
  await seller.go(`/m/refunds/${claim}`)
  await tabTo(seller.page, /^同意|^说明理由并拒绝/, 'seller: an answer')
  await seller.page.keyboard.press('Enter')
  await seller.page.getByRole('dialog').waitFor()
  await seller.page.keyboard.press('Escape')
  await seller.page.getByRole('dialog').waitFor({ state: 'hidden' })
  ok(/^同意|^说明理由并拒绝/.test((await stop(seller.page)).name), 'seller: Esc gives the focus back', JSON.stringify(await stop(seller.page)))
  await tabTo(seller.page, /留言/, 'seller: a message')
  await seller.page.keyboard.type('收到')
  await seller.page.keyboard.press('Tab')
  await tabTo(seller.page, /^发送/, 'seller: sending')
  await seller.close()
  const operator = await visit(server, { token: people.operator.token, size: desktop })
  await operator.go('/a/people')
  await tabTo(operator.page, /新建账号/, 'operator: a new person')
  await operator.page.keyboard.press('Enter')
  await tabTo(operator.page, /^名称/, 'operator: the name')
  await operator.page.keyboard.press('Enter')
  await operator.page.waitForFunction(() => document.activeElement.getAttribute('aria-invalid') === 'true')
  ok(true, 'operator: an empty name has the focus')
  await operator.close()
}

/** 320 px and text twice as large, and English, which is longer, on a common phone. */
async function narrow(orders, paths) {
  const fixed = (page) => page.evaluate(() => {
    let most = 0
    for (const one of document.querySelectorAll('body *')) {
      const { position } = getComputedStyle(one)
      if (position !== 'fixed' && position !== 'sticky') continue
      const box = one.getBoundingClientRect()
      const shown = Math.min(innerHeight, box.bottom) - Math.max(0, box.top)
      if (box.width > innerWidth / 2 && shown > 0) most += shown
    }
    return most / innerHeight
  })
  const clipped = (page) => page.evaluate(() => [...document.querySelectorAll('body *')].filter((one) => {
    const style = getComputedStyle(one)
    return style.overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 2 && !one.closest('.sr') && one.tagName !== 'INPUT'
  }).map((one) => `${one.tagName}.${one.className} "${one.textContent.trim().slice(0, 30)}" ${one.scrollWidth}>${one.clientWidth}`))
  const cut = (page) => page.evaluate(() => [...document.querySelectorAll('main *, nav *, header *')].filter((one) => one.children.length === 0 && one.textContent.trim() && one.clientWidth > 2 && one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.sr, table, .chips, pre, svg')).map((one) => one.textContent.trim().slice(0, 40)))
  for (const [label, size, locale, text] of [['320 px, text 200 %', { width: 320, height: 640 }, 'zh-CN', '200%'], ['320 px, text 200 %, English', { width: 320, height: 640 }, 'en', '200%'], ['390 px, English', phone, 'en', '100%']]) {
    const visitor = await visit(server, { size, locale, orders })
    for (const path of paths) {
      await visitor.go(path)
      await visitor.page.evaluate((value) => (document.documentElement.style.fontSize = value), text)
      await visitor.page.waitForFunction((large) => document.documentElement.hasAttribute('data-crowded') === large, text === '200%')
      await visitor.page.waitForTimeout(60)
      const where = `${label}: ${path.replace(/(\w{3})_\w{26}/g, '$1')}`
      is(await sidewaysScroll(visitor.page), 0, `${where}: no sideways scroll`)
      is([...(await clipped(visitor.page)), ...(await cut(visitor.page))].join('; '), '', `${where}: no text is cut off`)
      const part = await fixed(visitor.page)
      ok(part <= 0.34, `${where}: bars that stay cover at most a third`, `${Math.round(part * 100)} %`)
    }
    await visitor.close()
  }
}

await main(async () => {
  server = await startServer()
  people = await makePeople(server)
  policy = await publish(server, people.merchant.token)
  product = await listCard(server, people.merchant.token, policy)
  await stock(server, people.merchant.token, product, 'CARD', 20)
  const first = await reveal(server, product)
  const claim = await claimDead(server, first)
  const second = await reveal(server, product)
  const refused = await claimDead(server, second)
  await act(server, refused, { token: people.merchant.token }, { action: 'merchant_refuse', reason: '已被使用过' })
  const sealed = await buy(server, product)
  const unpaid = await call(server, 'POST', '/v1/orders', { body: { product_id: product } })
  const orders = [first, second, sealed, { id: unpaid.id, secret: unpaid.order_secret }].map(({ id, secret }) => ({ id, secret }))
  await Promise.all([
    buyersWay().then(claimsWay),
    desks(claim),
    narrow(orders, ['/', `/p/${product}`, `/buy/${product}`, `/pay/${unpaid.id}`, '/orders', `/orders/${sealed.id}`, `/orders/${first.id}`, `/orders/${sealed.id}/refund`, '/refunds', `/refunds/${claim}`, `/refunds/${refused}`, `/refunds/${refused}/escalate`, `/refunds/${refused}/offer`, `/refunds/${refused}/decision`, `/rules/${policy}`, '/lookup', '/me', '/signin', '/verify', '/kit']),
  ])
})
