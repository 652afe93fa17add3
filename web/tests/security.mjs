#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What must not happen on a page: a script out of somebody's text, another party's data in what a page receives, a request or a
// frame of another site, a server's word about a secret.
import { createServer } from 'node:http'
import { atEnd, buy, call, is, main, note, ok, startServer, visit } from './lib/harness.mjs'
import { act, claimDead, escalated, listCard, makePeople, png, publish, reveal, stock } from './lib/market.mjs'

/** Text that becomes a script wherever it is not treated as text: HTML, an attribute, a URL, a template, a data block. */
const evil = (where) => `${where}</script><script>window.__ran='${where}'</script>"><img src=x onerror="window.__ran='${where}'">{{constructor.constructor('window.__ran=1')()}}<svg/onload=window.__ran=1>`
const short = (where) => `${where}"><img src=x onerror=window.__ran=1>`

async function tellsTheTruth(visitor, path, what) {
  await visitor.go(path)
  for (const summary of await visitor.page.locator('main details:not([open]) > summary').all()) await summary.click({ timeout: 1000 }).catch(() => undefined)
  await visitor.page.waitForTimeout(150)
  is(await visitor.page.evaluate(() => window.__ran), undefined, `${what} ${path}: no script of somebody's text ran`)
  is(visitor.seen.errors.splice(0).join('\n'), '', `${what} ${path}: and none was tried`)
}

async function storedScripts(server) {
  const people = await makePeople(server, { merchant: short('shop'), rival: short('rival'), arbiter: short('judge'), second: short('judge2'), buyer: short('buyer') })
  const merchant = people.merchant.token
  const policy = await publish(server, merchant, 'cards-standard', (text) => text.replace('"卡密无效或已被他人使用" "The card does not work or someone else used it"', `"卡密无效${short('').replaceAll('"', "'")}" "dead ${short('').replaceAll('"', "'")}"`).replace('"cards-standard"', '"cards-evil"'))
  const product = await listCard(server, merchant, policy, { title: short('title'), description: evil('description'), region: short('region'), redeem_channel: short('channel') })
  await stock(server, merchant, product, 'EVIL', 12, { batch: { name: short('batch') } }).catch(() => stock(server, merchant, product, 'EVIL', 12))
  await call(server, 'POST', '/v1/incidents', { token: people.operator.token, body: { cause: 'issuer_outage', starts_at: '2026-01-01T00:00:00Z', ends_at: '2026-01-02T00:00:00Z', note: evil('incident') } })
  const sealed = await buy(server, product)
  const order = await reveal(server, product)
  const claim = await claimDead(server, order, evil('statement'), 'a"><img src=x onerror=window.__ran=1>.png')
  const who = { secret: order.secret }
  await call(server, 'POST', `/v1/claims/${claim}/messages`, { ...who, body: { body: evil('message') } })
  await call(server, 'POST', `/v1/claims/${claim}/messages`, { token: merchant, body: { body: evil('reply') } })
  await act(server, claim, { token: merchant }, { action: 'merchant_refuse', reason: evil('refusal') })
  await act(server, claim, who, { action: 'escalate', reason: evil('escalation') })
  await act(server, claim, { token: people.arbiter.token }, { action: 'take_case' })
  const evidence = (await call(server, 'GET', `/v1/claims/${claim}`, { token: people.arbiter.token })).evidence
  await call(server, 'POST', `/v1/claims/${claim}/evidence/${evidence[0].id}/judgement`, { token: people.arbiter.token, body: { state: 'accepted', reason: evil('judgement') } })
  const other = await reveal(server, product)
  const offered = await claimDead(server, other, evil('statement'))
  await act(server, offered, { token: merchant }, { action: 'offer', offer: 'partial', amount: 4000, reason: evil('offer'), valid_s: 172800 })

  const guest = await visit(server, { orders: [sealed, order, other].map(({ id, secret }) => ({ id, secret })), size: { width: 1280, height: 800 } })
  await guest.page.addInitScript((known) => localStorage.setItem('shuntui.claims', JSON.stringify(known)), { [claim]: order.id, [offered]: other.id })
  for (const path of ['/', `/p/${product}`, `/buy/${product}`, '/orders', `/orders/${sealed.id}`, `/orders/${order.id}`, `/orders/${sealed.id}/refund`, '/refunds', `/refunds/${claim}`, `/refunds/${claim}/decision`, `/refunds/${offered}`, `/refunds/${offered}/offer`, `/rules/${policy}`, `/?q=${encodeURIComponent(short('q'))}`])
    await tellsTheTruth(guest, path, 'buyer')
  await guest.close()
  const seller = await visit(server, { token: merchant, size: { width: 1280, height: 800 } })
  for (const path of ['/m', '/m/refunds', `/m/refunds/${claim}`, `/m/refunds/${offered}`, '/m/orders', `/m/orders/${order.id}`, '/m/products', `/m/products/${product}`, '/m/stock', '/m/policies', `/m/policies/new?from=${policy}`, '/m/bond', '/m/reputation', '/m/settings'])
    await tellsTheTruth(seller, path, 'merchant')
  await seller.close()
  const judge = await visit(server, { token: people.arbiter.token, size: { width: 1280, height: 800 } })
  for (const path of ['/a/queue', `/a/cases/${claim}`, '/a/appeals']) await tellsTheTruth(judge, path, 'arbiter')
  await judge.close()
  const operator = await visit(server, { token: people.operator.token, size: { width: 1280, height: 800 } })
  for (const path of ['/a/ledger', '/a/reports', '/a/reports?report=merchants', '/a/audit', '/a/merchants', '/a/people', '/a/system', '/a/policies']) await tellsTheTruth(operator, path, 'operator')
  await operator.close()
  return { people, product, policy, order, claim, sealed }
}

