// SPDX-License-Identifier: Apache-2.0
// Money as the server sends it: an integer of minor units with its currency. No floating point on the way in or out.
import { locale } from './words'

export interface Money {
  amount: number
  currency: string
}

/** Digits after the point: ISO 4217 through the browser's own tables. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/** "98.50" of 9850. */
export function plainAmount(amount: number, currency: string): string {
  const digits = digitsOf(currency)
  const text = Math.abs(amount).toString().padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  return (amount < 0 ? '-' : '') + (digits ? `${whole}.${text.slice(-digits)}` : whole)
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat(locale.value, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0)
  return parts.find((part) => part.type === 'currency')?.value ?? currency
}

/** "¥98.50", the same in both languages. */
export function money(value: Money): string {
  const text = plainAmount(value.amount, value.currency)
  const grouped = text.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','))
  return grouped.startsWith('-') ? `-${symbolOf(value.currency)}${grouped.slice(1)}` : symbolOf(value.currency) + grouped
}

/** Minor units of what somebody typed, full-width digits and separators included; undefined when it is no amount. */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency)
  const plain = text.normalize('NFKC').replace(/[\s,¥￥$€£]/g, '')
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(plain)
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > digits) return undefined
  return Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, '0') || '0')
}
