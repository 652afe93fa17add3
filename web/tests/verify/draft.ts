// SPDX-License-Identifier: Apache-2.0
// A bundle taken apart, so that it can be bent and put together again: with its manifests, and under a new log of the test's own.
import { getPublicKey, sign } from '@noble/ed25519'

import { openBundle } from '../../src/verify/archive/bundle'
import { sourceOfBytes } from '../../src/verify/archive/source'
import { packTar } from '../../src/verify/archive/tar'
import { packZip } from '../../src/verify/archive/zip-form'
import { base64Of, hexOf, join, utf8, type Bytes } from '../../src/verify/form/bytes'
import { sha256, sha512 } from '../../src/verify/form/digest'
import { leafHash, nodeHash } from '../../src/verify/form/tree'

export type Container = 'tar' | 'zip'

export class Draft {
  private constructor(
    public folder: string,
    public kind: Container,
    /** By path below the folder. */
    readonly files: Map<string, Bytes>,
  ) {}

  static async open(archive: Bytes): Promise<Draft> {
    const bundle = await openBundle(sourceOfBytes(archive))
    const files = new Map<string, Bytes>()
    for (const file of bundle.files) files.set(file.path, (await file.read()).slice())
    return new Draft(bundle.folder, bundle.kind, files)
  }

  static empty(folder: string): Draft {
    return new Draft(folder, 'tar', new Map())
  }

  copy(): Draft {
    return new Draft(this.folder, this.kind, new Map(this.files))
  }

  get paths(): string[] {
    return [...this.files.keys()].sort()
  }

  text(path: string): string {
    const bytes = this.files.get(path)
    if (!bytes) throw new Error(`no ${path}`)
    return new TextDecoder().decode(bytes)
  }

  put(path: string, content: string | Bytes): this {
    this.files.set(path, typeof content === 'string' ? utf8(content) : content)
    return this
  }

  /** The archive as the writer would make it, in this order of paths. */
  pack(order: readonly string[] = this.paths): Bytes {
    const files = order.map((path) => ({ path: `${this.folder}/${path}`, bytes: this.files.get(path)! }))
    return this.kind === 'tar' ? packTar(files) : packZip(files)
  }

  /** Makes the manifests and the count fit again, so that only what lies deeper can tell. */
  remanifest(): this {
    const payload = this.paths.filter((path) => path.startsWith('data/'))
    const bytes = payload.reduce((sum, path) => sum + this.files.get(path)!.length, 0)
    if (this.files.has('bag-info.txt')) this.info('Payload-Oxum', `${bytes}.${payload.length}`)
    this.put('manifest-sha256.txt', this.list(payload, sha256)).put('manifest-sha512.txt', this.list(payload, sha512))
    return this.remanifestTags()
  }

  remanifestTags(): this {
    const tags = this.paths.filter((path) => !path.startsWith('data/') && !path.startsWith('tagmanifest-'))
    return this.put('tagmanifest-sha256.txt', this.list(tags, sha256)).put('tagmanifest-sha512.txt', this.list(tags, sha512))
  }

  private list(paths: readonly string[], hash: (bytes: Bytes) => Bytes): string {
    return paths.map((path) => `${hexOf(hash(this.files.get(path)!))}  ${path}\n`).join('')
  }

  info(label: string, value: string): this {
    return this.put('bag-info.txt', this.text('bag-info.txt').replace(new RegExp(`^${label}: .*$`, 'm'), `${label}: ${value}`))
  }

  // ---- the case ----

  get items(): { name: string; kind: string; state: string; why?: string }[] {
    return (JSON.parse(this.text('data/case.json')) as { items: { name: string; kind: string; state: string; why?: string }[] }).items
  }

  leaf(name: string): Record<string, string | number> {
    return JSON.parse(this.text(`data/leaves/${name}.leaf`)) as Record<string, string | number>
  }