/** Everything that a visitor's pages received: HTML and answers. */
async function received(visitor, paths) {
  const texts = []
  for (const path of paths) {
    const answer = await visitor.context.request.get(path, { headers: { Accept: 'text/html' } })
    texts.push(await answer.text())
    await visitor.go(path)
    await visitor.page.waitForTimeout(100)
  }
  for (const answer of visitor.seen.answers) texts.push(await answer.text().catch(() => ''))
  return texts.join('\n')
}

async function ownDataOnly(server, { people, product, order, claim, sealed }) {
  const policy = await publish(server, people.rival.token)
  const theirs = await listCard(server, people.rival.token, policy, { title: 'rival goods' })
  const [card] = await stock(server, people.rival.token, theirs, 'RIVALSECRET', 4)
  const elsewhere = await escalated(server, theirs, people.rival.token, { statement: 'MARK-OTHER-STATEMENT', refusal: 'MARK-OTHER-REFUSAL' })
  const marks = { order: elsewhere.id, secret: elsewhere.secret, claim: elsewhere.claim, statement: 'MARK-OTHER-STATEMENT', refusal: 'MARK-OTHER-REFUSAL', card: elsewhere.card, stock: card }
  const never = (text, who) => {
    for (const [name, mark] of Object.entries(marks)) ok(!text.includes(mark), `${who}: nothing of another's ${name} came`)
  }
  const guest = await visit(server, { orders: [{ id: order.id, secret: order.secret }, { id: sealed.id, secret: sealed.secret }] })
  await guest.page.addInitScript((known) => localStorage.setItem('shuntui.claims', JSON.stringify(known)), { [claim]: order.id })
  never(await received(guest, ['/', `/p/${theirs}`, '/orders', `/orders/${order.id}`, '/refunds', `/refunds/${claim}`]), 'a buyer')
  // The pages that name another's order or claim: told as missing.
  const missing = await received(guest, [`/orders/${elsewhere.id}`, `/refunds/${elsewhere.claim}`])
  ok(!missing.includes('MARK-OTHER') && !missing.includes(elsewhere.card) && !missing.includes(elsewhere.secret), "a buyer who knows another's ids gets nothing of them")
  await guest.close()
  const seller = await visit(server, { token: people.merchant.token, size: { width: 1280, height: 800 } })
  never(await received(seller, ['/m', '/m/refunds', '/m/orders', '/m/products', '/m/stock', '/m/bond', '/m/policies', '/m/settings', `/m/refunds/${claim}`]), 'a merchant')
  const nosy = await received(seller, [`/m/orders/${elsewhere.id}`, `/m/refunds/${elsewhere.claim}`])
  ok(!nosy.includes('MARK-OTHER') && !nosy.includes(elsewhere.card), "a merchant who knows another's ids gets nothing of them")
  const asOperator = await received(seller, ['/a/ledger', '/a/audit', '/a/people'])
  never(asOperator, "a merchant on the platform's pages")
  await seller.close()
  const judge = await visit(server, { token: people.arbiter.token, size: { width: 1280, height: 800 } })
  const all = await received(judge, ['/a/queue', `/a/cases/${elsewhere.claim}`, `/a/cases/${claim}`])
  for (const [name, mark] of [["a card's secret", elsewhere.card], ["an order's secret", elsewhere.secret], ['stock', card]]) ok(!all.includes(mark), `an arbiter: ${name} did not come`)
  await judge.close()
  const operator = await visit(server, { token: people.operator.token, size: { width: 1280, height: 800 } })
  const books = await received(operator, ['/a/ledger', '/a/audit', '/a/people', '/a/merchants', '/a/system', '/a/reports'])
  for (const [name, mark] of [["a card's secret", elsewhere.card], ["an order's secret", elsewhere.secret], ['stock', card]]) ok(!books.includes(mark), `an operator: ${name} did not come`)
  await operator.close()
  ok(!server.log().includes(elsewhere.card) && !server.log().includes(elsewhere.secret) && !/tok_[0-9a-z]{26}/.test(server.log().replaceAll(people.operator.token, '')), 'no secret of anybody is in the log')
  ok(product !== theirs, 'two shops')
}

