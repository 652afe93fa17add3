// SPDX-License-Identifier: Apache-2.0
// What a dishonest platform could record and export: leaves, items, policies and decisions bent one place at a time, under a log that is
// good in itself.
import { hexOf, utf8 } from '../../src/verify/form/bytes'
import { sha256 } from '../../src/verify/form/digest'
import type { Case, Expected } from './bend'
import type { Draft } from './draft'

type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree }

/** A number below `bound`, the same in every run. */
export class Chance {
  constructor(private seed: number) {}

  below(bound: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0
    return Math.floor((this.seed / 2 ** 32) * bound)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** As RFC 8785 writes it; the members of our formats are ASCII. */
export function canonicalTree(value: Tree): string {
  if (Array.isArray(value)) return `[${value.map(canonicalTree).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalTree(value[key]!)}`).join(',')}}`
}

type Holder = Tree[] | { [key: string]: Tree }
interface Place {
  readonly path: string
  readonly holder: Holder
  readonly key: string
}

function placesOf(holder: Holder, path = ''): Place[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const here = { path: `${path}/${key}`, holder, key }
    return typeof value === 'object' && value !== null ? [here, ...placesOf(value as Holder, here.path)] : [here]
  })
}

/** Other values that could stand in a place. */
function others(value: Tree): Tree[] {
  if (typeof value === 'string') return [`${value}x`, '', null, 1]
  if (typeof value === 'number') return [value + 1, value - 1, -1, String(value), null]
  if (typeof value === 'boolean') return [!value, null]
  if (value === null) return [0, 'x', []]
  return Array.isArray(value) ? [[...value, ...value.slice(0, 1)], value.slice(1), [...value].reverse(), null] : [{ ...value, x: 1 }, {}, null]
}

/** The document with one place changed, for all places and changes. */
export function* mutations(source: string): Generator<[string, string]> {
  const fresh = (): Holder => JSON.parse(source) as Holder
  const count = placesOf(fresh()).length
  for (let i = 0; i < count; i++) {
    const { path, holder, key } = placesOf(fresh())[i]!
    const original = (holder as Record<string, Tree>)[key]!
    const values = others(original).filter((value) => canonicalTree(value) !== canonicalTree(original))
    for (const [n, value] of values.entries()) {
      const root = fresh()
      ;(placesOf(root)[i]!.holder as Record<string, Tree>)[key] = value
      yield [`${path} change ${n}`, canonicalTree(root as Tree)]
    }
    if (Array.isArray(holder)) continue
    const root = fresh()
    delete (placesOf(root)[i]!.holder as Record<string, Tree>)[key]
    yield [`${path} left out`, canonicalTree(root as Tree)]
  }
}

/** Spellings of a document that says the same. */
function* spellings(source: string): Generator<[string, string]> {
  yield ['a blank more', ` ${source}`]
  yield ['a line end more', `${source}\n`]
  yield ['a blank behind a colon', source.replace('":', '": ')]
  yield ['an escape', source.replace(/"([a-z])/, (_, c: string) => `"\\u00${c.charCodeAt(0).toString(16)}`)]
  yield ['a key twice', source.replace('{', `{${/"[^"]*":(?:"[^"]*"|\d+|null)/.exec(source)?.[0] ?? '"v":1'},`)]
  yield ['a fraction', source.replace(/:(\d+)/, ':$1.0')]
  yield ['an exponent', source.replace(/:(\d+)/, ':$1e0')]
  yield ['a number with a zero', source.replace(/:(\d+)/, ':0$1')]
  yield ['a number beyond 64 bits', source.replace(/:(\d+)/, ':9223372036854775808')]
  yield ['a mark in front', `\ufeff${source}`]
  yield ['half a character', source.replace(/"([a-z]+)"/, '"$1\\ud800"')]
  yield ['a NUL', source.replace(/"([a-z]+)"/, '"$1\\u0000"')]
  yield ['deep', source.replace(/:(\d+)/, `:${'['.repeat(40)}${']'.repeat(40)}`)]
  yield ['cut', source.slice(0, -1)]
  yield ['a list', `[${source}]`]
  yield ['nothing', '']
}

