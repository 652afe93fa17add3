// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: TAP, a server of the program on a free port with an empty or the demonstration database,
// Chromium, visitors of every role, taps that are counted, axe, and a watch on everything that a page does on the network.
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomBytes } from 'node:crypto'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const build = process.env.SHUNTUI_BUILD ?? join(root, 'build')
const program = [join(build, 'shuntui'), join(build, 'src/cli/shuntui')].find(existsSync)

// ---- TAP ----
let count = 0
let failed = 0
export function ok(condition, name, more) {
  count += 1
  if (!condition) failed += 1
  console.log(`${condition ? 'ok' : 'not ok'} ${count} - ${name.replace(/#/g, '\\#')}`)
  // On standard error, where prove shows it.
  if (!condition) for (const line of `Failed: ${name}\n${more ?? ''}`.trim().split('\n')) console.error(`#   ${line}`)
  return Boolean(condition)
}
export function is(got, wanted, name) {
  return ok(got === wanted, name, `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`)
}
export function note(text) {
  for (const line of String(text).split('\n')) console.log(`# ${line}`)
}

const endings = []
export function atEnd(work) {
  endings.push(work)
}
/** Runs a whole test file: its checks, then everything that was started is ended, and the plan is printed. */
export async function main(work) {
  try {
    await work()
  } catch (error) {
    ok(false, 'the test ran to its end', error.stack ?? error)
  }
  for (const end of endings.reverse()) await end().catch((error) => note(error))
  console.log(`1..${count}`)
  process.exit(failed ? 1 : 0)
}

