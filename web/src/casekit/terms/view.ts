// SPDX-License-Identifier: Apache-2.0
// A text as the lint reads it, and for every unit of it the place in the original. In three passes, as src/law/view.c makes it: every
// character becomes what it stands for and a kind, marks that only decorate are taken out where their neighbours show it, and the rest
// is written with one mark for each kind. ',' ends a clause, '.' a sentence, '?' a question; '"' is any quotation mark.
import { readAs } from './fold'

type Kind = 'letter' | 'space' | 'line' | 'quote' | 'list' | 'clause' | 'stop' | 'question' | 'hyphen'
interface Mark {
  readonly text: string
  readonly kind: Kind
  readonly from: number
  readonly to: number
}

export interface View {
  readonly text: string
  /** Of each unit of text: the units of the original that its character stood for. */
  readonly from: Uint32Array
  readonly to: Uint32Array
  /** How many bytes of UTF-8 stand before each unit; the lint's limits are in bytes. One more than there are units. */
  readonly bytes: Uint32Array
}

const KINDS: readonly (readonly [Kind, string])[] = [
  ['line', '\n\r\u0085\u2028\u2029'],
  ['space', ' \t'],
  ['quote', '"\'`‘’“”「」『』'],
  ['clause', ',:/|\\()[]{}【】〔〕'],
  ['stop', '.;!。｡'],
  ['question', '?'],
  ['hyphen', '-'],
  ['list', '、'],
]
const kinds = new Map(KINDS.flatMap(([kind, marks]) => [...marks].map((mark) => [mark, kind] as const)))
const LETTER = /^[\p{L}\p{N}]$/u
const SPACE = /^\p{Zs}$/u
const ASCII_LETTER = /^[0-9a-z=%+]$/

function kindOf(character: string): Kind | undefined {
  const known = kinds.get(character)
  if (known) return known
  if (character < '\u0080') return ASCII_LETTER.test(character) ? 'letter' : undefined
  return SPACE.test(character) ? 'space' : LETTER.test(character) ? 'letter' : undefined
}

function decide(text: string): Mark[] {
  const marks: Mark[] = []
  let from = 0
  for (const character of text) {
    const to = from + character.length
    for (const part of readAs(character)) {
      const kind = kindOf(part)
      if (kind) marks.push({ text: part, kind, from, to })
    }
    from = to
  }
  return marks
}

// ---- second pass ----

const isLatin = (mark: Mark | undefined): boolean => mark?.kind === 'letter' && mark.text < '\u0080'
const isDigit = (mark: Mark | undefined): boolean => mark !== undefined && mark.text >= '0' && mark.text <= '9'
const isWide = (mark: Mark | undefined): boolean => mark?.kind === 'letter' && mark.text >= '\u0080'
const isSame = (mark: Mark, other: Mark | undefined): boolean =>
  other !== undefined && mark.kind === other.kind && (mark.text === other.text || mark.kind === 'clause')

/** One of a row of marks with a single wide character between each two: a word that was spelled apart. */
function isSpelling(marks: readonly Mark[], at: number, mark: Mark): boolean {
  return (isWide(marks[at + 1]) && isSame(mark, marks[at + 2])) || (isWide(marks[at - 1]) && isSame(mark, marks[at - 2]))
}

/** "v2.0", "art. 17", "e.g. this": no sentence ends there. */
function isPoint(marks: readonly Mark[], at: number, mark: Mark): boolean {
  if (mark.text !== '.' || !isLatin(marks[at - 1])) return false
  let next = at + 1
  while (marks[next]?.kind === 'space') next++
  const abbreviated = next > at + 1 && !isDigit(marks[at - 1])
  return next === at + 1 ? isLatin(marks[next]) : abbreviated && isDigit(marks[next])
}

function stays(marks: readonly Mark[], at: number, mark: Mark): boolean {
  const betweenLatin = isLatin(marks[at - 1]) && isLatin(marks[at + 1])
  switch (mark.kind) {
    case 'letter':
      return true
    case 'hyphen':
      return betweenLatin
    case 'space':
      return betweenLatin && !(isDigit(marks[at - 1]) && isDigit(marks[at + 1]))
    case 'quote':
      return !betweenLatin
    default:
      return !isSpelling(marks, at, mark)
  }
}

/** Points, then spaces, then the rest, because each looks at neighbours that the one before has left. */
function thin(marks: readonly Mark[]): readonly Mark[] {
  const withoutPoints = marks.filter((mark, at) => !(mark.kind === 'stop' && isPoint(marks, at, mark)))
  const withoutSpaces = withoutPoints.filter((mark, at) => mark.kind !== 'space' || stays(withoutPoints, at, mark))
  return withoutSpaces.filter((mark, at) => stays(withoutSpaces, at, mark))
}

// ---- third pass ----

const WRITTEN: Partial<Record<Kind, string>> = { space: ' ', quote: '"', clause: ',', stop: '.', question: '?' }

function written(marks: readonly Mark[], at: number, mark: Mark): string {
  if (mark.kind === 'line') return marks[at + 1]?.kind === 'line' ? '.' : '\n'; // an empty line ends a sentence
  return WRITTEN[mark.kind] ?? mark.text
}

export function utf8Length(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

export function utf8Bytes(text: string): number {
  let bytes = 0
  for (const character of text) bytes += utf8Length(character.codePointAt(0) ?? 0)
  return bytes
}

/** A surrogate that stands alone is no character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

export function viewOf(original: string): View {
  const marks = thin(decide(original))
  const parts = marks.map((mark, at) => written(marks, at, mark))
  const text = parts.join('')
  const from = new Uint32Array(text.length)
  const to = new Uint32Array(text.length)
  const bytes = new Uint32Array(text.length + 1)
  let at = 0
  marks.forEach((mark, index) => {
    const part = parts[index] ?? ''
    const end = (bytes[at] ?? 0) + utf8Length(part.codePointAt(0) ?? 0)
    for (let unit = 0; unit < part.length; unit++, at++) {
      from[at] = mark.from
      to[at] = mark.to
      bytes[at + 1] = end
    }
  })
  return { text, from, to, bytes }
}
