// SPDX-License-Identifier: Apache-2.0
// Ways to bend a bundle. `bad`: whoever verifies it must notice. `good`: nothing is wrong. `any`: only the two have to agree.
import { hexOf, join, utf8, type Bytes } from '../../src/verify/form/bytes'
import { sha256 } from '../../src/verify/form/digest'
import type { Options } from '../../src/verify/verify'
import { keyOf, signNote, SECRET, type Draft } from './draft'

export type Expected = 'good' | 'bad' | 'any'
export interface Case {
  readonly name: string
  readonly archive: () => Bytes
  readonly options?: Options
  readonly expected: Expected
}

/** Every so many bytes of an archive with one bit turned. */
export function* flips(archive: Bytes, stride: number, offset = 0): Generator<Case> {
  for (let at = offset; at < archive.length; at += stride) {
    const bent = archive.slice()
    bent[at]! ^= 1 << at % 7
    yield { name: `byte ${at}`, archive: () => bent, expected: 'bad' }
  }
}

/** The places of a tar header, each changed, with a checksum that fits again. */
export function* headers(archive: Bytes): Generator<Case> {
  for (const [at, byte] of [
    [0, 0x2f],
    [3, 0x5c],
    [45, 0x2e],
    [60, 0x41],
    [100, 0x31],
    [105, 0x37],
    [108, 0x31],
    [116, 0x31],
    [135, 0x30],
    [137, 0x31],
    [146, 0x30],
    [156, 0],
    [156, 0x31],
    [156, 0x32],
    [156, 0x35],
    [156, 0x36],
    [156, 0x37],
    [156, 0x4c],
    [156, 0x78],
    [156, 0x67],
    [156, 0x56],
    [156, 0x44],
    [257, 0x55],
    [262, 0x20],
    [263, 0x31],
    [265, 0x72],
    [297, 0x72],
    [329, 0x31],
    [337, 0x31],
    [345, 0x61],
    [500, 1],
  ] as const) {
    for (const start of [0, 1024]) {
      const bent = archive.slice()
      if (bent[start + at] === byte) continue
      bent[start + at] = byte
      const header = bent.subarray(start, start + 512)
      header.fill(0x20, 148, 156)
      header.set(
        utf8(
          header
            .reduce((sum, each) => sum + each, 0)
            .toString(8)
            .padStart(6, '0') + '\0 ',
        ),
        148,
      )
      yield { name: `header at ${start}: byte ${at} is ${byte}`, archive: () => bent, expected: 'bad' }
    }
  }
}

export function* lengths(archive: Bytes): Generator<Case> {
  const size = archive.length
  for (const cut of [0, 1, 100, 511, 512, 513, 1000, 1024, size >> 1, size - 1025, size - 1024, size - 1023, size - 513, size - 512, size - 1])
    yield { name: `cut to ${cut}`, archive: () => archive.slice(0, cut), expected: 'bad' }
  for (const more of [1, 22, 512, 10240]) {
    yield { name: `${more} zeros more`, archive: () => join(archive, new Uint8Array(more)), expected: 'bad' }
    yield { name: `${more} ones more`, archive: () => join(archive, new Uint8Array(more).fill(1)), expected: 'bad' }
  }
}

// ---- files ----

function bentBytes(bytes: Bytes, at: number): Bytes {
  const bent = bytes.slice()
  if (bent.length === 0) return Uint8Array.of(0x41)
  bent[Math.min(at, bent.length - 1)]! ^= 1
  return bent
}

/** Each file bent, cut, lengthened, left out; with the manifests as they were, and made to fit. */
export function* files(draft: Draft): Generator<Case> {
  for (const path of draft.paths) {
    const bytes = draft.files.get(path)!
    const changes: readonly [string, (bent: Draft) => unknown][] = [
      ['first byte', (bent) => bent.put(path, bentBytes(bytes, 0))],
      ['middle byte', (bent) => bent.put(path, bentBytes(bytes, bytes.length >> 1))],
      ['last byte', (bent) => bent.put(path, bentBytes(bytes, bytes.length))],
      ['a byte less', (bent) => bent.put(path, bytes.slice(0, -1))],
      ['a line more', (bent) => bent.put(path, join(bytes, utf8('\n')))],
      ['empty', (bent) => bent.put(path, '')],
      ['left out', (bent) => bent.files.delete(path)],
    ]
    for (const [what, change] of changes) {
      const bent = draft.copy()
      change(bent)
      yield { name: `${path}: ${what}`, archive: () => bent.pack(), expected: 'bad' }
      // Words that nothing signs may be changed by whoever can make the manifests anew; the bundle id is what finds it.
      const isUnsigned =
        /^data\/(README|law\/|policy\/)/.test(path) ||
        /^(tag)?manifest/.test(path) ||
        path === 'bag-info.txt' ||
        path.startsWith('trust/') ||
        path === 'data/case.json'
      yield { name: `${path}: ${what}, manifests anew`, archive: () => bent.remanifest().pack(), expected: isUnsigned ? 'any' : 'bad' }
    }
  }
}

