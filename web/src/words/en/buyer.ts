// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/buyer'

export default {
  'buyer.title': 'Products and orders',
  'home.search': 'Search for goods',
  'home.empty': 'Nothing was found. Try another word, or look at everything.',
} satisfies Record<keyof typeof zh, string>
