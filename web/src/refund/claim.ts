// SPDX-License-Identifier: Apache-2.0
// A claim as its buyer reads it. Which order it is of is remembered, because a guest is known by the order's secret; where that
// was forgotten, the orders of this device are asked.
import { api, take } from '../base/api'
import { asProblem } from '../base/problem'
import { useResource, type Resource } from '../base/resource'
import { knownOrders, linkClaim, orderOfClaim } from '../base/secrets'
import type { Claim } from '../claim/types'

async function findOrder(claim: string): Promise<boolean> {
  for (const { id } of knownOrders.value) {
    const list = await take(api.GET('/v1/claims', { params: { query: { order: id, limit: 50 } } })).catch(() => undefined)
    list?.items.forEach((one) => linkClaim(one.claim, one.order))
    if (list?.items.some((one) => one.claim === claim)) return true
  }
  return false
}

async function read(claim: string): Promise<Claim> {
  const get = () => take(api.GET('/v1/claims/{claim}', { params: { path: { claim } } }))
  try {
    return await get()
  } catch (error) {
    const problem = asProblem(error)
    const stranger = problem.status === 401 || problem.status === 403 || problem.status === 404
    if (!stranger || orderOfClaim(claim) || !(await findOrder(claim))) throw problem
    return get()
  }
}

export function useClaim(id: string): Resource<Claim> {
  return useResource(async () => {
    const claim = await read(id)
    linkClaim(claim.claim, claim.order)
    return claim
  })
}
