// SPDX-License-Identifier: Apache-2.0
// Reads a table of the C program (src/law/*.def): rows of the form NAME(argument, …), whose arguments are strings (adjacent ones are
// one), numbers or bare names. Whatever else stands in such a file stops the build.

const TOKEN = /\s+|\/\*[^]*?\*\/|"((?:[^"\\\n]|\\.)*)"|([A-Za-z_]\w*)|(-?\d+)|([(),])/y
const ESCAPES = { n: '\n', t: '\t', '\\': '\\', '"': '"', "'": "'", '?': '?' }

function unescaped(text, where) {
  return text.replace(/\\(.)/g, (whole, letter) => {
    if (!(letter in ESCAPES)) throw new Error(`${where}: the escape ${whole} is not known`)
    return ESCAPES[letter]
  })
}

function tokens(source, file) {
  const found = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(source)
    const where = `${file}:${source.slice(0, at).split('\n').length}`
    if (!match) throw new Error(`${where}: this is no row of a table`)
    if (match[1] !== undefined) found.push({ kind: 'string', value: unescaped(match[1], where), where })
    else if (match[2]) found.push({ kind: 'name', value: match[2], where })
    else if (match[3]) found.push({ kind: 'number', value: Number(match[3]), where })
    else if (match[4]) found.push({ kind: match[4], where })
  }
  return found
}

/** [{row: 'FOLD', where: 'folds.def:8', values: ['一', '壹弌']}, …] */
export function readRows(source, file) {
  const list = tokens(source, file)
  const rows = []
  let at = 0
  const take = (kind) => {
    const token = list[at++]
    if (!token || token.kind !== kind) throw new Error(`${token?.where ?? file}: expected ${kind}`)
    return token
  }
  while (at < list.length) {
    const head = take('name')
    const row = { row: head.value, where: head.where, values: [] }
    for (take('('); ; ) {
      const token = list[at++]
      if (!token || !['string', 'name', 'number'].includes(token.kind)) throw new Error(`${head.where}: a row is malformed`)
      let { value } = token
      while (token.kind === 'string' && list[at]?.kind === 'string') value += list[at++].value
      row.values.push(value)
      if (list[at]?.kind === ')') break
      take(',')
    }
    take(')')
    rows.push(row)
  }
  return rows
}

/** The values of a row under names; a row with more or fewer stops the build. */
export function named(row, names) {
  if (row.values.length !== names.length) throw new Error(`${row.where}: ${row.row} has ${row.values.length} values, not ${names.length}`)
  return Object.fromEntries(names.map((name, index) => [name, row.values[index]]))
}
