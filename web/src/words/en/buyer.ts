// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/buyer'

export default {
  'category.game_card': 'Game cards',
  'category.activation_code': 'Activation codes',
  'category.top_up': 'Top-ups',
  'category.boosting': 'Boosting',
  'category.all': 'All',
  'home.heading': 'Know the refund rule before you buy',
  'home.search': 'Search for goods',
  'home.categories': 'Categories',
  'home.empty': 'Nothing was found. Try another word, or look at everything.',
  'home.all': 'See everything',
  'home.none': 'No seller has listed anything yet. It will appear here.',
  'home.lookup': 'Find an order by its secret link',
  'home.kit': 'Bought elsewhere? Put your case together',
  'home.waiting': '{n} {n:refund claim waits|refund claims wait} for you',
  'home.waiting.do': 'See it',
  'card.face': 'Face value {amount}',
  'card.stock': '{n} in stock',
  'card.stock.many': 'Plenty in stock',
  'card.out': 'Sold out',
  'card.paused': 'Not for sale now',
  'card.bond': 'Bond {amount}',
  'card.price': 'Remarkably low price',
} satisfies Record<keyof typeof zh, string>
