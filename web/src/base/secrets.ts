// SPDX-License-Identifier: Apache-2.0
// Orders that were bought or opened on this device without an account: the order's secret is the key to it. Secrets live in
// this browser's storage and travel in a header; they are in no URL that a server sees.
import { shallowRef } from 'vue'

export interface KnownOrder {
  id: string
  secret: string
}
const NAME = 'shuntui.orders'
const CLAIMS = 'shuntui.claims'
const KEPT_MAX = 200

function load<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(name)
    return text ? (JSON.parse(text) as T) : fallback
  } catch {
    return fallback
  }
}
function save(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // A browser that keeps nothing: the secret link still opens the order.
  }
}

export const knownOrders = shallowRef<KnownOrder[]>(load<KnownOrder[]>(NAME, []))
const claimOrders = load<Record<string, string>>(CLAIMS, {})

export function keepOrder(order: KnownOrder): void {
  knownOrders.value = [order, ...knownOrders.value.filter((kept) => kept.id !== order.id)].slice(0, KEPT_MAX)
  save(NAME, knownOrders.value)
}
export function forgetOrder(id: string): void {
  knownOrders.value = knownOrders.value.filter((kept) => kept.id !== id)
  save(NAME, knownOrders.value)
}
export function forgetAllOrders(): void {
  knownOrders.value = []
  save(NAME, [])
  for (const key of Object.keys(claimOrders)) delete claimOrders[key]
  save(CLAIMS, claimOrders)
}
/** Remembers which order a claim is of, so that the claim's own page knows which secret opens it. */
export function linkClaim(claim: string, order: string): void {
  if (claimOrders[claim] === order) return
  claimOrders[claim] = order
  save(CLAIMS, claimOrders)
}
export function secretOfOrder(order: string): string | undefined {
  return knownOrders.value.find((kept) => kept.id === order)?.secret
}
export function orderOfClaim(claim: string): string | undefined {
  return claimOrders[claim]
}

/** The link that opens an order anywhere. What follows # never leaves the browser. */
export function secretLink(order: KnownOrder): string {
  return `${location.origin}/o#${order.id}.${order.secret}`
}
export function readSecretLink(text: string): KnownOrder | undefined {
  const match = /(ord_[0-9a-z]{26})[.\s/]+(key_[0-9a-z]{26})/.exec(text)
  return match ? { id: match[1]!, secret: match[2]! } : undefined
}