/** A page of another origin on the same machine: its cookies would be sent, so the server's own checks are what is tried. */
async function anotherSite(server, { people }) {
  let page = ''
  const site = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(page))
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve))
  atEnd(() => new Promise((resolve) => site.close(resolve)))
  const origin = `http://127.0.0.1:${site.address().port}`
  const visitor = await visit(server, { token: people.operator.token, size: { width: 1280, height: 800 } })
  const before = (await call(server, 'GET', '/v1/parties', { token: people.operator.token })).items.length
  page = `<!doctype html><form id=f method=post enctype="text/plain" action="${server.url}/v1/parties"><input name='{"role":"operator","name":"' value='x"}'></form><script>
    window.done = (async () => {
      const got = []
      const attempt = async (what, path, options) => { try { const r = await fetch('${server.url}' + path, { credentials: 'include', ...options }); got.push(what + ' ' + r.type + ' ' + r.status) } catch (e) { got.push(what + ' refused') } }
      await attempt('json', '/v1/parties', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k'.repeat(20), 'Shuntui-Page': '1' }, body: '{"role":"operator","name":"evil"}' })
      await attempt('simple', '/v1/parties', { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: '{"role":"operator","name":"evil"}' })
      await attempt('end', '/v1/session/end', { method: 'POST', mode: 'no-cors' })
      await attempt('read', '/v1/parties', {})
      return got
    })()
  </script>`
  await visitor.page.goto(origin)
  const got = await visitor.page.evaluate(() => window.done)
  note(got.join('; '))
  ok(got.find((line) => line.startsWith('json'))?.includes('refused'), "another site's request with the page's header is refused by the browser's own question")
  ok(got.find((line) => line.startsWith('read'))?.includes('refused'), "another site reads no answer")
  await visitor.page.evaluate(() => document.getElementById('f').submit())
  await visitor.page.waitForURL(/\/v1\/parties/, { timeout: 10_000 }).catch(() => undefined)
  is((await call(server, 'GET', '/v1/parties', { token: people.operator.token })).items.length, before, 'nothing was written by another site')
  const session = await visitor.context.request.get('/v1/session')
  is((await session.json()).role, 'operator', 'nor was the operator signed out by it')

  page = `<!doctype html><iframe id=f src="${server.url}/signin" width=800 height=600></iframe>`
  visitor.seen.errors.length = 0
  await visitor.page.goto(origin)
  await visitor.page.waitForTimeout(500)
  const frame = visitor.page.frames().find((one) => one !== visitor.page.mainFrame())
  const inside = await frame?.evaluate(() => document.body?.innerText ?? '').catch(() => '')
  ok(!/令牌|token/i.test(inside ?? ''), 'the page is not shown in a frame of another site')
  await visitor.close()
  for (const path of ['/', '/signin', '/m', '/a/ledger', '/nothing/here']) {
    const answer = await fetch(server.url + path, { headers: { Accept: 'text/html' } })
    const policy = answer.headers.get('Content-Security-Policy') ?? ''
    ok(/frame-ancestors 'none'/.test(policy) && /script-src 'self'/.test(policy) && !/unsafe|\*/.test(policy) && answer.headers.get('X-Frame-Options') === 'DENY' && answer.headers.get('X-Content-Type-Options') === 'nosniff' && answer.headers.get('Referrer-Policy') === 'no-referrer', `${path}: the headers are strict`, policy)
  }
}

/** Evidence that is a web page by its looks: what the server sends of it can run nothing. */
async function evidenceIsNoPage(server, { order, claim }) {
  const html = Buffer.concat([png, Buffer.from('<script>window.__ran=1</script>')])
  const added = await call(server, 'POST', `/v1/claims/${claim}/evidence?kind=problem_proof&name=x.html`, { secret: order.secret, raw: html, type: 'text/html' }).catch((error) => String(error))
  if (typeof added === 'string') return note(added)
  const answer = await fetch(`${server.url}/v1/claims/${claim}/evidence/${added.id}`, { headers: { 'Shuntui-Order-Secret': order.secret } })
  ok(answer.headers.get('Content-Type') === 'image/png' && /sandbox/.test(answer.headers.get('Content-Security-Policy') ?? '') && answer.headers.get('X-Content-Type-Options') === 'nosniff', 'evidence is sent as what its bytes are, in a sandbox')
  for (const bytes of ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', '<html><script>1</script></html>']) {
    const refused = await fetch(`${server.url}/v1/claims/${claim}/evidence?kind=problem_proof&name=x.svg`, { method: 'POST', headers: { 'Shuntui-Order-Secret': order.secret, 'Idempotency-Key': `evidence-${bytes.length}-0123456789`, 'Content-Type': 'image/png' }, body: bytes })
    ok(refused.status >= 400, `${bytes.slice(0, 5)} is no evidence: ${refused.status}`)
  }
}

await main(async () => {
  const server = await startServer()
  const made = await storedScripts(server)
  await ownDataOnly(server, made)
  await anotherSite(server, made)
  await evidenceIsNoPage(server, made)
})
