// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/platform'

export default {
  'platform.title': 'Platform desk',
} satisfies Record<keyof typeof zh, string>
