// SPDX-License-Identifier: Apache-2.0
// The list of the case, data/case.json, and the files of the items that it names.
import { contentOf } from '../archive/bundle'
import { ITEMS_MAX } from '../archive/entry'
import { attempt, Fault } from '../form/fault'
import { hasFields, type Field } from '../form/fields'
import { listIn, parseJson, textIn, type Json } from '../form/json'
import { CASE, extensionOf, FORMAT, itemName, ITEM_STATES, LAW, POLICY, README_EN, README_ZH } from '../form/layout'
import { readLeaf } from '../form/leaf'
import type { FindingCode } from '../report'
import type { Item, Verification } from '../verification'

const CASE_FIELDS: Record<string, Field> = {
  format: { kind: 'text', least: 1, most: 64 },
  subject: { kind: 'text', least: 1, most: 64 },
  items: { kind: 'list', least: 1, most: ITEMS_MAX },
}
const ITEM_FIELDS: Record<string, Field> = {
  name: { kind: 'text', least: 1, most: 15 },
  kind: { kind: 'text', least: 1, most: 32 },
  state: { kind: 'text', least: 1, most: 16 },
  why: { kind: 'text', least: 1, most: 200, optional: true },
}
const CASE_BYTES_MAX = 8 * 1024 * 1024

class CaseReader {
  constructor(private readonly v: Verification) {}

  private failed(position: number, code: FindingCode): void {
    this.v.report.add('leaf', 'failed', code, { place: `${CASE} /items/${position}`, sequence: position + 1 })
  }

  /** Reads the leaf, so that what the list says can be compared with it. */
  private readLeafOf(item: Item, position: number, kind: string): void {
    if (!item.leafFile) return
    const leaf = attempt(() => readLeaf(contentOf(item.leafFile)))
    if (leaf instanceof Fault) {
      this.v.fault('leaf', leaf, { place: `${item.leafFile.path} byte ${leaf.values['byte'] ?? 0}`, sequence: position + 1 })
      return
    }
    item.leaf = leaf
    if (leaf.kind !== kind) this.failed(position, 'case_kind')
  }

  private readItem(entry: Json, position: number): void {
    const item: Item = { name: '', state: 'present', why: '', isCommitted: false }
    this.v.items.push(item)
    const why = textIn(entry, 'why')
    const state = ITEM_STATES.find((known) => known === textIn(entry, 'state'))
    if (!hasFields(entry, ITEM_FIELDS) || !state || (why === undefined) !== (state === 'present')) return this.failed(position, 'case_entry')
    const name = textIn(entry, 'name') ?? ''
    item.state = state
    if (!/^[r0-9]+$/.test(name)) return this.failed(position, 'case_name')
    item.name = name
    item.why = why ?? ''
    item.leafFile = this.v.take(`data/leaves/${name}.leaf`, true)
    item.proofFile = this.v.take(`data/proofs/${name}.tlog-proof`, true)
    this.readLeafOf(item, position, textIn(entry, 'kind') ?? '')
    if (state !== 'present' || !item.leaf) return
    item.saltFile = this.v.take(`data/salts/${name}.salt`, true)
    item.itemFile = this.v.take(`data/items/${name}.${extensionOf(item.leaf.mediaType)}`, true)
  }

  private isOwn(item: Item | undefined): boolean {
    return item?.leaf?.subject === this.v.report.subject
  }

  /** Leaves of the case come first, numbered on; then the others, numbered apart. */
  private checkNames(): void {
    const { items } = this.v
    const other = items.findIndex((item) => !this.isOwn(item))
    this.v.chainCount = other < 0 ? items.length : other
    items.forEach((item, i) => {
      if (item.name !== itemName(i, this.v.chainCount)) this.failed(i, 'case_place')
      if (i >= this.v.chainCount && this.isOwn(item)) this.failed(i, 'case_order')
    })
  }

  read(root: Json): void {
    if (!hasFields(root, CASE_FIELDS)) return this.v.report.add('leaf', 'failed', 'case_malformed', { place: CASE })
    if (textIn(root, 'format') !== FORMAT || textIn(root, 'subject') !== this.v.report.subject)
      this.v.report.add('leaf', 'failed', 'case_other', { place: CASE })
    listIn(root, 'items')?.forEach((entry, i) => this.readItem(entry, i))
    this.checkNames()
  }
}

export function checkCase(v: Verification): void {
  v.take(README_EN, true)
  v.take(README_ZH, true)
  v.take(LAW, false)
  v.take(POLICY, false)
  const source = contentOf(v.take(CASE, true))
  const root = attempt(() => parseJson(source, CASE_BYTES_MAX))
  if (root instanceof Fault) v.fault('leaf', root, { place: CASE })
  else new CaseReader(v).read(root)
  if (!v.report.hasFailed('leaf')) v.report.add('leaf', 'ok', 'leaf_ok', {}, { leaves: v.items.length, own: v.chainCount })
}
