// SPDX-License-Identifier: Apache-2.0
// Policies on the merchant's desk and on the platform's: the same pages under two paths.
import type { RouteRecordRaw } from 'vue-router'
import { codeWords } from '../base/areas'
import { policyWords } from '../base/deskAreas'

const areas = [policyWords, codeWords]
const desk = { shell: 'console', accountOnly: true, areas, tab: 'policies' } as const

export const policyRoutes: RouteRecordRaw[] = [
  { path: '/m/policies', component: () => import('./PolicyListPage.vue'), meta: { ...desk, title: 'policy.title' } },
  { path: '/m/policies/new', component: () => import('./PolicyEditPage.vue'), meta: { ...desk, title: 'policy.new' } },
  { path: '/a/policies', component: () => import('./PolicyListPage.vue'), meta: { ...desk, title: 'policy.title' } },
  { path: '/a/policies/new', component: () => import('./PolicyEditPage.vue'), meta: { ...desk, title: 'policy.new' } },
]
