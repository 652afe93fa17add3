#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The page /verify: what it says of a good bundle, a bent one and a file that is none; that nothing leaves the device and no network
// is needed; that a key from elsewhere is compared; progress, cancelling, and the result on paper.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd, is, main, ok, root, startServer, visit } from './lib/harness.mjs'
import { eachPage } from './lib/matrix.mjs'

const build = process.env.SHUNTUI_BUILD ?? join(root, 'build')
const folder = mkdtempSync(join(tmpdir(), 'shuntui-verify-'))
atEnd(async () => rmSync(folder, { recursive: true, force: true }))
const file = (name) => join(folder, name)

async function give(page, path) {
  await page.setInputFiles('input[type=file]', path)
  await page.waitForSelector('.verify .note', { timeout: 20_000 })
}
const open = (page, text) => page.locator('details', { has: page.locator('summary', { hasText: text }) }).locator('summary').click()

await main(async () => {
  execFileSync(join(build, 'tests', 'make_bundle'), [folder])
  const bent = readFileSync(file('bundle.tar'))
  bent[bent.indexOf('data/leaves/0002.leaf') + 512 + 40] ^= 1
  writeFileSync(file('bent.tar'), bent)
  writeFileSync(file('photo.jpg'), Buffer.alloc(4000, 7))
  const server = await startServer()
  await eachPage(
    server,
    [
      { name: 'verify', path: '/verify' },
      { name: 'verify-good', path: '/verify', prepare: (page) => give(page, file('bundle.tar')) },
      { name: 'verify-failed', path: '/verify', prepare: (page) => give(page, file('misruled.tar')) },
      { name: 'verify-fault', path: '/verify', prepare: (page) => give(page, file('photo.jpg')) },
      { name: 'verify-given', path: '/verify', prepare: (page) => open(page, /另行取得|elsewhere/) },
    ],
    { targets: 44 },
  )

  const { page, context, seen } = await visit(server)
  await page.goto('/verify')
  await page.waitForSelector('.verify')
  await page.waitForTimeout(500) // the worker's script is on its way
  await context.setOffline(true)
  const before = seen.requests.length
  await give(page, file('bundle.zip'))
  const text = () => page.locator('#main').innerText()
  ok(/核验通过/.test(await text()) && /退款 ¥50\.00/.test(await text()), 'a good bundle is verified without a network, its decision told', await text())
  ok(/还差一步/.test(await text()) && /核验不能证明什么/.test(await text()), '… and what is left, and what is not shown')
  is(await page.locator('.checks tbody tr').count(), 21, 'every check has its row')
  const key = await page.locator('p.code').first().innerText()
  await open(page, '另行取得')
  await page.getByLabel('日志公钥').fill('x')
  ok(await page.getByText('这不是一行日志公钥').isVisible(), 'what is no key is said to be none')
  await page.getByLabel('日志公钥').fill(key)
  await page.getByText('与你填入的公钥一致。').waitFor({ timeout: 5000 })
  ok(!/还差一步/.test(await text()), 'a key from elsewhere is compared at once')
  await page.getByLabel('证据包编号').fill('0'.repeat(64))
  await page.getByText('核验未通过').waitFor({ timeout: 5000 })
  ok(/与你填入的不符/.test(await text()), '… and so is an id')
  await page.getByLabel('证据包编号').fill('')
  await page.getByText('核验通过').waitFor({ timeout: 5000 })
  await give(page, file('bent.tar'))
  await page.getByText('核验未通过').waitFor({ timeout: 5000 })
  ok(/位置：manifest-sha256\.txt 第 13 行: data\/leaves\/0002\.leaf/.test(await text()), 'a changed byte is found, with its place', await text())
  is(seen.requests.length, before, 'nothing was asked of anybody meanwhile')
  is(seen.errors.join('\n'), '', 'nor did anything go wrong')

  const dropped = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([new Uint8Array(bytes)], 'small.tar'))
    return transfer
  }, [...readFileSync(file('small.tar'))])
  await page.dispatchEvent('#main', 'drop', { dataTransfer: dropped })
  await page.getByText('文件 small.tar').waitFor({ timeout: 5000 })
  ok(/核验通过/.test(await text()), 'a file can be dropped')
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
  ok(await page.locator('.files tbody tr').first().isVisible(), 'on paper every file is listed')
  ok(!(await page.getByText('核验另一个文件').isVisible()) && (await page.locator('.checks').isVisible()), '… and nothing that can only be pressed')
  await context.close()

  // Much to read: its progress is shown, and it can be cancelled.
  mkdirSync(file('many/data/items'), { recursive: true })
  for (let i = 0; i < 8; i++) writeFileSync(file(`many/data/items/000${i}.mp4`), Buffer.alloc(20_000_000, i))
  execFileSync('tar', ['--format=ustar', '-cf', file('many.tar'), '-C', folder, 'many'])
  const second = await visit(server)
  await second.go('/verify')
  const start = Date.now()
  await second.page.setInputFiles('input[type=file]', file('many.tar'))
  const first = await Promise.race([
    second.page.waitForSelector('progress', { timeout: 60_000 }).then(() => 'progress'),
    second.page.waitForSelector('.verify .note', { timeout: 60_000 }).then(() => 'result'),
  ])
  ok(first === 'progress' || Date.now() - start < 700, 'what takes longer than half a second shows its progress', `${first} after ${Date.now() - start} ms`)
  if (first === 'progress') {
    const cancel = second.page.getByRole('button', { name: '取消' })
    if (await cancel.click({ timeout: 3000 }).then(() => true, () => false)) {
      await second.page.waitForTimeout(300)
      ok(!(await second.page.locator('progress').isVisible()), '… and can be cancelled')
    }
  }
  await give(second.page, file('bundle.tar'))
  ok(/核验通过/.test(await second.page.locator('#main').innerText()), 'the next file is verified as usual')
  is(second.seen.errors.join('\n'), '', 'without an error')
})