function forged(draft: Draft, path: string, content: string, expected: Expected, name: string): Case {
  return { name, archive: () => draft.copy().put(path, content).remake().pack(), expected }
}

/** Items of some kinds, each document changed at every place. `expected` holds for documents that all members of matter. */
export function* documents(draft: Draft, kinds: readonly string[], chance: Chance, most: number, expected: Expected = 'any'): Generator<Case> {
  for (const kind of kinds)
    for (const name of draft.named(kind)) {
      const path = draft.itemPath(name)
      if (!path?.endsWith('.json')) continue
      const all = [...mutations(draft.text(path))]
      const chosen = all.length <= most ? all : Array.from({ length: most }, () => chance.pick(all))
      for (const [what, text] of chosen) yield forged(draft, path, text, expected, `${kind} ${name}${what}`)
      for (const [what, text] of spellings(draft.text(path))) yield forged(draft, path, text, 'any', `${kind} ${name}: ${what}`)
    }
}

// ---- leaves ----

export function* leaves(draft: Draft): Generator<Case> {
  const made = draft.copy().remake()
  for (const { name } of draft.items.filter((_, i, all) => i < 2 || i >= all.length - 2)) {
    const leaf = made.leaf(name)
    const changes: [string, string, number | string][] = Object.keys(leaf).flatMap((key): [string, string, number | string][] => {
      const value = leaf[key]!
      if (typeof value === 'number')
        return [value + 1, value - 1, -1, 0, 253402300799, 253402300800, 9007199254740991].map((other) => [name, key, other])
      return [`${value}x`, '', 'a"b', 'ä', 'x'.repeat(101), value.slice(1)].map((other) => [name, key, other])
    })
    for (const [, key, value] of changes) {
      if (leaf[key] === value) continue
      const bent = made.copy().putLeaf(name, { ...leaf, [key]: value })
      yield { name: `leaf ${name}: ${key} is ${String(value).slice(0, 30)}`, archive: () => bent.relog().remanifest().pack(), expected: 'any' }
      const chained = draft.copy().putLeaf(name, { ...draft.leaf(name), [key]: value })
      yield { name: `leaf ${name}: ${key} is ${String(value).slice(0, 30)}, all else anew`, archive: () => chained.remake().pack(), expected: 'any' }
    }
    const text = made.text(`data/leaves/${name}.leaf`)
    for (const [what, other] of [
      ['a blank', text.replace(',', ', ')],
      ['a line end', `${text}\n`],
      ['a member more', text.replace('}', ',"w":1}')],
      ['keys in another order', text.replace('"v":1', '"v":1,"zz":1')],
      ['a zero', text.replace(/"seq":/, '"seq":0')],
      ['capitals', text.replace(/"cm":"[0-9a-f]+/, (cm) => `"cm":"${cm.slice(6).toUpperCase()}`)],
      ['a large number', text.replace(/"rx":\d+/, '"rx":9223372036854')],
      ['4096 bytes', text.replace('"actor":"', `"actor":"${'x'.repeat(4096)}`)],
    ] as const)
      yield {
        name: `leaf ${name}: ${what}`,
        archive: () => made.copy().put(`data/leaves/${name}.leaf`, other).relog().remanifest().pack(),
        expected: 'any',
      }
  }
}

// ---- the list of the case ----

export function* lists(draft: Draft): Generator<Case> {
  const source = draft.text('data/case.json').trimEnd()
  const few = draft.items.length <= 4 ? 1000 : 40
  const all = [...mutations(source)]
  const chance = new Chance(5)
  for (const [what, text] of all.length <= few ? all : Array.from({ length: few }, () => chance.pick(all)))
    yield { name: `case.json${what}`, archive: () => draft.copy().put('data/case.json', `${text}\n`).remanifest().pack(), expected: 'any' }
  for (const [what, text] of spellings(source))
    yield { name: `case.json: ${what}`, archive: () => draft.copy().put('data/case.json', text).remanifest().pack(), expected: 'any' }
  for (const [i, { name, kind }] of draft.items.entries()) {
    for (const state of ['withheld', 'redacted', 'erased'])
      yield { name: `${kind} ${name} ${state}`, archive: () => withdrawn(draft, i, state), expected: 'any' }
    const rest = draft.items.filter((_, k) => k !== i)
    yield { name: `${kind} ${name} out of the list`, archive: () => listed(draft, rest).remanifest().pack(), expected: 'bad' }
  }
  const swapped = [draft.items[1]!, draft.items[0]!, ...draft.items.slice(2)]
  yield { name: 'two entries swapped', archive: () => listed(draft, swapped).remanifest().pack(), expected: 'bad' }
}

function listed(draft: Draft, items: readonly Record<string, unknown>[]): Draft {
  const root = JSON.parse(draft.text('data/case.json')) as Record<string, unknown>
  return draft.copy().put('data/case.json', `${JSON.stringify({ ...root, items })}\n`)
}

/** The item and its salt gone, and the list says so. */
function withdrawn(draft: Draft, position: number, state: string): Uint8Array {
  const { name } = draft.items[position]!
  const bent = listed(
    draft,
    draft.items.map((item, i) => (i === position ? { kind: item.kind, name, state, why: '原因 why' } : item)),
  )
  bent.files.delete(`data/salts/${name}.salt`)
  const path = draft.itemPath(name)
  if (path) bent.files.delete(path)
  return bent.remake().pack()
}

// ---- policies ----

/** The policy's text changed; receipt and decisions then name the new text, as an exporter would have them. */
function withPolicy(draft: Draft, path: string, text: string): Draft {
  const [old, now] = [hexOf(sha256(utf8(draft.text(path)))), hexOf(sha256(utf8(text)))]
  const bent = draft.copy().put(path, text)
  for (const each of bent.paths) if (/^data\/items\/.*\.json$/.test(each)) bent.put(each, bent.text(each).replaceAll(old, now))
  return bent
}

const WORDS = (
  'policy version goods floor effective clause when needs optional merchant answers within extension silence accepts refuses reviews refund at once to ' +
  'borne by refuse review law original_payment store_credit less percent full unfinished affected remaining part platform issuer goodwill overrides ' +
  'otherwise minute hours days and or not is over ago late any reason under least most card service licence card_key sealed revealed redeemed key_invalid ' +
  'other changed_mind progress amount quantity earlier_refunds usage problem_proof unused_proof service_log merchant_answer CNY USD JPY 0 1 00 15 60 100 ' +
  '12.50 1.234 0.00 100000 100001 1000001 9999999999999 ( ) , "" "ECL-1" "x\\y" "2026-02-30" "2026-02-28" # \u00ff'
).split(' ')

/** The texts of policies with one word taken away, doubled, swapped or replaced. */
export function* policies(draft: Draft, chance: Chance, most: number): Generator<Case> {
  const paths = draft.named('policy_snapshot').flatMap((name) => draft.itemPath(name) ?? [])
  for (let n = 0; n < most && paths.length > 0; n++) {
    const path = chance.pick(paths)
    const words = draft.text(path).match(/"[^"\n]*"|[(),]|[A-Za-z0-9_.]+|\n|[^\S\n]+|./g) ?? []
    const at = chance.below(words.length)
    const other = chance.pick([...WORDS, ...words])
    const bent = [
      [...words.slice(0, at), ...words.slice(at + 1)],
      [...words.slice(0, at), words[at]!, ' ', words[at]!, ...words.slice(at + 1)],
      [...words.slice(0, at), other, ...words.slice(at + 1)],
      [...words.slice(0, at), ' ', other, ' ', ...words.slice(at)],
    ][chance.below(4)]!
    yield {
      name: `policy: word ${at} (${words[at]?.trim() ?? ''}) with ${other.trim()}`,
      archive: () => withPolicy(draft, path, bent.join('')).remake().pack(),
      expected: 'any',
    }
  }
}
