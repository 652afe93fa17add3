// SPDX-License-Identifier: Apache-2.0
// The chain of the case, that it is whole, and what its times say.
import { contentText } from '../archive/bundle'
import { equal, hexOf, type Bytes } from '../form/bytes'
import { canonical } from '../form/json'
import { CASE } from '../form/layout'
import type { Leaf } from '../form/leaf'
import { formatTime } from '../form/time'
import type { FindingCode } from '../report'
import type { Item, Verification } from '../verification'

interface Link {
  readonly item: Item
  readonly leaf: Leaf
  readonly path: string
  readonly sha256: Bytes
}

function linksOf(v: Verification): Link[] {
  return v.chain.flatMap((item) =>
    item.leaf && item.leafFile ? [{ item, leaf: item.leaf, path: item.leafFile.path, sha256: item.leafFile.sha256 }] : [],
  )
}

/** What is wrong with a link after the one before it. */
function linkFault(link: Link, position: number, before: Link | undefined): FindingCode | undefined {
  if (link.leaf.sequence !== BigInt(position + 1)) return 'chain_gap'
  if (before && !equal(before.sha256, link.leaf.previous ?? new Uint8Array(32))) return 'chain_previous'
  if (before?.item.index !== undefined && link.item.index !== undefined && link.item.index <= before.item.index) return 'chain_order'
  return undefined
}

function checkLinks(v: Verification, links: readonly Link[]): void {
  links.forEach((link, i) => {
    const code = linkFault(link, i, links[i - 1])
    if (code) v.report.add('chain', 'failed', code, { place: link.path, sequence: Number(link.leaf.sequence) })
  })
  if (links.length === 0) v.report.add('chain', 'failed', 'chain_empty', { place: CASE })
  else if (!v.report.hasFailed('chain')) v.report.add('chain', 'ok', 'chain_ok', {}, { leaves: links.length })
}

function checkClosing(v: Verification, last: Link | undefined): void {
  if (last?.leaf.kind !== 'case_manifest' || !last.item.itemFile) return v.report.add('case_manifest', 'failed', 'closing_missing', { place: CASE })
  const { leaf } = last
  const sequence = Number(leaf.sequence)
  const expected =
    leaf.previous && leaf.sequence > 1n ? canonical({ case: v.report.subject, count: leaf.sequence - 1n, last: hexOf(leaf.previous) }) : ''
  if (contentText(last.item.itemFile) !== expected)
    v.report.add('case_manifest', 'failed', 'closing_other', { place: last.item.itemFile.path, sequence })
  else if (!v.report.hasFailed('case_manifest') && !v.report.hasFailed('chain'))
    v.report.add('case_manifest', 'ok', 'case_manifest_ok', { sequence }, { time: formatTime(leaf.receivedAt) })
}

/** Times are claims of the platform; what can be checked is whether they contradict each other. */
function checkTime(v: Verification, links: readonly Link[]): void {
  let [gap, gapAt, latest] = [0, 0, 0]
  for (const { leaf, path } of links) {
    const sequence = Number(leaf.sequence)
    if (leaf.receivedAt < latest) v.report.add('time', 'not_shown', 'time_backwards', { place: path, sequence })
    if (leaf.eventAt > leaf.receivedAt) v.report.add('time', 'not_shown', 'time_future', { place: path, sequence })
    else if (leaf.receivedAt - leaf.eventAt > gap) [gap, gapAt] = [leaf.receivedAt - leaf.eventAt, sequence]
    latest = Math.max(latest, leaf.receivedAt)
  }
  v.report.add('time', 'not_shown', 'time_own_clock', { sequence: gapAt }, { seconds: gap })
}

export function checkChain(v: Verification): void {
  const links = linksOf(v)
  checkLinks(v, links)
  checkClosing(v, links.at(-1))
  checkTime(v, links)
}
