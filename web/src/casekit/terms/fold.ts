// SPDX-License-Identifier: Apache-2.0
// What one character is read as: without disguise (full width, circled, mathematical), in lower case, without marks above or below,
// without invisible characters, and look-alikes as what they stand for.
import { FOLDS } from '../../generated/terms'

const CODES_MAX = 4; // longer compatibility forms are decoration
const GONE = /^[\p{Default_Ignorable_Code_Point}\p{M}]$/u
const FOLDS_CASE = /^\p{Changes_When_Casefolded}$/u
const CHEROKEE_SMALL = /^[\u13f8-\u13fd\uab70-\uabbf]$/; // the only letters whose folded form is the capital

const folds = new Map<string, string>()
for (const [to, from] of FOLDS) for (const character of from) folds.set(character, to)

function inLowerCase(character: string): string {
  if (!FOLDS_CASE.test(character)) return character
  return CHEROKEE_SMALL.test(character) ? character.toUpperCase() : character.toUpperCase().toLowerCase()
}

/** Once more for each part, because a part may fall apart again. */
function decomposed(character: string): string[] {
  if (GONE.test(character)) return []
  const lower = inLowerCase(character)
  const parts = lower === character ? character.normalize('NFKD') : lower
  return parts === character ? [character] : [...parts].flatMap(decomposed)
}

export function readAs(character: string): readonly string[] {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return [code >= 0x41 && code <= 0x5a ? character.toLowerCase() : character]
  const parts = decomposed(character)
  return parts.length > CODES_MAX ? [] : parts.map((part) => folds.get(part) ?? part)
}
