// SPDX-License-Identifier: Apache-2.0
// Ordering. What the buyer saw is what is ordered: when the rule, the price or the stock changed meanwhile, nothing goes on
// before he has seen what changed. What he typed stays.
import { computed, ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { api, newKey, take, write, type Schemas } from '../../base/api'
import { useDraft } from '../../base/drafts'
import { asProblem } from '../../base/problem'
import { useAction, useResource } from '../../base/resource'
import { forgetOrder, keepOrder, type KnownOrder } from '../../base/secrets'
import { role, session } from '../../base/session'
import { locale, t } from '../../base/words'
import type { Listing } from '../order/order'
import { maxOf, type Product } from './sellable'

const AGREEMENT_BYTES_MAX = 2000

/** Full-width digits count; anything else than a whole number is none. */
export function readQuantity(text: string, max: number): number | undefined {
  const plain = text.normalize('NFKC').trim()
  const value = /^\d{1,4}$/.test(plain) ? Number(plain) : 0
  return value >= 1 && value <= max ? value : undefined
}

export function useCheckout(id: string) {
  const router = useRouter()
  const product = useResource(() => take(api.GET('/v1/products/{product}', { params: { path: { product: id } } })))
  const { draft, drop } = useDraft(`buy:${id}`, { quantity: '1', agreement: '' })
  const accepted = ref(false)
  const errors = ref<{ field: 'quantity' | 'agreement'; label: string; text: string }[]>([])
  /** What was shown when the order was refused; beside it stands what holds now. */
  const before = shallowRef<Product>()
  const difference = shallowRef<Schemas['PolicyDifference']>()
  let attempt = { body: '', key: newKey() }

  const quantity = computed(() => (product.data.value ? readQuantity(draft.value.quantity, Math.max(1, maxOf(product.data.value))) : undefined))
  const total = computed(() => {
    const price = product.data.value?.price
    return price ? { amount: price.amount * (quantity.value ?? 1), currency: price.currency } : undefined
  })

  function check(shown: Product): boolean {
    const max = Math.max(1, maxOf(shown))
    errors.value = []
    if (quantity.value === undefined) errors.value.push({ field: 'quantity', label: t('buy.quantity'), text: t('buy.quantity.bad', { max }) })
    if (new TextEncoder().encode(draft.value.agreement).length > AGREEMENT_BYTES_MAX) errors.value.push({ field: 'agreement', label: t('buy.agreement'), text: t('buy.agreement.long') })
    errors.value = [...errors.value]
    return errors.value.length === 0
  }
  function bodyFor(shown: Product): Schemas['OrderRequest'] {
    const agreement = draft.value.agreement.trim()
    return {
      product_id: id,
      policy_id: shown.policy.id,
      listing_sha256: shown.listing_sha256,
      quantity: quantity.value ?? 1,
      provider: 'sandbox',
      ...(shown.kind === 'service' && agreement ? { agreement } : {}),
      ...(shown.policy.consent_wanted ? { consent: { accepted: accepted.value, language: locale.value === 'en' ? 'en' : 'zh' } } : {}),
    }
  }
  /** The same order keeps its key, so that pressing again after a lost connection makes no second one. */
  function keyFor(body: Schemas['OrderRequest']): string {
    const text = JSON.stringify(body)
    if (attempt.body !== text) attempt = { body: text, key: newKey() }
    return attempt.key
  }

  async function changedMeanwhile(shown: Product): Promise<boolean> {
    await product.refresh()
    const now = product.data.value
    if (!now || product.problem.value) return false
    before.value = shown
    difference.value = undefined
    if (now.policy.id === shown.policy.id) return now.listing_sha256 !== shown.listing_sha256 || now.stock !== shown.stock || now.state !== shown.state || now.policy.in_force !== shown.policy.in_force
    accepted.value = false
    try {
      difference.value = await take(api.GET('/v1/policies/{policy}/diff/{other}', { params: { path: { policy: shown.policy.id, other: now.policy.id } } }))
    } catch {
      // The three lines of the new version are on the page already.
    }
    return true
  }
  /** An account opens its orders itself; a guest has nothing but this secret. A session that ended unnoticed makes a guest. */
  async function keepUnlessOwned(order: KnownOrder): Promise<void> {
    keepOrder(order)
    if (role.value !== 'buyer') return
    try {
      session.value = await take(api.GET('/v1/session'))
    } catch {
      return
    }
    if (role.value === 'buyer') forgetOrder(order.id)
  }

  const CHANGED = ['policy_changed', 'listing_changed', 'consent_required', 'out_of_stock', 'product_paused', 'policy_not_in_force']
  const submit = useAction(async () => {
    const shown = product.data.value
    if (!shown || !check(shown)) return
    const body = bodyFor(shown)
    try {
      const created = await write((key) => api.POST('/v1/orders', { params: { header: { 'Idempotency-Key': key } }, body }), keyFor(body))
      await keepUnlessOwned({ id: created.id, secret: created.order_secret })
      await drop()
      await router.replace(`/pay/${created.id}`)
    } catch (error) {
      const problem = asProblem(error)
      if (CHANGED.includes(problem.code) && (await changedMeanwhile(shown))) return
      throw problem
    }
  })
  const listing = computed(() => product.data.value?.listing as Listing | undefined)
  return { product, listing, draft, accepted, errors, before, difference, quantity, total, submit }
}
export type Checkout = ReturnType<typeof useCheckout>
