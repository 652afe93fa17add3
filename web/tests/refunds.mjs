#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A buyer's refunds in a browser: taps counted, evidence prepared, sent and gone on with after breaks, two people
// at once, the steps of a claim, live news, the bundle.
import { createHash } from 'node:crypto'
import { buy, call, desktop, is, main, note, ok, settled, startServer, until, visit } from './lib/harness.mjs'
import { makePicture, makeVideo } from './lib/pictures.mjs'

const PNG = { name: 'error.png', mimeType: 'image/png' }
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

await main(async () => {
  const server = await startServer({ demo: true, args: process.env.SHUNTUI_PACK ? ['--web', process.env.SHUNTUI_PACK] : [] })
  const { merchant, arbiter, operator } = server.tokens
  const products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = products.find((one) => one.kind === 'card_key' && /100 元点卡$/.test(one.title))
  const screenshot = await makePicture({ width: 1080, height: 2340, type: 'image/png' })
  const photo = await makePicture({ width: 4000, height: 3000, type: 'image/jpeg' })
  const video = makeVideo(1_400_000)

  async function revealed() {
    const order = await buy(server, card.id)
    const { notice } = await call(server, 'GET', `/v1/orders/${order.id}/reveal`, { secret: order.secret })
    await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { secret: order.secret, body: { notice } })
    return order
  }
  async function filed(kinds = ['problem_proof', 'unused_proof']) {
    const order = await revealed()
    const { claim } = await call(server, 'POST', `/v1/orders/${order.id}/claims`, { secret: order.secret, body: { reason: 'key_invalid', statement: '兑换页提示卡密无效' } })
    for (const kind of kinds) await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=${kind}&name=a.png`, { secret: order.secret, raw: screenshot, type: 'image/png' })
    return { ...order, claim }
  }
  const act = (claim, as, body) => call(server, 'POST', `/v1/claims/${claim}/actions`, { ...as, body })
  const read = (claim, as) => call(server, 'GET', `/v1/claims/${claim}`, as)
  const claimsOf = async (order) => (await call(server, 'GET', `/v1/claims?order=${order.id}`, { secret: order.secret })).items
  async function wizard(order, options = {}) {
    const visitor = await visit(server, { orders: [order], ...options })
    await visitor.go(`/orders/${order.id}`)
    return visitor
  }
  async function choose(visitor, control, files) {
    const chooser = visitor.page.waitForEvent('filechooser')
    await visitor.tap(control)
    await (await chooser).setFiles(files)
    visitor.count()
  }
  const prepared = (page, count) => page.waitForFunction((n) => document.querySelectorAll('.task .file').length === n, count)

  // ---- a sealed card: two taps ----
  {
    const order = await buy(server, card.id)
    const visitor = await wizard(order)
    await visitor.tap('申请退款')
    await visitor.page.waitForSelector('.verdict')
    await settled(visitor.page)
    ok(/^可以全额退款 ¥98\.00$/.test(await visitor.page.locator('.verdict').innerText()), 'sealed: the verdict comes first, with the amount')
    await visitor.tap('确认退款 ¥98.00')
    await visitor.page.getByText('申请编号').waitFor()
    ok(visitor.taps() <= 2, `sealed: ${visitor.taps()} taps`)
    await visitor.page.getByRole('heading', { name: '已退款 ¥98.00' }).waitFor({ timeout: 15_000 })
    ok(true, 'the result follows the money by itself')
    const [claim] = await claimsOf(order)
    is(`${claim.reason} ${claim.outcome}`, 'changed_mind refunded', 'and the server has refunded it')
    is(visitor.seen.errors.join(), '', 'no error')
    await visitor.close()
  }

  // ---- a dead card: five taps ----
  {
    const order = await revealed()
    const visitor = await wizard(order)
    const { page } = visitor
    await visitor.tap(page.getByRole('link', { name: /申请退款|有问题/ }))
    await page.waitForSelector('.tasks')
    await page.getByText('订单里的卡密尾号').waitFor()
    const secret = (await call(server, 'POST', `/v1/orders/${order.id}/reveal`, { secret: order.secret, body: { notice: (await call(server, 'GET', `/v1/orders/${order.id}/reveal`, { secret: order.secret })).notice } })).cards[0].secret
    ok((await page.locator('#main').innerText()).includes(secret.slice(-4)), 'dead card: the end of the key is shown')
    ok(!(await page.content()).includes(secret), '… and no more of it')
    const begun = Date.now()
    await choose(visitor, page.getByText('选择截图或录屏'), [{ ...PNG, buffer: screenshot }, { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo }])
    await prepared(page, 2)
    const spent = Date.now() - begun
    note(`a screenshot and a photo of 12 megapixels were prepared in ${spent} ms`)
    ok(spent < 10_000, 'two pictures are prepared in reasonable time')
    is(await page.locator('.verdict').innerText(), '材料已齐，可以提交，退款 ¥98.00', 'the verdict follows what was picked')
    ok(/商家须在 24 小时内回应，逾期自动退款/.test(await page.locator('.buybar').innerText()), 'the line above the button says who acts, how long, and what silence means')
    await visitor.tap(page.getByLabel('我用的就是这串卡密，已核对'))
    await visitor.tap('提交申请 ¥98.00')
    await page.getByText('申请编号').waitFor({ timeout: 20_000 })
    ok(visitor.taps() <= 5, `dead card: ${visitor.taps()} taps`)
    const [row] = await claimsOf(order)
    const claim = await read(row.claim, { secret: order.secret })
    is(`${claim.stage} ${claim.waiting_for}`, 'merchant merchant', 'the merchant is asked')
    is(claim.evidence.map((file) => file.kind).sort().join(), 'problem_proof,unused_proof', 'each picture went where it fits')
    const first = claim.evidence.find((file) => file.kind === 'problem_proof')
    is(first.original?.sha256, sha256(screenshot), 'the copy names the hash of its original')
    const bytes = Buffer.from(await (await fetch(`${server.url}/v1/claims/${row.claim}/evidence/${first.id}`, { headers: { 'Shuntui-Order-Secret': order.secret } })).arrayBuffer())
    is(sha256(bytes), first.sha256, 'the file has the hash that the server recorded')
    ok(bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) && !bytes.includes(Buffer.from('Exif')), 'it is a JPEG without Exif data')
    const size = await page.evaluate(async (data) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))]))
      return { width: picture.width, height: picture.height }
    }, bytes.toString('base64'))
    ok(size.width === 1080 && size.height > 2340 && size.height < 2600, `the stamp is below the picture: ${size.width}×${size.height}`)
    is(await page.evaluate(() => new Promise((done) => (indexedDB.open('shuntui').onsuccess = (event) => (event.target.result.transaction('drafts').objectStore('drafts').getAllKeys().onsuccess = (found) => done(found.target.result.filter((key) => /^refund/.test(key)).length))))), 0, 'nothing of it is left on the device')
    await visitor.close()
  }

  // ---- a draft survives a killed tab ----
  {
    const order = await revealed()
    const visitor = await visit(server, { orders: [order] })
    const { page } = visitor
    await visitor.go(`/orders/${order.id}/refund`)
    await page.waitForSelector('.tasks')
    await page.locator('.filepick input').first().setInputFiles({ ...PNG, buffer: screenshot })
    await prepared(page, 1)
    await page.getByText('补充说明（选填）').click()
    const field = page.getByLabel('补充说明')
    await field.fill('试了三次 👾 שלום 都不行')
    await field.blur()
    await visitor.tap('提交申请 ¥98.00')
    await page.getByRole('alert').filter({ hasText: '需要修改' }).waitFor()
    ok(await page.getByRole('alert').filter({ hasText: '还差材料' }).evaluate((box) => box === document.activeElement), 'what is missing is said on top, and has the focus')
    is((await claimsOf(order)).length, 0, 'nothing was filed')
    await page.reload()
    await page.waitForSelector('.tasks')
    await prepared(page, 1)
    is(await page.getByLabel('补充说明').inputValue(), '试了三次 👾 שלום 都不行', 'after a reload the words are there')
    ok(await page.locator('.task .file img').first().evaluate((image) => image.naturalWidth > 0), '… and the picture')
    await visitor.tap('修改')
    await visitor.tap('不想要了')
    await page.getByText('规则外的情况').waitFor()
    ok(/平台须在 .* 前判定/.test(await page.locator('.buybar').innerText()), 'another reason has another verdict')
    await visitor.close()
  }

  // ---- the screen is recorded from the page, where the browser can ----
  {
    const order = await revealed()
    const visitor = await visit(server, { size: desktop, orders: [order] })
    const { page } = visitor
    await visitor.go(`/orders/${order.id}/refund`)
    await page.waitForSelector('.tasks')
    await page.getByRole('button', { name: '录制屏幕' }).first().click()
    await page.getByText('正在录制').waitFor()
    await page.waitForTimeout(2500)
    await page.getByRole('button', { name: '停止录制' }).click()
    await prepared(page, 2)
    await page.getByLabel('我用的就是这串卡密，已核对').check()
    await visitor.tap(page.getByRole('button', { name: /^提交申请/ }))
    await page.getByText('申请编号').waitFor({ timeout: 20_000 })
    const [row] = await claimsOf(order)
    const file = (await read(row.claim, { secret: order.secret })).evidence[0]
    ok(/^video\//.test(file?.media_type) && file.size > 1000, `a recording of the screen is evidence: ${file?.media_type}, ${file?.size} bytes`)
    is(visitor.seen.errors.join(), '', 'without an error of the page')
    await visitor.close()
  }

  // ---- a break in the middle of a large file: only what is missing is sent ----
  {
    const order = await revealed()
    const visitor = await visit(server, { orders: [order] })
    const { page, context } = visitor
    await visitor.go(`/orders/${order.id}/refund`)
    await page.waitForSelector('.tasks')
    await page.locator('.task').nth(1).locator('.filepick input').setInputFiles({ name: 'try.mp4', mimeType: 'video/mp4', buffer: video })
    await prepared(page, 2)
    ok(true, 'a recording of the attempt serves both tasks')
    await page.getByLabel('我用的就是这串卡密，已核对').check()
    const offsets = []
    let pieces = 0
    await context.route('**/v1/uploads/*?offset=*', (route) => ((pieces += 1) === 1 ? route.continue() : route.abort()))
    await visitor.tap('提交申请 ¥98.00')
    await until(() => pieces === 2, 'the second piece')
    ok((await page.locator('progress').count()) > 0, 'how far each file is, is shown')
    await context.unroute('**/v1/uploads/*?offset=*')
    page.on('request', (request) => /offset=/.test(request.url()) && offsets.push(Number(new URL(request.url()).searchParams.get('offset'))))
    await page.reload()
    await page.getByText('申请编号').waitFor({ timeout: 30_000 })
    ok(true, 'after a reload the page goes on by itself')
    is(offsets.slice(0, 2).join(), '524288,1048576', 'the piece that was stored is not sent again')
    const claims = await claimsOf(order)
    is(claims.length, 1, 'one claim was filed')
    const claim = await read(claims[0].claim, { secret: order.secret })
    is(claim.evidence.map((file) => `${file.kind} ${file.sha256 === sha256(video)}`).sort().join(), 'problem_proof true,screen_recording true', 'the whole recording is there, as each proof')
    await visitor.close()
  }

  // ---- no network ----
  {
    const order = await revealed()
    const visitor = await visit(server, { orders: [order] })
    const { page, context } = visitor
    await visitor.go(`/orders/${order.id}/refund`)
    await page.waitForSelector('.tasks')
    await page.locator('.filepick input').first().setInputFiles([{ ...PNG, buffer: screenshot }, { name: 'two.png', mimeType: 'image/png', buffer: screenshot }])
    await prepared(page, 2)
    await page.getByLabel('我用的就是这串卡密，已核对').check()
    await context.setOffline(true)
    await visitor.tap('提交申请 ¥98.00')
    await page.getByText('网络中断，没有连上服务器').waitFor({ timeout: 20_000 })
    ok(await page.getByRole('button', { name: '继续上传' }).isVisible(), 'offline: it says so, everything is kept, one way forward')
    ok((await page.locator('#main').innerText()).includes('材料已保存在本机'), 'and that nothing is lost')
    await context.setOffline(false)
    await page.getByText('申请编号').waitFor({ timeout: 30_000 })
    is((await claimsOf(order)).length, 1, 'back online it goes on by itself, once')
    await visitor.close()
  }

  // ---- two people at once: what changed is shown, input stays ----
  {
    const one = await filed()
    await act(one.claim, { token: merchant }, { action: 'offer', offer: 'partial', amount: 6000, reason: '先退一部分' })
    const visitor = await visit(server, { orders: [one] })
    const { page, context } = visitor
    await context.route('**/events', (route) => route.abort())
    await visitor.go(`/refunds/${one.claim}/offer`)
    await page.getByLabel('退款金额').fill('８０．５')
    await page.getByLabel(/说明/).fill('各让一步')
    await act(one.claim, { token: merchant }, { action: 'offer', offer: 'partial', amount: 7000, reason: '再加一点' })
    await visitor.tap('发出方案')
    await page.getByText('在你填写期间，有新进展').waitFor()
    ok(/商家 · 提出协商方案/.test(await page.locator('#main').innerText()), 'the other side was quicker: what it did is shown')
    is(`${await page.getByLabel('退款金额').inputValue()} ${await page.getByLabel(/说明/).inputValue()}`, '８０．５ 各让一步', 'and the input is kept')
    ok((await page.locator('#main').innerText()).includes('¥70.00'), 'the new amount is on the page')
    await visitor.tap('发出方案')
    await page.waitForURL(`**/refunds/${one.claim}`)
    const offer = (await read(one.claim, { token: merchant })).offers.at(-1)
    is(`${offer.from} ${offer.amount.amount} ${offer.note}`, 'buyer 8050 各让一步', 'sent again, it is taken')
    await visitor.close()
  }

  // ---- live news, a lost connection ----
  {
    const one = await filed()
    const visitor = await visit(server, { orders: [one] })
    const { page } = visitor
    await visitor.go(`/refunds/${one.claim}`)
    await page.getByText('实时更新中').waitFor()
    await call(server, 'POST', `/v1/claims/${one.claim}/messages`, { token: merchant, body: { body: '加我微信 wx12345678，私下退你' } })
    await act(one.claim, { token: merchant }, { action: 'merchant_refuse', reason: '后台显示卡密已在别的账号兑换' })
    await page.getByRole('heading', { name: /未达成一致，等你决定下一步/ }).waitFor({ timeout: 5000 })
    ok(true, 'what the merchant does is seen without a reload')
    ok((await page.getByRole('status').allInnerTexts()).some((text) => /有新进展：商家说明理由后拒绝/.test(text)), 'and announced')
    ok((await page.locator('.thread').innerText()).includes('这里提到了平台以外的联系方式'), 'contact outside the platform is shown with a calm warning')
    await server.stop()
    await page.getByText('连接已断开，正在重新连接').waitFor({ timeout: 15_000 })
    ok(true, 'a lost connection shows itself')
    await server.restart()
    await page.getByText('实时更新中').waitFor({ timeout: 30_000 })
    ok(true, 'and recovers')
    await visitor.close()
  }

  // ---- escalation, decision, appeal, evidence afterwards, the bundle ----
  {
    const one = await filed()
    await act(one.claim, { token: merchant }, { action: 'merchant_refuse', reason: '后台显示卡密已在别的账号兑换' })
    const visitor = await visit(server, { orders: [one] })
    const { page } = visitor
    await visitor.go(`/refunds/${one.claim}`)
    await visitor.tap('请平台人工处理')
    await page.getByLabel(/最后陈述/).fill('我没有兑换过')
    await visitor.tap(page.locator('form').getByRole('button', { name: '请平台处理' }))
    await page.getByRole('heading', { name: /平台处理中/ }).waitFor()
    is((await read(one.claim, { token: arbiter })).events.at(-1).detail.note, '我没有兑换过', 'the last statement is with the request')
    await visitor.tap('补充材料')
    await page.getByRole('dialog').locator('input[type=file]').first().setInputFiles({ ...PNG, buffer: screenshot })
    await page.getByRole('dialog').getByRole('button', { name: '上传 1 份材料' }).waitFor({ timeout: 20_000 })
    await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '遮挡隐私' }))
    const tool = page.getByRole('dialog').filter({ hasText: '在图上拖出黑框' })
    await tool.getByRole('button', { name: '添加黑框' }).click()
    await tool.getByRole('application').focus()
    for (const key of ['ArrowUp', 'ArrowUp', 'Shift+ArrowRight']) await page.keyboard.press(key)
    await tool.getByRole('button', { name: '完成' }).click()
    await page.getByRole('dialog').getByText('1 处遮挡').waitFor({ timeout: 20_000 })
    await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '上传 1 份材料' }))
    await until(async () => (await read(one.claim, { secret: one.secret })).evidence.length === 3, 'the added file')
    ok(true, 'evidence can be added afterwards, with parts covered by keys alone')

    await act(one.claim, { token: arbiter }, { action: 'take_case' })
    await act(one.claim, { token: arbiter }, { action: 'propose_deviation', outcome: 'refuse', reason: '发行方记录显示在买家账号上兑换', clause: 'dead_key' })
    await act(one.claim, { token: operator }, { action: 'confirm_deviation' })
    await page.getByRole('heading', { name: '判定不予退款，等你接受或申诉' }).waitFor({ timeout: 10_000 })
    await visitor.tap('查看判定')
    await page.locator('.decision').waitFor()
    const text = await page.locator('.decision').innerText()
    ok(/^判定不予退款/.test(text), 'the decision: outcome first')
    ok(/偏离规则的理由/.test(text) && /来源：平台记录/.test(text) && /实付 ¥98\.00/.test(text), 'why, facts with their sources, the arithmetic')
    await visitor.tap('申诉')
    await visitor.tap('提交申诉')
    await page.getByRole('alert').filter({ hasText: '有 2 处需要修改' }).waitFor()
    await page.getByLabel(/新事实/).check()
    await page.getByLabel('理由').fill('客服邮件说明卡密从未激活')
    await visitor.tap('提交申诉')
    await page.getByRole('heading', { name: /申诉复核中/ }).waitFor()
    ok(true, 'the appeal is with another arbiter')
    const download = page.waitForEvent('download')
    await visitor.tap('下载证据包')
    const file = await download
    is(file.suggestedFilename(), `shuntui-${one.claim}.zip`, 'the bundle is saved under the claim’s name')
    is(visitor.seen.errors.join(), '', 'no error')
    await visitor.close()
  }

  // ---- the list ----
  {
    const [one, two] = [await filed(), await filed()]
    await act(two.claim, { token: merchant }, { action: 'offer', offer: 'partial', amount: 5000 })
    const visitor = await visit(server, { orders: [one, two] })
    const { page } = visitor
    await visitor.go('/refunds')
    const rows = await page.locator('li.card').allInnerTexts()
    is(rows.length, 2, 'the list has the claims of this device')
    ok(rows.every((row) => /还剩/.test(row) && /到期后：/.test(row) && /¥98\.00/.test(row)), 'each row has its countdown, what happens at zero, and the amount')
    await visitor.tap(page.getByRole('button', { name: /^等我处理/ }))
    is(await page.locator('li.card').count(), 1, 'it can be narrowed to my turn')
    await visitor.tap(page.locator('li.card a'))
    await page.getByRole('heading', { name: /有新方案/ }).waitFor()
    const fresh = await visit(server, { orders: [one] })
    await fresh.go(`/refunds/${one.claim}`)
    ok(await fresh.page.getByRole('heading', { name: /等商家回应/ }).isVisible(), 'a device that knows the order but not the claim finds it')
    await fresh.close()
    await visitor.close()
  }
})
