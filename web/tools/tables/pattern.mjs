// SPDX-License-Identifier: Apache-2.0
// From a pattern of the lint to a regular expression of the browser. The notation is that of src/law/pattern.h: Perl-compatible, with
// <name>, ~8 and &8. First it is written out as src/law/pattern.c does, then every construct is looked at: what means the same in both
// stays, '$' is rewritten, and anything that is not known to mean the same stops the build.

const BETWEEN = '[\\n"、]?'
const GAPS = { '~': '[^,.?不没未无非勿别]', '&': '[^.?]' }
const DEPTH_MAX = 4

const isWide = (character) => character.codePointAt(0) >= 0x80
const isQuantifier = (character) => character !== undefined && '?*+{'.includes(character)

function spelledApart(item, next) {
  return isQuantifier(next) ? `(?:${item}${BETWEEN})` : item + BETWEEN
}

function pieceAt(source, at, words, depth) {
  const rest = source.slice(at)
  if (rest.startsWith('(?<')) return [rest.slice(0, rest.indexOf(')') + 1)]
  if (rest[0] === '<') {
    const end = rest.indexOf('>')
    const name = rest.slice(1, end)
    if (end < 0 || !words.has(name)) throw new Error(`no words are called <${name}>`)
    if (depth >= DEPTH_MAX) throw new Error(`<${name}> is nested too deep`)
    return [`(?:${writtenOut(words.get(name), words, depth + 1)})`, end + 1]
  }
  const gap = /^[~&](\d+)/.exec(rest)
  if (gap) return [`${GAPS[rest[0]]}{0,${gap[1]}}?`, gap[0].length]
  if (rest[0] === '~' || rest[0] === '&') throw new Error(`${rest[0]} without a number`)
  if (rest[0] === '[') {
    const item = rest.slice(0, rest.indexOf(']') + 1)
    const apart = [...item].some(isWide) && item[1] !== '^'
    return apart ? [spelledApart(item, rest[item.length]), item.length] : [item]
  }
  if (rest[0] === '\\') return [rest.slice(0, 2)]
  const character = String.fromCodePoint(rest.codePointAt(0))
  return isWide(character) ? [spelledApart(character, rest[character.length]), character.length] : [character]
}

function writtenOut(source, words, depth) {
  let out = ''
  for (let at = 0; at < source.length; ) {
    const [text, length = text.length] = pieceAt(source, at, words, depth)
    if (length === 0) throw new Error('a bracket is not closed')
    out += text
    at += length
  }
  return out
}

/** What may stand in a pattern, and what becomes of it: as it is, unless there is a rewriting. */
const CONSTRUCTS = [
  [/^\(\?(?::|!|=|<!|<=)/], // groups, look-ahead, look-behind
  [/^\((?!\?|\*)/], // a group that captures; nobody asks what
  [/^\)/],
  [/^\|/],
  [/^(?:[?*+]|\{\d+(?:,\d*)?\})\??(?!\+)/], // a quantifier, never possessive
  [/^\^/], // of the subject: there is no multi-line matching
  [/^\$/, () => '(?=\\n?$)'], // in the program also before a line break that ends the subject
  [/^\\b/], // ASCII letters and digits in both, because neither is told to fold case or to use Unicode properties
  [/^\\n/],
  [/^\\[.?*+^$|()[\]{}\\/-]/, (text) => (text === '\\-' ? '-' : text)],
  [/^\[\^?(?![\]^])(?:[^\]\\[]|\\n)+\]/], // a class without escapes or classes of classes
  [/^[^\\()[\]{}|?*+^$.]/u], // a character
]

function checked(pattern) {
  let out = ''
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at)
    const known = CONSTRUCTS.find(([construct]) => construct.test(rest))
    if (!known) throw new Error(`"${rest.slice(0, 12)}" cannot be said in the browser's regular expressions`)
    const [text] = known[0].exec(rest)
    out += known[1] ? known[1](text) : text
    at += text.length
  }
  return out
}

/** The source of a RegExp with the flags 'gu'. words: Map of terms_words.def. */
export function translate(source, words) {
  const translated = checked(writtenOut(source, words, 0))
  new RegExp(translated, 'gu')
  return translated
}
