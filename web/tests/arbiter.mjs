#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What arbiters do, through the browser: taking a case, judging evidence, findings, letters, deciding; a departure from the rule with a
// second person; an appeal by another; two at one case.
import { act, anotherArbiter, appealed, dispute } from './lib/cases.mjs'
import { call, desktop, is, main, ok, startServer, until, visit } from './lib/harness.mjs'

const button = (page, name) => page.getByRole('button', { name })
const claimOf = (server, claim, token) => call(server, 'GET', `/v1/claims/${claim.id}`, { token })

/** Two arbiters with the same list: the first press gets the case, the second is told who has it. */
async function race(server, card, arbiter, second) {
  const claim = await dispute(server, card)
  const [one, two] = [await visit(server, { size: desktop, token: arbiter }), await visit(server, { size: desktop, token: second })]
  await one.go('/a/queue')
  await two.go('/a/queue')
  const row = (page) => page.locator('.case-row', { has: page.locator(`a[href="/a/cases/${claim.id}"]`) })
  await row(two.page).getByRole('button', { name: '领取' }).waitFor()
  await row(one.page).getByRole('button', { name: '领取' }).click()
  await one.page.waitForURL(`**/a/cases/${claim.id}`)
  ok((await claimOf(server, claim, arbiter)).taken_by.you, 'who presses first has the case')
  await row(two.page).getByRole('button', { name: '领取' }).click()
  await row(two.page).getByText('仲裁一席先领取了这个案件').waitFor()
  ok(true, 'the other is told who was faster')
  await two.go(`/a/cases/${claim.id}`)
  await two.page.getByText(/仲裁一席在处理/).first().waitFor()
  is(await button(two.page, /^判定|^作出判定/).count(), 0, '… and cannot decide it')
  await two.page.getByText(/仲裁一席也在查看/).waitFor()
  ok(true, 'who else is looking is shown')
  await two.close()
  return { claim, one }
}

/** From the evidence to the decision, as the rule says. */
async function decide(server, { claim, one }, arbiter) {
  const { page } = one
  await page.locator('.thumb-button').first().click()
  await page.getByText('哈希已核对，与收到时的记录一致。').waitFor()
  ok(true, 'the hash of a file is checked in the browser')
  await button(page, '放大').click()
  is(await page.locator('.viewer.zoom-2').count(), 1, '… and the picture can be enlarged')
  await page.keyboard.press('Escape')
  const proof = page.locator('.file', { hasText: '问题证明' }).first()
  await proof.getByRole('button', { name: '不采纳' }).click()
  await proof.getByRole('button', { name: '不采纳' }).click()
  await proof.getByText('请写明不采纳的原因，至少两个字').waitFor()
  ok(true, 'a rejection asks for its reason')
  await proof.getByLabel('不采纳的原因').fill('截图看不到账号')
  await proof.getByRole('button', { name: '不采纳' }).click()
  await proof.getByText('未采纳的原因：截图看不到账号').waitFor()
  await page.getByText('规则没有给出结果，由你判定').waitFor()
  ok(true, 'without that proof the rule gives no result any more')

  await button(page, '新增一项认定').click()
  await page.getByLabel('认定为').selectOption('accepted')
  await page.getByLabel('认定理由').fill('补充的沟通记录里有账号')
  await page.getByLabel(/依据的材料/).selectOption({ index: 1 })
  await button(page, '加入认定').click()
  await page.getByText('与规则一致', { exact: true }).waitFor()
  ok(true, 'the rule follows a finding before it is recorded')
  is((await claimOf(server, claim, arbiter)).facts.problem_proof, 'rejected', '… which is not written yet')
  await page.getByLabel('理由', { exact: true }).fill('截图和沟通记录能够互相印证')
  await until(async () => /截图和沟通记录/.test(await page.locator('.letter').first().innerText()), 'the reason in the letter')
  is(await page.locator('.letter').count(), 2, 'both letters are shown')
  await button(page, '中英对照').click()
  is(await page.locator('.letter').count(), 4, '… in both languages')
  await page.waitForTimeout(400)
  await page.reload()
  await one.settled()
  is(await page.getByLabel('理由', { exact: true }).inputValue(), '截图和沟通记录能够互相印证', 'the draft survives a reload')
  await until(() => page.getByText('与规则一致', { exact: true }).isVisible(), 'the preview after a reload')
  await button(page, '判定：退款 ¥98.00').click()
  await until(async () => (await claimOf(server, claim, arbiter)).stage === 'appeal', 'the decision')
  const done = await claimOf(server, claim, arbiter)
  is(done.facts.problem_proof, 'accepted', 'the finding was recorded with the decision')
  is(`${done.decisions.at(-1).amount.amount} ${done.decisions.at(-1).letters.length}`, '9800 2', '… and both letters were sent')
  await page.getByText(/判定退款 ¥98\.00/).first().waitFor()
  is(one.seen.errors.join('\n'), '', 'no error in the console')
  await one.close()
}

