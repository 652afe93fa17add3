// SPDX-License-Identifier: Apache-2.0
// A token as it was pasted: with spaces, line breaks, full-width letters, capitals, and i, l or o typed for 1 and 0.

export function readToken(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[\s\p{Cf}]+/gu, '')
  return plain.replace(/^tok_(.*)$/, (_, rest: string) => `tok_${rest.replace(/[il]/g, '1').replace(/o/g, '0')}`)
}
export function isToken(text: string): boolean {
  return /^tok_[0-9a-hjkmnp-tv-z]{26}$/.test(text)
}
