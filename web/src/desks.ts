// SPDX-License-Identifier: Apache-2.0
// The pages of the desks, and the words of their navigation: fetched when somebody first opens one.
import type { RouteRecordRaw } from 'vue-router'
import { deskWords } from './base/deskAreas'
import { useArea } from './base/words'
import { merchantRoutes } from './merchant/routes'
import { platformRoutes } from './platform/routes'
import { policyRoutes } from './policy/routes'

export const deskRoutes: readonly RouteRecordRaw[] = [...merchantRoutes, ...platformRoutes, ...policyRoutes]

/** Words of the navigation, before a page of a desk is shown. */
export async function loadDesk(): Promise<void> {
  await useArea(await deskWords())
}
