// SPDX-License-Identifier: Apache-2.0
// The platform's desk: arbiters hear cases, operators see the books, the reports, the log and the machine.
import type { RouteRecordRaw } from 'vue-router'
import { codeWords } from '../base/areas'
import { platformWords } from '../base/deskAreas'

const desk = { shell: 'console', accountOnly: true, areas: [platformWords, codeWords] } as const

export const platformRoutes: RouteRecordRaw[] = [
  { path: '/a/ledger', component: () => import('./LedgerPage.vue'), meta: { ...desk, title: 'platform.ledger', tab: 'ledger' } },
  { path: '/a/reports', component: () => import('./ReportsPage.vue'), meta: { ...desk, title: 'platform.reports', tab: 'reports' } },
  { path: '/a/audit', component: () => import('./AuditPage.vue'), meta: { ...desk, title: 'platform.audit', tab: 'audit' } },
  { path: '/a/system', component: () => import('./SystemPage.vue'), meta: { ...desk, title: 'platform.system', tab: 'system' } },
  { path: '/a/merchants', component: () => import('./MerchantsPage.vue'), meta: { ...desk, title: 'platform.merchants', tab: 'merchants' } },
  { path: '/a/people', component: () => import('./PeoplePage.vue'), meta: { ...desk, title: 'platform.people', tab: 'people' } },
]
