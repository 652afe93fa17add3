// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/verify'

export default {
  'verify.title': 'Verify a bundle',
} satisfies Record<keyof typeof zh, string>
