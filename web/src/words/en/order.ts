// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/order'

export default {
  'order.title': 'Order',
  'order.claim': 'Ask for a refund',
  'order.claim.card': 'This card does not work',
  'order.sealed': 'The card is delivered and not revealed yet',
  'order.sealed.many': '{n} cards are delivered and not revealed yet',
  'order.sealed.now': 'A refund now: ',
  'order.sealed.window': 'Refund while unrevealed',
  'order.sealed.no_end': 'This holds for as long as the card is unrevealed.',
  'order.seen': 'The card was revealed',
  'order.seen.at': 'First revealed {time}, recorded in the log.',
  'order.seen.again': 'Show it again',
  'order.reveal': 'Reveal the card',
  'order.reveal.rest': 'Reveal the other cards',
  'order.gone': 'The card was revoked',
  'order.gone.text': 'After the refund this card can no longer be used.',
  'order.card.n': 'Card {n}',
  'reveal.expired': 'The notice had expired. A new one was fetched and says the same.',
  'reveal.hidden': 'Leaving this page hides the card.',
  'reveal.hide': 'Hide the card',
  'reveal.zero': 'A slashed 0 is the digit, O is the letter.',
} satisfies Record<keyof typeof zh, string>
