// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/merchant'

export default {
  'merchant.title': 'Merchant desk',
} satisfies Record<keyof typeof zh, string>
