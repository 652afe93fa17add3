// SPDX-License-Identifier: Apache-2.0
// The kit's logic: kinds and their materials, times, timeline, letters with the law of their day, hints.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attachments, checklist, lacking } from './checklist'
import { KINDS, kindOf, type KindCode } from './kinds'
import { citeArticle } from './law/cite'
import { articleByCode, inForce, lawOf } from './law/law'
import { deadlines, procedureArticles, requestArticles } from './letters/grounds'
import { hintsOf } from './letters/hints'
import { blanksOf, compose, letterOf, LETTERS } from './letters/letter'
import { newCase, type Case, type Language } from './model'
import { compact, dayOf, fromInputs, instantOf, isMoment, momentAt, momentWords } from './moment'
import { amountWords, parseAmount } from './money'
import { metadataOf } from './photo/metadata'
import { broken, stampLines } from './photo/stamp'
import { sampleCase } from './sample'
import { screened, voidTermsOf } from './screen'
import { TASKS, type TaskCode } from './tasks'
import { timeline } from './timeline'

const DAY = '2026-11-27'
const kinds = Object.keys(KINDS) as KindCode[]
const languages: readonly Language[] = ['zh', 'en']
const empty = (kind: KindCode): Case => ({ ...newCase('c', '2026-11-27', 'zh'), kind })

describe('kinds', () => {
  it('are the reasons of the program, under its own words', () => {
    const { reasons } = JSON.parse(readFileSync(join(__dirname, '../../../docs/vocabulary.json'), 'utf8')) as { reasons: { code: string; zh: string; en: string }[] }
    const words = Object.fromEntries(reasons.map(({ code, zh, en }) => [code, { zh, en }]))
    expect(Object.fromEntries(kinds.map((code) => [code, KINDS[code].label]))).toEqual(words)
  })
  it('use every material of the list', () => {
    const used = new Set<string>(kinds.flatMap((code) => [...KINDS[code].must, ...KINDS[code].good]))
    expect(Object.keys(TASKS).filter((task) => !used.has(task))).toEqual(['other'])
  })
  it('name no material twice', () => {
    for (const code of kinds) {
      const all: readonly TaskCode[] = [...KINDS[code].must, ...KINDS[code].good]
      expect(new Set(all).size, code).toBe(all.length)
    }
  })
  it('rest on articles that are in force', () => {
    for (const code of kinds) expect(kindOf(code).law.filter((article) => !inForce(lawOf(articleByCode(article)), DAY)), code).toEqual([])
    for (const code of kinds) expect(requestArticles(empty(code), DAY).length, code).toBeGreaterThan(0)
  })
  it('are said calmly in both languages', () => {
    const texts = [...Object.values(TASKS).flatMap((task) => [task.what, task.why, task.how, ...Object.values(task.elements)]), ...kinds.flatMap((code) => [KINDS[code].label, KINDS[code].because])]
    expect(texts.filter(({ zh }) => /您|！|!|亲，|凭证|证据(?!包)|\p{Script=Han}[,:;?!(]|\)\p{Script=Han}/u.test(zh))).toEqual([])
    expect(texts.filter(({ zh, en }) => !zh || !en || /\p{Script=Han}/u.test(en))).toEqual([])
  })
})

