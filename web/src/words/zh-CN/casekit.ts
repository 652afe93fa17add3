// SPDX-License-Identifier: Apache-2.0
export default {
  'casekit.title': '其他平台维权助手',
} as const
