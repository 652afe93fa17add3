// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { accountWords } from '../base/areas'

export const accountRoutes: RouteRecordRaw[] = [
  { path: '/me', component: () => import('./MePage.vue'), meta: { title: 'account.title', areas: [accountWords], tab: 'me' } },
  { path: '/signin', component: () => import('./SignInPage.vue'), meta: { title: 'signin.title', areas: [accountWords], tab: 'me' } },
]
