// SPDX-License-Identifier: Apache-2.0
// Reads numbers and articles as people write them: "17", "十七", "第一百零八条第二款", "art. 17".

const WIDE = '〇一二三四五六七八九'
const UNITS: Readonly<Record<string, number>> = { 千: 1000, 百: 100, 十: 10 }
const NUMBER_MAX = 9999

export interface Numbered {
  readonly number: number
  readonly paragraph: number
  /** Just past it. */
  readonly end: number
}

function digitOf(character: string): number {
  if (character >= '0' && character <= '9') return Number(character)
  return character === '零' ? 0 : WIDE.indexOf(character)
}

/** number 0: there is none. */
export function numberAt(text: string, start: number): { number: number; end: number } {
  let total = 0
  let digit = 0
  let at = start
  for (; total + digit <= NUMBER_MAX && at < text.length; at++) {
    const character = text[at] ?? ''
    const next = digitOf(character)
    const unit = next < 0 ? (UNITS[character] ?? 0) : 0
    if (next < 0 && unit === 0) break
    total += unit * (digit === 0 ? 1 : digit)
    digit = unit ? 0 : next + (character < '\u0080' ? digit * 10 : 0)
  }
  return { number: at > start && total + digit <= NUMBER_MAX ? total + digit : 0, end: at }
}

function skip(text: string, at: number, word: string): number {
  return text.startsWith(word, at) ? at + word.length : at
}

/** "第十七条第二款", also without 第. */
export function articleAt(text: string, start: number): Numbered | undefined {
  const { number, end } = numberAt(text, skip(text, start, '第'))
  if (number === 0 || !text.startsWith('条', end)) return undefined
  const whole = { number, paragraph: 0, end: end + 1 }
  if (!text.startsWith('第', whole.end)) return whole
  const paragraph = numberAt(text, whole.end + 1)
  const isParagraph = paragraph.number > 0 && text.startsWith('款', paragraph.end)
  return isParagraph ? { number, paragraph: paragraph.number, end: paragraph.end + 1 } : whole
}

/** " art 17", ", article 17": after the name. */
export function englishAfter(text: string, start: number): Numbered | undefined {
  const from = skip(text, skip(text, start, ','), ' ')
  const word = ['article', 'art'].find((candidate) => text.startsWith(candidate, from))
  if (!word) return undefined
  const { number, end } = numberAt(text, skip(text, from + word.length, ' '))
  return number === 0 ? undefined : { number, paragraph: 0, end }
}

/** "article 17 of the ": before the name, which begins at `name`. `from`: no earlier than here. */
export function englishBefore(text: string, from: number, name: number): { number: number; start: number } | undefined {
  for (let start = from; start < name; start++) {
    const word = ['article ', 'art '].find((candidate) => text.startsWith(candidate, start))
    if (!word) continue
    const { number, end } = numberAt(text, start + word.length)
    let at = end
    while (at < name && /[,0-9]/.test(text[at] ?? '')) at++
    const of = ' of the '
    if (number > 0 && text.startsWith(of, at) && at + of.length === name) return { number, start }
  }
  return undefined
}
