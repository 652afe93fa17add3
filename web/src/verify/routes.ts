// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { verifyWords } from '../base/areas'

export const verifyRoutes: RouteRecordRaw[] = [
  { path: '/verify', component: () => import('./VerifyPage.vue'), meta: { title: 'verify.title', areas: [verifyWords], tab: 'me' } },
]
