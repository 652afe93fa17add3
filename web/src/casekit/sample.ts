// SPDX-License-Identifier: Apache-2.0
// A whole case for the tests: every fact, a rule with a void term, materials in every state. Not part of the page.
import { KINDS, type KindCode } from './kinds'
import { newCase, newEvidence, type Case, type Evidence, type Language } from './model'
import type { TaskCode } from './tasks'

export const SAMPLE_AT = '2026-11-27T18:30+08:00'
const HASH = '3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea'

function item(id: string, task: TaskCode, more: Partial<Evidence>): Evidence {
  const file = { name: `${id}.png`, type: 'image/png', size: 3, sha256: HASH, modified: '2026-11-20T15:00+08:00', added: '2026-11-27T18:00+08:00' }
  return { ...newEvidence(id, task), file, ...more }
}

export function sampleCase(kind: KindCode = 'key_invalid', language: Language = 'zh'): Case {
  const made = newCase('case-1', '2026-11-27T18:00+08:00', language)
  const task = KINDS[kind].must[0]
  return {
    ...made,
    kind,
    facts: {
      ...made.facts,
      platform: '某卡盟', user: 'xiaoliu88', seller: '星河数卡', product: '某游戏点卡 100 元', order: '20261120143012',
      amount: 9850, channel: 'alipay', paymentNumber: '2026112022001400000', keyTail: '7Q2F', account: 'gamer-17',
      paidAt: '2026-11-20T14:30+08:00', promisedBy: '2026-11-20', deliveredAt: '2026-11-20T14:31+08:00', revealedAt: '2026-11-20T14:40+08:00',
      problemAt: '2026-11-20T14:42+08:00', askedAt: '2026-11-20T15:05+08:00', answeredAt: '2026-11-21T09:00+08:00', answer: 'refused', answerWords: '卡密售出概不退换',
      errorText: '该卡号不存在', story: '我按页面说明兑换，试了三次都提示卡号不存在。', agreed: '国服，100 元', reached: '无法兑换', quantity: '1', affected: '1', age: '15',
    },
    rules: [{ id: 'r1', where: '卖家商品页面', text: '卡密无效的，七日内可退。\n卡密售出概不退款。', clause: '卡密无效的，七日内可退。', clauseName: '售后', evidence: 'e3' }],
    evidence: [
      item('e1', task, { at: '2026-11-20T14:30+08:00', seesTime: true, seesPlatform: true, seesUser: true, legible: true }),
      item('e2', 'error_message', { at: '2026-11-20T14:42+08:00', seesTime: true, title: '兑换报错', shown: 'copy', copy: { size: 4, sha256: HASH, hidden: [{ x: 0, y: 0, width: 500, height: 100 }], stamped: true } }),
      item('e3', 'rule_page', { at: '2026-11-20', shown: 'neither' }),
      { ...newEvidence('e4', 'recording') },
    ],
    events: [{ id: 'o1', at: '2026-11-22T10:00+08:00', text: '再次联系卖家，没有回复', evidence: ['e3'] }],
  }
}

/** The bytes of the sample's files. */
export function sampleFile(id: string, which: 'original' | 'copy'): Promise<Blob> {
  return Promise.resolve(new Blob([`${id}${which === 'copy' ? '-c' : 'x'}`.slice(0, which === 'copy' ? 4 : 3)], { type: 'image/png' }))
}
