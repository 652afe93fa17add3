// SPDX-License-Identifier: Apache-2.0
// All pages. Each area has its own table; src/http/pages.def names the same paths for the server, and a test compares.
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router'
import { useGuestSecrets } from './base/api'
import { useArea, type Area, type Key } from './base/words'
import { accountRoutes } from './account/routes'
import { buyerRoutes } from './buyer/routes'
import { casekitRoutes } from './casekit/routes'
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

const missing = () => import('./account/MissingPage.vue')
let hasDesks = false

/** The first time somebody goes to a desk, its pages are added; a path that is still unknown then is a missing page. */
async function addDesks(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  if (hasDesks) return true
  const { deskRoutes, loadDesk } = await import('./desks')
  await loadDesk()
  for (const route of deskRoutes) router.addRoute(route)
  hasDesks = true
  return { path: to.path, query: to.query, hash: to.hash, replace: true }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...accountRoutes,
    ...buyerRoutes,
    ...casekitRoutes,
    ...refundRoutes,
    ...verifyRoutes,
    { path: '/:desk(m|a)/:rest(.*)*', name: 'desk', component: missing, meta: { title: 'page.missing' }, beforeEnter: addDesks },
    { path: '/:rest(.*)*', component: missing, meta: { title: 'page.missing' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  useGuestSecrets(!to.meta.accountOnly)
  await Promise.all((to.meta.areas ?? []).map(async (load) => useArea(await load())))
})

// After a change of page the focus goes to the new page's heading, as it would on a load.
router.afterEach((to, from) => {
  if (from.matched.length === 0 || to.path === from.path) return
  window.setTimeout(() => document.getElementById('main')?.focus(), 0)
})
