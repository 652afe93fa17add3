// SPDX-License-Identifier: Apache-2.0
// The log behind a bundle: its key, its signed head, earlier heads, and that every leaf is under that head.
import { contentOf, type BundleFile } from '../archive/bundle'
import { base64Of, equal, utf8 } from '../form/bytes'
import { openCheckpoint, readPath, readProof, type Checkpoint } from '../form/checkpoint'
import { attempt, Fault } from '../form/fault'
import { LOG_KEY } from '../form/layout'
import { keyText, readKey, type Key } from '../form/note'
import { checkConsistency, checkInclusion, leafHash } from '../form/tree'
import type { Item, Verification } from '../verification'

/** Chooses the key: the caller's when there is one. The bundle's own copy alone proves nothing about who signed. */
function chooseKey(v: Verification): Key | undefined {
  const file = v.take(LOG_KEY, true)
  const embedded = file && attempt(() => readKey(contentOf(file)))
  if (embedded instanceof Fault) v.fault('log_key', embedded, { place: LOG_KEY })
  const own = embedded instanceof Fault ? undefined : embedded
  if (!v.options.logKey) {
    if (own) v.report.add('log_key', 'not_shown', 'key_not_given', { place: LOG_KEY }, { key: keyText(own) })
    return own
  }
  const trusted = attempt(() => readKey(utf8(v.options.logKey ?? '')))
  if (trusted instanceof Fault) {
    v.fault('log_key', trusted, { place: 'the given key' })
    return undefined
  }
  if (own && keyText(own) === keyText(trusted)) v.report.add('log_key', 'ok', 'log_key_ok', {}, { key: trusted.name })
  else if (own) v.report.add('log_key', 'failed', 'key_other', { place: LOG_KEY })
  return trusted
}

/** bag-info.txt repeats the head for people; it may not say anything else. */
function compareHead(v: Verification, head: Checkpoint): void {
  const { logSize, logRoot, logOrigin, leafCount } = v.info
  if (String(head.size) !== logSize || base64Of(head.root) !== logRoot || head.origin !== logOrigin)
    v.report.add('checkpoint', 'failed', 'head_other', { place: 'bag-info.txt lines 8 to 10' })
  if (String(v.chainCount) !== leafCount)
    v.report.add('case_manifest', 'failed', 'closing_count', { place: 'bag-info.txt line 11' }, { stated: leafCount, counted: v.chainCount })
}

function checkHead(v: Verification, key: Key): void {
  if (!/^[0-9]+$/.test(v.info.logSize)) return v.report.add('checkpoint', 'failed', 'head_size_missing', { place: 'bag-info.txt line 9' })
  const path = `log/${v.info.logSize}.note`
  const file = v.take(path, true)
  if (!file) return
  v.headNote = contentOf(file)
  const head = attempt(() => openCheckpoint(v.headNote, key))
  if (head instanceof Fault) return v.fault('checkpoint', head, { place: path })
  v.head = head
  compareHead(v, head)
  if (!v.report.hasFailed('checkpoint'))
    v.report.add('checkpoint', 'ok', 'checkpoint_ok', { place: path }, { key: key.name, size: String(head.size) })
}

// ---- earlier heads ----

function checkEarlier(v: Verification, file: BundleFile, stated: string, key: Key, head: Checkpoint): boolean {
  const proofPath = `log/consistency-${stated}-${head.size}.txt`
  const proof = v.take(proofPath, true)
  if (!proof) return false
  const earlier = attempt(() => openCheckpoint(contentOf(file), key))
  if (earlier instanceof Fault) {
    v.fault('consistency', earlier, { place: file.path })
    return false
  }
  if (`log/${earlier.size}.note` !== file.path) {
    v.report.add('consistency', 'failed', 'earlier_name', { place: file.path })
    return false
  }
  const fault = attempt(() => {
    const { path, rest } = readPath(contentOf(proof))
    if (rest.length) throw new Fault('proof_malformed', 'more behind the proof')
    checkConsistency(earlier.size, head.size, earlier.root, head.root, path)
  })
  if (fault) v.fault('consistency', fault, { place: proofPath })
  return !fault
}

function checkHistory(v: Verification, key: Key, head: Checkpoint): void {
  let good = 0
  for (const file of v.bundle.files) {
    const size = /^log\/([0-9]+)\.note$/.exec(file.path)?.[1]
    if (!size || size === v.info.logSize) continue
    v.take(file.path, true)
    if (checkEarlier(v, file, size, key, head)) good++
  }
  if (v.report.hasFailed('consistency')) return
  if (good > 0) v.report.add('consistency', 'ok', 'consistency_ok', {}, { heads: good })
  else v.report.add('consistency', 'not_shown', 'earlier_none')
}

// ---- inclusion ----

function checkLeaf(v: Verification, head: Checkpoint, item: Item, position: number): void {
  const { leafFile, proofFile } = item
  if (!leafFile || !proofFile) return
  const index = attempt(() => {
    const proof = readProof(contentOf(proofFile))
    if (!equal(proof.note, v.headNote)) throw new Fault('proof_mismatch', 'another head than the bundle has')
    checkInclusion(leafHash(contentOf(leafFile)), proof.index, head.size, proof.path, head.root)
    return proof.index
  })
  if (index instanceof Fault) v.fault('inclusion', index, { place: proofFile.path, sequence: position + 1 })
  else item.index = index
}

export function checkLog(v: Verification): void {
  v.key = chooseKey(v)
  if (v.key) checkHead(v, v.key)
  if (!v.head || !v.key) {
    if (!v.report.hasFailed('checkpoint')) v.report.add('checkpoint', 'failed', 'head_missing')
    return
  }
  checkHistory(v, v.key, v.head)
  for (const [i, item] of v.items.entries()) checkLeaf(v, v.head, item, i)
  if (!v.report.hasFailed('inclusion')) v.report.add('inclusion', 'ok', 'inclusion_ok', {}, { leaves: v.items.length })
}
