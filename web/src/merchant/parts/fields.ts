// SPDX-License-Identifier: Apache-2.0
// Errors of a form by field: what the page finds itself, and what the server says with a pointer.
import { code, t, type Key } from '../../base/words'
import type { Problem } from '../../base/problem'

export type Errors = Record<string, string>

const encoder = new TextEncoder()
export const bytesOf = (text: string): number => encoder.encode(text).length

/** Digits of any width, without spaces; undefined when it is no whole number within the bounds. */
export function parseWhole(text: string, least: number, most: number): number | undefined {
  const plain = text.normalize('NFKC').replace(/[\s,]/g, '')
  if (!/^\d{1,9}$/.test(plain)) return undefined
  const value = Number(plain)
  return value >= least && value <= most ? value : undefined
}

/** Without control characters, and without the marks that turn the direction of what follows. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '').trim()
}

/** The field that a problem points at, with words; empty when it names none of this form's. */
export function fieldErrors(problem: Problem | undefined, labels: Readonly<Record<string, Key>>): Errors {
  const name = problem?.pointer.split('/')[1] ?? ''
  const label = labels[name]
  if (!problem || !label) return {}
  if (problem.code === 'field_missing' || problem.code === 'field_too_short') return { [name]: t('field.required', { name: t(label) }) }
  const said = code('error', problem.code)
  return { [name]: said === problem.code ? t('field.invalid', { name: t(label) }) : t('m.f.said', { name: t(label), said }) }
}

/** For a summary on top of the form: in the order of the form's labels. */
export function summary(errors: Errors, labels: Readonly<Record<string, Key>>): { label: string; text: string }[] {
  return Object.entries(labels).flatMap(([name, label]) => (errors[name] ? [{ label: t(label), text: errors[name]! }] : []))
}
