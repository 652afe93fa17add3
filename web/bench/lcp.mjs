#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// How long a buyer with a slow phone waits: largest contentful paint of first visits, at 1.6 Mbit/s, 300 ms and a processor six times
// slower, with nothing cached; median of five. A report, not a gate: it moves with the machine.
import { buy, call, main, note, phone, startServer, visit } from '../tests/lib/harness.mjs'

const ROUNDS = 5

async function once(server, path, orders) {
  const visitor = await visit(server, { size: phone, scale: 2, orders })
  const { page, context } = visitor
  await page.addInitScript(() => {
    new PerformanceObserver((list) => (window.lcp_ms = list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true })
    window.blocked_ms = 0
    new PerformanceObserver((list) => list.getEntries().forEach((one) => (window.blocked_ms += Math.max(0, one.duration - 50)))).observe({ type: 'longtask', buffered: true })
  })
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 300, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await visitor.go(path)
  await page.waitForTimeout(1500)
  const found = await page.evaluate(() => ({ lcp_ms: window.lcp_ms, blocked_ms: window.blocked_ms, first_ms: performance.getEntriesByName('first-contentful-paint')[0]?.startTime }))
  await visitor.close()
  return found
}
const median = (numbers) => Math.round([...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)])

await main(async () => {
  const server = await startServer({ demo: true })
  const product = (await call(server, 'GET', '/v1/products?limit=24')).items.find((one) => one.kind === 'card_key').id
  const order = await buy(server, product, { consent: { accepted: true, language: 'zh' } })
  for (const [name, path] of [['home', '/'], ['product', `/p/${product}`], ['order', `/orders/${order.id}`], ['wizard', `/orders/${order.id}/refund`]]) {
    const rounds = []
    for (let i = 0; i < ROUNDS; i++) rounds.push(await once(server, path, [order]))
    note(`${name}: first paint ${median(rounds.map((one) => one.first_ms))} ms, largest ${median(rounds.map((one) => one.lcp_ms))} ms, blocked ${median(rounds.map((one) => one.blocked_ms))} ms`)
  }
})
