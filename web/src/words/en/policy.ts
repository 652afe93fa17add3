// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/policy'

export default {
  'policy.title': 'Refund rules',
} satisfies Record<keyof typeof zh, string>
