// SPDX-License-Identifier: Apache-2.0
export default {
  'policy.title': '退款规则',
} as const
