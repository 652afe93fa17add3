#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The merchant's desk at work: answering claims, listing, stock, services, money, team; and what may go wrong on the way.
import { buy, call, desktop, is, main, ok, startServer, until, visit } from './lib/harness.mjs'
import { act, claimDead, ownDesk } from './lib/desk.mjs'

let server
let desk
const claimOf = (claim) => call(server, 'GET', `/v1/claims/${claim}`, desk)
const words = (visitor) => visitor.page.evaluate(() => document.querySelector('#main').innerText)

/** Two presses from the list: the first only arms, leaving disarms, the second pays. */
async function quickAccept() {
  const { claim } = await claimDead(server, desk.cards[0].id)
  const visitor = await visit(server, { token: desk.token })
  await visitor.go('/m')
  const row = visitor.page.locator('.claim-row').filter({ has: visitor.page.locator(`a[href="/m/refunds/${claim}"]`) })
  await row.getByText(/到期：不回应就视为同意，退款 ¥/).waitFor()
  ok(await row.locator('[role=timer]').isVisible(), 'the countdown is in the row')
  await visitor.tap(row.getByRole('button', { name: '同意退款', exact: true }))
  await row.getByRole('button', { name: /再按一次，退款 ¥197.00/ }).waitFor()
  is((await claimOf(claim)).stage, 'merchant', 'the first press does nothing but show the amount')
  await visitor.page.keyboard.press('Escape')
  await row.getByRole('button', { name: '同意退款', exact: true }).waitFor()
  ok(true, 'it can be disarmed')
  await visitor.tap(row.getByRole('button', { name: '同意退款', exact: true }))
  await visitor.tap(row.getByRole('button', { name: /再按一次/ }))
  await row.waitFor({ state: 'detached' })
  const after = await until(async () => ((one) => one.outcome && one)(await claimOf(claim)), 'the refund')
  is(after.outcome, 'refunded', 'the second press pays')
  is(visitor.seen.errors.join(), '', 'nothing went wrong')
  await visitor.close()
}

/** A claim that was answered by somebody else between look and press. */
async function overtakenInList() {
  const { claim, order } = await claimDead(server, desk.cards[0].id)
  const visitor = await visit(server, { token: desk.token })
  await visitor.go('/m/refunds')
  const row = visitor.page.locator('.claim-row').filter({ has: visitor.page.locator(`a[href="/m/refunds/${claim}"]`) })
  await act(server, claim, order, { action: 'withdraw' })
  await visitor.tap(row.getByRole('button', { name: '同意退款', exact: true }))
  await visitor.tap(row.getByRole('button', { name: /再按一次/ }))
  await row.waitFor({ state: 'detached' })
  is((await claimOf(claim)).outcome, 'withdrawn', 'a claim that the buyer withdrew is not paid')
  await visitor.close()
}

/** Refusing with a saved reply; then the buyer's next step shows by itself. */
async function refuseAndTalk() {
  const { claim, order } = await claimDead(server, desk.cards[1].id)
  const visitor = await visit(server, { token: desk.token })
  const { page } = visitor
  await visitor.go('/m/settings')
  await page.getByRole('textbox', { name: '名称' }).last().fill('发卡记录')
  await page.getByRole('textbox', { name: '内容' }).fill('发卡方记录显示这张卡密有效，请附上完整的报错截图。')
  await visitor.tap('添加')
  await page.getByText('发卡方记录显示').waitFor()
  await visitor.go(`/m/refunds/${claim}`)
  ok(/不回应就视为同意，退款 ¥98.00/.test(await words(visitor)), 'what silence costs is said')
  await visitor.tap('说明理由并拒绝')
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('combobox', { name: /常用回复/ }).selectOption({ label: '发卡记录' })
  is(await sheet.getByRole('textbox', { name: /理由/ }).inputValue(), '发卡方记录显示这张卡密有效，请附上完整的报错截图。', 'a saved reply is put in')
  await visitor.tap(sheet.getByRole('button', { name: '说明理由并拒绝' }))
  await until(async () => (await claimOf(claim)).stage === 'negotiation', 'the refusal')
  ok(true, 'refused with a reason')
  await page.getByRole('button', { name: /提出方案/ }).waitFor()
  await act(server, claim, order, { action: 'escalate', reason: '请平台核对' })
  await page.getByText('平台处理中').first().waitFor()
  ok(true, "the other side's step shows by itself")
  is(visitor.seen.errors.join(), '', 'nothing went wrong')
  await visitor.close()
}

