// SPDX-License-Identifier: Apache-2.0
// Where a finding of the lint is in a text, and what the text becomes with the lawful wording. Places come in bytes of UTF-8.
import type { Schemas } from '../../base/api'

export type Finding = Schemas['TermsFinding']

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A text cut at a finding: before it, the words themselves, after it. */
export function cut(text: string, finding: Pick<Finding, 'offset' | 'length'>): { before: string; words: string; after: string } {
  const bytes = encoder.encode(text)
  const end = finding.offset + finding.length
  return { before: decoder.decode(bytes.slice(0, finding.offset)), words: decoder.decode(bytes.slice(finding.offset, end)), after: decoder.decode(bytes.slice(end)) }
}

/** The lawful wording in the language of the text around it. */
export function rewording(text: string, finding: Finding): string {
  return /\p{Script=Han}/u.test(text) ? finding.rewording_zh : finding.rewording_en
}

/** The whole sentence that holds the words goes, and the rewording takes its place; what is around it stays. */
export function takeOver(text: string, finding: Finding): string {
  const { before, after } = cut(text, finding)
  const wording = rewording(text, finding)
  const start = Math.max(...['。', '；', ';', '！', '？', '\n', '!', '?'].map((mark) => before.lastIndexOf(mark))) + 1
  const ends = ['。', '；', ';', '！', '？', '\n', '!', '?'].map((mark) => after.indexOf(mark)).filter((at) => at >= 0)
  const end = ends.length ? Math.min(...ends) : after.length
  const mark = after[end]
  const rest = mark && mark !== '\n' ? after.slice(end + 1) : after.slice(end)
  return (before.slice(0, start) + wording + rest).trim()
}