describe('times', () => {
  it('are text with a zone, or a day', () => {
    expect(['2026-11-20', '2026-11-20T14:30+08:00', '2024-02-29'].every(isMoment)).toBe(true)
    expect(['', '2026-11-31', '2025-02-29', '2026-11-20T25:00+08:00', '2026-11-20T14:30', '20-11-2026'].some(isMoment)).toBe(false)
  })
  it('fall on the day that it is in China', () => {
    expect(dayOf('2026-11-20T23:30-05:00')).toBe('2026-11-21')
    expect(dayOf('2026-11-20T00:10+08:00')).toBe('2026-11-20')
    expect(dayOf('2026-11-20')).toBe('2026-11-20')
  })
  it('go back and forth', () => {
    expect(momentAt(instantOf('2026-11-20T14:30+08:00'), 480)).toBe('2026-11-20T14:30+08:00')
    expect(momentAt(instantOf('2026-11-20T14:30+08:00'), -210)).toBe('2026-11-20T03:00-03:30')
    expect(compact('2026-11-20T14:30+08:00')).toBe('20261120T063000Z')
    expect(dayOf(fromInputs('2026-11-20', '12:00'))).toBe('2026-11-20')
    expect(fromInputs('2026-11-20', '')).toBe('2026-11-20')
    expect(fromInputs('', '12:00')).toBe('')
  })
  it('name a zone that is not China’s', () => {
    expect(momentWords('2026-11-20T14:30+08:00', 'zh')).toBe('2026-11-20 14:30')
    expect(momentWords('2026-11-20T14:30-05:00', 'en')).toBe('2026-11-20 14:30 (UTC-05:00)')
    expect(momentWords('2026-11-20', 'zh')).toBe('2026-11-20')
  })
})

describe('amounts', () => {
  it.each([['98.5', 9850], ['９８．５０', 9850], ['¥1,234', 123400], ['0.01', 1], ['1.234', undefined], ['abc', undefined], ['', undefined], ['-5', undefined]])('%s', (text, amount) =>
    expect(parseAmount(text, 'CNY')).toBe(amount),
  )
  it('have no fraction where the currency has none', () => {
    expect(parseAmount('1200', 'JPY')).toBe(1200)
    expect(parseAmount('12.5', 'JPY')).toBeUndefined()
    expect(amountWords(9850, 'CNY') + amountWords(5, 'CNY') + amountWords(1200, 'JPY')).toBe('¥98.50¥0.05JP¥1200')
  })
})

describe('materials', () => {
  it('are done with a file in which time, platform and user can be seen', () => {
    const states = Object.fromEntries(checklist(sampleCase()).map((entry) => [entry.task, entry.state]))
    expect(states).toMatchObject({ order_page: 'done', error_message: 'partly', recording: 'missing', payment_record: 'missing' })
    expect(lacking(sampleCase().evidence[1]!)).toEqual(['platform', 'user', 'legible'])
  })
  it('are numbered in the order of the list', () => expect(attachments(sampleCase()).map((item) => item.id)).toEqual(['e1', 'e2', 'e3']))
  it('of another kind stay in the list when the kind changes', () => {
    const changed = { ...sampleCase(), kind: 'unauthorised' as const }
    expect(attachments(changed).map((item) => item.id).sort()).toEqual(['e1', 'e2', 'e3'])
  })
})

describe('timeline', () => {
  it('is in order, with what shows each, and no time twice', () => {
    const entries = timeline(sampleCase(), 'zh')
    const times = entries.filter((entry) => !entry.isLimit).map((entry) => instantOf(entry.at))
    expect(entries.findIndex((entry) => entry.isLimit)).toBe(5) // a day by whose end something is due comes after what happened on it
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(entries.find((entry) => entry.text.includes('该卡号不存在'))?.shows).toEqual([2])
    expect(entries.filter((entry) => entry.source === 'evidence').map((entry) => entry.text)).toEqual([])
    expect(entries.at(-1)).toMatchObject({ source: 'own', shows: [3] })
  })
  it('has what has no time at its end', () => {
    const made = sampleCase()
    made.events.push({ id: 'o2', at: '', text: '后来', evidence: ['gone'] })
    expect(timeline(made, 'zh').at(-1)).toMatchObject({ text: '后来', shows: [] })
  })
})

