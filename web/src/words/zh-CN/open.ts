// SPDX-License-Identifier: Apache-2.0
// Opening an order by its secret link, and a link that does not fit.
export default {
  'lookup.title': '找回订单',
  'lookup.wrong': '这个订单号和密钥对不上',
  'lookup.wrong.text': '请检查是否复制完整。密钥只在下单时显示一次，平台也查不到。',
  'open.title': '打开订单',
  'open.busy': '正在打开订单…',
  'open.none': '链接不完整，没有认出订单。请重新复制整个链接，或手动填写。',
} as const
