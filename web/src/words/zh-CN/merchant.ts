// SPDX-License-Identifier: Apache-2.0
export default {
  'merchant.title': '商家工作台',
} as const
