// SPDX-License-Identifier: Apache-2.0
export default {
  'claim.title': '退款申请',
} as const