export function* strangers(draft: Draft): Generator<Case> {
  for (const path of [
    'data/items/9999.json',
    'data/leaves/0001.leaf2',
    'data/note.txt',
    'readme.txt',
    'log/1.tsr',
    'log/1.note',
    'log/consistency-1-2.txt',
    'trust/other.vkey',
    'zzz',
    'data/proofs/0001.tlog-proof.bak',
    'fetch.txt',
    'a-b',
    'data/salts/0003.salt',
  ]) {
    if (draft.files.has(path)) continue
    yield { name: `${path} more`, archive: () => draft.copy().put(path, 'x\n').pack(), expected: 'bad' }
    yield { name: `${path} more, manifests anew`, archive: () => draft.copy().put(path, 'x\n').remanifest().pack(), expected: 'bad' }
  }
  for (const path of ['../evil', 'data/../../evil', './x', 'data//x', 'data/x y', 'data/x\\y', 'data/ä'])
    yield { name: `${path} more`, archive: () => draft.copy().put(path, 'x\n').pack(), expected: 'bad' }
  const order = draft.paths
  yield { name: 'two files the other way round', archive: () => draft.pack([order[1]!, order[0]!, ...order.slice(2)]), expected: 'bad' }
  yield { name: 'all files the other way round', archive: () => draft.pack([...order].reverse()), expected: 'bad' }
  yield { name: 'a file twice', archive: () => draft.pack([...order, order[3]!]), expected: 'bad' }
  yield { name: 'a file twice in a row', archive: () => draft.pack([order[0]!, ...order]), expected: 'bad' }
  yield { name: 'repacked, which is allowed', archive: () => draft.pack([...order].reverse()), options: { allowRepacked: true }, expected: 'good' }
  for (const folder of ['other', `${draft.folder}x`, draft.folder.slice(1), draft.folder.replace('_2', '_1')]) {
    const bent = draft.copy()
    bent.folder = folder
    yield { name: `folder ${folder}`, archive: () => bent.pack(), expected: 'bad' }
  }
}

export function* info(draft: Draft): Generator<Case> {
  const lines = draft.text('bag-info.txt').trimEnd().split('\n')
  for (const [i, line] of lines.entries()) {
    const [label, value] = [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]
    const changed = [
      `${label}: ${value}x`,
      `${label}: `,
      `${label}:${value}`,
      `${label}: ${'9'.repeat(200)}`,
      `${label}: 0${value}`,
      ` ${line}`,
      `${line}\r`,
      label.toUpperCase(),
      `${label}: \u00e4${value}`,
    ]
    for (const bent of changed) {
      const text = [...lines.slice(0, i), bent, ...lines.slice(i + 1)].join('\n') + '\n'
      yield {
        name: `bag-info line ${i + 1}: ${bent.slice(0, 60)}`,
        archive: () => draft.copy().put('bag-info.txt', text).remanifestTags().pack(),
        expected: 'any',
      }
    }
    for (const [what, rest] of [
      ['left out', [...lines.slice(0, i), ...lines.slice(i + 1)]],
      ['twice', [...lines.slice(0, i), line, ...lines.slice(i)]],
    ] as const)
      yield {
        name: `bag-info line ${i + 1} ${what}`,
        archive: () =>
          draft
            .copy()
            .put('bag-info.txt', rest.join('\n') + '\n')
            .remanifestTags()
            .pack(),
        expected: 'bad',
      }
  }
}

