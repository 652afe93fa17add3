// SPDX-License-Identifier: Apache-2.0
// The band below a picture: what is written in it, and how the lines are broken. It stands below and hides nothing.
import { momentWords } from '../moment'
import type { Case, Language, Moment } from '../model'

/** The band says whose time it is: a clock of a device proves little. */
export function stampLines(of: Case, sha256: string, at: Moment, language: Language): string[] {
  const { platform, order, user } = of.facts
  const isChinese = language === 'zh'
  const when = momentWords(at, language)
  return [
    isChinese ? `加注时间 ${when}（设备时间）` : `Marked ${when} (clock of the device)`,
    [platform, order && `${isChinese ? '订单' : 'order'} ${order}`, user && `${isChinese ? '账号' : 'account'} ${user}`].filter(Boolean).join(' · '),
    `${isChinese ? '原图 SHA-256' : 'SHA-256 of the original'} ${sha256.slice(0, 32)}…`,
  ].filter(Boolean)
}

/** Breaks a line where it would be wider than the band. */
export function broken(line: string, widthOf: (text: string) => number, widest: number): string[] {
  const rows: string[] = []
  let row = ''
  for (const character of line) {
    if (row && widthOf(row + character) > widest) {
      rows.push(row)
      row = ''
    }
    row += character
  }
  return row ? [...rows, row] : rows
}
