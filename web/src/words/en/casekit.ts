// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/casekit'

export default {
  'casekit.title': 'Case kit for other platforms',
} satisfies Record<keyof typeof zh, string>
