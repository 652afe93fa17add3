#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The buyer's way from browsing to the revealed card, and what may go wrong on it.
import { buy, call, is, main, ok, sidewaysScroll, startServer, until, visit } from './lib/harness.mjs'

let server
let products
const pick = (test) => products.find(test)
const words = (visitor) => visitor.page.evaluate(() => document.querySelector('#main').innerText)
const storage = (page) => page.evaluate(async () => {
  const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href, document.title, JSON.stringify(history.state)]
  for (const { name } of await indexedDB.databases()) {
    const open = await new Promise((resolve, reject) => Object.assign(indexedDB.open(name), { onsuccess: (event) => resolve(event.target.result), onerror: reject }))
    for (const store of open.objectStoreNames) kept.push(JSON.stringify(await new Promise((resolve) => (open.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result)))))
    open.close()
  }
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) kept.push(request.url, await (await (await caches.open(name)).match(request)).text())
  return kept.join('\n')
})

/** Search, product, confirmation, payment, reveal; the secret stays in the page's memory. */
async function wholeWay() {
  const visitor = await visit(server)
  const { page, tap } = visitor
  await visitor.go('/')
  await page.getByRole('searchbox').fill('家庭版')
  await tap('搜索')
  await page.waitForURL(/\?q=/)
  await page.getByRole('link', { name: /家庭版/ }).first().tap()
  await page.waitForURL(/\/p\//)
  await visitor.settled()
  await tap('购买')
  await page.waitForURL(/\/buy\//)
  await visitor.settled()
  is(await page.getByRole('checkbox').isChecked(), false, 'the confirmation is never ticked beforehand')
  await page.getByRole('checkbox').check()
  await tap(page.getByRole('button', { name: /^提交订单/ }))
  await page.waitForURL(/\/pay\//)
  await tap(page.getByRole('button', { name: /^模拟支付/ }))
  await page.waitForURL(/\/orders\/ord_/)
  await page.getByRole('button', { name: '查看卡密' }).waitFor()
  const id = page.url().split('/').pop()
  const secret = await page.evaluate((order) => JSON.parse(localStorage.getItem('shuntui.orders')).find((one) => one.id === order).secret, id)
  const order = await call(server, 'GET', `/v1/orders/${id}`, { secret })
  is(order.receipt.consent?.accepted, true, 'the confirmation is in the receipt')
  ok(/立即退款/.test(await words(visitor)), 'the sealed card says what a refund would be now')
  ok(await page.getByRole('link', { name: '申请退款' }).isVisible(), 'asking for a refund is one tap away')

  await tap('查看卡密')
  const sheet = page.getByRole('dialog')
  await sheet.waitFor()
  ok((await sheet.locator('li').count()) <= 5, 'what changes is grouped')
  is((await call(server, 'GET', `/v1/orders/${id}`, { secret })).revealed_at, null, 'looking at the notice reveals nothing')
  await tap('知道了，查看卡密')
  const key = await page.locator('.secret').innerText()
  ok(/\w{4}/.test(key), 'the card is shown')
  const whole = (await call(server, 'GET', `/v1/orders/${id}`, { secret })).revealed_at
  ok(whole, 'the server recorded when it was seen first')
  const kept = await storage(page)
  ok(!kept.includes(key.replace(/\s/g, '')), 'the card is in no storage, address, title or cache')
  ok(!server.log().includes(key.replace(/\s/g, '')), 'the card is in no log')
  await page.getByRole('link', { name: '订单', exact: true }).tap()
  await page.waitForURL(/\/orders$/)
  await page.goBack()
  await page.getByRole('button', { name: '再看一次' }).waitFor()
  is(await page.locator('.secret').count(), 0, 'coming back, the card is hidden')
  await tap('再看一次')
  await page.locator('.secret').waitFor()
  is(await page.getByRole('dialog').count(), 0, 'a second look needs no second warning')
  is(visitor.seen.errors.join(), '', 'nothing went wrong on the way')
  is(visitor.seen.foreign.join(), '', 'nobody else was asked')
  await visitor.close()
}

async function linksAndLookup(sealed) {
  const visitor = await visit(server)
  const { page } = visitor
  await page.goto(`/o#${sealed.id}.${sealed.secret}`)
  await page.waitForURL(new RegExp(`/orders/${sealed.id}$`))
  is(await page.evaluate(() => location.hash), '', 'the secret is gone from the address')
  await page.goBack().catch(() => undefined)
  ok(!page.url().includes(sealed.secret), 'and from the history')
  ok(visitor.seen.requests.every((request) => !request.url().includes(sealed.secret)), 'no request had it in its address')
  await visitor.close()

  const other = await visit(server)
  await other.go('/lookup')
  const wide = [...`订单 ${sealed.id.toUpperCase()} 密钥：\n${sealed.secret.slice(0, 12)} ${sealed.secret.slice(12)}`].map((one) => (/[A-Z_0-9]/.test(one) ? String.fromCharCode(one.charCodeAt(0) + 0xfee0) : one)).join('')
  await other.page.getByRole('textbox').first().fill(wide)
  await other.tap('打开订单')
  await other.page.waitForURL(new RegExp(`/orders/${sealed.id}$`))
  ok(true, 'capitals, full-width letters, spaces and line breaks do no harm')
  await other.go('/lookup')
  await other.page.getByRole('textbox').first().fill('hello 😀 \u202e')
  await other.tap('打开订单')
  ok(/没有认出订单号/.test(await words(other)), 'what is no order is said, and what was typed stays')
  is(await other.page.getByRole('textbox').first().inputValue(), 'hello 😀 \u202e', 'the field is as it was')
  await other.page.getByRole('textbox').first().fill(`${sealed.id} key_00000000000000000000000000`)
  await other.tap('打开订单')
  await other.page.getByText('这个订单号和密钥对不上').waitFor()
  await other.go(`/orders/${sealed.id}`)
  await other.page.getByRole('button', { name: '查看卡密' }).waitFor()
  ok(true, 'a wrong secret does not replace the right one')
  await other.close()
}

/** With a guest's secret the page's first question is asked before the page is there, and only once; a lost one is asked again. */
async function askedEarly() {
  const card = pick((one) => one.kind === 'card_key' && one.in_stock)
  const order = await buy(server, card.id, { consent: { accepted: true, language: 'zh' } })
  for (const how of ['as it should', 'lost', 'late']) {
    const visitor = await visit(server, { orders: [order] })
    let asked = 0
    await visitor.page.route(`**/v1/orders/${order.id}`, (route) => ((asked += 1) === 1 && how === 'lost' ? route.abort() : route.continue()))
    if (how === 'late') await visitor.page.route('**/early-*', (route) => setTimeout(() => void route.continue(), 2500))
    await visitor.go(`/orders/${order.id}`)
    await visitor.page.getByRole('button', { name: '查看卡密' }).waitFor()
    if (how === 'late') await visitor.page.waitForTimeout(2700)
    await visitor.page.waitForTimeout(300)
    is(asked, how === 'lost' ? 2 : 1, `early question, ${how}: the order is asked for until it is there, and not again`)
    const names = visitor.seen.requests.map((one) => one.url())
    ok(names.findIndex((one) => /\/early-/.test(one)) < names.findIndex((one) => one.endsWith(`/v1/orders/${order.id}`)), `early question, ${how}: its script comes first`)
    is(await visitor.page.evaluate(() => window.shuntuiEarly), null, `early question, ${how}: nothing of it is left for later`)
    await visitor.close()
  }
}

/** The seller changes price, rule and stock while the checkout is open. */
async function changedMeanwhile() {
  const seller = server.tokens.merchant
  const mine = (await call(server, 'GET', '/v1/session', { token: seller })).party_id
  const own = pick((one) => one.merchant_id === mine && one.kind === 'card_key' && one.stock > 5)
  if (!ok(own, 'the demonstration has a card of its merchant')) return
  const change = (body) => call(server, 'POST', `/v1/products/${own.id}`, { token: seller, body })
  const visitor = await visit(server)
  await visitor.go(`/buy/${own.id}`)
  await change({ price: own.price.amount + 100 })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.getByText(/单价刚刚从 .* 变成/).waitFor()
  ok(visitor.page.url().includes('/buy/'), 'another price is shown before anything is ordered')
  ok((await words(visitor)).includes(`${(own.price.amount + 100) / 100}`), 'the present price is on the page then')
  ok(!/商家刚刚改了商品信息|退款规则刚刚换成/.test(await words(visitor)), '… and nothing else is said to have changed')
  await change({ description: '到账更快' })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.getByText('商家刚刚改了商品信息').waitFor()
  ok(!/单价刚刚从/.test(await words(visitor)), 'another description is shown first too')

  const { policy: shown } = await call(server, 'GET', `/v1/products/${own.id}`)
  const { source } = await call(server, 'GET', `/v1/policies/${shown.id}`)
  const slower = source.replace(/policy "[\w-]+" version \d+/, 'policy "page-test" version 1').replace(/answers within 24 hours/g, 'answers within 48 hours')
  const policy = await call(server, 'POST', '/v1/policies', { token: seller, body: { source: slower } })
  await visitor.page.locator('input[inputmode]').fill('2')
  await change({ policy_id: policy.id })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.getByText(/退款规则刚刚换成/).waitFor()
  is(await visitor.page.locator('input[inputmode]').inputValue(), '2', 'another rule is shown first, what was filled in stays')
  ok(/对你不利的变化/.test(await words(visitor)), 'what became worse is named')
  ok(visitor.page.url().includes('/buy/'), 'nothing was ordered')
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.waitForURL(/\/pay\//)
  ok(true, 'ordering again accepts it')
  await visitor.tap('取消订单')
  await visitor.page.getByText('订单已关闭').first().waitFor()
  ok(true, 'an unpaid order is given up')
  await visitor.go(`/buy/${own.id}`)
  for (const bad of ['', '0', 'abc', '９９９９９', '-1', '1.5', '😀']) {
    await visitor.page.locator('input[inputmode]').fill(bad)
    await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
    is(await visitor.page.locator('input[aria-invalid=true]').count(), 1, `the quantity "${bad}" is refused at its field`)
  }
  await visitor.page.locator('input[inputmode]').fill(' ２ ')
  await change({ state: 'paused' })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.getByText('这件商品刚刚售完或暂停销售').first().waitFor()
  ok(true, 'a paused product is said')
  await change({ state: 'active' })
  await visitor.close()
}

/** The network goes while ordering: pressing again makes no second order. */
async function networkLost() {
  const card = pick((one) => one.kind === 'card_key' && one.in_stock)
  const visitor = await visit(server)
  await visitor.go(`/buy/${card.id}`)
  let made = 0
  await visitor.page.route('**/v1/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    made += 1
    // The order is made, but the answer is lost.
    if (made <= 2) {
      await route.fetch()
      return route.abort()
    }
    return route.continue()
  })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.waitForURL(/\/pay\//, { timeout: 15_000 })
  is(made, 3, 'the request was repeated by itself')
  const first = await visitor.page.evaluate(() => JSON.parse(localStorage.getItem('shuntui.orders')).length)
  is(first, 1, 'and there is one order')
  await visitor.close()
}

/** The notice is ten minutes old by the time of the confirmation. */
async function noticeExpired(sealed) {
  const visitor = await visit(server, { orders: [sealed] })
  await visitor.go(`/orders/${sealed.id}`)
  let refused = 0
  await visitor.page.route('**/reveal', (route) => {
    if (route.request().method() !== 'POST' || refused++) return route.continue()
    return route.fulfill({ status: 410, contentType: 'application/problem+json', body: JSON.stringify({ code: 'notice_expired', status: 410, title: 'The notice has expired', type: '/problems/notice_expired', instance: 'req_x' }) })
  })
  await visitor.tap('查看卡密')
  await visitor.tap('知道了，查看卡密')
  await visitor.page.locator('.secret').waitFor()
  ok(refused === 2, 'a new notice was fetched and used')
  await visitor.close()
}

async function account() {
  const visitor = await visit(server)
  const { page } = visitor
  await visitor.go('/me')
  await page.getByText('开一个买家账号').tap()
  await page.getByLabel('称呼').fill('  ')
  await visitor.tap('创建账号')
  ok(/请填写称呼/.test(await words(visitor)), 'a name is needed')
  await page.getByLabel('称呼').fill('小叶 😀 \u202eabc')
  await visitor.tap('创建账号')
  await visitor.tap('已保存，现在登录')
  await page.getByText('退出登录').waitFor()
  ok(!(await storage(page)).includes('tok_'), 'the token is kept nowhere')
  const card = pick((one) => one.kind === 'card_key' && one.in_stock && !/激活码/.test(one.title))
  await visitor.go(`/buy/${card.id}`)
  await visitor.tap(page.getByRole('button', { name: /^提交订单/ }))
  await page.waitForURL(/\/pay\//)
  await visitor.tap(page.getByRole('button', { name: /^模拟支付/ }))
  await page.waitForURL(/\/orders\/ord_/)
  is(await page.evaluate(() => localStorage.getItem('shuntui.orders') ?? '[]'), '[]', 'an account needs no secret on the device')
  await visitor.go('/orders')
  await page.getByText(card.title).first().waitFor()
  ok(true, 'the account lists its order')
  await visitor.go('/me#help')
  await page.waitForFunction(() => document.activeElement?.id === 'help')
  ok(true, 'help is reached and focused')
  await visitor.tap('退出登录')
  await page.getByRole('link', { name: '登录' }).first().waitFor()
  await visitor.go('/orders')
  ok(/还没有订单/.test(await words(visitor)), 'signed out, nothing of the account is left')
  await visitor.go('/signin')
  await page.getByLabel('账号令牌').fill('tok_00000000000000000000000000')
  await page.getByRole('button', { name: '登录' }).tap()
  await page.getByText('令牌不对').waitFor()
  ok(true, 'a wrong token is said')
  await visitor.close()
}

/** A service: the seller's steps show, and accepting is asked for with what it changes. */
async function service() {
  const mine = (await call(server, 'GET', '/v1/session', { token: server.tokens.merchant })).party_id
  const done = pick((one) => one.kind === 'service' && one.merchant_id === mine) ?? pick((one) => one.kind === 'service')
  const visitor = await visit(server)
  const { page } = visitor
  await visitor.go(`/buy/${done.id}`)
  await page.getByLabel('和商家约定的内容').fill('安卓一区 😀 \u202e从钻石二开始')
  await visitor.tap(page.getByRole('button', { name: /^提交订单/ }))
  await page.waitForURL(/\/pay\//)
  await visitor.tap(page.getByRole('button', { name: /^模拟支付/ }))
  await page.waitForURL(/\/orders\/ord_/)
  await page.getByText('服务进度').waitFor()
  ok((await page.getByText('从钻石二开始').count()) > 0, 'what was agreed is on the order')
  const id = page.url().split('/').pop()
  if (done.merchant_id === mine) {
    for (const body of [{ kind: 'start' }, { kind: 'progress', progress: 60, note: '到钻石一' }, { kind: 'hand_over', progress: 100, note: '完成' }])
      await call(server, 'POST', `/v1/orders/${id}/service-events`, { token: server.tokens.merchant, body })
    await visitor.go(`/orders/${id}`)
    ok(/到钻石一/.test(await words(visitor)), 'the seller\'s steps are listed')
    await visitor.tap('验收通过')
    await visitor.tap('成果符合约定，验收')
    await page.getByText('你已验收。').waitFor()
    ok(true, 'accepted')
  }
  is(visitor.seen.errors.join(), '', 'nothing went wrong with the service')
  await visitor.close()
}

/** Whatever a seller writes is text: it runs nothing and breaks no layout. */
async function hostileText() {
  const seller = server.tokens.merchant
  const mine = (await call(server, 'GET', '/v1/session', { token: seller })).party_id
  const like = pick((one) => one.merchant_id === mine && one.kind === 'service')
  const evil = `<img src=x onerror="window.hit=1"><script>window.hit=1</script> \u202eنص😀 ${'W'.repeat(300)}`
  const made = await call(server, 'POST', '/v1/products', {
    token: seller,
    body: { kind: 'service', category: 'boosting', currency: 'CNY', price: 1, delivery_s: 60, policy_id: like.policy_id, title: evil, description: evil, standard: evil, lateness: evil, dissatisfaction: evil, revisions: 0, milestones: [{ title: evil, percent: 100 }] },
  })
  const order = await buy(server, made.id, { agreement: evil, consent: { accepted: true, language: 'zh' } })
  const visitor = await visit(server, { orders: [order], size: { width: 320, height: 640 } })
  for (const path of ['/', `/p/${made.id}`, `/buy/${made.id}`, `/orders/${order.id}`, '/orders']) {
    await visitor.go(path)
    ok((await words(visitor)).includes('onerror'), `${path.slice(0, 6)}: a seller's markup is shown as text`)
    is(await visitor.page.evaluate(() => window.hit), undefined, `${path.slice(0, 6)}: and runs nothing`)
    is(await sidewaysScroll(visitor.page), 0, `${path.slice(0, 6)}: and nothing sticks out`)
  }
  is(visitor.seen.errors.join(), '', 'no error on these pages')
  await visitor.close()
}

/** Who is signed in as a buyer still opens what this device has the secret of; and nobody else's. */
async function bothWays(sealed) {
  const made = await call(server, 'POST', '/v1/buyers', { body: { name: '买家' } })
  const visitor = await visit(server, { orders: [sealed], token: made.token })
  await visitor.go(`/orders/${sealed.id}`)
  ok(await visitor.page.getByRole('link', { name: '这串卡密有问题' }).isVisible(), 'an account opens the orders of its device too')
  await visitor.go('/orders')
  ok(/本机的订单/.test(await words(visitor)), 'and lists them apart')
  const stranger = await visit(server, { token: made.token })
  await stranger.go(`/orders/${sealed.id}`)
  ok(/没有找到|未找到|没有权限/.test(await words(stranger)), 'without the secret it is not found')
  await visitor.close()
  await stranger.close()
}

/** A session that ended unnoticed: the order is a guest's, and its secret must not be lost. */
async function sessionGone() {
  const made = await call(server, 'POST', '/v1/buyers', { body: { name: '买家' } })
  const card = pick((one) => one.kind === 'card_key' && one.in_stock && !/激活码/.test(one.title))
  const visitor = await visit(server, { token: made.token })
  await visitor.go(`/buy/${card.id}`)
  await visitor.context.clearCookies({ name: /session/i })
  await visitor.tap(visitor.page.getByRole('button', { name: /^提交订单/ }))
  await visitor.page.waitForURL(/\/pay\//)
  await visitor.page.getByRole('button', { name: /^模拟支付/ }).waitFor()
  ok(await visitor.page.getByText('复制秘密链接').isVisible(), 'an order that no account owns keeps its secret')
  await visitor.close()
}

/** 320 px wide at twice the size of text: everything is one column, nothing sticks out. */
async function reflow(sealed) {
  const card = pick((one) => one.kind === 'card_key' && one.in_stock)
  const { policy } = await call(server, 'GET', `/v1/products/${card.id}`)
  const visitor = await visit(server, { orders: [sealed], size: { width: 320, height: 640 } })
  await visitor.page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%')))
  for (const path of ['/', `/p/${card.id}`, `/buy/${card.id}`, `/orders/${sealed.id}`, '/orders', '/lookup', '/me', '/signin', `/rules/${policy.id}`]) {
    await visitor.go(path)
    is(await sidewaysScroll(visitor.page), 0, `${path.slice(0, 7)} at 320 px and 200 %: no sideways scroll`)
  }
  await visitor.close()
}

async function device(orders) {
  const visitor = await visit(server, { orders })
  await visitor.go('/me')
  const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.tap('导出秘密链接')])
  const text = await (await import('node:fs/promises')).readFile(await download.path(), 'utf8')
  is(text.trim().split('\n').length, orders.length, 'every order is in the export')
  ok(text.includes(`/o#${orders[0].id}.${orders[0].secret}`), 'as its secret link')
  await visitor.tap('从本机清除')
  await visitor.tap(visitor.page.getByRole('button', { name: /^清除/ }))
  ok(/没有保存任何/.test(await words(visitor)), 'the device forgets')
  await visitor.close()
}

await main(async () => {
  server = await startServer({ demo: true })
  products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = pick((one) => one.kind === 'card_key' && one.in_stock && !/激活码/.test(one.title))
  const sealed = await buy(server, card.id)
  await until(async () => (await call(server, 'GET', `/v1/orders/${sealed.id}`, { secret: sealed.secret })).state === 'delivered', 'the delivery')
  await wholeWay()
  await linksAndLookup(sealed)
  await askedEarly()
  await changedMeanwhile()
  await networkLost()
  await noticeExpired(sealed)
  await service()
  await hostileText()
  await account()
  await bothWays(sealed)
  await sessionGone()
  await reflow(sealed)
  await device([sealed])
})
