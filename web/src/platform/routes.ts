// SPDX-License-Identifier: Apache-2.0
// The platform's desk: arbiters hear cases, operators see the books, the reports, the log and the machine.
import type { RouteRecordRaw } from 'vue-router'
import { claimWords, codeWords, factsWords, traceWords } from '../base/areas'
import { platformWords } from '../base/deskAreas'

const desk = { shell: 'console', accountOnly: true, areas: [platformWords, codeWords] } as const

export const platformRoutes: RouteRecordRaw[] = [
  { path: '/a', component: () => import('./StartPage.vue'), meta: { ...desk, title: 'platform.title', tab: 'start' } },
  { path: '/a/queue', component: () => import('./QueuePage.vue'), meta: { ...desk, title: 'platform.queue', tab: 'queue' } },
  { path: '/a/appeals', component: () => import('./AppealsPage.vue'), meta: { ...desk, title: 'platform.appeals', tab: 'appeals' } },
  { path: '/a/cases/:claim', component: () => import('./CasePage.vue'), meta: { ...desk, title: 'platform.case', tab: 'queue', areas: [platformWords, codeWords, claimWords, traceWords, factsWords] } },
  { path: '/a/ledger', component: () => import('./LedgerPage.vue'), meta: { ...desk, title: 'platform.ledger', tab: 'ledger' } },
  { path: '/a/reports', component: () => import('./ReportsPage.vue'), meta: { ...desk, title: 'platform.reports', tab: 'reports' } },
  { path: '/a/audit', component: () => import('./AuditPage.vue'), meta: { ...desk, title: 'platform.audit', tab: 'audit' } },
  { path: '/a/system', component: () => import('./SystemPage.vue'), meta: { ...desk, title: 'platform.system', tab: 'system' } },
  { path: '/a/merchants', component: () => import('./MerchantsPage.vue'), meta: { ...desk, title: 'platform.merchants', tab: 'merchants' } },
  { path: '/a/people', component: () => import('./PeoplePage.vue'), meta: { ...desk, title: 'platform.people', tab: 'people' } },
]