  putLeaf(name: string, leaf: Record<string, string | number>): this {
    const sorted = Object.fromEntries(Object.entries(leaf).sort(([a], [b]) => (a < b ? -1 : 1)))
    return this.put(`data/leaves/${name}.leaf`, JSON.stringify(sorted))
  }

  itemPath(name: string): string | undefined {
    return this.paths.find((path) => path.startsWith(`data/items/${name}.`))
  }

  named(kind: string): string[] {
    return this.items.filter((item) => item.kind === kind).map((item) => item.name)
  }

  index(name: string): number {
    return Number(/^index (\d+)$/m.exec(this.text(`data/proofs/${name}.tlog-proof`))?.[1])
  }

  get logSize(): number {
    return Number(/^Log-Size: (\d+)$/m.exec(this.text('bag-info.txt'))?.[1])
  }

  get logKey(): string {
    return this.text('trust/log.vkey').trim()
  }

  /** Makes every leaf fit its item and the leaf before it, and closes the case anew. */
  rechain(): this {
    const subject = (JSON.parse(this.text('data/case.json')) as { subject: string }).subject
    let previous = ''
    for (const { name, kind, state } of this.items) {
      const leaf = this.leaf(name)
      const path = this.itemPath(name)
      const isOwn = leaf['case'] === subject
      if (isOwn && kind === 'case_manifest' && path && leaf['seq'] !== 1)
        this.put(path, JSON.stringify({ case: subject, count: Number(leaf['seq']) - 1, last: previous }))
      const bytes = path && this.files.get(path)
      const salt = this.files.get(`data/salts/${name}.salt`)
      if (state === 'present' && bytes && salt) Object.assign(leaf, { cm: hexOf(sha256(join(salt, bytes))), size: bytes.length })
      if (isOwn) leaf['prev'] = previous
      this.putLeaf(name, leaf)
      if (isOwn) previous = hexOf(sha256(this.files.get(`data/leaves/${name}.leaf`)!))
    }
    return this
  }

  /** Puts the leaves into a new log, at their old places among fillers, under a head that the test signs. */
  relog(secret: Bytes = SECRET): Draft {
    return new Relog(this, secret).run()
  }

  /** All of it: what a platform would export that had recorded this. */
  remake(): Draft {
    return this.rechain().relog().remanifest()
  }
}

export const SECRET = new Uint8Array(32).fill(7)

const publicKeys = new Map<string, Bytes>()
function publicKeyOf(secret: Bytes): Bytes {
  const key = hexOf(secret)
  const found = publicKeys.get(key) ?? getPublicKey(secret)
  publicKeys.set(key, found)
  return found
}

export function keyOf(name: string, secret: Bytes): { id: Bytes; vkey: string } {
  const typed = join(Uint8Array.of(1), publicKeyOf(secret))
  const id = sha256(join(utf8(`${name}\n`), typed)).subarray(0, 4)
  return { id, vkey: `${name}+${hexOf(id)}+${base64Of(typed)}` }
}

export function signNote(text: string, name: string, secret: Bytes): string {
  return `${text}\n— ${name} ${base64Of(join(keyOf(name, secret).id, sign(utf8(text), secret)))}\n`
}

/** Root of leaf hashes, as RFC 9162 defines it. */
export class Tree {
  private readonly known = new Map<string, Bytes>()

  constructor(private readonly leaves: readonly Bytes[]) {}

  root(start = 0, end = this.leaves.length): Bytes {
    if (end - start === 1) return this.leaves[start]!
    const key = `${start}-${end}`
    const found = this.known.get(key) ?? nodeHash(this.root(start, split(start, end)), this.root(split(start, end), end))
    this.known.set(key, found)
    return found
  }

  inclusion(index: number, start = 0, end = this.leaves.length): Bytes[] {
    if (end - start === 1) return []
    const middle = split(start, end)
    return index < middle
      ? [...this.inclusion(index, start, middle), this.root(middle, end)]
      : [...this.inclusion(index, middle, end), this.root(start, middle)]
  }

