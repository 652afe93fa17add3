// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/desk'

export default {
  'desk.today': 'Today',
  'desk.refunds': 'Claims',
  'desk.orders': 'Orders',
  'desk.products': 'Products',
  'desk.stock': 'Stock',
  'desk.policies': 'Refund rules',
  'desk.bond': 'Bond and ledger',
  'desk.reputation': 'Reputation',
  'desk.settings': 'Settings',
  'desk.queue': 'Queue',
  'desk.appeals': 'Appeals',
  'desk.ledger': 'Ledger',
  'desk.reports': 'Reports',
  'desk.audit': 'Audit',
  'desk.merchants': 'Merchants',
  'desk.people': 'Accounts',
  'desk.system': 'System',
} satisfies Record<keyof typeof zh, string>
