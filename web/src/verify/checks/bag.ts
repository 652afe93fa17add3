// SPDX-License-Identifier: Apache-2.0
// The outside of a bundle: archive, bag declaration, manifests, sizes.
import { contentOf, contentText, type BundleFile } from '../archive/bundle'
import { byteLength, compareBytes, equal, fromHex, hexOf, Lines, shownText, textOf, utf8, type Bytes } from '../form/bytes'
import { DECLARATION, folderName, FORMAT } from '../form/layout'
import { parseTime } from '../form/time'
import type { Check } from '../report'
import type { Verification } from '../verification'

async function checkContainer(v: Verification): Promise<void> {
  const at = await v.bundle.firstDifference()
  if (at === undefined) v.report.add('container', 'ok', 'container_ok')
  else v.report.add('container', v.options.allowRepacked ? 'not_shown' : 'failed', 'container_repacked', { place: `byte ${at}` })
}

// ---- bag-info.txt ----

/** The labels in their order, how long each value may be, and where it goes; what goes nowhere is the exporter's own words. */
const INFO_LINES = [
  ['Source-Organization: ', Infinity, undefined],
  ['Bagging-Date: ', 15, 'date'],
  ['External-Identifier: ', 64, 'subject'],
  ['Bag-Software-Agent: ', Infinity, undefined],
  ['Payload-Oxum: ', 47, 'oxum'],
  ['Bundle-Format: ', 31, 'format'],
  ['Bundle-Created: ', 31, 'created'],
  ['Log-Origin: ', 127, 'logOrigin'],
  ['Log-Size: ', 23, 'logSize'],
  ['Log-Root: ', 47, 'logRoot'],
  ['Case-Leaf-Count: ', 23, 'leafCount'],
] as const

function readInfo(v: Verification, content: Bytes): void {
  const values: Record<string, string> = {}
  const lines = new Lines(content)
  const failed = (line: number, code: 'bag_line' | 'bag_lines_too_many' | 'bag_format' | 'bag_dates'): void =>
    v.report.add('bag', 'failed', code, { place: `bag-info.txt line ${line}` })
  for (const [i, [label, maximum, target]] of INFO_LINES.entries()) {
    const line = lines.take()
    const text = line && textOf(line)
    const value = text?.startsWith(label) ? text.slice(label.length) : ''
    if (value === '' || byteLength(value) > maximum) return failed(i + 1, 'bag_line')
    if (target === 'subject') v.report.subject = value
    else if (target !== undefined) values[target] = value
    v.info = { ...v.info, ...values }
  }
  if (lines.rest.length) failed(12, 'bag_lines_too_many')
  if (values['format'] !== FORMAT) failed(6, 'bag_format')
  const date = values['date'] ?? ''
  if (date.length !== 10 || !v.info.created.startsWith(date)) failed(2, 'bag_dates')
}

function checkBag(v: Verification): void {
  if (contentText(v.take('bagit.txt', true)) !== DECLARATION) v.report.add('bag', 'failed', 'bag_declaration', { place: 'bagit.txt' })
  readInfo(v, contentOf(v.take('bag-info.txt', true)))
  const created = parseTime(v.info.created)
  if (created === undefined || folderName(v.report.subject, created) !== v.bundle.folder)
    v.report.add('bag', 'failed', 'bag_folder', { place: v.bundle.folder })
  if (!v.report.hasFailed('bag')) v.report.add('bag', 'ok', 'bag_ok', {}, { subject: v.report.subject, created: v.info.created })
}

// ---- manifests ----

interface ManifestKind {
  readonly check: Check
  readonly path: string
  readonly isPayload: boolean
  readonly hash: 'sha256' | 'sha512'
}
const MANIFESTS: readonly ManifestKind[] = [
  { check: 'tag_manifest', path: 'tagmanifest-sha256.txt', isPayload: false, hash: 'sha256' },
  { check: 'tag_manifest', path: 'tagmanifest-sha512.txt', isPayload: false, hash: 'sha512' },
  { check: 'manifest', path: 'manifest-sha256.txt', isPayload: true, hash: 'sha256' },
  { check: 'manifest', path: 'manifest-sha512.txt', isPayload: true, hash: 'sha512' },
]

