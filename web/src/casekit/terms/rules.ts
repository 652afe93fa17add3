// SPDX-License-Identifier: Apache-2.0
// The rows of the lint as regular expressions of this browser, compiled when they are first used.
import { AFTER, BEFORE, EXCEPTS, PATTERNS, WHOLE, YIELDS } from '../../generated/terms'
import type { Rule } from './types'

export interface CompiledRule {
  readonly category: number
  readonly pattern: RegExp
}
export interface Place {
  readonly start: number
  readonly end: number
}

export function pattern(source: string): RegExp {
  return new RegExp(source, 'gu')
}

/** The first match at or after `at`; what stands before is seen by look-behinds. */
export function find(expression: RegExp, text: string, at: number): Place | undefined {
  expression.lastIndex = at
  const match = expression.exec(text)
  return match ? { start: match.index, end: match.index + match[0].length } : undefined
}

export function anyMatches(expressions: readonly RegExp[], text: string): boolean {
  return expressions.some((expression) => find(expression, text, 0) !== undefined)
}

export interface Rules {
  readonly patterns: readonly CompiledRule[]
  /** By category. */
  readonly excepts: ReadonlyMap<number, readonly RegExp[]>
  readonly before: readonly RegExp[]
  readonly after: readonly RegExp[]
  readonly whole: readonly RegExp[]
  /** Of a category: those before which it goes where they overlap. */
  readonly yields: ReadonlyMap<number, readonly number[]>
}

function grouped<Value>(pairs: readonly (readonly [number, Value])[]): Map<number, Value[]> {
  const groups = new Map<number, Value[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}

let made: Rules | undefined

/** Throws a SyntaxError in a browser that has no look-behind. */
export function rules(): Rules {
  const compiled = ([category, source]: Rule) => ({ category, pattern: pattern(source) })
  made ??= {
    patterns: PATTERNS.map(compiled),
    excepts: grouped(EXCEPTS.map(([category, source]) => [category, pattern(source)] as const)),
    before: BEFORE.map(pattern),
    after: AFTER.map(pattern),
    whole: WHOLE.map(pattern),
    yields: grouped(YIELDS),
  }
  return made
}