export function* given(draft: Draft, archive: Bytes): Generator<Case> {
  const id = hexOf(sha256(draft.files.get('tagmanifest-sha256.txt')!))
  const other = keyOf(draft.logKey.split('+')[0]!, new Uint8Array(32).fill(9)).vkey
  const trusted: Options = { logKey: draft.logKey }
  yield { name: 'with its key', archive: () => archive, options: trusted, expected: 'good' }
  yield { name: 'with key and id', archive: () => archive, options: { ...trusted, bundleId: id }, expected: 'good' }
  yield {
    name: 'with another id',
    archive: () => archive,
    options: { ...trusted, bundleId: id.replace(/./, (c) => (c === '0' ? '1' : '0')) },
    expected: 'bad',
  }
  yield { name: 'with another key', archive: () => archive, options: { logKey: other }, expected: 'bad' }
  for (const key of [
    'x',
    `${draft.logKey}x`,
    draft.logKey.replace('+', ' +'),
    draft.logKey.replace(/\+[0-9a-f]/, '+f'),
    `${draft.logKey}\n`,
    draft.logKey.toUpperCase(),
  ])
    yield { name: `with the key ${key}`, archive: () => archive, options: { logKey: key }, expected: key === `${draft.logKey}\n` ? 'good' : 'any' }
  const signers = draft.files.has('trust/statement.vkeys') ? draft.text('trust/statement.vkeys') : ''
  yield { name: 'with the signers’ keys', archive: () => archive, options: { ...trusted, statementKeys: signers || `${other}\n` }, expected: 'good' }
  for (const keys of ['', '\n\n', 'x\n', `${other}\n`, `${signers}x`, `x\n${signers}`, `${other}\n`.repeat(40) + signers])
    yield { name: `with the signers ${keys.slice(0, 40)}`, archive: () => archive, options: { statementKeys: keys }, expected: 'any' }
  yield { name: 'a new log, with the old key', archive: () => draft.copy().remake().pack(), options: trusted, expected: 'bad' }
}

// ---- the head ----

