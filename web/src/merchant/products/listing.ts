// SPDX-License-Identifier: Apache-2.0
// The form of a listing: what is typed, what is wrong with it, and what is sent. Limits are the server's own.
import type { Schemas } from '../../base/api'
import { parseAmount, plainAmount } from '../../base/money'
import { t, type Key } from '../../base/words'
import { bytesOf, cleanText, parseWhole, type Errors } from '../parts/fields'

type Request = Schemas['ProductRequest']
type Kind = Request['kind']
export interface Milestone {
  title: string
  percent: string
}
export interface ListingForm {
  kind: Kind
  currency: string
  category: Request['category']
  title: string
  description: string
  policy_id: string
  price: string
  face_value: string
  delivery: string
  unit: 'minutes' | 'hours' | 'days'
  region: string
  redeem_channel: string
  valid_days: string
  standard: string
  lateness: string
  dissatisfaction: string
  revisions: string
  milestones: Milestone[]
}

export const TEXT_BYTES = 2000
export const MILESTONES_MAX = 10
const UNIT_S = { minutes: 60, hours: 3600, days: 86400 } as const
const YEAR_S = 366 * 86400

/** Labels of the fields, by the member that the server points at, in the order of the form. */
export const labels = {
  category: 'm.f.category', title: 'm.f.title', description: 'm.f.description', price: 'm.f.price', face_value: 'm.f.face_value', delivery_s: 'm.f.delivery',
  region: 'm.f.region', redeem_channel: 'm.f.redeem', valid_days: 'm.f.valid_days', standard: 'm.f.standard', milestones: 'm.f.milestones',
  lateness: 'm.f.lateness', dissatisfaction: 'm.f.dissatisfaction', revisions: 'm.f.revisions', policy_id: 'm.f.policy', policy: 'm.f.policy',
} as const satisfies Record<string, Key>

export const categoriesOf = { card_key: ['game_card', 'activation_code'], service: ['top_up', 'boosting'] } as const satisfies Record<Kind, readonly Request['category'][]>

