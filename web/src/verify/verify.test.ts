// SPDX-License-Identifier: Apache-2.0
// The parts against vectors that others published, and the replay against the certificates of the policies' own cases. The whole is
// held against the program by tests/verify-page.t.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromBase64, fromHex, hexOf, utf8 } from './form/bytes'
import { sha256, sha512, signatureFits } from './form/digest'
import { attempt, Fault } from './form/fault'
import { canonical, parseJson } from './form/json'
import { formatTime, parseTime } from './form/time'
import { leafHash, nodeHash } from './form/tree'
import { replay } from './policy/certificate'
import { readPolicy } from './policy/read'

const root = join(__dirname, '../../..')
const parse = (text: string) => attempt(() => parseJson(utf8(text), 1 << 20))

it('hashes as FIPS 180-4 has it', () => {
  expect(hexOf(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(hexOf(sha512(utf8('abc'))).slice(0, 32)).toBe('ddaf35a193617abacc417349ae204131')
})

it('checks signatures as RFC 8032 has it, and takes none with a point of small order', () => {
  const key = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')!
  const signature = fromHex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  )!
  expect(signatureFits(key, utf8(''), signature)).toBe(true)
  expect(signatureFits(key, utf8('x'), signature)).toBe(false)
  const small = new Uint8Array(32)
  small[0] = 1
  const nothing = new Uint8Array(64)
  nothing[0] = 1
  expect(signatureFits(small, utf8('x'), nothing)).toBe(false)
})

it('hashes leaves and nodes as RFC 6962 has it', () => {
  expect(hexOf(leafHash(utf8('')))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  expect(hexOf(leafHash(utf8('L123456')))).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56')
  expect(hexOf(nodeHash(utf8('N123'), utf8('N456')))).toBe('aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb')
})

it('takes one spelling of base64 and hexadecimal', () => {
  expect(fromBase64('AAE=')).toEqual(Uint8Array.of(0, 1))
  for (const bad of ['AAE', 'AAF=', 'AAE=\n', 'A', '====', 'AA-_']) expect(fromBase64(bad)).toBeUndefined()
  for (const bad of ['0', 'AB', '0g', ' 00']) expect(fromHex(bad)).toBeUndefined()
})

it('reads JSON strictly and writes it as RFC 8785 has it', () => {
  const good = parse('{"\u20ac":"Euro","\\r":1,"\ufb33":2,"1":3,"\ud83d\ude00":4,"\u0080":5,"\u00f6":-9223372036854775808}')
  expect(good).not.toBeInstanceOf(Fault)
  expect(canonical(good as Exclude<typeof good, Fault>)).toBe('{"\\r":1,"1":3,"\u0080":5,"\u00f6":-9223372036854775808,"\u20ac":"Euro","\ud83d\ude00":4,"\ufb33":2}')
  for (const bad of ['', '{"a":1,"a":2}', '01', '1.0', '1e2', '+1', '9223372036854775808', '"\\u0000"', '"\\ud800"', '[1,]', '{"a":1} x', "'a'", 'nul', 'truex', '\ufeff1', `${'['.repeat(33)}${']'.repeat(33)}`])
    expect(parse(bad), bad).toBeInstanceOf(Fault)
})

it('reads times of RFC 3339', () => {
  expect(formatTime(parseTime('2026-11-24T09:02:03+08:00')!)).toBe('2026-11-24T01:02:03Z')
  expect(parseTime('2016-12-31T23:59:60Z')).toBe(parseTime('2017-01-01T00:00:00Z'))
  for (const bad of ['2026-02-29T00:00:00Z', '2026-11-24 00:00:00Z', '2026-11-24T24:00:00Z', '2026-11-24T00:00:00', '2026-12-30T23:59:60Z']) expect(parseTime(bad), bad).toBeUndefined()
})

interface GoldenCase {
  readonly certificate?: string
}
const policies = readdirSync(join(root, 'policies'), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.policy'))
  .map((entry) => join(entry.parentPath, entry.name))

describe('decisions of the policies’ own cases come out the same', () => {
  let certificates = 0
  it.each(policies)('%s', (path) => {
    const policy = readPolicy(new Uint8Array(readFileSync(path)))
    const folder = join(path.replace(/\.policy$/, ''), 'cases')
    const cases = attemptFiles(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as GoldenCase)
    for (const { certificate } of cases) {
      if (!certificate) continue
      certificates++
      expect(replay(utf8(certificate), policy)).toBeUndefined()
      const bent = certificate.replace(/"refund":(\d+)/, (_, refund: string) => `"refund":${Number(refund) + 1}`)
      expect(replay(utf8(bent), policy)?.values.place).toBe('/amount/refund')
    }
  })
  it('there are some', () => expect(certificates).toBeGreaterThan(3))
})

function attemptFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}
