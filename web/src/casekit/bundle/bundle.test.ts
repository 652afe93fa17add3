// SPDX-License-Identifier: Apache-2.0
// The export's parts: hashes against Node's own, canonical JSON, the archive. tests/casekit.t opens one with tar and sha256sum.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SAMPLE_AT, sampleCase, sampleFile } from '../sample'
import { screened } from '../screen'
import { exportCase, FileMissing, type ExportOptions } from './export'
import { canonicalJson } from './json'
import { sha256, Sha256 } from './sha256'
import { tarParts } from './tar'

const options = async (): Promise<ExportOptions> => ({ at: SAMPLE_AT, letters: ['seller', 'complaint'], reports: await screened(sampleCase(), '2026-11-27'), read: sampleFile })

describe('SHA-256', () => {
  it('is that of Node for every length near a block, in one piece and in several', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 255)
      const expected = createHash('sha256').update(bytes).digest('hex')
      expect(new Sha256().update(bytes).done()).toBe(expected)
      expect(new Sha256().update(bytes.subarray(0, length / 3)).update(bytes.subarray(length / 3)).done()).toBe(expected)
    }
  })
  it('of a large file is made piece by piece', async () => {
    const bytes = new Uint8Array(17 * 1024 * 1024 + 5).fill(7)
    const seen: number[] = []
    expect(await sha256(new Blob([bytes]), (done) => seen.push(done))).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(seen.at(-1)).toBe(1)
    expect(seen.length).toBeGreaterThan(3)
  })
})

describe('canonical JSON', () => {
  it('sorts members by their code units and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é\n'], '': 0, c: undefined, '\u{1f600}': 2, '\uffff': 3 })).toBe('{"":0,"a":[true,null,"é\\n"],"b":1,"\u{1f600}":2,"\uffff":3}')
  })
  it('takes no fractions', () => expect(() => canonicalJson(1.5)).toThrow(RangeError))
})

describe('archive', () => {
  it('refuses names that not everyone can read', () => {
    for (const path of ['数据.txt', 'x'.repeat(101), '']) expect(() => tarParts('f', [{ path: path || '\n', content: new Uint8Array() }], 0)).toThrow(RangeError)
  })
  it('is the same bytes for the same case and time', async () => {
    const [one, two] = [await exportCase(sampleCase(), await options()), await exportCase(sampleCase(), await options())]
    expect(await sha256(one.archive)).toBe(await sha256(two.archive))
    expect(one.id).toBe(two.id)
    const other = await exportCase({ ...sampleCase(), facts: { ...sampleCase().facts, order: '2' } }, await options())
    expect(other.id).not.toBe(one.id)
  })
  it('says so when a file is gone', async () => {
    await expect(exportCase(sampleCase(), { ...(await options()), read: () => Promise.resolve(undefined) })).rejects.toThrow(FileMissing)
  })
})

it('nothing in the kit talks to a network, or keeps anything outside of its own database', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? files(join(folder, name)) : /\.(ts|vue)$/.test(name) && !/\.test\.ts$/.test(name) ? [join(folder, name)] : []))
  const forbidden = /\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|localStorage|sessionStorage|document\.cookie|base\/api|https?:\/\//
  const found = files(join(__dirname, '..')).filter((file) => forbidden.test(readFileSync(file, 'utf8')))
  expect(found).toEqual([])
})
