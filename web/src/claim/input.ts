// SPDX-License-Identifier: Apache-2.0
// What somebody entered for a step, whether it is in order, and the request that it becomes.
import { parseAmount, plainAmount } from '../base/money'
import { duration } from '../base/time'
import { t } from '../base/words'
import type { ActionForm } from './actions'
import type { ActionBody, ActionName, Claim, Offer } from './types'

export interface ActionInput {
  reason: string
  ground: string
  offer: string
  amount: string
  /** Hours, as text of a list. */
  valid: string
  extend: string
  due: string
}
export interface InputError {
  name: 'reason' | 'ground' | 'amount' | 'offer' | 'due'
  label: string
  text: string
}
export const REASON_MAX = 500
/** Below two Chinese characters it is a mark, not a reason: the server counts bytes. */
const REASON_BYTES_MIN = 4

export function emptyInput(action: ActionName): ActionInput {
  return { reason: '', ground: '', offer: action === 'offer' || action === 'counter_offer' ? 'partial' : '', amount: '', valid: '48', extend: '24', due: '24' }
}

/** Choices of hours: an offer stands and an answer is waited for at least a day. */
export function hoursFor(what: 'valid' | 'due' | 'extend'): { value: string; label: string }[] {
  const hours = what === 'extend' ? [12, 24, 48, 72] : [24, 48, 72]
  return hours.map((n) => ({ value: String(n), label: duration(n * 3600) }))
}

/** What may be offered at most: all that was asked. */
export const mostOf = (claim: Pick<Claim, 'asked'>): number => claim.asked.amount
export const paysMoney = (kind: string): boolean => kind === 'full' || kind === 'partial'

function amountError(claim: Pick<Claim, 'asked'>, text: string): string {
  const amount = parseAmount(text, claim.asked.currency)
  if (amount === undefined || amount <= 0) return t('field.amount')
  return amount > mostOf(claim) ? t('claim.offer.too_much', { most: plainAmount(mostOf(claim), claim.asked.currency) }) : ''
}
function reasonError(form: ActionForm, text: string): string {
  const reason = text.trim()
  if (reason === '' && form.reason !== 'needed') return ''
  if (new TextEncoder().encode(reason).length < REASON_BYTES_MIN) return t('claim.reason.short')
  return [...reason].length > REASON_MAX ? t('field.too_long', { name: t('claim.reason'), max: REASON_MAX }) : ''
}

export function checkInput(claim: Pick<Claim, 'asked'>, form: ActionForm, input: ActionInput): InputError[] {
  const errors: InputError[] = []
  const add = (name: InputError['name'], label: string, text: string): void => {
    if (text) errors.push({ name, label, text })
  }
  if (form.offer && input.offer === 'partial') add('amount', t('claim.offer.amount'), amountError(claim, input.amount))
  if (form.ground && !input.ground) add('ground', t('claim.ground'), t('claim.ground.choose'))
  if (form.reason || form.offer) add('reason', t('claim.reason'), reasonError(form, input.reason))
  return errors
}

function offerPart(claim: Pick<Claim, 'asked'>, input: ActionInput): Partial<ActionBody> {
  const typed = parseAmount(input.amount, claim.asked.currency) ?? 0
  const whole = input.offer === 'full' || (input.offer === 'partial' && typed === mostOf(claim))
  const part: Partial<ActionBody> = { offer: (whole ? 'full' : input.offer) as Offer['kind'], valid_s: Number(input.valid) * 3600 }
  if (whole) part.amount = mostOf(claim)
  else if (input.offer === 'partial') part.amount = typed
  if (input.offer === 'extend') part.extend_s = Number(input.extend) * 3600
  return part
}

export function inputBody(claim: Pick<Claim, 'asked'>, action: ActionName, form: ActionForm, input: ActionInput): ActionBody {
  const body: ActionBody = { action }
  const reason = input.reason.trim()
  if ((form.reason || form.offer) && reason) body.reason = reason
  if (form.ground) body.ground = input.ground as ActionBody['ground']
  if (form.due) body.due_s = Number(input.due) * 3600
  return form.offer ? { ...body, ...offerPart(claim, input) } : body
}
