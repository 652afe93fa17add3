#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The case kit in a browser: a whole case from the problem to the export, kept over a killed tab, with nothing asked of the network; copies
// without a camera's notes, hidden places that are hidden; the steps in both languages, sizes and themes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd, axeFaults, desktop, is, main, note, ok, phone, settled, shoot, sidewaysScroll, smallTargets, startServer, visit } from './lib/harness.mjs'
import { untranslated } from './lib/matrix.mjs'

const STEPS = ['problem', 'facts', 'rules', 'materials', 'timeline', 'letters', 'export']
/** Taken on the way, where there is more to see. */
const SHOT_BEFORE = new Set(['facts', 'rules', 'timeline', 'letters', 'export'])
const RULES = '退款说明：卡密无效的，七日内可退。\n虚拟商品一经售出，概不退款。\n本店保留最终解释权。'

/** A JPEG of 400 by 300, light, drawn by the browser; with a place where it was taken, as a camera writes it. */
async function photo(page) {
  const drawn = await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 400
    canvas.height = 300
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#eee'
    pen.fillRect(0, 0, 400, 300)
    pen.fillStyle = '#036'
    pen.font = '24px sans-serif'
    pen.fillText('ERROR 1042', 40, 60)
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg'))
    return [...new Uint8Array(await blob.arrayBuffer())]
  })
  const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]
  const exif = [0xff, 0xe1, 0, tiff.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff]
  return Buffer.from([...drawn.slice(0, 2), ...exif, ...drawn.slice(2)])
}

async function fill(page, label, value) {
  await page.getByLabel(label, { exact: true }).fill(value)
}
async function moment(page, label, day, time) {
  await fill(page, `${label}：日期`, day)
  await fill(page, `${label}：时刻`, time)
}
const step = (visitor, name) => visitor.tap(visitor.page.getByRole('navigation', { name: '步骤' }).getByRole('link', { name }))
const saved = (page) => page.getByText('已保存在本机').waitFor()

async function fillCase(visitor) {
  const { page } = visitor
  await visitor.go('/kit')
  ok(await page.getByText('都不会上传').isVisible(), 'it says that nothing is uploaded')
  await shoot(page, 'kit-start-phone')
  await visitor.tap('新建一份')
  await fill(page, '在哪个平台买的', '某卡盟')
  await page.getByLabel('卡密、激活码、礼品卡、软件').check()
  await page.getByLabel('卡密无效').check()
  await saved(page)
  await step(visitor, '事实')
  for (const [label, value] of [['订单号', '20261120143012'], ['商品名称', '游戏点卡 100 元'], ['卖家名称', '星河数卡'], ['你在那个平台的账号', 'xiaoliu88'], ['实付金额', '９８.５'], ['用在哪个账号', 'gamer-17'], ['卡密最后 4 位', '7Q2F'], ['提示原文', '该卡号不存在']])
    await fill(page, label, value)
  await page.getByLabel('支付方式').selectOption('alipay')
  await moment(page, '付款时间', '2026-11-20', '14:30')
  await moment(page, '卖家交付的时间', '2026-11-20', '14:31')
  await moment(page, '发现问题的时间', '2026-11-20', '14:42')
  await moment(page, '第一次提出退款的时间', '2026-11-20', '15:05')
  await page.getByLabel('对方怎么答复').selectOption('refused')
  await fill(page, '答复原话', '卡密售出概不退换')
}

async function pasteRules(visitor) {
  const { page } = visitor
  await step(visitor, '规则')
  await fill(page, '出处', '卖家商品页面')
  await fill(page, '规则原文', RULES)
  await page.getByText('找到 2 处').waitFor()
  const found = await page.locator('.finding q').allInnerTexts()
  is(found.join('|'), '一经售出，概不退款|保留最终解释权', 'the void terms of the pasted rule are found')
  ok((await page.locator('.finding').first().innerText()).includes('第二十一条') || (await page.locator('.finding details').first().locator('a').count()) > 0, 'with their articles')
  await fill(page, '条款原文 · 选填', '卡密无效的，七日内可退。')
  await page.locator('.finding').first().scrollIntoViewIfNeeded()
  await shoot(page, 'kit-rules-phone')
}

