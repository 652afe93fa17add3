#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What goes wrong while somebody fills a form in: bad values, an answer that is lost, a session that ends,
// the other side that is quicker (deadlines.mjs has the clock). One table of forms, one list of bad values. Always: what happened is said where the
// focus is, what was typed is still there, one way forward, and the thing is done once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buy, call, desktop, is, main, ok, root, startServer, until, visit } from './lib/harness.mjs'
import { act, claimDead, listCard, listService, makePeople, publish, reveal, stock } from './lib/market.mjs'

const STRANGE = '１２３ 😀 \u202eשלום مرحبا <b>&amp;</b> {{x}} tok_ ABCD'
let server
let people
let product
const count = (path, token) => async () => (await call(server, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=100`, { token })).items.length

/** shows: what stands in the form's place once it is done; field: what is typed in; valid: something that is taken; long: characters that are too many; bad: of the wrong type; optional: empty is
 * no fault; choose, also: what is chosen and filled in besides; guest: whose order it is. */
function table({ claim, dispute, policy, refused, unheard, decided, disputed, sealed, service, serviceOrder }) {
  const { merchant, operator, arbiter } = people
  const of = (one) => call(server, 'GET', `/v1/claims/${one.claim}`, { token: operator.token })
  const events = (one, event) => async () => (await of(one)).events.filter((other) => other.event === event).length
  const messages = async () => (await call(server, 'GET', `/v1/claims/${claim}`, { token: merchant.token })).messages.length
  return [
    { name: 'message', token: merchant.token, path: `/m/refunds/${claim}`, field: '留言', submit: '发送', post: /\/messages$/, long: 4001, done: messages },
    { name: 'refusal', token: merchant.token, path: `/m/refunds/${dispute}`, open: '说明理由并拒绝', field: '理由', submit: '说明理由并拒绝', post: /\/actions$/, long: 501, bad: ['a', '　 '], done: async () => (await call(server, 'GET', `/v1/claims/${dispute}`, { token: merchant.token })).events.filter((one) => one.event === 'merchant_refuse').length },
    { name: 'amount of an offer', token: merchant.token, path: `/m/refunds/${claim}`, open: '提出', field: '退款金额', submit: /^提出/, post: /\/actions$/, bad: ['0', '-1', 'abc', '😀', '1.005', '99999999', '１２３４５６'], valid: ' ４０．５ ', done: async () => (await call(server, 'GET', `/v1/claims/${claim}`, { token: merchant.token })).offers.length },
    { name: 'token of the team', token: merchant.token, path: '/m/settings', form: 'form:has-text("生成令牌")', field: '名称', submit: '生成令牌', post: /\/tokens$/, long: 200, done: async () => (await call(server, 'GET', '/v1/tokens?limit=100', { token: merchant.token })).items.filter((one) => one.kind === 'token').length },
    { name: 'saved reply', token: merchant.token, path: '/m/settings', form: '#replies form', field: '名称', submit: '添加', long: 41 },
    { name: 'listing', token: merchant.token, path: '/m/products/new', field: '标题', submit: /^上架|^发布|^创建|^保存/, post: /\/products$/, long: 900 },
    { name: 'stock', token: merchant.token, path: '/m/stock/import', field: '粘贴卡密', submit: '先检查，不导入', post: /\/cards$/ },
    { name: 'new person', token: operator.token, path: '/a/people', open: '新建账号', form: 'form.card', field: '名称', submit: '新建', post: /\/parties$/, long: 300, done: count('/v1/parties', operator.token) },
    { name: 'incident', token: operator.token, path: '/a/system', open: '登记一次事件', form: 'form.card', field: '说明（公开）', submit: '登记一次事件', post: /\/incidents$/, long: 1001, also: { 开始时间: '2026-01-02T03:04', 结束时间: '2026-01-02T03:05' }, done: count('/v1/incidents', operator.token) },
    { name: 'bond', token: operator.token, path: '/a/merchants', open: '登记收付', form: 'dialog form', field: '金额', submit: /^登记/, post: /\/bond$/, bad: ['0', '-5', 'abc', '😀', '1e5'], valid: '１００', also: { 银行流水号: 'bank 1' }, done: async () => (await call(server, 'GET', '/v1/merchants?limit=50', { token: operator.token })).items.reduce((sum, one) => sum + one.bond.amount, 0) / 10000 },
    { name: 'suspension', token: operator.token, path: '/a/people', open: '停用', form: 'dialog form', field: '理由', submit: '停用', post: /\/state$/, long: 501 },
    { name: 'policy withdrawn', token: merchant.token, path: '/m/policies', open: '撤回', form: 'dialog form', field: '撤回理由', submit: '撤回', post: /\/withdraw$/, long: 501, policy },
    { name: 'lookup', path: '/lookup', field: '秘密链接，或订单号加密钥', submit: '打开订单', long: 5000, bad: ['hello', 'ord_1', STRANGE] },
    { name: 'sign-in', path: '/signin', form: 'form', field: '账号令牌', submit: '登录', post: /\/session$/, long: 300, bad: ['tok_', STRANGE, 'key_00000000000000000000000000'] },
    { name: 'new account', path: '/me', open: '开一个买家账号', field: '称呼', submit: '创建账号', long: 41, post: /\/buyers$/ },
    { name: "buyer's offer", guest: refused, path: `/refunds/${refused.claim}/offer`, field: '退款金额', submit: '发出方案', post: /\/actions$/, bad: ['0', '-1', 'abc', '😀', '1.005', '99999999'], valid: ' ４０．５ ', done: async () => (await of(refused)).offers.length },
    { name: 'last statement', guest: unheard, path: `/refunds/${unheard.claim}/escalate`, field: '最后陈述', optional: true, submit: '请平台处理', post: /\/actions$/, long: 501, done: events(unheard, 'escalate') },
    { name: 'appeal', guest: decided, path: `/refunds/${decided.claim}/appeal`, choose: '原判定时没有的材料或事实', field: '理由', submit: '提交申诉', post: /\/actions$/, long: 501, done: events(decided, 'appeal') },
    { name: 'decision', token: arbiter.token, path: `/a/cases/${disputed.claim}`, form: 'section.composer', choose: '不予退款', field: '理由', submit: /^判定|^提议/, post: /\/actions$/, long: 1001, shows: '等待第二人确认', done: async () => (await of(disputed)).decisions.length },
    { name: 'payout', token: operator.token, path: '/a/merchants', open: '登记收付', form: 'dialog form', choose: '结算货款', field: '金额', submit: /^登记/, post: /\/payouts$/, bad: ['0', '-5', 'abc', '😀', '1e5', '１．００５'], also: { 银行流水号: 'bank 2' } },
    { name: 'statement of a claim', guest: sealed, path: `/orders/${sealed.id}/refund`, open: '补充说明（选填）', field: '补充说明', optional: true, submit: /¥/, post: /\/claims$/, long: 1001 },
    { name: 'agreement', path: `/buy/${service}`, field: '和商家约定的内容', optional: true, submit: /^提交订单/, post: /\/orders$/, long: 2001 },
    { name: 'price', token: merchant.token, path: `/m/products/${product}`, field: '售价', submit: '保存', post: /\/products\/prd_\w+$/, bad: ['0', '-5', 'abc', '😀', '1e5', '1.005'], valid: '９６', done: async () => ((await call(server, 'GET', `/v1/products/${product}`)).price.amount === 9600 ? 1 : 0) },
    { name: 'progress', token: merchant.token, path: `/m/orders/${serviceOrder.id}`, choose: /^进度(?! %)/, field: '进度 %', submit: '记录', post: /\/service-events$/, bad: ['-1', '101', 'abc', '５０．５', '😀'], valid: ' ５０ ', done: async () => (await call(server, 'GET', `/v1/orders/${serviceOrder.id}`, { secret: serviceOrder.secret })).service_events.filter((one) => one.kind === 'progress').length },
    { name: 'quantity', path: `/buy/${product}`, field: '数量', submit: /^提交订单/, post: /\/orders$/, bad: ['0', '-1', 'abc', '1.5', '😀', '９９９９９'] },
  ]
}

async function openForm(form, visitor) {
  const { page } = visitor
  await visitor.go(form.path)
  if (form.open && !(await page.getByLabel(form.field).first().isVisible())) await page.locator('summary, button').filter({ hasText: form.open }).first().click()
  if (form.choose) await page.getByRole('radio', { name: form.choose }).first().check()
  const box = form.form ? page.locator(form.form).filter({ has: page.getByLabel(form.field) }).first() : page.locator('form').filter({ has: page.getByLabel(form.field) }).first()
  await box.waitFor()
  for (const [label, value] of Object.entries(form.also ?? {})) await box.getByLabel(label).fill(value)
  return { box, field: box.getByLabel(form.field).first(), submit: box.getByRole('button', { name: form.submit }).last() }
}

/** Where the focus is: on a field that is marked as wrong, or in something that is read out. */
const atError = (page) => page.evaluate(() => Boolean(document.activeElement?.closest('[aria-invalid=true], [role=alert]')))
const posts = (visitor, form) => visitor.seen.requests.filter((one) => one.method() === 'POST' && form.post?.test(new URL(one.url()).pathname)).length

async function badValues(form, visitor) {
  const { page } = visitor
  const { field, submit } = await openForm(form, visitor)
  const values = [...(form.optional ? [] : ['', '   ']), ...(form.long ? ['字'.repeat(form.long)] : []), ...(form.bad ?? [])]
  const wrong = []
  for (const value of values) {
    await field.fill(value)
    const before = posts(visitor, form)
    await submit.click()
    await page.waitForFunction(() => document.activeElement?.closest('[aria-invalid=true], [role=alert]'), undefined, { timeout: 1500 }).catch(() => undefined)
    const shown = JSON.stringify(value.length > 20 ? `${value.slice(0, 3)}… ${value.length}` : value)
    if (!(await atError(page))) wrong.push(`${shown}: the focus is not at an error, but ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 90))}`)
    if ((await field.inputValue()) !== value) wrong.push(`${shown}: the field lost it`)
    if (posts(visitor, form) !== before) wrong.push(`${shown}: it was sent`)
  }
  ok(wrong.length === 0, `${form.name}: ${values.length} bad values are refused at the field, kept, and not sent`, wrong.join('\n'))
  is(visitor.seen.errors.splice(0).join('\n'), '', `${form.name}: no error of the page`)
}

/** The request arrives, its answer does not; then the network is gone. Pressing again does it once. */
async function lostAnswer(form, visitor) {
  const { page } = visitor
  const before = await form.done()
  const { field, submit, box } = await openForm(form, visitor)
  await field.fill(form.valid ?? STRANGE)
  let sent = 0
  await page.route((url) => form.post.test(url.pathname), async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    if (sent++ === 0) await route.fetch()
    return route.abort('connectionreset')
  })
  await submit.click()
  // Or the live connection has told meanwhile that it was done.
  const isDone = page.getByText(form.shows ?? '现在已不能做这一步').or(page.getByText('这一步已经完成')).first()
  await page.locator('.problem').filter({ hasText: '网络中断' }).or(isDone).first().waitFor({ timeout: 15_000 })
  ok((await atError(page)) || (await isDone.isVisible()), `${form.name}: the lost network is said, with the focus on it`)
  const typed = await field.inputValue({ timeout: 2000 }).catch(() => undefined)
  if (typed === undefined) await isDone.waitFor({ timeout: 5000 })
  else is(typed, form.valid ?? STRANGE, `${form.name}: what was typed is still there`)
  await page.unrouteAll({ behavior: 'wait' })
  // When the page learnt meanwhile that it was done, it says so instead of offering the button again.
  if (await submit.isVisible()) await submit.click()
  else ok(await isDone.isVisible(), `${form.name}: that it was done is said`)
  await until(async () => (await submit.isHidden()) || !(await box.isVisible()) || (await field.inputValue().catch(() => '')) === '' || !(await page.locator('.problem').count()), `${form.name} to go through`)
  await page.waitForTimeout(300)
  if (await submit.isVisible()) is((await page.locator('.problem').allInnerTexts()).join(), '', `${form.name}: pressing again goes through`)
  // Figures of a desk are a few seconds old at most.
  await until(async () => (await form.done()) !== before, form.name).catch(() => undefined)
  is((await form.done()) - before, 1, `${form.name}: it was done once`)
}

async function lane(forms) {
  for (const form of forms) {
    const { guest: own } = form
    const visitor = await visit(server, { token: form.token, size: desktop, ...(own ? { orders: [{ id: own.id, secret: own.secret }], claims: own.claim ? { [own.claim]: own.id } : undefined } : {}) })
    try {
      await badValues(form, visitor)
      if (form.done && form.post) await lostAnswer(form, visitor)
    } catch (error) {
      ok(false, `${form.name}: runs`, error)
    }
    await visitor.close()
  }
}

/** The session is taken back while a message is being written: sign in beside it, and go on. */
async function sessionEnds(claim) {
  const { token } = people.merchant
  const visitor = await visit(server, { token, size: desktop })
  const { page } = visitor
  await visitor.go(`/m/refunds/${claim}`)
  const field = page.getByRole('textbox', { name: '留言' })
  await field.fill(STRANGE)
  const mine = (await call(server, 'GET', '/v1/tokens?limit=100', { token })).items.filter((one) => one.kind === 'session')
  for (const one of mine) await call(server, 'POST', `/v1/tokens/${one.id}/revoke`, { token })
  await page.getByRole('button', { name: '发送' }).click()
  const again = page.locator('.problem').filter({ hasText: '登录' }).getByLabel('账号令牌').first()
  await again.waitFor()
  is(await field.inputValue(), STRANGE, 'the session ended: what was typed is still there')
  await again.fill('tok_nonsense')
  await again.press('Enter')
  ok(await page.getByText('这不像账号令牌').first().isVisible(), 'a wrong token is said at its field')
  await again.fill(` ${token.toUpperCase()} `)
  await again.press('Enter')
  await page.getByText('已重新登录，你的填写还在').first().waitFor()
  is(await field.inputValue(), STRANGE, 'signed in beside it: it is still there')
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.thread').getByText('שלום').first().waitFor()
  is(visitor.seen.errors.join('\n'), '', 'and it was sent, without an error of the page')
  await visitor.close()
}

const guest = (order, claim) => visit(server, { orders: [{ id: order.id, secret: order.secret }], claims: { [claim]: order.id } })

async function otherSideFirst() {
  const merchant = { token: people.merchant.token }
  // The seller writes a refusal; the buyer withdraws.
  const first = await reveal(server, product)
  const one = await claimDead(server, first)
  const seller = await visit(server, { token: merchant.token, size: desktop })
  await seller.go(`/m/refunds/${one}`)
  await seller.page.getByRole('button', { name: '说明理由并拒绝' }).click()
  const reason = seller.page.getByRole('dialog').getByLabel('理由')
  await reason.fill('卡密是好的，有兑换记录')
  await act(server, one, { secret: first.secret }, { action: 'withdraw' })
  await seller.page.getByText('现在已不能做这一步').waitFor()
  is(await reason.inputValue(), '卡密是好的，有兑换记录', 'withdrawn while a refusal is written: the text is still there')
  ok(await seller.page.getByRole('dialog').getByText('买家撤回申请').isVisible(), 'and what happened is said')
  await seller.page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await seller.page.getByRole('dialog').waitFor({ state: 'hidden' })
  ok(true, 'one way forward: closing')
  await seller.close()

  // The buyer writes a message and a last statement; the seller pays.
  const second = await reveal(server, product)
  const two = await claimDead(server, second)
  const buyer = await guest(second, two)
  await buyer.go(`/refunds/${two}`)
  await buyer.page.getByRole('textbox', { name: '留言' }).fill(STRANGE)
  await act(server, two, merchant, { action: 'merchant_accept' })
  await buyer.page.getByText('这段文字没有发出').waitFor()
  ok((await buyer.page.locator('#main').innerText()).includes('שלום'), 'closed while a message is written: it is shown, and can be copied')
  await buyer.close()

  const third = await reveal(server, product)
  const three = await claimDead(server, third)
  await act(server, three, merchant, { action: 'merchant_refuse', reason: '已被使用过' })
  const stepper = await guest(third, three)
  await stepper.go(`/refunds/${three}/escalate`)
  await stepper.page.getByLabel('最后陈述').fill('请看录屏 😀')
  await act(server, three, { secret: third.secret }, { action: 'withdraw' })
  await stepper.page.getByText('现在不能做这一步').waitFor()
  const text = await stepper.page.locator('#main').innerText()
  ok(text.includes('请看录屏 😀') && text.includes('买家撤回申请'), 'closed meanwhile: what happened and what was written are both shown', text)
  is(stepper.seen.errors.join('\n'), '', 'no error of the page')
  await stepper.close()
}

/** A wizard whose network goes at the button: everything stays, and goes on by itself. */
async function wizardOffline() {
  const order = await buy(server, product)
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, { secret: order.secret })).state === 'delivered', 'the delivery')
  const visitor = await visit(server, { orders: [order] })
  await visitor.go(`/orders/${order.id}/refund`)
  await visitor.page.waitForTimeout(1200)
  await visitor.context.setOffline(true)
  await visitor.page.getByRole('button', { name: /¥/ }).last().click()
  await visitor.page.locator('.problem').filter({ hasText: '网络中断' }).first().waitFor({ timeout: 15_000 })
  ok(true, 'wizard: the lost network is said')
  await visitor.context.setOffline(false)
  await visitor.page.getByText('申请编号').or(visitor.page.getByText('编号')).first().waitFor({ timeout: 15_000 })
  is((await call(server, 'GET', `/v1/claims?order=${order.id}&limit=10`, { secret: order.secret })).items.length, 1, 'wizard: it goes on by itself, once')
  await visitor.close()
}

/** The policy editor: nothing that is no policy is published, nothing is lost, and a lost answer publishes once. */
async function policyEditor() {
  const { token } = people.rival
  const visitor = await visit(server, { token, size: desktop })
  const { page } = visitor
  const good = readFileSync(join(root, 'policies/cards-standard.policy'), 'utf8')
  const published = async () => (await call(server, 'GET', '/v1/policies?limit=50', { token })).items.length
  await visitor.go('/m/policies/new')
  const editor = page.getByLabel('规则原文')
  const before = await published()
  await editor.fill('')
  await page.getByText('还没有内容').waitFor()
  await page.getByText('正在检查').waitFor({ state: 'hidden' })
  ok(true, 'policy: an empty one says what to do')
  for (const text of [STRANGE, good.replace('refund full', 'refund ful'), good.replace('goods card_key', 'goods 😀'), `${good}\u202e\n`, '字'.repeat(30_000)]) {
    await editor.fill(text)
    await page.getByText(/处错误/).or(page.locator('.problem')).first().waitFor()
    await page.waitForTimeout(600)
    await page.getByRole('button', { name: '发布', exact: true }).click()
    const press = page.getByRole('button', { name: '发布这一版' })
    if (await press.isVisible()) await press.click()
    const said = await page.locator('#main').innerText()
    ok((/先改正|\d+ 处错误/.test(said) || (await page.locator('.problem').count()) > 0) && (await editor.inputValue()) === text, `policy: ${JSON.stringify(text.slice(0, 12))}… ${text.length} is not published, and stays`, said)
  }
  await editor.fill(good)
  await page.getByText(/检查通过|可以发布/).first().waitFor()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  let sent = 0
  await page.route((url) => url.pathname === '/v1/policies', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    if (sent++ === 0) await route.fetch()
    return route.abort('connectionreset')
  })
  await page.getByRole('button', { name: '发布这一版' }).click()
  await page.locator('.problem').filter({ hasText: '网络中断' }).first().waitFor({ timeout: 15_000 })
  is(await editor.inputValue(), good, 'policy: the network is lost while publishing: the text is still there')
  await page.unrouteAll({ behavior: 'wait' })
  await page.getByRole('button', { name: '发布这一版' }).click()
  await page.waitForURL(/\/m\/policies$/)
  is((await published()) - before, 1, 'policy: pressing again publishes it once')
  is(visitor.seen.errors.join('\n'), '', 'policy: no error of the page')
  await visitor.close()
}

/** Search takes anything. */
async function search() {
  const visitor = await visit(server)
  await visitor.go('/')
  for (const text of ['', STRANGE, 'x'.repeat(5000), '%_\\"\'', '\u202e卡']) {
    await visitor.page.getByRole('searchbox').fill(text)
    await visitor.tap('搜索')
    await visitor.settled()
    ok((await visitor.page.locator('.problem').count()) === 0, `search: ${JSON.stringify(text.slice(0, 8))} is answered`)
  }
  is(visitor.seen.errors.join('\n'), '', 'search: no error of the page')
  await visitor.close()
}

/** Claims at the steps whose forms are tried, a sealed card, and a service that has begun. */
async function situations(merchant) {
  const { arbiter } = people
  const refused = async () => {
    const order = await reveal(server, product)
    const claim = await claimDead(server, order)
    await act(server, claim, { token: merchant }, { action: 'merchant_refuse', reason: '已被使用过' })
    return { ...order, claim }
  }
  const heard = async () => {
    const one = await refused()
    await act(server, one.claim, { secret: one.secret }, { action: 'escalate', reason: '没有用过' })
    await act(server, one.claim, { token: arbiter.token }, { action: 'take_case' })
    return one
  }
  const decided = await heard()
  await act(server, decided.claim, { token: arbiter.token }, { action: 'propose_deviation', outcome: 'refuse', reason: '录屏不完整' })
  await act(server, decided.claim, { token: people.second.token }, { action: 'confirm_deviation' })
  const service = await listService(server, merchant, await publish(server, merchant, 'boosting-milestones'))
  const serviceOrder = await buy(server, service)
  await call(server, 'POST', `/v1/orders/${serviceOrder.id}/service-events`, { token: merchant, body: { kind: 'start' } })
  return { refused: await refused(), unheard: await refused(), decided, disputed: await heard(), sealed: await buy(server, product), service, serviceOrder }
}

await main(async () => {
  server = await startServer()
  people = await makePeople(server)
  const merchant = people.merchant.token
  const policy = await publish(server, merchant)
  product = await listCard(server, merchant, policy)
  await stock(server, merchant, product, 'CARD', 30)
  const claims = []
  for (let i = 0; i < 2; i++) claims.push(await claimDead(server, await reveal(server, product)))
  const forms = table({ claim: claims[0], dispute: claims[1], policy, ...(await situations(merchant)) })
  const part = (n) => forms.filter((_, index) => index % 3 === n)
  await Promise.all([lane(part(0)), lane(part(1)), lane(part(2))])
  // It takes back every session of the seller, so nobody else may be at work.
  await sessionEnds(claims[0])
  await Promise.all([otherSideFirst(), wizardOffline(), search(), policyEditor()])
})