/** The buyer is quicker while the merchant writes: what happened is shown, what was typed stays. */
async function overtakenInSheet() {
  const { claim, order } = await claimDead(server, desk.cards[1].id)
  const visitor = await visit(server, { token: desk.token })
  const { page } = visitor
  await visitor.go(`/m/refunds/${claim}`)
  await page.getByText('实时更新中').waitFor()
  await visitor.tap('提出方案')
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('textbox', { name: /金额/ }).fill('50')
  await sheet.getByRole('textbox', { name: /说明|理由/ }).fill('先退一半')
  await act(server, claim, order, { action: 'withdraw' })
  await sheet.getByText('现在已不能做这一步').waitFor()
  is(await sheet.getByRole('textbox', { name: /说明|理由/ }).inputValue(), '先退一半', 'the input is kept')
  is((await claimOf(claim)).offers.length, 0, 'and nothing was done')
  await visitor.close()
}

/** A listing: errors by field, void terms at their words, the lawful wording taken over, draft kept. */
async function listing() {
  const visitor = await visit(server, { token: desk.token })
  const { page } = visitor
  await visitor.go('/m/products/new')
  await visitor.tap('上架')
  await page.getByText('有 5 处需要修改').waitFor()
  await page.getByRole('textbox', { name: '标题' }).fill('星际远征 30 元点卡')
  await page.getByRole('textbox', { name: /商品说明/ }).fill('秒发。虚拟商品一经售出，概不退换。有问题找客服。')
  await page.locator('mark').first().waitFor()
  ok(/概不退换/.test(await page.locator('mark').first().innerText()), 'the void words are shown in place')
  await page.reload()
  await visitor.settled()
  is(await page.getByRole('textbox', { name: '标题' }).inputValue(), '星际远征 30 元点卡', 'what was typed survives a reload')
  await page.locator('mark').first().waitFor()
  await visitor.tap(page.getByRole('button', { name: '用这句替换' }).first())
  const text = await page.getByRole('textbox', { name: /商品说明/ }).inputValue()
  ok(!/概不退换/.test(text) && /^秒发。/.test(text) && /有问题找客服。$/.test(text), 'the lawful wording takes the place of the sentence', text)
  await page.getByRole('textbox', { name: '售价' }).fill('２９．５０')
  await page.getByRole('textbox', { name: /面值/ }).fill('30')
  await page.getByText('售价是面值的 98.3%').waitFor()
  await page.getByRole('textbox', { name: '可用区服或地区' }).fill('中国大陆')
  await page.getByRole('textbox', { name: '兑换渠道' }).fill('官方兑换页')
  await page.getByRole('combobox', { name: '退款规则' }).selectOption({ index: 1 })
  await visitor.tap('预览买家看到的样子')
  await page.getByRole('dialog').getByText('¥29.50').waitFor()
  await page.keyboard.press('Escape')
  await visitor.tap('上架')
  await page.waitForURL(/\/m\/products\/prd_/)
  const id = page.url().split('/').pop()
  const made = await call(server, 'GET', `/v1/products/${id}`)
  is(made.price.amount, 2950, 'the product is listed with its price')
  await visitor.settled()
  await page.getByRole('textbox', { name: /商品说明/ }).fill('本店拥有最终解释权')
  await call(server, 'POST', `/v1/products/${id}`, { ...desk, body: { price: 2890 } })
  await visitor.tap('保存')
  await page.getByText(/商品说明：/).first().waitFor()
  is((await call(server, 'GET', `/v1/products/${id}`)).listing.description, made.listing.description, 'void terms are refused, at their field')
  await page.getByRole('textbox', { name: /商品说明/ }).fill('官方渠道，可开票')
  await visitor.tap('保存')
  const changed = await until(async () => ((one) => one.listing.description === '官方渠道，可开票' && one)(await call(server, 'GET', `/v1/products/${id}`)), 'the change')
  is(changed.price.amount, 2890, "another's change of the price is not undone")
  await visitor.tap(page.getByRole('switch'))
  await until(async () => (await call(server, 'GET', `/v1/products?merchant=${desk.id}&state=paused`, desk)).items.some((one) => one.id === id), 'the pause')
  ok(true, 'it can be paused')
  await visitor.close()
  return id
}

const kept = (page) => page.evaluate(async () => {
  const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href, document.title, JSON.stringify(history.state)]
  for (const { name } of await indexedDB.databases()) {
    const open = await new Promise((resolve, reject) => Object.assign(indexedDB.open(name), { onsuccess: (event) => resolve(event.target.result), onerror: reject }))
    for (const store of open.objectStoreNames) all.push(JSON.stringify(await new Promise((resolve) => (open.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result)))))
    open.close()
  }
  return all.join('\n')
})

