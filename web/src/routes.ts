// SPDX-License-Identifier: Apache-2.0
// All pages. Each area has its own table; src/http/pages.def names the same paths for the server, and a test compares.
import { createRouter, createWebHistory } from 'vue-router'
import { useGuestSecrets } from './base/api'
import { deskWords } from './base/areas'
import { useArea, type Area, type Key } from './base/words'
import { accountRoutes } from './account/routes'
import { buyerRoutes } from './buyer/routes'
import { casekitRoutes } from './casekit/routes'
import { platformRoutes } from './platform/routes'
import { policyRoutes } from './policy/routes'
import { refundRoutes } from './refund/routes'
import { verifyRoutes } from './verify/routes'

declare module 'vue-router' {
  interface RouteMeta {
    /** The frame around the page. */
    shell?: 'buyer' | 'console'
    /** Words that the page needs besides the common ones. */
    areas?: readonly (() => Promise<Area>)[]
    title?: Key
    /** The tab of the buyer's bar, or the item of the desk's navigation, that the page belongs to. */
    tab?: string
    /** Pages with the same value share one instance: the page stays when only a part of the path changes. */
    keep?: string
    /** Whether guests' order secrets open things on this page. */
    accountOnly?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...accountRoutes,
    ...buyerRoutes,
    ...casekitRoutes,
    ...platformRoutes,
    ...policyRoutes,
    ...refundRoutes,
    ...verifyRoutes,
    { path: '/:rest(.*)*', component: () => import('./account/MissingPage.vue'), meta: { title: 'page.missing' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  useGuestSecrets(!to.meta.accountOnly)
  const areas = to.meta.shell === 'console' ? [deskWords, ...(to.meta.areas ?? [])] : (to.meta.areas ?? [])
  await Promise.all(areas.map(async (load) => useArea(await load())))
})

// After a change of page the focus goes to the new page's heading, as it would on a load.
router.afterEach((to, from) => {
  if (from.matched.length === 0 || to.path === from.path) return
  window.setTimeout(() => document.getElementById('main')?.focus(), 0)
})
