// SPDX-License-Identifier: Apache-2.0
import { beforeAll, expect, test } from 'vitest'
import { refundWords } from '../base/areas'
import { common, useArea } from '../base/words'
import type { KeptFile } from '../claim/evidence/keep'
import type { Position } from '../claim/types'
import { turnOf } from './turn'
import { firstReason, reasonsFor } from './wizard/reasons'
import { alsoShows, isDone, kindsFor, missing, tasksOf, type ProofAsked } from './wizard/tasks'
import { lineAbove, verdictOf, verdictTitle } from './wizard/verdict'

beforeAll(async () => {
  await useArea(common)
  await useArea(await refundWords())
})
const long_ago = '2020-01-01T00:00:00Z'
const later = '2999-01-01T00:00:00Z'
const order = { kind: 'card_key' as const, quantity: 1, overdue: false, delivered_at: null as string | null, revealed_at: null as string | null, promised_at: later as string | null, service_state: null, started_at: null as string | null, handed_over_at: null as string | null }

const first = (one: Parameters<typeof reasonsFor>[0], asked: unknown) => firstReason(reasonsFor(one, Date.now()), asked)

test('the reason to begin with is what the server knows', () => {
  expect(first({ ...order, promised_at: long_ago }, undefined)).toBe('not_delivered')
  expect(first(order, undefined)).toBe('changed_mind')
  expect(first({ ...order, delivered_at: long_ago }, undefined)).toBe('changed_mind')
  expect(first({ ...order, delivered_at: long_ago, revealed_at: long_ago }, undefined)).toBe('key_invalid')
  expect(first({ ...order, delivered_at: long_ago, revealed_at: long_ago }, 'key_already_used')).toBe('key_already_used')
  expect(first({ ...order, delivered_at: long_ago, revealed_at: long_ago }, 'nonsense')).toBe('key_invalid')
  const service = { ...order, kind: 'service' as const }
  expect(first({ ...service, promised_at: long_ago }, undefined)).toBe('service_not_started')
  expect(first({ ...service, listing: { category: 'top_up' }, promised_at: long_ago }, undefined)).toBe('topup_not_credited')
  expect(first({ ...service, started_at: long_ago }, undefined)).toBe('service_incomplete')
  expect(first({ ...service, started_at: long_ago, handed_over_at: long_ago }, undefined)).toBe('service_below_standard')
})
test('no reason is offered twice, and there is always another way', () => {
  for (const one of [order, { ...order, quantity: 3, delivered_at: long_ago }, { ...order, revealed_at: long_ago, delivered_at: long_ago }, { ...order, kind: 'service' as const, started_at: long_ago, promised_at: long_ago }]) {
    const reasons = reasonsFor(one, Date.now())
    expect(new Set(reasons).size).toBe(reasons.length)
    expect(reasons).toContain('other')
  }
})

const proof = (kind: string): ProofAsked => ({ kind, label: { zh: kind, en: kind }, question: { zh: '', en: '' }, shows: null })
const line = (...kinds: string[]) => ({ any_of: kinds.map(proof), state: 'missing' as const })
const ruling = { evidence: [line('problem_proof'), line('unused_proof', 'screen_recording')], wanted: [], optional: [proof('contact_record')] }
const tasks = tasksOf(ruling as unknown as Parameters<typeof tasksOf>[0])
const file = (id: string, ...kinds: string[]) => ({ id, kinds }) as unknown as KeptFile

test('evidence becomes tasks; files go where they fit', () => {
  expect(tasks.map((task) => task.must)).toEqual([true, true, false])
  expect(kindsFor('image/jpeg', tasks, [])).toEqual(['problem_proof'])
  expect(kindsFor('image/jpeg', tasks, [file('a', 'problem_proof')])).toEqual(['unused_proof'])
  expect(kindsFor('video/mp4', tasks, [])).toEqual(['problem_proof'])
  expect(kindsFor('video/mp4', tasks, [], tasks[1])).toEqual(['screen_recording', 'problem_proof'])
  expect(kindsFor('video/mp4', tasks, [file('a', 'problem_proof')], tasks[1])).toEqual(['screen_recording'])
  expect(kindsFor('application/pdf', [], [])).toEqual(['other'])
  expect(missing(tasks, [file('a', 'screen_recording')]).map((task) => task.id)).toEqual(['need-0'])
  expect(isDone(tasks[2]!, [])).toBe(false)
  expect(alsoShows(tasks, [file('a', 'problem_proof')]).map((one) => one.kind)).toEqual(['unused_proof'])
  expect(alsoShows(tasks, [file('a', 'problem_proof', 'unused_proof')])).toEqual([])
})

const yuan = (amount: number) => ({ amount, currency: 'CNY' })
function position(disposition: string, more: Record<string, unknown> = {}, clause = 'c'): Position {
  const amount = (more.amount as number | undefined) ?? 0
  return {
    asked: yuan(9850), clause, deadline: '2999-01-02T04:42:00Z', default: 'merchant_silence', at_deadline: { zh: '退款给买家。', en: '' },
    ruling: { disposition, outcome: 'refund', evidence: ruling.evidence, question: null, once_complete: null, explanation: { verdict: { refund: amount } }, ...more, ...{ amount: yuan(amount) } },
  } as unknown as Position
}
test('the verdict comes first, with the amount', () => {
  expect(verdictTitle(position('pay_now', { amount: 9850 }), 0)).toBe('可以全额退款 ¥98.50')
  expect(verdictTitle(position('pay_now', { amount: 5000 }), 0)).toBe('可以退款 ¥50.00')
  expect(verdictTitle(position('missing_evidence', { amount: 9850 }), 2)).toBe('补齐 2 项材料就能提交，退款 ¥98.50')
  expect(verdictTitle(position('missing_evidence', { amount: 9850 }), 0)).toBe('材料已齐，可以提交，退款 ¥98.50')
  expect(verdictTitle(position('refuse'), 0)).toBe('按规则不能直接退款，可以协商')
  expect(verdictTitle(position('review', {}, 'otherwise'), 0)).toContain('规则外')
  expect(verdictOf(position('open', { question: { proof: false }, evidence: [] }))).toBe('question')
})
test('the line above the button says who acts until when, and what silence means', () => {
  expect(lineAbove(position('wait_merchant', { amount: 9850 }))).toMatch(/^商家须在 .*1 月 2 日 12:42 前回应，逾期自动退款。$/)
  expect(lineAbove({ ...position('wait_merchant'), default: 'merchant_silence_refuses' })).toContain('视为不同意')
  expect(lineAbove(position('missing_evidence', { once_complete: { disposition: 'wait_merchant', within_s: 86400, silence: 'reviews' } }))).toBe('材料收到后，商家须在 24 小时内回应，逾期转平台处理。')
  expect(lineAbove(position('missing_evidence', { once_complete: { disposition: 'pay_now', within_s: null, silence: null } }))).toBe('材料收到后立即退款。')
  expect(lineAbove(position('review'))).toContain('退款给买家')
})
test('whose turn it is', () => {
  expect(turnOf({ stage: 'closed', waiting_for: 'nobody' })).toBe('closed')
  expect(turnOf({ stage: 'intake', waiting_for: 'buyer' })).toBe('mine')
  expect(turnOf({ stage: 'platform', waiting_for: 'platform' })).toBe('others')
})
