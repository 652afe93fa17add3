// SPDX-License-Identifier: Apache-2.0
export default {
  'verify.title': '核验证据包',
} as const