// ---- the server ----
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A wall clock of the server's own (libfaketime), which only goes forward; what it waits by is not touched. */
function movableClock(folder) {
  const file = join(folder, 'clock')
  const library = readdirSync('/usr/lib').map((one) => join('/usr/lib', one, 'faketime/libfaketimeMT.so.1')).find(existsSync)
  let ahead = 0
  function advance(seconds) {
    ahead += seconds
    writeFileSync(`${file}.new`, `+${ahead}\n`)
    renameSync(`${file}.new`, file)
  }
  advance(0)
  return { advance, env: { ...process.env, LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' } }
}

/** Starts a server. `demo`: the demonstration's database, else an empty one. Tokens are what the program printed. `clock`: its time can
 * be moved on with `advance(seconds)`. */
export async function startServer({ demo = false, args = [], clock = false, workMs = 50 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'shuntui-page-'))
  const state = join(folder, 'state')
  const moved = clock ? movableClock(folder) : undefined
  const tokens = {}
  if (demo) {
    const text = execFileSync(program, ['demo', '--load', '--state', state], { encoding: 'utf8' })
    for (const [, role, token] of text.matchAll(/^\s+(merchant|arbiter|operator)\s+(tok_\w+)/gm)) tokens[role] = token
  }
  const port = await freePort()
  const all = ['serve', '--state', state, '--listen', `127.0.0.1:${port}`, '--work-interval-ms', String(workMs), ...args]
  if (!demo) all.push('--create', '--new-operator')
  let child
  let log = ''
  async function begin(list) {
    child = spawn(program, list, { stdio: ['ignore', 'pipe', 'pipe'], env: moved?.env ?? process.env })
    child.stdout.on('data', (chunk) => (log += chunk))
    child.stderr.on('data', (chunk) => (log += chunk))
    for (let i = 0; i < 400; i++) {
      if (child.exitCode !== null) break
      if (await fetch(`http://127.0.0.1:${port}/ready`).then((answer) => answer.ok, () => false)) return
      await sleep(50)
    }
    throw new Error(`the server did not start: ${log}`)
  }
  async function end() {
    if (child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  await begin(all)
  // What the program printed may come a moment later than it answers.
  for (let i = 0; !demo && !/tok_\w{26}/.test(log) && i < 100; i++) await sleep(20)
  if (!demo) tokens.operator = /tok_\w+/.exec(log)?.[0]
  atEnd(async () => {
    await end()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    tokens,
    state,
    log: () => log,
    stop: end,
    advance: moved?.advance,
    restart: async () => {
      await end()
      await begin(all.filter((word) => word !== '--new-operator' && word !== '--create'))
    },
  }
}

/** Asks the API as an account (token) or as a guest (secret of an order). Throws on anything but success. */
export async function call(server, method, path, { token, secret, body, raw, type, key, match, status } = {}) {
  const headers = {}
  if (token) headers.Authorization = `Bearer ${token}`
  if (secret) headers['Shuntui-Order-Secret'] = secret
  if (match) headers['If-Match'] = match
  if (method === 'POST') headers['Idempotency-Key'] = key ?? randomBytes(16).toString('hex')
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (raw !== undefined) headers['Content-Type'] = type
  const answer = await fetch(server.url + path, { method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)) })
  const text = await answer.text()
  const json = /json/.test(answer.headers.get('Content-Type') ?? '') && text ? JSON.parse(text) : undefined
  if (status ? answer.status !== status : !answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return json ?? text
}

/** Waits until `look` gives something truthy; the worker of the server does things after an answer. */
export async function until(look, what = 'what was waited for', ms = 10_000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`${what} did not come`)
}

/** Buys one piece of a product as a guest and pays for it. */
export async function buy(server, product, body = {}) {
  const order = await call(server, 'POST', '/v1/orders', { body: { product_id: product, ...body } })
  const secret = order.order_secret
  await call(server, 'POST', `/v1/sandbox/payments/${order.payment.reference}/pay`)
  await until(async () => (await call(server, 'GET', `/v1/orders/${order.id}`, { secret })).state !== 'created', 'the payment')
  return { id: order.id, secret }
}

// ---- the browser ----
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none',
  // A screen to record, of which nobody has to be asked.
  '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=display-media-type=monitor',
]
let browser
export async function startBrowser() {
  if (browser) return browser
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  atEnd(() => browser.close())
  return browser
}

export const phone = { width: 390, height: 844 }
export const desktop = { width: 1280, height: 800 }

/** A new visitor: nothing kept from another. `token` signs an account in; `orders` are known on this device. */
export async function visit(server, { size = phone, theme = 'light', locale = 'zh-CN', token, orders = [], claims, scale = 1, timezone = 'Asia/Shanghai' } = {}) {
  await startBrowser()
  const context = await browser.newContext({
    viewport: size, deviceScaleFactor: scale, hasTouch: size.width < 600, isMobile: size.width < 600, colorScheme: theme,
    locale, timezoneId: timezone, baseURL: server.url, acceptDownloads: true, reducedMotion: 'reduce',
  })
  await context.addCookies([
    { name: 'shuntui_lang', value: locale, url: server.url },
    { name: 'shuntui_theme', value: theme, url: server.url },
  ])
  if (orders.length)
    await context.addInitScript((known) => {
      if (!localStorage.getItem('shuntui.orders')) localStorage.setItem('shuntui.orders', JSON.stringify(known))
    }, orders)
  if (claims)
    await context.addInitScript((known) => {
      if (!localStorage.getItem('shuntui.claims')) localStorage.setItem('shuntui.claims', JSON.stringify(known))
    }, claims)
  if (token) {
    const answer = await context.request.post('/v1/session', { data: { token }, headers: { 'Idempotency-Key': randomBytes(16).toString('hex'), 'Shuntui-Page': '1' } })
    if (!answer.ok()) throw new Error(`sign in: ${answer.status()} ${await answer.text()}`)
  }
  const page = await context.newPage()
  const seen = watch(page, server)
  let taps = 0
  return {
    context,
    page,
    seen,
    /** Goes to a path and waits until its first content is there. */
    async go(path) {
      await page.goto(path)
      await settled(page)
    },
    async settled() {
      await settled(page)
    },
    /** One tap of a person, counted. */
    async tap(target) {
      const locator = typeof target === 'string' ? page.getByRole('button', { name: target }).or(page.getByRole('link', { name: target })).first() : target
      taps += 1
      if (size.width < 600) await locator.tap()
      else await locator.click()
    },
    taps: () => taps,
    count(n = 1) {
      taps += n
    },
    close: () => context.close(),
  }
}

/** Until nothing is loading: no skeleton, and no request for a moment. */
export async function settled(page) {
  await page.waitForSelector('#main', { state: 'attached' })
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'), undefined, { timeout: 15_000 })
}

/** Everything that a page does wrong by itself: errors, refused scripts, requests to anywhere else; and every API answer. */
function watch(page, server) {
  const seen = { errors: [], foreign: [], answers: [], requests: [] }
  page.on('console', (message) => {
    // A refused API request is reported by the browser as an error of its own; the page handles it.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) seen.errors.push(message.text())
  })
  page.on('pageerror', (error) => seen.errors.push(String(error)))
  page.on('request', (request) => {
    const url = new URL(request.url())
    seen.requests.push(request)
    if (url.protocol !== 'blob:' && url.protocol !== 'data:' && url.origin !== server.url) seen.foreign.push(request.url())
  })
  page.on('response', (response) => {
    const url = new URL(response.url())
    if (url.pathname.startsWith('/v1/') && !/events$/.test(url.pathname)) seen.answers.push(response)
  })
  return seen
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
/** axe with the rules of WCAG 2.0 to 2.2 A and AA and its best practices. Returns one line per element that breaks one. */
export async function axeFaults(page) {
  await page.evaluate(axe)
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }),
  )
  return result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`))
}

/** Things that stick out to the right of the window, when the page can be scrolled sideways. */
export async function sidewaysScroll(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Targets of a finger that are smaller than `px`, except links inside a sentence. */
export async function smallTargets(page, px) {
  return page.evaluate((min) => {
    const found = []
    for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')) {
      const box = (element.closest('label') ?? element).getBoundingClientRect()
      if (box.width === 0 || getComputedStyle(element).visibility === 'hidden' || element.closest('.sr, .skip, [hidden]') || element.classList.contains('sr')) continue
      const inline = element.tagName === 'A' && getComputedStyle(element).display === 'inline'
      const after = getComputedStyle(element, '::after')
      const covers = after.position === 'absolute' && after.content !== 'none'
      if (!inline && !covers && (box.height < min - 0.5 || box.width < min - 0.5)) found.push(`${element.tagName.toLowerCase()} "${(element.textContent ?? '').trim().slice(0, 30)}" ${Math.round(box.width)}×${Math.round(box.height)}`)
    }
    return found
  }, px)
}

const shots = join(build, 'screenshots')
export async function shoot(page, name) {
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: false })
}
