// SPDX-License-Identifier: Apache-2.0
// What can be told of cards before the server is asked, and how many of them go in one request.
import { t } from '../../base/words'
import { bytesOf } from '../parts/fields'
import type { Card } from './read'

export const PIECE = 500
export const CARD_BYTES = 512
export interface Refused {
  card: Card
  why: string
}
export function pieces<T>(all: readonly T[], size = PIECE): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}

/** What the page can tell by itself, across all pieces: nothing there, too long, or said twice. */
export function sift(cards: readonly Card[]): { good: Card[]; refused: Refused[] } {
  const seen = new Map<string, number>()
  const good: Card[] = []
  const refused: Refused[] = []
  for (const card of cards) {
    const before = seen.get(card.value)
    if (!card.value) refused.push({ card, why: t('m.why.empty') })
    else if (bytesOf(card.value) > CARD_BYTES) refused.push({ card, why: t('m.why.too_long', { n: CARD_BYTES }) })
    else if (before !== undefined) refused.push({ card, why: t('m.why.twice', { line: before }) })
    else {
      seen.set(card.value, card.number)
      good.push(card)
    }
  }
  return { good, refused }
}
