// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { actWords, claimWords, factsWords, traceWords } from '../base/areas'
import { common, useArea } from '../base/words'
import { formOf, leading } from './actions'
import { factsOf, readCertificate, stepsOf, valueWords } from './certificate'
import { boxBetween, boxByKey, boxInside } from './evidence/boxes'
import { likelyKind } from './evidence/kinds'
import { checkInput, emptyInput, inputBody } from './input'
import { hex, sha256Hex, sha256Plain } from './sha256'
import { headline, toneOf, waitedFor } from './say'
import type { Standing } from './types'

const yuan = (amount: number) => ({ amount, currency: 'CNY' })
const asked = { asked: yuan(9850) }
const words = { zh: '', en: '' }
const standing = (part: Partial<Standing>): Standing => ({
  stage: 'merchant', waiting_for: 'merchant', deadline: null, default: 'merchant_silence', outcome: null, outcome_amount: yuan(0), asked: yuan(9850), now: words, at_deadline: words, ...part,
})
beforeAll(async () => {
  await useArea(common)
  for (const area of [claimWords, actWords, traceWords, factsWords]) await useArea(await area())
})

test('SHA-256 without the browser agrees with the library at every length around a block', async () => {
  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 100_003]) {
    const bytes = randomBytes(length)
    const wanted = createHash('sha256').update(bytes).digest('hex')
    expect(hex(sha256Plain(bytes)), `${length}`).toBe(wanted)
    expect(await sha256Hex(Uint8Array.from(bytes).buffer)).toBe(wanted)
  }
})

test('the headline says who is waited for, and the amount', () => {
  expect(headline(standing({}), 'buyer')).toBe('等商家回应，申请退款 ¥98.50')
  expect(headline(standing({}), 'merchant')).toBe('等你回应，申请退款 ¥98.50')
  expect(headline(standing({ stage: 'closed', outcome: 'part_refunded', outcome_amount: yuan(5000) }), 'buyer')).toBe('已部分退款 ¥50.00')
  expect(headline(standing({ stage: 'closed', outcome: 'refused' }), 'buyer')).toBe('不予退款')
  const decided = standing({ stage: 'appeal', waiting_for: 'buyer', default: 'appeal_lapsed', decisions: [{ state: 'final', outcome: 'refund', amount: yuan(4000) }] })
  expect(headline(decided, 'buyer')).toBe('判定退款 ¥40.00，等你接受或申诉')
  expect(headline(standing({ stage: 'negotiation', waiting_for: 'buyer', default: 'offer_expired' }), 'platform')).toContain('等买家答复')
  expect(waitedFor('provider', 'buyer')).toBe('支付渠道')
})
test('what waits for the reader stands out; what is over is calm', () => {
  expect(toneOf(standing({}), 'merchant')).toBe('warn')
  expect(toneOf(standing({}), 'buyer')).toBe('brand')
  expect(toneOf(standing({ stage: 'closed', outcome: 'withdrawn' }), 'buyer')).toBe('plain')
})

test('the step put forward is the one that brings the claim on', () => {
  expect(leading(['withdraw', 'add_evidence', 'accept_offer'])).toBe('accept_offer')
  expect(leading(['complete_evidence', 'add_evidence'], true)).toBe('add_evidence')
  expect(leading(['withdraw'])).toBeUndefined()
  expect(formOf('decline_offer', 'merchant').reason).toBe('needed')
  expect(formOf('decline_offer', 'buyer').reason).toBe('wanted')
})

