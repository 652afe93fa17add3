// SPDX-License-Identifier: Apache-2.0
// A bundle out of nothing: items of a case and of other subjects, under a log of the test's own.
import { base64Of, hexOf, join, utf8, type Bytes } from '../../src/verify/form/bytes'
import { sha256 } from '../../src/verify/form/digest'
import { leafHash } from '../../src/verify/form/tree'
import { Draft, keyOf, SECRET, signNote, Tree } from './draft'

export interface NewItem {
  readonly kind: string
  readonly bytes: Bytes
  readonly mediaType?: string
}

const SUBJECT = 'ord_01jd0000000000000000000009'
const NAME = 'shuntui.test/log'
const START = 1764000000
const CREATED = '2025-11-25T19:46:40Z'

export const subject = SUBJECT

interface Placed extends NewItem {
  readonly name: string
  readonly index: number
  readonly leaf: Bytes
  readonly salt: Bytes
}

function place(item: NewItem, name: string, index: number, sequence: number, owner: string, previous: string): Placed {
  const salt = new Uint8Array(32).fill(index + 1)
  const mediaType = item.mediaType ?? 'application/json'
  const leaf = utf8(
    `{"actor":"platform","case":"${owner}","cm":"${hexOf(sha256(join(salt, item.bytes)))}","eid":"evt_${index}","et":${START + index},"kind":"${item.kind}",` +
      `"mt":"${mediaType}","prev":"${previous}","rx":${START + index + 2},"seq":${sequence},"size":${item.bytes.length},"src":"platform","v":1}`,
  )
  return { ...item, mediaType, name, index, leaf, salt }
}

/** Other subjects' leaves first in the log, then the case's own chain, which is closed here. Index of each: its place in that order. */
export function makeBundle(own: readonly NewItem[], others: readonly NewItem[]): Bytes {
  const placed: Placed[] = others.map((item, i) => place(item, `r${String(i + 1).padStart(4, '0')}`, i, 1, `pol_${i}`, ''))
  const chain: Placed[] = []
  for (const item of [...own, { kind: 'case_manifest', bytes: utf8('') }]) {
    const last = chain.at(-1)
    const previous = last ? hexOf(sha256(last.leaf)) : ''
    const isLast = item.kind === 'case_manifest'
    const bytes = isLast ? utf8(JSON.stringify({ case: SUBJECT, count: chain.length, last: previous })) : item.bytes
    chain.push(
      place({ ...item, bytes }, String(chain.length + 1).padStart(4, '0'), others.length + chain.length, chain.length + 1, SUBJECT, previous),
    )
  }
  const all = [...chain, ...placed]
  const tree = new Tree([...all].sort((a, b) => a.index - b.index).map(({ leaf }) => leafHash(leaf)))
  const root = base64Of(tree.root())
  const note = signNote(`${NAME}\n${all.length}\n${root}\n`, NAME, SECRET)
  const draft = Draft.empty(`${SUBJECT}_20251125T194640Z`)
  for (const item of all) {
    const extension = item.mediaType === 'application/json' ? 'json' : 'txt'
    draft.put(`data/leaves/${item.name}.leaf`, item.leaf).put(`data/salts/${item.name}.salt`, item.salt)
    draft.put(`data/items/${item.name}.${extension}`, item.bytes)
    const path = tree.inclusion(item.index).map((hash) => `${base64Of(hash)}\n`)
    draft.put(`data/proofs/${item.name}.tlog-proof`, `c2sp.org/tlog-proof@v1\nindex ${item.index}\n${path.join('')}\n${note}`)
  }
  const items = all.map(({ kind, name }) => ({ kind, name, state: 'present' }))
  draft.put('data/case.json', `${JSON.stringify({ format: 'shuntui-bundle/1', items, subject: SUBJECT })}\n`)
  draft
    .put('data/README.en.txt', 'words\n')
    .put('data/README.zh.txt', '说明\n')
    .put(`log/${all.length}.note`, note)
    .put('trust/log.vkey', `${keyOf(NAME, SECRET).vkey}\n`)
  draft.put('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')
  const info = {
    'Source-Organization': 'Test',
    'Bagging-Date': CREATED.slice(0, 10),
    'External-Identifier': SUBJECT,
    'Bag-Software-Agent': 'test',
    'Payload-Oxum': '0.0',
    'Bundle-Format': 'shuntui-bundle/1',
    'Bundle-Created': CREATED,
    'Log-Origin': NAME,
    'Log-Size': all.length,
    'Log-Root': root,
    'Case-Leaf-Count': chain.length,
  }
  draft.put(
    'bag-info.txt',
    Object.entries(info)
      .map(([label, value]) => `${label}: ${value}\n`)
      .join(''),
  )
  return draft.remanifest().pack()
}