  consistency(old: number, start = 0, end = this.leaves.length, isWhole = true): Bytes[] {
    if (end === old) return isWhole ? [] : [this.root(start, end)]
    const middle = split(start, end)
    if (old <= middle) return [...this.consistency(old, start, middle, isWhole), this.root(middle, end)]
    return [...this.consistency(old, middle, end, false), this.root(start, middle)]
  }
}

function split(start: number, end: number): number {
  return start + 2 ** Math.floor(Math.log2(end - start - 1))
}

function pathText(path: readonly Bytes[]): string {
  return path.map((hash) => `${base64Of(hash)}\n`).join('')
}

const filler = new Map<number, Bytes>()
function fillerHash(index: number): Bytes {
  const hash = filler.get(index) ?? leafHash(utf8(`filler ${index}`))
  filler.set(index, hash)
  return hash
}

interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** undefined for what was bent so far that it is none. */
function envelopeOf(text: string): Envelope | undefined {
  try {
    const envelope = JSON.parse(text) as Partial<Envelope> | null
    const isWhole = typeof envelope?.payload === 'string' && typeof envelope.payloadType === 'string' && Array.isArray(envelope.signatures)
    return isWhole ? (envelope as Envelope) : undefined
  } catch {
    return undefined
  }
}

class Relog {
  private readonly name: string
  private readonly tree: Tree

  constructor(
    private readonly draft: Draft,
    private readonly secret: Bytes,
  ) {
    this.name = draft.logKey.split('+')[0]!
    this.resignStatements()
    const leaves = Array.from({ length: draft.logSize }, (_, i) => fillerHash(i))
    for (const { name } of draft.items) leaves[draft.index(name)] = leafHash(draft.files.get(`data/leaves/${name}.leaf`)!)
    this.tree = new Tree(leaves)
  }

  /** Certificates of non-use carry the log's signature. */
  private resignStatements(): void {
    const { draft } = this
    const old = draft.logKey.split('+').slice(0, 2).join('+')
    for (const name of draft.named('unused_cert')) {
      const path = draft.itemPath(name)
      const envelope = path ? envelopeOf(draft.text(path)) : undefined
      if (!path || envelope?.signatures[0]?.keyid !== old) continue
      const body = Uint8Array.from(Buffer.from(envelope.payload, 'base64'))
      const message = join(utf8(`DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${body.length} `), body)
      const keyid = `${this.name}+${hexOf(keyOf(this.name, this.secret).id)}`
      draft.put(path, JSON.stringify({ ...envelope, signatures: [{ keyid, sig: base64Of(sign(message, this.secret)) }] }))
      draft.rechain()
    }
  }

  private head(size: number): string {
    return signNote(`${this.name}\n${size}\n${base64Of(this.tree.root(0, size))}\n`, this.name, this.secret)
  }

  run(): Draft {
    const { draft, tree } = this
    const size = draft.logSize
    const note = this.head(size)
    draft.put('trust/log.vkey', draft.text('trust/log.vkey').replace(draft.logKey, keyOf(this.name, this.secret).vkey))
    for (const path of draft.paths) {
      const earlier = /^log\/(\d+)\.note$/.exec(path)?.[1]
      if (earlier) draft.put(path, this.head(Number(earlier)))
      const from = /^log\/consistency-(\d+)-/.exec(path)?.[1]
      if (from) draft.put(path, pathText(tree.consistency(Number(from))))
    }
    for (const { name } of draft.items) {
      const index = draft.index(name)
      draft.put(`data/proofs/${name}.tlog-proof`, `c2sp.org/tlog-proof@v1\nindex ${index}\n${pathText(tree.inclusion(index))}\n${note}`)
    }
    return draft.info('Log-Root', base64Of(tree.root()))
  }
}
