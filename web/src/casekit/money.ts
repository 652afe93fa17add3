// SPDX-License-Identifier: Apache-2.0
// Amounts of the kit: integers of minor units, never floating point. Currencies are those that shops of virtual goods take.

const SYMBOLS: Readonly<Record<string, string>> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', JPY: 'JP¥', HKD: 'HK$', TWD: 'NT$', KRW: '₩' }
const WITHOUT_MINOR = new Set(['JPY', 'KRW'])
export const CURRENCIES = Object.keys(SYMBOLS)

export function digitsOf(currency: string): number {
  return WITHOUT_MINOR.has(currency) ? 0 : 2
}

export function plainAmount(amount: number, currency: string): string {
  const digits = digitsOf(currency)
  const text = String(amount).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** "¥98.50" */
export function amountWords(amount: number, currency: string): string {
  return `${SYMBOLS[currency] ?? `${currency} `}${plainAmount(amount, currency)}`
}

/** Minor units of what somebody typed, full-width digits and separators included; undefined when it is no amount. */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency)
  const match = /^(\d{1,10})(?:\.(\d*))?$/.exec(text.normalize('NFKC').replace(/[\s,¥$€£]/g, ''))
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > digits) return undefined
  return Number(`${match[1]}${fraction.padEnd(digits, '0')}`)
}
