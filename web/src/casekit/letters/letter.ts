// SPDX-License-Identifier: Apache-2.0
// A letter of a case: composed from what is known, or as it was edited; what is still to be filled in; and hints before it is sent.
import type { Case, Language, LetterCode } from '../model'
import { briefOf, type VoidTerm, type Written } from './brief'
import { write as writeEn } from './en'
import { write as writeZh } from './zh'

export const LETTERS: readonly LetterCode[] = ['statement', 'seller', 'platform', 'payment', 'complaint']

export interface Letter {
  readonly text: string
  readonly composed: string
  readonly isEdited: boolean
  /** The case has changed since the editing began: the composed text now says something else. */
  readonly isStale: boolean
  /** What stands in brackets still. */
  readonly blanks: readonly string[]
}

export function compose(of: Case, letter: LetterCode, day: string, language: Language, voidTerms: readonly VoidTerm[]): Written {
  const brief = briefOf(of, letter, day, language, voidTerms)
  return language === 'zh' ? writeZh(letter, brief) : writeEn(letter, brief)
}

const BLANK: Readonly<Record<Language, RegExp>> = { zh: /【([^】\n]+)】/g, en: /\[([^\]\n]+)\]/g }

export function blanksOf(text: string, language: Language): string[] {
  return [...new Set([...text.matchAll(BLANK[language])].map((match) => match[1] ?? ''))]
}

export function letterOf(of: Case, letter: LetterCode, day: string, language: Language, voidTerms: readonly VoidTerm[]): Letter {
  const composed = compose(of, letter, day, language, voidTerms).text
  const edited = of.letters[`${letter}.${language}`]
  const text = edited?.text ?? composed
  return { text, composed, isEdited: edited !== undefined, isStale: edited !== undefined && edited.from !== composed, blanks: blanksOf(text, language) }
}
