// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/account'

export default {
  'account.title': 'Me',
  'signin.title': 'Sign in',
  'signin.text': 'Merchants, arbiters and operators sign in with the token of their account. Buyers need no account.',
  'signin.token': 'Account token',
  'signin.token.hint': 'It begins with tok_ and can be pasted.',
  'signin.guests': 'The token is exchanged for a session and is not kept by the page.',
} satisfies Record<keyof typeof zh, string>
