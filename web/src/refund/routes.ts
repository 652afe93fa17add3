// SPDX-License-Identifier: Apache-2.0
// A buyer's refunds: filing one, following it, and every step of it.
import type { RouteRecordRaw } from 'vue-router'
import { actWords, caseWords, claimWords, codeWords, offersWords, reasonsWords, refundWords, stepsWords } from '../base/areas'

export const refundRoutes: RouteRecordRaw[] = [
  { path: '/orders/:order/refund', component: () => import('./WizardPage.vue'), meta: { title: 'refund.title', areas: [refundWords, reasonsWords], tab: 'orders' } },
  { path: '/refunds', component: () => import('./RefundsPage.vue'), meta: { title: 'refunds.title', areas: [caseWords, claimWords], tab: 'refunds' } },
  { path: '/refunds/:claim', component: () => import('./ClaimPage.vue'), meta: { title: 'case.title', areas: [caseWords, claimWords], tab: 'refunds' } },
  { path: '/refunds/:claim/offer', component: () => import('./OfferPage.vue'), meta: { title: 'offer.title', areas: [stepsWords, claimWords, actWords, offersWords], tab: 'refunds' } },
  { path: '/refunds/:claim/escalate', component: () => import('./EscalatePage.vue'), meta: { title: 'escalate.title', areas: [stepsWords, claimWords], tab: 'refunds' } },
  { path: '/refunds/:claim/decision', component: () => import('./DecisionPage.vue'), meta: { title: 'decision.title', areas: [stepsWords, claimWords, codeWords], tab: 'refunds' } },
  { path: '/refunds/:claim/appeal', component: () => import('./AppealPage.vue'), meta: { title: 'appeal.title', areas: [stepsWords, claimWords, actWords, offersWords], tab: 'refunds' } },
]
