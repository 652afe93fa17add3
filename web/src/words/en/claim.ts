// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/claim'

export default {
  'claim.title': 'Claim',
} satisfies Record<keyof typeof zh, string>
