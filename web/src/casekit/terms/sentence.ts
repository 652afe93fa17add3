// SPDX-License-Identifier: Apache-2.0
// One sentence of a view, and what in it takes a finding back: that it quotes, denies, forbids or asks about the term.
import { anyMatches, find, type Place, type Rules } from './rules'
import type { View } from './view'

const SENTENCE_BYTES_MAX = 600; // a longer one is read in pieces: it is a list
const BEFORE_BYTES_MAX = 150; // how far before a term a denial may stand
const OVERLAP_BYTES = 240; // where a piece had to end in the middle of a clause, the next one begins so much earlier
const EXCEPTIONS_MAX = 256; // in one sentence

export interface Piece {
  readonly start: number
  readonly end: number
  /** The end of the sentence after it, which may take it back. */
  readonly nextEnd: number
  /** Up to here it was seen as the end of the piece before. */
  readonly seenTo: number
}

const isInsideCharacter = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '') && at > 0

/** Where the sentence that begins at `start` ends: at a full stop, or at the last clause of a piece that would be too long. */
function endOf(view: View, start: number): { end: number; isCut: boolean } {
  const { text, bytes } = view
  let clause = start
  for (let at = start; at < text.length; at++) {
    const mark = text[at]
    if (mark === '.' || mark === '?') return { end: at + 1, isCut: false }
    if (mark === ',' || mark === '\n') clause = at + 1
    if (isInsideCharacter(text, at) || (bytes[at] ?? 0) - (bytes[start] ?? 0) < SENTENCE_BYTES_MAX) continue
    return clause === start ? { end: at, isCut: true } : { end: clause, isCut: false }
  }
  return { end: text.length, isCut: false }
}

function overlapStart(view: View, end: number): number {
  const least = (view.bytes[end] ?? 0) - OVERLAP_BYTES
  let at = end
  while (at > 0 && (view.bytes[at - 1] ?? 0) >= least) at--
  return isInsideCharacter(view.text, at) ? at + 1 : at
}

export function* pieces(view: View): Generator<Piece> {
  let seenTo = 0
  for (let start = 0; start < view.text.length; ) {
    const { end, isCut } = endOf(view, start)
    yield { start, end, nextEnd: endOf(view, end).end, seenTo }
    start = isCut ? overlapStart(view, end) : end
    seenTo = end
  }
}

/** What is known of one piece: asked for each finding, found once. */
export class Sentence {
  readonly text: string
  private readonly withNext: string
  private wholeTakenBack: boolean | undefined
  private readonly exceptions = new Map<number, readonly Place[]>()
  private exceptionCount = 0

  constructor(
    private readonly rules: Rules,
    private readonly view: View,
    readonly piece: Piece,
  ) {
    this.text = view.text.slice(piece.start, piece.end)
    this.withNext = view.text.slice(piece.start, piece.nextEnd)
  }

  takesBack(category: number, start: number, end: number): boolean {
    this.wholeTakenBack ??= anyMatches(this.rules.whole, this.text)
    if (this.wholeTakenBack) return true
    if (this.exceptionsOf(category).some((place) => place.start < end && start < place.end)) return true
    const { before, after } = this.around(start, end)
    return anyMatches(this.rules.before, before) || anyMatches(this.rules.after, after)
  }

  private exceptionsOf(category: number): readonly Place[] {
    const known = this.exceptions.get(category)
    if (known) return known
    const places: Place[] = []
    for (const expression of this.rules.excepts.get(category) ?? []) {
      let at = 0
      while (this.exceptionCount < EXCEPTIONS_MAX) {
        const place = find(expression, this.text, at)
        if (!place || place.end === place.start) break
        places.push(place)
        this.exceptionCount++
        at = place.end
      }
    }
    this.exceptions.set(category, places)
    return places
  }

  /** Where the clause begins in which `at` stands, or what is near enough to it to say something of a term. */
  private clauseStart(at: number): number {
    const bytes = (index: number): number => this.view.bytes[this.piece.start + index] ?? 0
    const least = bytes(at) - BEFORE_BYTES_MAX
    for (let from = at; from > 0; ) {
      const previous = isInsideCharacter(this.text, from - 1) ? from - 2 : from - 1
      if (this.text[previous] === ',' || bytes(previous) < least) return from
      from = previous
    }
    return 0
  }

  /** The text before and after a term that counts as being about it. */
  private around(start: number, end: number): { before: string; after: string } {
    const { text, withNext } = this
    const quotes = text.slice(0, start).split('"').length - 1
    const isQuoted = quotes % 2 === 1
    const open = text.lastIndexOf('"', start - 1)
    const closing = isQuoted ? text.indexOf('"', end) : -1
    let after = closing >= 0 ? closing : end
    while (withNext[after] === '.' && withNext[after + 1] === '"') after++
    const from = this.clauseStart(isQuoted ? open : start)
    return { before: text.slice(from, isQuoted ? open + 1 : start), after: withNext.slice(after) }
  }
}
