// SPDX-License-Identifier: Apache-2.0
// A buyer's refunds: filing one, following it, and every step of it.
import type { RouteRecordRaw } from 'vue-router'
import { claimWords, codeWords, factWords, refundWords } from '../base/areas'

const areas = [refundWords, claimWords, codeWords]
export const refundRoutes: RouteRecordRaw[] = [
  { path: '/orders/:order/refund', component: () => import('./WizardPage.vue'), meta: { title: 'refund.title', areas, tab: 'orders' } },
  { path: '/refunds', component: () => import('./RefundsPage.vue'), meta: { title: 'refunds.title', areas, tab: 'refunds' } },
  { path: '/refunds/:claim', component: () => import('./ClaimPage.vue'), meta: { title: 'case.title', areas, tab: 'refunds' } },
  { path: '/refunds/:claim/offer', component: () => import('./OfferPage.vue'), meta: { title: 'offer.title', areas, tab: 'refunds' } },
  { path: '/refunds/:claim/escalate', component: () => import('./EscalatePage.vue'), meta: { title: 'escalate.title', areas, tab: 'refunds' } },
  { path: '/refunds/:claim/decision', component: () => import('./DecisionPage.vue'), meta: { title: 'decision.title', areas: [...areas, factWords], tab: 'refunds' } },
  { path: '/refunds/:claim/appeal', component: () => import('./AppealPage.vue'), meta: { title: 'appeal.title', areas, tab: 'refunds' } },
]