/** The head's text and signatures bent, in the note and in all proofs. */
export function* notes(draft: Draft): Generator<Case> {
  const path = draft.paths.find((each) => each === `log/${draft.logSize}.note`)!
  const made = draft.copy().remake()
  const name = made.logKey.split('+')[0]!
  const note = made.text(path)
  const [text, lines] = [note.slice(0, note.lastIndexOf('\n\n') + 1), note.slice(note.lastIndexOf('\n\n') + 2)]
  const unknown = signNote(text, 'someone.example', new Uint8Array(32).fill(3)).slice(text.length + 1)
  const wrong = lines.replace(/.=*\n$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1))
  const bent: readonly [string, string, Expected][] = [
    ['as it is', note, 'good'],
    ['another signer beside', `${text}\n${lines}${unknown}`, 'good'],
    ['another signer before', `${text}\n${unknown}${lines}`, 'good'],
    ['only another signer', `${text}\n${unknown}`, 'bad'],
    ['a wrong signature beside', `${text}\n${lines}${wrong}`, 'bad'],
    ['signed twice', `${text}\n${lines}${lines}`, 'good'],
    ['forty signers', `${text}\n${lines}${unknown.repeat(40)}`, 'bad'],
    ['no signature', `${text}\n`, 'bad'],
    ['no empty line', `${text}${lines}`, 'bad'],
    ['no last line end', note.slice(0, -1), 'bad'],
    ['carriage returns', note.replace(/\n/g, '\r\n'), 'bad'],
    ['a hyphen', `${text}\n${lines.replace('—', '-')}`, 'bad'],
    ['two blanks', `${text}\n${lines.replace('— ', '—  ')}`, 'bad'],
    ['a tab', `${text}\n${lines.replace('— ', '—\t')}`, 'bad'],
    ['padding', `${text}\n${lines.trimEnd()}=\n`, 'bad'],
    ['a text more', signNote(`${text}extension\n`, name, SECRET), 'good'],
    ['an empty line more', signNote(`${text}\nmore\n`, name, SECRET), 'bad'],
    ['a leading zero', signNote(text.replace(/\n(\d)/, '\n0$1'), name, SECRET), 'bad'],
    [
      'another size',
      signNote(
        text.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`),
        name,
        SECRET,
      ),
      'bad',
    ],
    ['an enormous size', signNote(text.replace(/\n\d+\n/, '\n9223372036854775808\n'), name, SECRET), 'bad'],
    ['another origin', signNote(text.replace(/^[^\n]*/, 'elsewhere'), name, SECRET), 'bad'],
    ['another root', signNote(text.replace(/\n[^\n]*\n$/, `\n${'A'.repeat(43)}=\n`), name, SECRET), 'bad'],
    ['a short root', signNote(text.replace(/\n[^\n]*\n$/, '\nAAAA\n'), name, SECRET), 'bad'],
    ['two lines', signNote(`${text.split('\n').slice(0, 2).join('\n')}\n`, name, SECRET), 'bad'],
  ]
  for (const [what, content, expected] of bent) {
    const copy = made.copy().put(path, content)
    for (const proof of copy.paths)
      if (proof.startsWith('data/proofs/'))
        copy.put(
          proof,
          copy.text(proof).replace(note, () => content),
        )
    yield { name: `the head: ${what}`, archive: () => copy.remanifest().pack(), expected }
  }
}

/** Proofs and earlier heads bent, under a head that is good. */
export function* proofs(draft: Draft): Generator<Case> {
  const made = draft.copy().remake()
  const proof = made.paths.filter((path) => path.startsWith('data/proofs/')).at(1)!
  const consistency = made.paths.find((path) => path.startsWith('log/consistency-'))
  const earlier = made.paths.find((path) => /^log\/\d+\.note$/.test(path) && path !== `log/${made.logSize}.note`)
  const text = made.text(proof)
  const hash = `${'A'.repeat(43)}=\n`
  const changes: readonly [string, string, string, Expected][] = [
    [proof, 'index up', text.replace(/index (\d+)/, (_, i: string) => `index ${Number(i) + 1}`), 'bad'],
    [proof, 'index zero', text.replace(/index \d+/, 'index 0'), 'bad'],
    [proof, 'index enormous', text.replace(/index \d+/, 'index 9223372036854775807'), 'bad'],
    [proof, 'index with a zero', text.replace(/index /, 'index 0'), 'bad'],
    [proof, 'index with a sign', text.replace(/index /, 'index -'), 'bad'],
    [proof, 'an extra line', text.replace('\nindex', '\nextra AAAA\nindex'), 'good'],
    [proof, 'an extra line that is no base64', text.replace('\nindex', '\nextra A\nindex'), 'bad'],
    [proof, 'two extra lines', text.replace('\nindex', '\nextra AAAA\nextra AAAA\nindex'), 'bad'],
    [proof, 'a hash more', text.replace(/(index \d+\n)/, `$1${hash}`), 'bad'],
    [proof, 'seventy hashes', text.replace(/(index \d+\n)/, `$1${hash.repeat(70)}`), 'bad'],
    [proof, 'a hash less', text.replace(/(index \d+\n)[^\n]+\n/, '$1'), 'bad'],
    [proof, 'no hashes', text.replace(/(index \d+\n)[^]*?\n\n/, '$1\n'), 'bad'],
    [proof, 'another first line', text.replace('v1', 'v2'), 'bad'],
    [proof, 'no note', text.slice(0, text.indexOf('\n\n') + 2), 'bad'],
    [proof, 'a bad padding bit', text.replace(/(index \d+\n[^\n]{42}).=/, '$1B='), 'bad'],
  ]
  for (const [path, what, content, expected] of changes)
    yield { name: `${path}: ${what}`, archive: () => made.copy().put(path, content).remanifest().pack(), expected }
  if (!consistency || !earlier) return
  const old = made.text(consistency)
  for (const [what, content] of [
    ['empty', ''],
    ['a hash more', `${old}${hash}`],
    ['a hash less', old.slice(45)],
    ['a line more', `${old}\n`],
    ['changed', hash + old.slice(45)],
    ['text', 'x\n'],
  ])
    yield { name: `${consistency}: ${what}`, archive: () => made.copy().put(consistency, content!).remanifest().pack(), expected: 'bad' }
  const name = made.logKey.split('+')[0]!
  const size = Number(/\d+/.exec(earlier)![0])
  for (const [what, content] of [
    ['another size', signNote(`${name}\n${size + 1}\n${hash}`, name, SECRET)],
    ['another root', signNote(`${name}\n${size}\n${hash}`, name, SECRET)],
    ['a stranger’s', signNote(`${name}\n${size}\n${hash}`, 'someone.example', new Uint8Array(32).fill(3))],
    ['no note', 'x'],
  ] as const)
    yield { name: `${earlier}: ${what}`, archive: () => made.copy().put(earlier, content).remanifest().pack(), expected: 'bad' }
}