/** Import: a table, its column, the dry run with reasons, then the rest; freezing and recalling what came in. */
async function stock() {
  const visitor = await visit(server, { token: desk.token, size: desktop })
  const { page } = visitor
  const product = desk.cards[2].id
  const before = (await call(server, 'GET', `/v1/products/${product}`)).stock
  await visitor.go(`/m/stock/import?product=${product}`)
  await visitor.tap('先检查，不导入')
  await page.getByText('请粘贴或选择要导入的卡密').waitFor()
  await page.getByRole('textbox', { name: '粘贴卡密' }).fill('序号,卡密\n1,TEST-AAAA-0001\n2,TEST-AAAA-0002\n3,TEST-AAAA-0001\n4,TEST-AAAA-0003\n')
  await page.getByText('读到 4 张').waitFor()
  is(await page.getByRole('combobox', { name: '卡密在哪一列' }).inputValue(), '1', 'the column of the keys is found')
  await visitor.tap('先检查，不导入')
  await page.getByText('可以导入 3 张，1 张不能导入').waitFor()
  const row = await page.locator('tbody tr').first().innerText()
  ok(/^4\s+••••0001\s+与第 2 行重复/.test(row), 'a duplicate is shown by its line, its end and why', row)
  is((await call(server, 'GET', `/v1/products/${product}`)).stock, before, 'the dry run brings nothing in')
  await page.getByRole('textbox', { name: /批次名称/ }).fill('十二月批发')
  await page.getByRole('textbox', { name: /来源/ }).fill('上游甲')
  await page.getByRole('textbox', { name: /成本/ }).fill('75')
  await visitor.tap('导入 3 张')
  await page.getByText('已导入 3 张').waitFor()
  is((await call(server, 'GET', `/v1/products/${product}`)).stock, before + 3, 'they are in stock')
  ok(!/TEST-AAAA/.test(await kept(page)), 'the cards are in no storage or address')
  ok(!server.log().includes('TEST-AAAA'), 'nor in a log')
  await visitor.tap('继续导入')
  await page.getByRole('textbox', { name: '粘贴卡密' }).fill('TEST-AAAA-0001\nTEST-AAAA-0009')
  await visitor.tap('先检查，不导入')
  await page.getByText('可以导入 1 张，1 张不能导入').waitFor()
  await visitor.go(`/m/stock?product=${product}`)
  const line = page.locator('tbody tr').filter({ hasText: '十二月批发' })
  ok(/上游甲\s+¥75.00/.test(await line.innerText()), 'the batch has its name, source and cost')
  await visitor.tap(line.getByRole('button', { name: /冻结/ }))
  await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '冻结 3 张' }))
  await page.getByRole('dialog').getByText('请填写原因').waitFor()
  await page.getByRole('dialog').getByRole('textbox', { name: '原因' }).fill('上游在核实')
  await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '冻结 3 张' }))
  await line.getByText('上游在核实').waitFor()
  is((await call(server, 'GET', `/v1/products/${product}`)).stock, before, 'frozen cards are not for sale')
  await visitor.tap(line.getByRole('button', { name: /解冻/ }))
  await page.getByRole('dialog').getByRole('textbox', { name: '原因' }).fill('没问题')
  await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '解冻 3 张' }))
  await until(async () => (await call(server, 'GET', `/v1/products/${product}`)).stock === before + 3, 'the release')
  const [file] = await Promise.all([page.waitForEvent('download'), visitor.tap('导出 CSV')])
  ok(/csv/.test(file.suggestedFilename()), 'the list is saved as a table', file.suggestedFilename())
  is(visitor.seen.errors.join(), '', 'nothing went wrong')
  await visitor.close()
}

/** A service from its start to the hand-over. */
async function service() {
  const order = await buy(server, desk.services[0].id, { consent: { accepted: true } })
  const visitor = await visit(server, { token: desk.token })
  const { page } = visitor
  await visitor.go(`/m/orders?q=${order.id}`)
  await visitor.tap(page.getByRole('link', { name: /查看订单/ }))
  await page.waitForURL(new RegExp(order.id))
  await visitor.settled()
  await visitor.tap('记录')
  await page.getByRole('radio', { name: /^进度/ }).waitFor()
  await page.getByRole('textbox', { name: /进度 %/ }).fill('４０')
  await page.getByRole('textbox', { name: /说明/ }).fill('已充 259 点券')
  await visitor.tap('记录')
  await page.getByText('进行中，进度 40%').waitFor()
  await page.getByRole('textbox', { name: /进度 %/ }).fill('10')
  await visitor.tap('记录')
  await page.getByText('进度不能小于现在的 40%').waitFor()
  await page.getByRole('radio', { name: /^交付成果/ }).check()
  await visitor.tap('记录')
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, desk)).service_state === 'handed_over', 'the hand-over')
  ok(true, 'start, progress and hand-over are recorded')
  await visitor.close()
}

