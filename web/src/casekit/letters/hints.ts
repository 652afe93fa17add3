// SPDX-License-Identifier: Apache-2.0
// Suggestions on a text before it is sent: words that make it less likely to be heard, and private numbers that need not be in it. They
// suggest; nothing is refused.

export type HintCode = 'harsh' | 'loud' | 'threat' | 'whole_key' | 'identity' | 'bank_card'
export interface Hint {
  readonly code: HintCode
  readonly excerpt: string
}

/** The last digit of a number of an identity card follows from the others. */
function isIdentity(number: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(number[index]), 0)
  return '10X98765432'[sum % 11] === number[17]?.toUpperCase()
}

/** So does that of a bank card's. */
function isBankCard(number: string): boolean {
  const digits = [...number.replace(/ /g, '')].reverse().map(Number)
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0)
  return sum % 10 === 0
}

/** Letters and digits in groups, as keys are written. */
const isKey = (text: string): boolean => /\d/.test(text) && /[A-Z]/i.test(text)

interface Pattern {
  readonly code: HintCode
  readonly pattern: RegExp
  readonly is?: (excerpt: string) => boolean
}
const PATTERNS: readonly Pattern[] = [
  { code: 'harsh', pattern: /骗子|诈骗犯|垃圾|无耻|不要脸|奸商|黑心|坑人|流氓|傻[逼比叉]|\bscam(?:mer)?s?\b|\bthie(?:f|ves)\b|\bliars?\b|\bcrooks?\b|\bgarbage\b/giu },
  { code: 'loud', pattern: /[!！]+|[?？]{2,}/gu },
  { code: 'threat', pattern: /曝光你|人肉|等着瞧|走着瞧|不退就|让你(?:关店|开不下去)|后果自负|\bor else\b|\byou will regret\b|\bexpose you\b/giu },
  { code: 'identity', pattern: /\b\d{17}[0-9Xx]\b/gu, is: isIdentity },
  { code: 'bank_card', pattern: /\b(?:\d{4} ?){4}\d{0,3}\b/gu, is: isBankCard },
  { code: 'whole_key', pattern: /\b[0-9A-Za-z]{4,8}(?:-[0-9A-Za-z]{4,8}){2,6}\b/gu, is: isKey },
]

/** Each excerpt once. `known`: numbers that belong there, such as the order's. */
export function hintsOf(text: string, known: readonly string[] = []): Hint[] {
  const found = PATTERNS.flatMap(({ code, pattern, is }) =>
    [...text.matchAll(pattern)].map((match) => match[0]).filter((excerpt) => (is?.(excerpt) ?? true) && !known.includes(excerpt)).map((excerpt) => ({ code, excerpt })),
  )
  return found.filter((hint, index) => found.findIndex((other) => other.code === hint.code && other.excerpt === hint.excerpt) === index)
}
