// SPDX-License-Identifier: Apache-2.0
// A leaf: one RFC 8785 object of fixed members, so that there is one spelling of it and the reader takes no other.
import { fromHex, type Bytes } from './bytes'
import { Fault } from './fault'

export const LEAF_KINDS = [
  'order_receipt',
  'policy_snapshot',
  'listing_snapshot',
  'consent_record',
  'stock_import',
  'payment_received',
  'delivery_record',
  'card_first_reveal',
  'redeem_check',
  'unused_cert',
  'chat_log',
  'screenshot',
  'screen_recording',
  'document',
  'service_log',
  'supplier_statement',
  'notice_served',
  'request',
  'response',
  'offer',
  'ruling',
  'appeal',
  'human_review',
  'refund_executed',
  'stock_revoked',
  'payload_erased',
  'case_manifest',
  'bundle_export',
  'operator_action',
  'policy_announced',
  'policy_withdrawn',
  'clarification',
] as const
export type LeafKind = (typeof LEAF_KINDS)[number]

export interface Leaf {
  readonly actor: string
  readonly subject: string
  readonly commitment: Bytes
  readonly eventId: string
  /** Seconds since 1970: when it happened, as claimed. */
  readonly eventAt: number
  readonly kind: LeafKind
  readonly mediaType: string
  /** SHA-256 of the previous leaf of the subject; undefined for its first. */
  readonly previous: Bytes | undefined
  readonly receivedAt: number
  readonly sequence: bigint
  readonly size: bigint
  readonly source: string
}

const LEAF_BYTES_MAX = 4096
/** The last second of the year 9999: times are shown as RFC 3339, which has four digits for a year. */
const SECONDS_MAX = 253402300799n
const INT64_MAX = (1n << 63n) - 1n

/** Reads from the front, and knows the byte where something else stood. */
class Scanner {
  private at = 0

  constructor(private readonly text: string) {}

  fault(at = this.at): Fault {
    return new Fault('leaf_malformed', `at byte ${at + 1}`, { byte: at + 1 })
  }

  literal(expected: string): void {
    for (const c of expected) {
      if (this.text[this.at] !== c) throw this.fault()
      this.at++
    }
  }

  private run(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  /** Printable ASCII that JSON writes as it is. */
  plain(maximum: number): string {
    const text = this.run(/[ !#-[\]-~]*/y)
    if (text.length < 1 || text.length > maximum) throw this.fault()
    return text
  }

  integer(maximum: bigint): bigint {
    const digits = this.run(/[0-9]*/y)
    const value = /^(?:0|[1-9][0-9]{0,18})$/.test(digits) ? BigInt(digits) : -1n
    if (value < 0n || value > maximum) throw this.fault()
    return value
  }

  hash(): Bytes {
    const bytes = fromHex(this.text.slice(this.at, this.at + 64))
    if (bytes?.length !== 32) throw this.fault()
    this.at += 64
    return bytes
  }

  kind(): LeafKind {
    const start = this.at
    const word = this.plain(32)
    const kind = LEAF_KINDS.find((known) => known === word)
    if (!kind) throw this.fault(start)
    return kind
  }

  /** Whether this character comes next. */
  sees(c: string): boolean {
    return this.text[this.at] === c
  }

  end(): void {
    if (this.at !== this.text.length) throw this.fault()
  }
}

function members(scanner: Scanner): Leaf {
  const after = <T>(literal: string, read: () => T): T => {
    scanner.literal(literal)
    return read()
  }
  const seconds = (): number => Number(scanner.integer(SECONDS_MAX))
  const leaf: Leaf = {
    actor: after('{"actor":"', () => scanner.plain(80)),
    subject: after('","case":"', () => scanner.plain(64)),
    commitment: after('","cm":"', () => scanner.hash()),
    eventId: after('","eid":"', () => scanner.plain(64)),
    eventAt: after('","et":', seconds),
    kind: after(',"kind":"', () => scanner.kind()),
    mediaType: after('","mt":"', () => scanner.plain(100)),
    previous: after('","prev":"', () => (scanner.sees('"') ? undefined : scanner.hash())),
    receivedAt: after('","rx":', seconds),
    sequence: after(',"seq":', () => scanner.integer(INT64_MAX)),
    size: after(',"size":', () => scanner.integer(INT64_MAX)),
    source: after(',"src":"', () => scanner.plain(32)),
  }
  scanner.literal('","v":1}')
  scanner.end()
  return leaf
}

export function readLeaf(bytes: Bytes): Leaf {
  if (bytes.length > LEAF_BYTES_MAX) throw new Fault('leaf_malformed', 'too long', { byte: 0 })
  const leaf = members(new Scanner(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))
  if (leaf.sequence < 1n || (leaf.previous !== undefined) !== leaf.sequence > 1n)
    throw new Fault('leaf_malformed', 'a first leaf has no previous one, and every other has', { byte: 0 })
  return leaf
}