export function emptyForm(): ListingForm {
  return {
    kind: 'card_key', currency: 'CNY', category: 'game_card', title: '', description: '', policy_id: '', price: '', face_value: '', delivery: '1', unit: 'minutes',
    region: '', redeem_channel: '', valid_days: '0', standard: '', lateness: '', dissatisfaction: '', revisions: '1', milestones: [{ title: '', percent: '100' }],
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** The form of a product as it is. */
export function formOf(product: Schemas['Product']): ListingForm {
  const listing = product.listing
  const currency = product.price.currency
  const seconds = number(listing.delivery_s)
  const unit = seconds % UNIT_S.days === 0 ? 'days' : seconds % UNIT_S.hours === 0 ? 'hours' : 'minutes'
  const steps = Array.isArray(listing.milestones) ? (listing.milestones as { title: string; percent: number }[]) : []
  return {
    kind: product.kind, currency, category: text(listing.category) as Request['category'], title: text(listing.title), description: text(listing.description),
    policy_id: product.policy.id, price: plainAmount(product.price.amount, currency), face_value: listing.face_value ? plainAmount(number(listing.face_value), currency) : '',
    delivery: String(Math.max(1, Math.round(seconds / UNIT_S[unit]))), unit, region: text(listing.region), redeem_channel: text(listing.redeem_channel),
    valid_days: String(number(listing.valid_days)), standard: text(listing.standard), lateness: text(listing.lateness), dissatisfaction: text(listing.dissatisfaction),
    revisions: String(number(listing.revisions)), milestones: steps.map((step) => ({ title: step.title, percent: String(step.percent) })),
  }
}

function checkText(errors: Errors, form: ListingForm, name: keyof typeof labels & keyof ListingForm, required: boolean): void {
  const value = cleanText(String(form[name]))
  if (required && !value) errors[name] = t('field.required', { name: t(labels[name]) })
  else if (bytesOf(value) > TEXT_BYTES) errors[name] = t('m.f.too_long', { name: t(labels[name]), bytes: bytesOf(value), max: TEXT_BYTES })
}

function checkSteps(errors: Errors, steps: readonly Milestone[]): void {
  let before = 0
  for (const step of steps) {
    const percent = parseWhole(step.percent, 1, 100)
    if (!cleanText(step.title)) errors.milestones ??= t('m.f.milestones.title')
    else if (bytesOf(step.title) > TEXT_BYTES) errors.milestones ??= t('m.f.too_long', { name: t(labels.milestones), bytes: bytesOf(step.title), max: TEXT_BYTES })
    else if (percent === undefined || percent <= before) errors.milestones ??= t('m.f.milestones.rising')
    before = percent ?? before
  }
  if (steps.length === 0 || before !== 100) errors.milestones ??= t('m.f.milestones.end')
}

export function secondsOf(form: ListingForm): number | undefined {
  const count = parseWhole(form.delivery, 1, 1_000_000)
  const seconds = count === undefined ? undefined : count * UNIT_S[form.unit]
  return seconds !== undefined && seconds <= YEAR_S ? seconds : undefined
}

export function check(form: ListingForm): Errors {
  const errors: Errors = {}
  checkText(errors, form, 'title', true)
  checkText(errors, form, 'description', false)
  if (!parseAmount(form.price, form.currency)) errors.price = t('field.amount')
  if (secondsOf(form) === undefined) errors.delivery_s = t('m.f.delivery.bad')
  if (!form.policy_id) errors.policy_id = t('m.f.policy.missing')
  if (form.kind === 'card_key') {
    if (form.face_value && parseAmount(form.face_value, form.currency) === undefined) errors.face_value = t('field.amount')
    checkText(errors, form, 'region', true)
    checkText(errors, form, 'redeem_channel', true)
    if (parseWhole(form.valid_days, 0, 36500) === undefined) errors.valid_days = t('m.f.valid_days.bad')
  } else {
    checkText(errors, form, 'standard', true)
    checkText(errors, form, 'lateness', true)
    checkText(errors, form, 'dissatisfaction', true)
    if (parseWhole(form.revisions, 0, 100) === undefined) errors.revisions = t('m.f.revisions.bad')
    checkSteps(errors, form.milestones)
  }
  return errors
}

/** What a checked form sends. */
export function requestOf(form: ListingForm): Request {
  const shared = {
    kind: form.kind, currency: form.currency, category: form.category, title: cleanText(form.title), description: cleanText(form.description), policy_id: form.policy_id,
    price: parseAmount(form.price, form.currency) ?? 0, delivery_s: secondsOf(form) ?? 0,
  }
  if (form.kind === 'card_key') {
    const face = form.face_value ? (parseAmount(form.face_value, form.currency) ?? 0) : 0
    return { ...shared, region: cleanText(form.region), redeem_channel: cleanText(form.redeem_channel), valid_days: parseWhole(form.valid_days, 0, 36500) ?? 0, face_value: face }
  }
  return {
    ...shared, standard: cleanText(form.standard), lateness: cleanText(form.lateness), dissatisfaction: cleanText(form.dissatisfaction), revisions: parseWhole(form.revisions, 0, 100) ?? 0,
    milestones: form.milestones.map((step) => ({ title: cleanText(step.title), percent: parseWhole(step.percent, 1, 100) ?? 100 })),
  }
}

/** Only what differs from what was loaded: what somebody else changed meanwhile is left alone. */
export function changeOf(before: ListingForm, after: ListingForm): Schemas['ProductChange'] {
  const was = requestOf(before) as Record<string, unknown>
  const entries = Object.entries(requestOf(after)).filter(([name, value]) => name !== 'kind' && name !== 'currency' && JSON.stringify(value) !== JSON.stringify(was[name]))
  return Object.fromEntries(entries) as Schemas['ProductChange']
}
