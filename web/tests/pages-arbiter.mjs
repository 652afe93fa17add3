#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The arbiter's pages in every state that a case can be in there: free, mine, for a second person, appealed; and empty.
import { anotherArbiter, act, appealed, dispute, proposed } from './lib/cases.mjs'
import { call, main, startServer } from './lib/harness.mjs'
import { eachPage } from './lib/matrix.mjs'

await main(async () => {
  const server = await startServer({ demo: true })
  const products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = products.find((one) => one.title === '星际远征 100 元点卡').id
  const second = await anotherArbiter(server)
  const { arbiter, operator } = server.tokens
  await dispute(server, card)
  const mine = await dispute(server, card)
  await act(server, mine.id, arbiter, { action: 'take_case' })
  await act(server, mine.id, arbiter, { action: 'ask_buyer', reason: '请补充兑换页面的完整截图', due_s: 72000 })
  const departure = await proposed(server, card, arbiter)
  const appeal = await appealed(server, card, second)
  await act(server, appeal.id, arbiter, { action: 'take_case' })
  await eachPage(
    server,
    [
      { name: 'arbiter-queue', path: '/a/queue', ready: '.case-row' },
      { name: 'arbiter-second', path: '/a/queue?tab=second', ready: '.case-row' },
      { name: 'arbiter-case', path: `/a/cases/${mine.id}`, ready: '.case-panes', prepare: decide },
      { name: 'arbiter-own-proposal', path: `/a/cases/${departure.id}`, ready: '.letter' },
      { name: 'arbiter-appeal', path: `/a/cases/${appeal.id}`, ready: '.case-panes', prepare: decide },
      { name: 'arbiter-appeals', path: '/a/appeals', ready: '.case-row' },
    ],
    { token: arbiter, targets: 44 },
  )
  await eachPage(server, [{ name: 'operator-start', path: '/a', ready: '.figure' }], { token: operator })
})

/** On a phone one pane is shown at a time: the decision with its letters, and a finding being written. */
async function decide(page) {
  const pane = page.locator('.pane-switch button').last()
  if (await pane.isVisible()) await pane.click()
  await page.locator('.composer .letter').first().waitFor()
  await page.locator('.composer .picks button').last().click()
  await page.locator('.composer section .button').first().click()
}
