// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { buyerWords } from '../base/areas'

export const buyerRoutes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./HomePage.vue'), meta: { areas: [buyerWords], tab: 'home' } },
]
