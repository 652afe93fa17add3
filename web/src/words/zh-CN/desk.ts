// SPDX-License-Identifier: Apache-2.0
// Items of the desks' navigation: on every page of a desk, whatever words the page itself brings.
export default {
  'desk.today': '今天',
  'desk.refunds': '退款申请',
  'desk.orders': '订单',
  'desk.products': '商品',
  'desk.stock': '库存',
  'desk.policies': '退款规则',
  'desk.bond': '保证金与账目',
  'desk.reputation': '信誉',
  'desk.settings': '设置',
  'desk.queue': '案件队列',
  'desk.appeals': '申诉',
  'desk.ledger': '账目',
  'desk.reports': '报表',
  'desk.audit': '审计',
  'desk.merchants': '商家',
  'desk.people': '账号',
  'desk.system': '系统',
} as const
