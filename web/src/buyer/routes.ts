// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router'
import { buyerWords, buyingWords, openWords, orderPartWords, ordersWords, orderWords, productWords, rulesWords, stateWords } from '../base/areas'

export const buyerRoutes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./HomePage.vue'), meta: { areas: [buyerWords], tab: 'home' } },
  { path: '/p/:product', component: () => import('./ProductPage.vue'), meta: { title: 'product.title', areas: [buyerWords, productWords], tab: 'home' } },
  { path: '/buy/:product', component: () => import('./CheckoutPage.vue'), meta: { title: 'buy.title', areas: [buyingWords], tab: 'home' } },
  { path: '/pay/:order', component: () => import('./PayPage.vue'), meta: { title: 'pay.title', areas: [buyingWords, orderPartWords], tab: 'orders' } },
  { path: '/orders', component: () => import('./OrdersPage.vue'), meta: { title: 'orders.title', areas: [ordersWords, stateWords], tab: 'orders' } },
  { path: '/orders/:order', component: () => import('./OrderPage.vue'), meta: { title: 'order.title', areas: [orderWords, stateWords], tab: 'orders' } },
  { path: '/lookup', component: () => import('./LookupPage.vue'), meta: { title: 'lookup.title', areas: [ordersWords, openWords], tab: 'orders' } },
  { path: '/o', component: () => import('./OpenLinkPage.vue'), meta: { title: 'open.title', areas: [openWords], tab: 'orders' } },
  { path: '/rules/:policy', component: () => import('./RulesPage.vue'), meta: { title: 'rules.title', areas: [productWords, rulesWords], tab: 'home' } },
]