/** A departure: proposed by one, not confirmable by the same, confirmed by another after reading both letters. */
async function depart(server, card, arbiter, second) {
  const claim = await dispute(server, card)
  await act(server, claim.id, arbiter, { action: 'take_case' })
  const one = await visit(server, { size: desktop, token: arbiter })
  await one.go(`/a/cases/${claim.id}`)
  const { page } = one
  await page.getByLabel('部分退款').check()
  await page.getByLabel('退款金额').fill('９９９９')
  await page.getByLabel('理由', { exact: true }).fill('页面写法容易误解')
  await button(page, '判定：退款').or(button(page, '作出判定')).or(button(page, /^提议/)).first().click()
  await page.getByText('在 ¥0.01 到 ¥98.00 之间').nth(1).waitFor()
  ok(true, 'an amount out of bounds is refused beside its field')
  await page.getByLabel('退款金额').fill('４０.00')
  await button(page, '提议：退款 ¥40.00，交另一人复核').waitFor()
  ok(true, 'the button says amount, outcome and that it is a proposal')
  // Meanwhile the merchant writes a file: nothing typed is lost.
  await call(server, 'POST', `/v1/claims/${claim.id}/messages`, { token: server.tokens.merchant, body: { body: '我们补充说明一下。' } })
  await page.getByText('我们补充说明一下。').waitFor()
  is(await page.getByLabel('理由', { exact: true }).inputValue(), '页面写法容易误解', 'what comes in meanwhile is shown, and input stays')
  await button(page, '提议：退款 ¥40.00，交另一人复核').click()
  await page.getByText('这是你的提议，须由另一人复核，你不能自己确认。').waitFor()
  is(await button(page, /确认/).count(), 0, 'who proposed cannot confirm, and is told why')
  await one.close()
  const two = await visit(server, { size: desktop, token: second })
  await two.go('/a/queue?tab=second')
  await two.page.getByRole('link', { name: '打开案件' }).first().click()
  await two.page.getByText('请独立核对材料和理由，再确认或否决。').waitFor()
  await until(async () => (await two.page.locator('.letter').count()) === 2, 'both letters of the proposal')
  ok(/40\.00/.test(await two.page.locator('.letter').first().innerText()), 'the second person reads both letters before')
  await button(two.page, /第二人确认/).click()
  await two.page.locator('dialog[open] button.primary').click()
  await until(async () => (await claimOf(server, claim, second)).stage === 'appeal', 'the confirmation')
  is((await claimOf(server, claim, second)).decisions.at(-1).amount.amount, 4000, 'the departure stands once it is confirmed')
  await two.close()
}

/** An appeal: closed to who decided first, decided by another. */
async function appeal(server, card, arbiter, second) {
  const claim = await appealed(server, card, arbiter)
  const first = await visit(server, { size: desktop, token: arbiter })
  await first.go('/a/appeals')
  await first.page.getByText('原判定由你作出，申诉须由另一名仲裁员处理。').waitFor()
  is(await button(first.page, '领取').count(), 0, 'who decided first cannot take the appeal, and is told why')
  await first.close()
  const other = await visit(server, { size: desktop, token: second })
  await other.go('/a/appeals')
  await other.page.getByText('截图里的区服是买家自己选的').waitFor()
  ok(true, 'the appeal stands beside the first decision')
  await button(other.page, '领取').click()
  await other.page.waitForURL(`**/a/cases/${claim.id}`)
  await other.page.getByLabel('理由', { exact: true }).fill('查询结果不能推翻截图')
  await button(other.page, '申诉判定：退款 ¥98.00').click()
  await until(async () => ['settlement', 'closed'].includes((await claimOf(server, claim, second)).stage), 'the decision on appeal')
  is((await claimOf(server, claim, second)).decisions.at(-1).basis, 'appeal', 'another arbiter decides it, finally')
  await other.close()
}

/** The clock passes between looking and pressing; the server's word counts, and what was typed stays. */
async function changed(server, card, arbiter) {
  const claim = await dispute(server, card)
  await act(server, claim.id, arbiter, { action: 'take_case' })
  const one = await visit(server, { size: desktop, token: arbiter })
  await one.go(`/a/cases/${claim.id}`)
  await one.page.getByLabel('理由', { exact: true }).fill('材料足够')
  await button(one.page, '判定：退款 ¥98.00').waitFor()
  // The event stream is silent here, so that the page looks at what is gone.
  await one.page.route('**/events', (route) => route.abort())
  await act(server, claim.id, undefined, { action: 'withdraw' }, { secret: claim.secret })
  await button(one.page, '判定：退款 ¥98.00').click().catch(() => undefined)
  await one.page.getByText('申请已撤回').first().waitFor()
  ok(true, 'a claim that the buyer ended meanwhile is shown as it is')
  is((await claimOf(server, claim, arbiter)).decisions.filter((one) => one.basis === 'arbiter').length, 0, '… and nothing is decided')
  await one.close()
}

await main(async () => {
  const server = await startServer({ demo: true })
  const products = (await call(server, 'GET', '/v1/products?limit=24')).items
  const card = products.find((one) => one.title === '星际远征 100 元点卡').id
  const { arbiter } = server.tokens
  const second = await anotherArbiter(server)
  await decide(server, await race(server, card, arbiter, second), arbiter)
  await depart(server, card, arbiter, second)
  await appeal(server, card, arbiter, second)
  await changed(server, card, arbiter)
})
