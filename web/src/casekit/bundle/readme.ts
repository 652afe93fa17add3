// SPDX-License-Identifier: Apache-2.0
// What the export says of itself, first of all: who made its hashes and times. The indented lines are a script; a test takes them out of
// an export and runs them.
import type { Language } from '../model'
import { momentWords } from '../moment'

export interface ReadmeFacts {
  readonly at: string
  readonly label: string
  readonly attachments: readonly { readonly number: number; readonly name: string; readonly state: 'original' | 'copy' | 'kept'; readonly hidden: number }[]
  readonly letters: readonly string[]
  readonly laws: readonly string[]
}

const SCRIPT = [
  '    sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt',
  "    test $(find data -type f | wc -l) = $(sed -n 's/^Payload-Oxum: .*[.]//p' bag-info.txt)",
]

const STATES_ZH = { original: '原件', copy: '副本', kept: '未放入，只列出哈希' } as const
const STATES_EN = { original: 'original', copy: 'copy', kept: 'not in here, only its hash is listed' } as const

function chinese(facts: ReadmeFacts): string[] {
  const items = facts.attachments.map((item) => `${item.number}. ${item.name}（${STATES_ZH[item.state]}${item.hidden ? `，遮盖 ${item.hidden} 处` : ''}）`)
  return [
    `退款材料包：${facts.label}`,
    '',
    '先说明白',
    '- 这份材料由当事人在自己的浏览器里整理。其中的哈希值和时间都是这个浏览器自己算出、自己记下的，',
    '  没有任何平台、时间戳机构或第三方签名或确认。',
    '- 它不是顺退平台的证据包，“shuntui verify” 不会接受它。',
    '',
    '它能说明什么',
    `- 导出（${momentWords(facts.at, 'zh')}，本机时间）之后，文件有没有被改动：用下面的命令核对哈希值。`,
    '- 如果导出时就把 tagmanifest-sha256.txt 的 SHA-256 值发给了对方、平台或其他人，还能说明这些文件在那时已经存在。',
    '',
    '它不能说明什么',
    '- 截图和录屏的内容是真的，或者没有在导出之前改过。',
    '- 材料里写的时间是准的：时间来自当事人的填写和设备时钟。',
    '- 谁是对的。引用的法律条文是资料，不是法律意见。',
    '',
    '怎样更有力',
    '- 保留原件（原手机里的原图、原聊天记录），需要时当面出示。',
    '- 请平台、支付渠道出具它们自己的记录；金额大的，可以找公证处或时间戳机构固定。',
    '',
    '里面有什么',
    '- data/case.json：事实、规则、材料清单和时间线；data/timeline.txt：按时间排列的经过；data/rules：粘贴的规则原文和筛查结果；',
    '  data/letters：文书；data/evidence：材料；data/law.json：引用的条文、施行日期和出处。',
    ...(items.length ? ['', '材料', ...items] : []),
    ...(facts.laws.length ? ['', '引用的条文', ...facts.laws.map((law) => `- ${law}`)] : []),
    '',
    '怎样核对（在这个文件夹里执行，每一行都要成功）',
    '',
    ...SCRIPT,
  ]
}

function english(facts: ReadmeFacts): string[] {
  const items = facts.attachments.map((item) => `${item.number}. ${item.name} (${STATES_EN[item.state]}${item.hidden ? `, ${item.hidden} place(s) hidden` : ''})`)
  return [
    `Refund case: ${facts.label}`,
    '',
    'First of all',
    '- This was put together by the person whose case it is, in their own browser. Its hashes and times were computed and',
    '  written down by that browser itself. No platform, no time-stamp authority and no third party signed or confirmed them.',
    '- It is no evidence bundle of a Shuntui platform; "shuntui verify" refuses it.',
    '',
    'What it can show',
    `- Whether a file was changed after the export (${momentWords(facts.at, 'en')} by this device's clock): check with the commands below.`,
    '- If the SHA-256 of tagmanifest-sha256.txt was sent to the other side, a platform or anyone else at the export, that these',
    '  files existed by then.',
    '',
    'What it cannot show',
    '- That what a screenshot or recording shows is true, or that it was not changed before the export.',
    '- That the times are right: they come from what the person wrote and from the clock of the device.',
    '- Who is right. The articles are information, not legal advice.',
    '',
    'What makes it stronger',
    '- Keep the originals (the picture on the phone, the chat in the app) and show them when asked.',
    '- Ask the platform and the payment channel for their own records; for large sums have it fixed by a notary or a time-stamp authority.',
    '',
    'What is in it',
    '- data/case.json: facts, rules, list of materials and timeline. data/timeline.txt: what happened, in order. data/rules: the rules as',
    '  pasted, with what the screening found. data/letters: letters. data/evidence: materials. data/law.json: the articles, the days',
    '  from which they are in force, and where their text is.',
    ...(items.length ? ['', 'Materials', ...items] : []),
    ...(facts.laws.length ? ['', 'Articles', ...facts.laws.map((law) => `- ${law}`)] : []),
    '',
    'How to check it (in this folder; every line must succeed)',
    '',
    ...SCRIPT,
  ]
}

export function readme(facts: ReadmeFacts, language: Language): string {
  return `${(language === 'zh' ? chinese(facts) : english(facts)).join('\n')}\n`
}
