// SPDX-License-Identifier: Apache-2.0
export default {
  'buyer.title': '商品与订单',
  'home.search': '搜索商品',
  'home.empty': '没有找到商品。换个词试试，或看看全部商品。',
} as const
