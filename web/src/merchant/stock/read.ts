// SPDX-License-Identifier: Apache-2.0
// Reading cards out of what was pasted or dropped: lines, or a table whose column is chosen. Nothing here is kept anywhere
// but in the page's memory: the text holds secrets.

export interface Line {
  /** In the text, from 1. */
  number: number
  cells: string[]
}
export interface Sheet {
  lines: Line[]
  columns: number
  separator: string
  /** The first line looks like names of columns. */
  hasHead: boolean
}
export interface Card {
  number: number
  value: string
}

const SEPARATORS = ['\t', ',', ';', '|']

/** Cells of one text by a separator; quotes may hold separators, line breaks and doubled quotes (RFC 4180). */
function split(text: string, separator: string): Line[] {
  const lines: Line[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let number = 1
  let start = 1
  function end(): void {
    cells.push(cell)
    if (cells.some((one) => one.trim())) lines.push({ number: start, cells: cells.map((one) => one.trim()) })
    cells = []
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '\n') number++
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') cell += text[++at]
      else quoted = false
    } else if (char === '"' && separator && cell.trim() === '') {
      quoted = true
      cell = ''
    } else if (separator && char === separator) {
      cells.push(cell)
      cell = ''
    } else if (char === '\n') {
      end()
      start = number
    } else if (char !== '\r') cell += char
  }
  end()
  return lines
}

/** The separator that most lines have the same number of times; none for one card per line. */
function separatorOf(text: string): string {
  const bare = text.slice(0, 20_000).replace(/"(?:[^"]|"")*"/g, '""')
  const sample = bare.split('\n', 50).filter((line) => line.trim())
  for (const separator of SEPARATORS) {
    const counts = sample.map((line) => line.split(separator).length - 1)
    const first = counts[0] ?? 0
    if (first > 0 && counts.filter((count) => count === first).length >= sample.length * 0.9) return separator
  }
  return ''
}

const digits = (text: string) => (text.match(/\d/g) ?? []).length

export function readSheet(text: string): Sheet {
  const clean = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const separator = separatorOf(clean)
  const lines = split(clean, separator)
  const columns = Math.max(0, ...lines.map((line) => line.cells.length))
  const [head, next] = lines
  const hasHead = columns > 1 && head !== undefined && next !== undefined && digits(head.cells.join('')) === 0 && digits(next.cells.join('')) > 0
  return { lines, columns, separator, hasHead }
}

/** The column that looks most like keys: mostly different values, and the longest of those. */
export function likelyColumn(sheet: Sheet): number {
  const body = sheet.hasHead ? sheet.lines.slice(1, 200) : sheet.lines.slice(0, 200)
  const scores = Array.from({ length: sheet.columns }, (_, column) => {
    const values = body.map((line) => line.cells[column] ?? '')
    const length = values.reduce((sum, value) => sum + Math.min(value.length, 40), 0) / Math.max(1, values.length)
    return new Set(values).size * 2 >= values.length ? 100 + length : length
  })
  return Math.max(0, scores.indexOf(Math.max(...scores)))
}

/** `second` is a column joined behind the first, for an account and its password. */
export function cardsOf(sheet: Sheet, column: number, second: number, skipHead: boolean): Card[] {
  const body = skipHead ? sheet.lines.slice(1) : sheet.lines
  return body.map((line) => {
    const parts = [line.cells[column] ?? '', second >= 0 ? (line.cells[second] ?? '') : '']
    return { number: line.number, value: parts.filter(Boolean).join(' ') }
  })
}

/** What may be seen of a card in a table of problems. */
export function maskCard(value: string): string {
  const chars = [...value]
  return chars.length <= 8 ? '•'.repeat(chars.length) : `••••${chars.slice(-4).join('')}`
}

/** A file's text. What is not UTF-8 is read as GB 18030: tables saved by office programs in China often are. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