function isCovered(kind: ManifestKind, path: string): boolean {
  return path.startsWith('data/') === kind.isPayload && !path.startsWith('tagmanifest-')
}

/** "hex  path" */
function splitLine(line: Bytes, kind: ManifestKind): { hash: Bytes; path: Bytes } | undefined {
  const digits = kind.hash === 'sha256' ? 64 : 128
  const hash = fromHex(String.fromCharCode(...line.subarray(0, digits)))
  if (line.length < digits + 3 || hash?.length !== digits / 2 || line[digits] !== 0x20 || line[digits + 1] !== 0x20) return undefined
  return { hash, path: line.subarray(digits + 2) }
}

/** Walks the lines and the files side by side: both are in the order of paths. */
function walkManifest(v: Verification, kind: ManifestKind, content: Bytes): void {
  const covered = v.bundle.files.filter((file) => isCovered(kind, file.path))
  const lines = new Lines(content)
  let at = 0
  let number = 0
  const unlisted = (file: BundleFile): void => v.report.add(kind.check, 'failed', 'manifest_unlisted', { place: file.path })
  const failed = (code: 'manifest_line' | 'manifest_listed' | 'manifest_hash' | 'manifest_cut', line: number, path = ''): void =>
    v.report.add(kind.check, 'failed', code, { place: `${kind.path} line ${line}: ${path}` })
  for (let line = lines.take(); line; line = lines.take()) {
    number++
    const listed = splitLine(line, kind)
    if (!listed) return failed('manifest_line', number)
    const order = (file: BundleFile | undefined): number => (file ? compareBytes(utf8(file.path), listed.path) : 1)
    while (order(covered[at]) < 0) unlisted(covered[at++]!)
    if (order(covered[at]) > 0) {
      failed('manifest_listed', number, shownText(listed.path, 90))
      continue
    }
    const file = covered[at++]!
    if (!equal(listed.hash, file[kind.hash])) failed('manifest_hash', number, file.path.slice(0, 90))
  }
  if (lines.rest.length) failed('manifest_cut', number + 1)
  covered.slice(at).forEach(unlisted)
}

function checkManifests(v: Verification): void {
  for (const kind of MANIFESTS) {
    const file = v.take(kind.path, true)
    if (file?.content) walkManifest(v, kind, file.content)
    else v.report.add(kind.check, 'failed', 'manifest_missing', { place: kind.path })
  }
  for (const check of ['tag_manifest', 'manifest'] as const) if (!v.report.hasFailed(check)) v.report.add(check, 'ok', `${check}_ok`)
}

// ---- sizes and id ----

function checkOxum(v: Verification): void {
  const payload = v.bundle.files.filter((file) => file.path.startsWith('data/'))
  const counted = `${payload.reduce((sum, file) => sum + file.size, 0)}.${payload.length}`
  const isSame = counted === v.info.oxum
  const values = { counted, stated: v.info.oxum }
  if (isSame) v.report.add('oxum', 'ok', 'oxum_ok', {}, values)
  else v.report.add('oxum', 'failed', 'oxum_counted', { place: 'bag-info.txt line 5' }, values)
}

function checkBundleId(v: Verification): void {
  const file = v.bundle.find('tagmanifest-sha256.txt')
  if (!file) return
  const id = (v.report.bundleId = hexOf(file.sha256))
  if (!v.options.bundleId) v.report.add('bundle_id', 'not_shown', 'bundle_id_not_given', {}, { id })
  else if (v.options.bundleId === id) v.report.add('bundle_id', 'ok', 'bundle_id_ok', {}, { id })
  else v.report.add('bundle_id', 'failed', 'bundle_id_other', { place: 'tagmanifest-sha256.txt' }, { id })
}

export async function checkOutside(v: Verification): Promise<void> {
  await checkContainer(v)
  checkBag(v)
  checkManifests(v)
  checkOxum(v)
  checkBundleId(v)
}
