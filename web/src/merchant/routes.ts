// SPDX-License-Identifier: Apache-2.0
// The merchant's desk. Every page is a chunk of its own.
import type { RouteMeta, RouteRecordRaw } from 'vue-router'
import { claimWords, codeWords } from '../base/areas'
import { merchantWords } from '../base/deskAreas'
import type { Key } from '../base/words'

const desk = (tab: string, title: Key, more: RouteMeta = {}): RouteMeta => ({ shell: 'console', accountOnly: true, tab, title, areas: [merchantWords, codeWords], ...more })

export const merchantRoutes: RouteRecordRaw[] = [
  { path: '/m', component: () => import('./today/TodayPage.vue'), meta: desk('m.today', 'desk.today') },
  { path: '/m/refunds', component: () => import('./refunds/RefundsPage.vue'), meta: desk('m.refunds', 'desk.refunds') },
  { path: '/m/refunds/:claim', component: () => import('./refunds/RefundPage.vue'), meta: desk('m.refunds', 'm.refund.title', { areas: [merchantWords, codeWords, claimWords] }) },
  { path: '/m/orders', component: () => import('./orders/OrdersPage.vue'), meta: desk('m.orders', 'desk.orders') },
  { path: '/m/orders/:order', component: () => import('./orders/OrderPage.vue'), meta: desk('m.orders', 'm.order.title') },
  { path: '/m/products', component: () => import('./products/ProductsPage.vue'), meta: desk('m.products', 'desk.products') },
  { path: '/m/products/new', component: () => import('./products/ProductNewPage.vue'), meta: desk('m.products', 'm.product.new') },
  { path: '/m/products/:product', component: () => import('./products/ProductPage.vue'), meta: desk('m.products', 'm.product.title') },
  { path: '/m/stock', component: () => import('./stock/StockPage.vue'), meta: desk('m.stock', 'desk.stock') },
  { path: '/m/stock/import', component: () => import('./stock/ImportPage.vue'), meta: desk('m.stock', 'm.import.title') },
  { path: '/m/bond', component: () => import('./bond/BondPage.vue'), meta: desk('m.bond', 'desk.bond') },
  { path: '/m/reputation', component: () => import('./bond/ReputationPage.vue'), meta: desk('m.reputation', 'desk.reputation') },
  { path: '/m/settings', component: () => import('./settings/SettingsPage.vue'), meta: desk('m.settings', 'desk.settings') },
]