test('an offer: amounts as people type them, and nothing above what was asked', () => {
  const form = formOf('offer', 'buyer')
  const at = (amount: string) => checkInput(asked, form, { ...emptyInput('offer'), amount })
  expect(at('６０．５').length).toBe(0)
  expect(at(' ¥ 60.50 ').length).toBe(0)
  expect(at('').map((one) => one.name)).toEqual(['amount'])
  expect(at('0').length).toBe(1)
  expect(at('98.51')[0]?.text).toContain('98.50')
  expect(at('十块').length).toBe(1)
  expect(inputBody(asked, 'offer', form, { ...emptyInput('offer'), amount: '60.5', reason: ' 各让一步 ' })).toEqual({ action: 'offer', reason: '各让一步', offer: 'partial', valid_s: 172800, amount: 6050 })
  expect(inputBody(asked, 'counter_offer', form, { ...emptyInput('counter_offer'), amount: '98.50' })).toMatchObject({ offer: 'full', amount: 9850 })
  expect(inputBody(asked, 'offer', form, { ...emptyInput('offer'), offer: 'extend', extend: '24' })).toMatchObject({ offer: 'extend', extend_s: 86400 })
})
test('a reason is words, and not too many; counted as people count', () => {
  const form = formOf('merchant_refuse', 'merchant')
  const at = (reason: string) => checkInput(asked, form, { ...emptyInput('merchant_refuse'), reason }).length
  expect(at('')).toBe(1)
  expect(at('无')).toBe(1)
  expect(at('已兑换')).toBe(0)
  expect(at('😀'.repeat(500))).toBe(0)
  expect(at('字'.repeat(501))).toBe(1)
  expect(checkInput(asked, formOf('appeal', 'buyer'), { ...emptyInput('appeal'), reason: '有新证据' }).map((one) => one.name)).toEqual(['ground'])
})

test('black boxes stay on the picture, by pointer and by keys', () => {
  expect(boxBetween({ x: 0.75, y: 0.75 }, { x: 0.5, y: 1.25 })).toEqual({ x: 0.5, y: 0.5, width: 0.25, height: 0.5 })
  const box = { x: 0.98, y: 0.5, width: 0.02, height: 0.1 }
  expect(boxByKey(box, 'ArrowRight', false)!.x).toBeCloseTo(0.98)
  expect(boxByKey(box, 'ArrowDown', true)!.height).toBeCloseTo(0.12)
  expect(boxByKey(box, 'a', false)).toBeUndefined()
  expect(boxInside({ x: -1, y: 2, width: 3, height: 0 })).toEqual({ x: 0, y: 0.98, width: 1, height: 0.02 })
})
test('a recording is a recording; a picture is anything else', () => {
  const kinds = ['unused_proof', 'screen_recording', 'issuer_statement']
  expect(likelyKind(kinds, 'video/mp4')).toBe('screen_recording')
  expect(likelyKind(kinds, 'image/jpeg')).toBe('unused_proof')
  expect(likelyKind(['screen_recording'], 'image/png')).toBeUndefined()
})

test('a certificate in words: the facts of its clause, and the arithmetic', () => {
  const certificate = readCertificate({
    governing: 'part', outcome: 'refund', evidence: [],
    facts: [{ name: 'card', value: 'revealed', source: 'record' }, { name: 'progress', value: 40, source: 'record' }, { name: 'cause', value: null, source: null }],
    clauses: [{ id: 'part', conditions: [{ any: [{ fact: 'progress', truth: 'true' }, { fact: 'card', truth: 'false' }], truth: 'true' }] }],
    amount: { currency: 'CNY', refund: 5910, steps: [{ op: 'paid', value: 9850 }, { op: 'percent', value: 60 }, { op: 'limit', value: 9850 }] },
  })!
  expect(factsOf(certificate).map((fact) => fact.name)).toEqual(['progress'])
  expect(stepsOf(certificate)).toEqual(['实付 ¥98.50', '乘以 60%'])
  expect(valueWords('card', 'revealed', 'CNY')).toBe('已查看')
  expect(valueWords('delivered', 'never', 'CNY')).toBe('未发生')
  expect(valueWords('delivered', 90_061, 'CNY')).toBe('判定前 25 小时')
  expect(valueWords('amount', 9850, 'CNY')).toBe('¥98.50')
  expect(readCertificate(null)).toBeUndefined()
  expect(readCertificate({ facts: 3 })).toBeUndefined()
})
