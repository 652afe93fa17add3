// SPDX-License-Identifier: Apache-2.0
// JSON in the canonical form of RFC 8785: one text for one value, so that the same case makes the same bytes. Integers only.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Members that are undefined are left out, as JSON.stringify does. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer`)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value as { [key: string]: Json | undefined }).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.flatMap(([key, member]) => (member === undefined ? [] : `${JSON.stringify(key)}:${canonicalJson(member)}`)).join(',')}}`
}