async function addMaterials(visitor, bytes) {
  const { page } = visitor
  await step(visitor, '材料')
  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { name: '报错提示' }) })
  await card.locator('input[type=file]').first().setInputFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: bytes })
  await card.getByText('原件 SHA-256').waitFor()
  const hash = execFileSync('sha256sum', { input: bytes, encoding: 'utf8' }).slice(0, 64)
  ok((await card.innerText()).includes(hash), 'the hash of the original is that of sha256sum')
  ok(await card.getByText('原图里有拍摄位置').isVisible(), 'a place in the original is said')
  for (const what of [/^时间/, /^平台/, /^账号/, /^文字清楚/]) await card.getByRole('checkbox', { name: what }).check()
  ok(await card.getByText('已齐').isVisible(), 'with time, platform, account and legible text it is complete')
  await card.scrollIntoViewIfNeeded()
  await shoot(page, 'kit-material-phone')
  return card
}

/** Hides a place by the numbers, without dragging, and another by dragging. */
async function hidePlaces(visitor, card) {
  const { page } = visitor
  await visitor.tap(card.getByRole('button', { name: '遮盖、加注' }))
  const dialog = page.getByRole('dialog')
  await visitor.tap(dialog.getByRole('button', { name: '加一处遮盖' }))
  for (const [side, value] of [['左', '0'], ['上', '0'], ['宽', '50'], ['高', '40']]) await dialog.getByLabel(side, { exact: true }).fill(value)
  const stage = await dialog.locator('.hidestage').boundingBox()
  await page.mouse.move(stage.x + stage.width * 0.7, stage.y + stage.height * 0.7)
  await page.mouse.down()
  await page.mouse.move(stage.x + stage.width * 0.9, stage.y + stage.height * 0.9, { steps: 4 })
  await page.mouse.up()
  is(await dialog.locator('.hidebox').count(), 2, 'a place is hidden by numbers, another by dragging')
  is((await axeFaults(page)).join('\n'), '', 'axe finds nothing in the editor of a copy')
  await shoot(page, 'kit-hide-phone')
  await visitor.tap(dialog.getByRole('button', { name: '生成副本' }))
  await dialog.waitFor({ state: 'hidden' })
  await card.getByText('副本（遮盖 2 处').waitFor()
}

/** What the copy is: its size, colours at places, and whether notes of a camera are in it. */
async function lookAtCopy(page, card) {
  return card.locator('.kititem img').evaluate(async (image) => {
    await image.decode()
    const kept = await new Promise((resolve) => {
      const request = indexedDB.open('shuntui-casekit')
      request.onsuccess = () => {
        const files = request.result.transaction('files').objectStore('files')
        files.getAllKeys().onsuccess = (event) => {
          files.get(event.target.result.find((key) => key.endsWith('.copy'))).onsuccess = (answer) => resolve(answer.target.result)
        }
      }
    })
    const bytes = new Uint8Array(await kept.arrayBuffer())
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth
    canvas.height = image.naturalHeight
    const pen = canvas.getContext('2d')
    pen.drawImage(image, 0, 0)
    const light = (x, y) => Math.round(pen.getImageData(x, y, 1, 1).data.slice(0, 3).reduce((sum, one) => sum + one, 0) / 3)
    const text = String.fromCharCode(...bytes.slice(0, 400))
    return { width: image.naturalWidth, height: image.naturalHeight, hidden: light(100, 60), dragged: light(320, 240), shown: light(300, 60), exif: text.includes('Exif') }
  })
}

