// SPDX-License-Identifier: Apache-2.0
export default {
  'platform.title': '平台工作台',
} as const
