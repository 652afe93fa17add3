// SPDX-License-Identifier: Apache-2.0
export default {
  'account.title': '我的',
  'signin.title': '登录',
  'signin.text': '商家、仲裁员和平台运营用账号令牌登录。买家不用登录也能购买和退款。',
  'signin.token': '账号令牌',
  'signin.token.hint': '以 tok_ 开头，可以直接粘贴。',
  'signin.guests': '令牌只用来换取本次登录，不会保存在页面里。',
} as const