async function exportIt(visitor, folder) {
  const { page } = visitor
  await step(visitor, '导出')
  await page.getByText('没有平台或第三方确认').waitFor()
  ok(true, 'it says plainly whose hashes and times they are')
  await visitor.tap('生成材料包')
  await page.getByText('已生成').waitFor()
  await shoot(page, 'kit-export-phone')
  const [download] = await Promise.all([page.waitForEvent('download'), visitor.tap(page.getByRole('link', { name: '保存到本机' }))])
  await download.saveAs(join(folder, 'case.tar'))
  execFileSync('tar', ['-xf', join(folder, 'case.tar'), '-C', folder])
  const inside = join(folder, download.suggestedFilename().replace(/\.tar$/, ''))
  execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], { cwd: inside })
  ok(true, 'sha256sum checks the export')
  const id = (await page.locator('.code').allInnerTexts()).find((text) => /^[0-9a-f]{64}$/.test(text))
  is(execFileSync('sha256sum', ['tagmanifest-sha256.txt'], { cwd: inside, encoding: 'utf8' }).slice(0, 64), id, 'its id is shown')
  return inside
}

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shuntui-kit-'))
  atEnd(async () => rmSync(folder, { recursive: true }))
  const server = await startServer()
  const visitor = await visit(server)
  const { page, seen } = visitor
  await fillCase(visitor)
  await shoot(page, 'kit-facts-phone')
  const bytes = await photo(page)
  writeFileSync(join(folder, 'photo.jpg'), bytes)
  await saved(page)
  await page.waitForFunction(() => document.readyState === 'complete')
  const address = page.url()

  // ---- what was typed survives, and everything works without a network ----
  await page.goto('about:blank')
  await page.goto(`${address.replace(/&step=.*/, '')}&step=problem`)
  await page.getByLabel('卡密已被他人使用').check()
  await page.goto(address) // at once after the tap
  await settled(page)
  ok(await page.getByText('某卡盟 · 卡密已被他人使用').isVisible(), 'a choice is kept even when the page goes at once')
  await page.goto(`${address.replace(/&step=.*/, '')}&step=problem`)
  await page.getByLabel('卡密无效').check()
  await page.goto(address)
  await page.getByLabel('卖家名称', { exact: true }).waitFor()
  is(await page.getByLabel('卖家名称', { exact: true }).inputValue(), '星河数卡', 'what was typed survives a killed tab')
  is(await page.getByLabel('实付金额', { exact: true }).inputValue(), '98.50', 'the amount too, full-width digits and all')
  await page.waitForTimeout(1500) // the other steps come when the browser is idle
  const before = seen.requests.length
  await visitor.context.setOffline(true)
  await pasteRules(visitor)
  const card = await addMaterials(visitor, bytes)
  await hidePlaces(visitor, card)
  const copy = await lookAtCopy(page, card)
  ok(copy.width === 400 && copy.height > 300, 'the band stands below the picture', JSON.stringify(copy))
  ok(copy.hidden < 20 && copy.dragged < 20 && copy.shown > 200, 'what is hidden is black, the rest is as it was', JSON.stringify(copy))
  is(copy.exif, false, 'the copy has no notes of the camera')
  await step(visitor, '经过')
  await page.locator('ol.timeline').waitFor()
  is(await page.locator('ol.timeline > li').count(), 4, 'the timeline holds the times of the facts')
  ok(await page.getByText('2026-11-27 · 收到之日起第七天').isVisible(), 'the seventh day is named')
  await fill(page, '什么时候：日期', '2026-11-22')
  await fill(page, '发生了什么', '再次联系，没有回复')
  await visitor.tap('加入')
  is(await page.locator('ol.timeline > li').count(), 5, 'an entry of one’s own is added')
  await shoot(page, 'kit-timeline-phone')

  // ---- letters ----
  await step(visitor, '文书')
  await page.getByLabel('给卖家的退款申请').check()
  const body = page.getByLabel('正文')
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('最终解释权'))
  const letter = await body.inputValue()
  for (const part of ['依据卖家商品页面（“卡密无效的，七日内可退。”）', '《消费者权益保护法》第二十四条（2014-03-15 起施行，CPL-24）', '请将实付的 ¥98.50 全额退回原支付账户', '这样的内容无效或被禁止'])
    ok(letter.includes(part), `the letter says: ${part}`, letter)
  await body.fill(`${letter}你们是骗子！`)
  ok(await page.getByText('指责的词').isVisible(), 'a harsh word is met with a suggestion')
  await body.scrollIntoViewIfNeeded()
  await shoot(page, 'kit-letters-phone')
  await step(visitor, '事实')
  await fill(page, '订单号', '99')
  await step(visitor, '文书')
  await page.getByLabel('给卖家的退款申请').check()
  await page.getByText('之后事实又变了').waitFor()
  ok((await body.inputValue()).endsWith('骗子！'), 'an edited letter stays when the facts change, and says so')
  await visitor.tap('按现在的事实重写')
  ok((await body.inputValue()).includes('订单 99（') && !(await body.inputValue()).includes('骗子'), 'it is written anew when asked')

  // ---- export ----
  const inside = await exportIt(visitor, folder)
  const made = JSON.parse(readFileSync(join(inside, 'data/case.json'), 'utf8'))
  is(made.attachments.map((one) => one.path).join(), 'data/evidence/01-copy.jpg', 'the copy is exported, the original is kept back')
  is(made.attachments[0].original.sha256, execFileSync('sha256sum', [join(folder, 'photo.jpg')], { encoding: 'utf8' }).slice(0, 64), '… and listed with its hash')
  ok(!readFileSync(join(inside, 'data/evidence/01-copy.jpg')).includes('Exif'), '… without notes of the camera')

  // ---- the network ----
  const asked = seen.requests.slice(before).filter((request) => /^https?:/.test(request.url()) && !/favicon/.test(request.url())) // the browser's own wish
  is(asked.map((request) => `${request.method()} ${request.url()}`).join('\n'), '', 'from the rules to the export nothing was asked of any network')
  await visitor.context.setOffline(false)
  const posts = seen.requests.filter((request) => request.method() !== 'GET')
  is(posts.map((request) => request.url()).join(), '', 'in all of it nothing was sent')
  is(seen.foreign.join(), '', 'nobody else was asked anything')
  is(seen.errors.join('\n'), '', 'no error in the console')
  note(`${seen.requests.length} requests in all, for the page itself`)

  // ---- two tabs ----
  const second = await visitor.context.newPage()
  await second.goto(`${address.replace(/&step=.*/, '')}&step=facts`)
  await fill(second, '卖家名称', '另一个标签页写的')
  await saved(second)
  await step(visitor, '事实')
  await page.getByLabel('卖家名称', { exact: true }).waitFor()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value === '另一个标签页写的'))
  ok(true, 'what another tab has written is taken over when one comes back to this one')
  is(await page.getByLabel('订单号', { exact: true }).inputValue(), '99', '… and nothing else is lost')
  await second.close()

  // ---- every step, in every form ----
  for (const [sizeName, size] of [['phone', phone], ['desktop', desktop]])
    for (const locale of ['zh-CN', 'en']) {
      await page.setViewportSize(size)
      await visitor.context.addCookies([{ name: 'shuntui_lang', value: locale, url: server.url }])
      for (const one of STEPS) {
        const label = `${one}, ${sizeName}, ${locale}`
        await page.goto(`${address.replace(/&step=.*/, '')}&step=${one}`)
        await settled(page)
        await page.locator('.stack-4 > .card, .stack-4 > .stack').first().waitFor()
        await page.waitForFunction(() => !/正在筛查|Screening…/.test(document.body.innerText))
        for (const theme of ['light', 'dark']) {
          await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme)
          const faults = await axeFaults(page)
          ok(faults.length === 0, `${label}, ${theme}: axe finds nothing`, faults.slice(0, 10).join('\n'))
          if (sizeName === 'desktop' && locale === 'en' && theme === 'dark') await shoot(page, `kit-${one}-desktop`)
          if (sizeName === 'phone' && locale === 'zh-CN' && theme === 'light' && !SHOT_BEFORE.has(one)) await shoot(page, `kit-${one}-phone`)
        }
        is(await sidewaysScroll(page), 0, `${label}: no sideways scroll`)
        is((await untranslated(page)).join(' '), '', `${label}: every text is translated and filled in`)
        if (sizeName === 'phone') is((await smallTargets(page, 44)).join('; '), '', `${label}: targets are 44 px`)
      }
    }

  // ---- gone ----
  await visitor.context.addCookies([{ name: 'shuntui_lang', value: 'zh-CN', url: server.url }])
  await page.setViewportSize(phone)
  await visitor.go('/kit')
  is(await page.locator('li.card').count(), 1, 'the case is in the list')
  await visitor.tap(page.locator('li.card').getByRole('button'))
  await visitor.tap(page.getByRole('dialog').getByRole('button', { name: '删除', exact: true }))
  await page.getByText('还没有整理过').waitFor()
  const left = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('shuntui-casekit')
        request.onsuccess = () => {
          const count = request.result.transaction('files').objectStore('files').count()
          count.onsuccess = () => resolve(count.result)
        }
      }),
  )
  is(left, 0, 'with the case its files are gone')
  await visitor.close()
})
