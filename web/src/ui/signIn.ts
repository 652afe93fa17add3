// SPDX-License-Identifier: Apache-2.0
// Signing in beside a problem, with its words: a file of its own, which nearly no visit needs.
import { accountWords } from '../base/areas'
import { lazy } from '../base/lazy'

export default lazy(() => import('./SignInHere.vue'), accountWords)