/** Tokens are shown once and can be taken back; a limited one is told what it may not do. */
async function team() {
  const visitor = await visit(server, { token: desk.token, size: desktop })
  const { page } = visitor
  await visitor.go('/m/settings')
  await page.getByRole('textbox', { name: '名称' }).first().fill('客服一组')
  await page.getByRole('radio', { name: /只读/ }).check()
  await visitor.tap('生成令牌')
  const shown = page.locator('.code').filter({ hasText: 'tok_' }).first()
  await shown.waitFor()
  const token = (await shown.innerText()).replace(/\s/g, '')
  await visitor.tap('已经保存好')
  is(await page.getByText(token).count(), 0, 'the token is shown once')
  ok(!(await kept(page)).includes(token), 'and kept nowhere')
  const reader = await visit(server, { token })
  await reader.go('/m/products')
  await reader.tap(reader.page.getByRole('switch').first())
  await reader.page.getByText('该令牌无权执行此操作').waitFor()
  ok(true, 'a token that may only read is told so')
  const line = page.locator('tbody tr').filter({ hasText: '客服一组' }).first()
  await visitor.tap(line.getByRole('button', { name: '收回' }))
  await visitor.tap(line.getByRole('button', { name: /再按一次/ }))
  await until(async () => (await fetch(`${server.url}/v1/merchant`, { headers: { Authorization: `Bearer ${token}` } })).status === 401, 'the end of the token')
  await reader.page.reload()
  await reader.page.getByRole('link', { name: '去登录' }).waitFor()
  ok(true, 'a revoked token ends the browser that signed in with it')
  await reader.close()
  await visitor.close()
}

/** The network goes away at a press and comes back: nothing is lost, nothing is done twice. */
async function lostNetwork() {
  const { claim } = await claimDead(server, desk.cards[0].id)
  const visitor = await visit(server, { token: desk.token })
  const { page, context } = visitor
  await visitor.go(`/m/refunds/${claim}`)
  await page.getByRole('textbox', { name: '留言' }).fill('请问是哪个兑换页？')
  await context.setOffline(true)
  await visitor.tap('发送')
  await page.getByText('网络中断').first().waitFor()
  is(await page.getByRole('textbox', { name: '留言' }).inputValue(), '请问是哪个兑换页？', 'what was typed stays')
  await context.setOffline(false)
  await visitor.tap('发送')
  await until(async () => (await claimOf(claim)).messages.length === 1, 'the message')
  is((await claimOf(claim)).messages.length, 1, 'it is sent once')
  await visitor.close()
}

/** The session ends in the middle of an import: what was pasted stays in the page's memory, and nowhere else. */
async function expiredSession() {
  const visitor = await visit(server, { token: desk.token })
  const { page, context } = visitor
  await visitor.go(`/m/stock/import?product=${desk.cards[2].id}`)
  await page.getByRole('textbox', { name: '粘贴卡密' }).fill('HELD-CARD-0001')
  await context.request.post('/v1/session/end', { headers: { 'Shuntui-Page': '1' } })
  await visitor.tap('先检查，不导入')
  await page.getByLabel('账号令牌').fill(desk.token)
  await visitor.tap('登录')
  await page.getByLabel('账号令牌').waitFor({ state: 'detached' })
  is(await page.getByRole('textbox', { name: '粘贴卡密' }).inputValue(), 'HELD-CARD-0001', 'signing in on the spot loses nothing')
  await visitor.tap('菜单')
  await visitor.tap(page.getByRole('link', { name: '商品', exact: true }))
  await page.waitForURL(/\/m\/products/)
  await page.goBack()
  await page.getByText('读到 1 张').waitFor()
  is(await page.getByRole('textbox', { name: '粘贴卡密' }).inputValue(), 'HELD-CARD-0001', 'nor does a look at another page')
  ok(!/HELD-CARD/.test(await kept(page)), 'and in no storage')
  await page.reload()
  await visitor.settled()
  is(await page.getByRole('textbox', { name: '粘贴卡密' }).inputValue(), '', 'a reload drops it')
  await visitor.close()
}

/** What belongs to another merchant is not there. */
async function others() {
  const { token } = await call(server, 'POST', '/v1/parties', { token: server.tokens.operator, body: { role: 'merchant', name: '别家' } })
  const { claim, order } = await claimDead(server, desk.cards[0].id)
  const visitor = await visit(server, { token })
  for (const path of [`/m/refunds/${claim}`, `/m/orders/${order.id}`]) {
    await visitor.go(path)
    await visitor.page.getByText(/没有找到|未找到/).first().waitFor()
  }
  ok(visitor.seen.answers.every((answer) => !/claims\/clm|orders\/ord/.test(answer.url()) || answer.status() === 404), "another's claim and order are not found")
  await visitor.close()
}

await main(async () => {
  server = await startServer({ demo: true })
  desk = await ownDesk(server)
  for (const part of [quickAccept, overtakenInList, refuseAndTalk, overtakenInSheet, listing, stock, service, team, lostNetwork, expiredSession, others]) {
    try {
      await part()
    } catch (error) {
      ok(false, part.name, error.stack)
    }
  }
})
