// SPDX-License-Identifier: Apache-2.0
// What the checks share.
import type { Bundle, BundleFile } from './archive/bundle'
import type { Checkpoint } from './form/checkpoint'
import type { Bytes } from './form/bytes'
import type { Fault } from './form/fault'
import type { ItemState } from './form/layout'
import type { Leaf } from './form/leaf'
import type { Key } from './form/note'
import type { Policy } from './policy/model'
import { Report, type Check } from './report'

export interface Options {
  /** Key of the log, from a channel other than the bundle. */
  readonly logKey?: string | undefined
  /** Keys of other signers, one to a line. */
  readonly statementKeys?: string | undefined
  /** From the cover sheet. */
  readonly bundleId?: string | undefined
  /** Take an archive that other tools packed again. */
  readonly allowRepacked?: boolean | undefined
}

/** One entry of data/case.json with its files. */
export interface Item {
  name: string
  state: ItemState
  why: string
  leafFile?: BundleFile | undefined
  proofFile?: BundleFile | undefined
  saltFile?: BundleFile | undefined
  itemFile?: BundleFile | undefined
  /** undefined when it does not read. */
  leaf?: Leaf | undefined
  /** In the log, once its proof leads to the signed root. */
  index?: bigint | undefined
  /** Its bytes are those that the leaf committed to. */
  isCommitted: boolean
  /** SHA-256 of the policy in force for the order at that leaf; undefined when the receipt does not say. */
  policyInForce?: string | undefined
}

/** What bag-info.txt states. */
export interface BagInfo {
  created: string
  oxum: string
  logOrigin: string
  logSize: string
  logRoot: string
  leafCount: string
}

/** A decision that came out the same when decided again, for whoever shows it. */
export interface Decided {
  readonly item: Item
  readonly sequence: number
  readonly certificate: string
  readonly policy: Policy
  readonly agrees: boolean
}

export class Verification {
  readonly report = new Report()
  readonly items: Item[] = []
  readonly decided: Decided[] = []
  /** How many of the first items are of the subject: its chain. */
  chainCount = 0
  info: BagInfo = { created: '', oxum: '', logOrigin: '', logSize: '', logRoot: '', leafCount: '' }
  key: Key | undefined
  head: Checkpoint | undefined
  headNote: Bytes = new Uint8Array(0)
  private readonly taken = new Set<BundleFile>()

  constructor(
    readonly bundle: Bundle,
    readonly options: Options,
  ) {}

  get chain(): Item[] {
    return this.items.slice(0, this.chainCount)
  }

  /** Finds a file and notes that the format accounts for it. */
  take(path: string, isRequired: boolean): BundleFile | undefined {
    const file = this.bundle.find(path)
    if (file) this.taken.add(file)
    else if (isRequired) this.report.add('files', 'failed', 'file_missing', { place: path })
    return file
  }

  isTaken(file: BundleFile): boolean {
    return this.taken.has(file)
  }

  fault(check: Check, fault: Fault, at: { place?: string; sequence?: number }): void {
    this.report.add(check, 'failed', fault.code, at, fault.values)
  }

  /** Bytes of a small item that the log committed to; else it is noted under that check why there are none. */
  provedBytes(check: Check, item: Item): Bytes | undefined {
    const sequence = this.items.indexOf(item) + 1
    if (item.isCommitted && item.index !== undefined && item.itemFile?.content) return item.itemFile.content
    if (item.state === 'present') this.report.add(check, 'failed', 'item_not_proved', { place: item.itemFile?.path ?? item.name, sequence })
    else this.report.add(check, 'not_shown', 'item_not_here', { place: item.name, sequence })
    return undefined
  }

  /** Published policies that the log proves. */
  provedPolicies(): Item[] {
    return this.items.filter(
      (item) => item.isCommitted && item.index !== undefined && item.leaf?.kind === 'policy_snapshot' && item.itemFile?.content,
    )
  }
}
