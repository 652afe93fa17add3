// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { buyerWords, codeWords, orderWords } from '../base/areas'

export const buyerRoutes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./HomePage.vue'), meta: { areas: [buyerWords], tab: 'home' } },
  { path: '/p/:product', component: () => import('./ProductPage.vue'), meta: { title: 'product.title', areas: [buyerWords], tab: 'home' } },
  { path: '/buy/:product', component: () => import('./CheckoutPage.vue'), meta: { title: 'buy.title', areas: [orderWords], tab: 'home' } },
  { path: '/pay/:order', component: () => import('./PayPage.vue'), meta: { title: 'pay.title', areas: [orderWords], tab: 'orders' } },
  { path: '/orders', component: () => import('./OrdersPage.vue'), meta: { title: 'orders.title', areas: [orderWords, codeWords], tab: 'orders' } },
  { path: '/orders/:order', component: () => import('./OrderPage.vue'), meta: { title: 'order.title', areas: [orderWords, codeWords], tab: 'orders' } },
  { path: '/lookup', component: () => import('./LookupPage.vue'), meta: { title: 'lookup.title', areas: [orderWords], tab: 'orders' } },
  { path: '/o', component: () => import('./OpenLinkPage.vue'), meta: { title: 'open.title', areas: [orderWords], tab: 'orders' } },
  { path: '/rules/:policy', component: () => import('./RulesPage.vue'), meta: { title: 'rules.title', areas: [buyerWords], tab: 'home' } },
]
