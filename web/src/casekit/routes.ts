// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { casekitWords } from '../base/areas'

export const casekitRoutes: RouteRecordRaw[] = [{ path: '/kit', component: () => import('./KitPage.vue'), meta: { title: 'kit.title', areas: [casekitWords], tab: 'me' } }]