describe('letters', () => {
  it.each(kinds)('%s: whole in both languages, without a blank but those for the person’s name', async (kind) => {
    for (const language of languages) {
      const made = sampleCase(kind, language)
      const terms = voidTermsOf(made, await screened(made, DAY))
      for (const letter of LETTERS) {
        const text = compose(made, letter, DAY, language, terms).text
        expect(text).not.toMatch(/undefined|NaN|null|\(\)|（）|，，|。。|您|！/)
        const blanks = blanksOf(text, language)
        const own = language === 'zh' ? ['姓名', '电话', '通讯地址', '平台公示的经营者地址'] : ['name', 'telephone', 'address', 'address that the platform shows']
        expect(blanks, `${letter} ${language}`).toEqual(letter === 'complaint' ? own : [])
        expect(hintsOf(text, [made.facts.order, made.facts.paymentNumber]), `${letter} ${language}`).toEqual([])
      }
    }
  })
  it('of an empty case say what is missing, and nothing false', () => {
    for (const language of languages)
      for (const letter of LETTERS) {
        const text = compose(empty('key_invalid'), letter, DAY, language, []).text
        expect(text).not.toMatch(/undefined|NaN|null/)
        expect(blanksOf(text, language).length).toBeGreaterThan(5)
      }
  })
  it('ask by rule and clause, because of what is attached, for the whole to the original account', () => {
    expect(compose(sampleCase(), 'seller', DAY, 'zh', []).text).toContain(
      '依据卖家商品页面“售后”一条（“卡密无效的，七日内可退。”，附件 3），以及《消费者权益保护法》第二十三条、第二十四条、《民法典》第五百八十二条、第五百七十七条，因卖家交付的卡密无法兑换（附件 2），请将实付的 ¥98.50 全额退回原支付账户。',
    )
    const part = sampleCase()
    part.facts.wanted = 5000
    expect(compose(part, 'seller', DAY, 'en', []).text).toContain('please refund ¥50.00 of it to the original account.')
  })
  it('put the void term and its article in front of the other side', async () => {
    const made = sampleCase()
    const terms = voidTermsOf(made, await screened(made, DAY))
    expect(terms.map((term) => term.excerpt)).toEqual(['售出概不退款'])
    expect(compose(made, 'platform', DAY, 'zh', terms).text).toContain('卖家商品页面写有“售出概不退款”（附件 3）。依据《网络交易监督管理办法》第二十一条、《消费者权益保护法》第二十六条，这样的内容无效或被禁止，不影响本次请求。')
  })
  it('cite the law of the purchase for the request, and that of the letter for what follows', () => {
    const old = sampleCase()
    old.facts.paidAt = '2020-06-01T10:00+08:00'
    expect(requestArticles(old, DAY).map((article) => article.code)).toEqual(['CPL-23', 'CPL-24'])
    const complaint = (day: string): string[] => procedureArticles('complaint', day).map((article) => article.code).filter((code) => code.startsWith('CMP'))
    expect(complaint('2026-04-14')).toEqual(['CMPOLD-14', 'CMPOLD-21'])
    expect(complaint('2026-04-15')).toEqual(['CMP-10', 'CMP-13', 'CMP-15', 'CMP-23', 'CMP-16'])
    expect(compose(sampleCase(), 'platform', '2026-01-31', 'zh', []).text).not.toContain('人工判定')
    expect(compose(sampleCase(), 'platform', '2026-02-01', 'zh', []).text).toContain('请转人工判定')
  })
  it('of a minor follow the age', () => {
    const of = (age: string): string[] => requestArticles({ ...empty('minor_purchase'), facts: { ...empty('minor_purchase').facts, age } }, DAY).map((article) => article.code)
    expect(of('7')).toEqual(['CCG-20', 'CCG-144', 'CCG-157', 'MIN-44'])
    expect(of('15')).toEqual(['CCG-19', 'CCG-145', 'MIN-SPC20', 'CCG-157', 'MIN-44'])
  })
  it('name the delay only after fifteen days', () => {
    expect(compose(sampleCase(), 'complaint', '2026-12-05', 'zh', []).text).not.toContain('PEN-8')
    expect(compose(sampleCase(), 'complaint', '2026-12-06', 'zh', []).text).toContain('已超过十五日，见《侵害消费者权益行为处罚办法》第八条。')
  })
  it('name a paragraph', () => expect(citeArticle(articleByCode('ECL-49-2'), 'zh') + citeArticle(articleByCode('ECL-49-2'), 'en')).toBe('《电子商务法》第四十九条第二款（2019-01-01 起施行，ECL-49-2）E-commerce Law, art. 49(2) (in force since 2019-01-01, ECL-49-2)'))
  it('that were edited stay, and say when the case has changed since', () => {
    const made = sampleCase()
    const { composed } = letterOf(made, 'seller', DAY, 'zh', [])
    made.letters['seller.zh'] = { text: '我的话【订单号】', from: composed }
    expect(letterOf(made, 'seller', DAY, 'zh', [])).toMatchObject({ text: '我的话【订单号】', isEdited: true, isStale: false, blanks: ['订单号'] })
    made.facts.order = '9'
    expect(letterOf(made, 'seller', DAY, 'zh', [])).toMatchObject({ text: '我的话【订单号】', isStale: true })
  })
})

