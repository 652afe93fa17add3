// SPDX-License-Identifier: Apache-2.0
// The card of an order: what stands first on its page.
export default {
  'order.title': '订单',
  'order.claim': '申请退款',
  'order.claim.card': '这串卡密有问题',
  'order.sealed': '卡密已交付，尚未查看',
  'order.sealed.many': '{n} 串卡密已交付，尚未查看',
  'order.sealed.now': '现在申请退款：',
  'order.sealed.window': '未查看退款',
  'order.sealed.no_end': '未查看期间一直有效。',
  'order.seen': '卡密已查看',
  'order.seen.at': '{time} 首次查看，已记入日志。',
  'order.seen.again': '再看一次',
  'order.reveal': '查看卡密',
  'order.reveal.rest': '查看其余卡密',
  'order.gone': '卡密已作废',
  'order.gone.text': '退款后这串卡密不再可用。',
  'order.card.n': '第 {n} 串',
  'reveal.expired': '须知已过期，已换成最新的，内容没有变化。',
  'reveal.hidden': '离开这个页面，卡密会自动隐藏。',
  'reveal.hide': '隐藏卡密',
  'reveal.zero': '0 带斜线是数字，O 是字母。',
} as const
