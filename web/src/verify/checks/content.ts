// SPDX-License-Identifier: Apache-2.0
// What the case holds: its items, its statements, and what nothing signs.
import { contentOf, type BundleFile } from '../archive/bundle'
import { equal, Lines, join, utf8, type Bytes } from '../form/bytes'
import { commitmentOf } from '../form/digest'
import { openStatement } from '../form/dsse'
import { attempt, Fault } from '../form/fault'
import { STATEMENT_KEYS } from '../form/layout'
import { readKey, type Key } from '../form/note'
import type { FindingCode } from '../report'
import type { Item, Verification } from '../verification'

const SALT_BYTES = 32

async function isCommitted(item: Item, file: BundleFile): Promise<boolean> {
  const salt = contentOf(item.saltFile)
  if (!item.leaf || salt.length !== SALT_BYTES || BigInt(file.size) !== item.leaf.size) return false
  return equal(await commitmentOf(salt, file.content ?? (await file.read())), item.leaf.commitment)
}

/** An erasure is itself an event of the case. */
function isErasureLogged(v: Verification, position: number): boolean {
  return v.chain.slice(position + 1).some((item) => item.leaf?.kind === 'payload_erased')
}

function absentCode(v: Verification, item: Item, position: number): FindingCode | undefined {
  if (item.state === 'withheld') return 'item_withheld'
  if (item.state === 'redacted') return 'item_redacted'
  if (item.state === 'erased') return isErasureLogged(v, position) ? 'item_erased' : 'item_erased_unlogged'
  return undefined
}

async function checkCommitments(v: Verification): Promise<void> {
  const positions = new Map(v.items.flatMap((item, i) => (item.itemFile && item.saltFile ? [[item.itemFile, i] as const] : [])))
  for (const file of v.bundle.packed) {
    const position = positions.get(file)
    if (position === undefined) continue
    const item = v.items[position]!
    item.isCommitted = await isCommitted(item, file)
    if (!file.content) v.bundle.advance(file.size)
    if (!item.isCommitted) v.report.add('commitment', 'failed', 'item_other', { place: file.path, sequence: position + 1 })
  }
  v.items.forEach((item, i) => {
    const code = absentCode(v, item, i)
    if (code) v.report.add('commitment', 'not_shown', code, { place: item.leafFile?.path ?? item.name, sequence: i + 1 }, { why: item.why })
  })
  const here = v.items.filter((item) => item.isCommitted).length
  if (!v.report.hasFailed('commitment')) v.report.add('commitment', 'ok', 'commitment_ok', {}, { here, all: v.items.length })
}

// ---- statements ----

const STATEMENT_TYPE = 'application/vnd.dsse.envelope.v1+json'
const UNUSED_CERTIFICATE_TYPE = 'application/vnd.shuntui.unused-cert+json'
const KEYS_MAX = 33

/** The log's own key, and those of the given or embedded list. */
function statementKeys(v: Verification): Key[] {
  const file = v.take(STATEMENT_KEYS, false)
  const given = v.options.statementKeys
  const keys = v.head && v.key ? [v.key] : []
  const source: Bytes = given === undefined ? contentOf(file) : utf8(given)
  const lines = new Lines(source.at(-1) === 0x0a ? source : join(source, utf8('\n')))
  for (let line = lines.take(); line && keys.length < KEYS_MAX; line = lines.take()) {
    if (line.length === 0) continue
    const key = attempt(() => readKey(line as Bytes))
    if (key instanceof Fault) v.fault('statement', key, { place: STATEMENT_KEYS })
    else keys.push(key)
  }
  if (file && given === undefined) v.report.add('statement', 'not_shown', 'signers_not_given', { place: STATEMENT_KEYS })
  return keys
}

function checkStatement(v: Verification, item: Item, position: number, keys: readonly Key[]): boolean {
  const envelope = v.provedBytes('statement', item)
  if (!envelope) return false
  const at = { place: item.itemFile?.path ?? '', sequence: position + 1 }
  const statement = attempt(() => openStatement(envelope, keys))
  if (statement instanceof Fault) v.fault('statement', statement, at)
  else if (item.leaf?.kind === 'unused_cert' && statement.type !== UNUSED_CERTIFICATE_TYPE) v.report.add('statement', 'failed', 'statement_type', at)
  else return true
  return false
}

function checkStatements(v: Verification): void {
  const keys = statementKeys(v)
  let [seen, good] = [0, 0]
  v.items.forEach((item, i) => {
    if (item.leaf?.mediaType !== STATEMENT_TYPE && item.leaf?.kind !== 'unused_cert') return
    seen++
    if (checkStatement(v, item, i, keys)) good++
  })
  if (good > 0 && !v.report.hasFailed('statement')) v.report.add('statement', 'ok', 'statement_ok', {}, { statements: good })
  else if (seen === 0) v.report.add('statement', 'not_shown', 'statement_none')
}

export async function checkItems(v: Verification): Promise<void> {
  await checkCommitments(v)
  checkStatements(v)
}