it('deadlines follow the articles that set them', () => {
  expect(deadlines(sampleCase(), DAY).map(({ code, day, article }) => `${code} ${day} ${article.code}`)).toEqual(['return 2026-11-27 CPL-24', 'delay 2026-12-05 PEN-8', 'complaint 2029-11-20 CMP-16'])
})

describe('hints', () => {
  it.each([
    ['你们是骗子', 'harsh'], ['马上退款！！', 'loud'], ['不退就曝光你', 'threat'], ['卡密 ABCD-1234-EFGH-5678 无效', 'whole_key'], ['身份证 11010519491231002X', 'identity'], ['卡号 6222 0000 0000 0009', 'bank_card'],
  ])('%s', (text, code) => expect(hintsOf(text).map((hint) => hint.code)).toContain(code))
  it('leave alone what is calm, and numbers that belong there', () => {
    expect(hintsOf('订单 20261120143012 的退款申请，卡密尾号 7Q2F，2026-11-27。请在 3 日内答复。')).toEqual([])
    expect(hintsOf('订单 6222000000000009', ['6222000000000009'])).toEqual([])
    expect(hintsOf('号码 110105194912310021')).toEqual([])
  })
})

describe('pictures', () => {
  const tiff = (tag: number): number[] => [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, tag & 255, tag >> 8, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]
  const jpeg = (body: number[]): Uint8Array => new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, 0, body.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0, ...body, 0xff, 0xda, 0, 2, 0, 0])
  it('tell whether they say where they were taken', () => {
    expect(metadataOf(jpeg(tiff(0x8825)))).toEqual({ exif: true, location: true })
    expect(metadataOf(jpeg(tiff(0x0110)))).toEqual({ exif: true, location: false })
    expect(metadataOf(new Uint8Array([0xff, 0xd8, 0xff, 0xda, ...new Array<number>(20).fill(0)]))).toEqual({ exif: false, location: false })
  })
  it('that are cut off or forged are read without harm', () => {
    const whole = jpeg(tiff(0x8825))
    for (let length = 0; length < whole.length; length++) expect(() => metadataOf(whole.slice(0, length))).not.toThrow()
    for (let index = 0; index < whole.length; index++) expect(() => metadataOf(whole.map((byte, at) => (at === index ? 255 : byte)))).not.toThrow()
  })
  it('get a band that says whose time it is', () => {
    const lines = stampLines(sampleCase(), 'ab'.repeat(32), '2026-11-27T18:30+08:00', 'zh')
    expect(lines).toEqual(['加注时间 2026-11-27 18:30（设备时间）', '某卡盟 · 订单 20261120143012 · 账号 xiaoliu88', `原图 SHA-256 ${'ab'.repeat(16)}…`])
    expect(broken('abcdef', (text) => text.length, 4)).toEqual(['abcd', 'ef'])
    expect(broken('x', () => 9, 4)).toEqual(['x'])
  })
})
