// SPDX-License-Identifier: Apache-2.0
// The head of the log, and proofs that lead to it: C2SP tlog-checkpoint and tlog-proof.
import { decimal, fromBase64, Lines, textOf, utf8, startsWith, type Bytes } from './bytes'
import { Fault } from './fault'
import { openNote, type Key } from './note'

export interface Checkpoint {
  readonly origin: string
  readonly size: bigint
  readonly root: Bytes
}

export interface Proof {
  readonly index: bigint
  readonly path: readonly Bytes[]
  readonly note: Bytes
}

const PATH_MAX = 63
const ORIGIN_BYTES_MAX = 127

function ascii(line: Bytes | undefined): string | undefined {
  return line && textOf(line)
}

function readHash(line: string | undefined): Bytes | undefined {
  const hash = line?.length === 44 ? fromBase64(line) : undefined
  return hash?.length === 32 ? hash : undefined
}

function readCheckpoint(text: Bytes): Checkpoint {
  const lines = new Lines(text)
  const origin = lines.take()
  const size = decimal(ascii(lines.take()) ?? '')
  const root = readHash(ascii(lines.take()))
  if (!origin?.length || origin.length > ORIGIN_BYTES_MAX || size === undefined || !root)
    throw new Fault('note_malformed', 'a checkpoint has origin, size and root')
  while (lines.rest.length) if (!lines.take()?.length) throw new Fault('note_malformed', 'an empty extension line')
  return { origin: textOf(origin) ?? '', size, root }
}

/** The head that the key signed. Its origin is the key's name. */
export function openCheckpoint(note: Bytes, key: Key): Checkpoint {
  const checkpoint = readCheckpoint(openNote(note, key))
  if (checkpoint.origin !== key.name) throw new Fault('note_malformed', 'an origin that is not the name of the key')
  return checkpoint
}

/** Hashes one to a line, up to an empty line or the end. */
export function readPath(bytes: Bytes): { path: Bytes[]; rest: Bytes } {
  const lines = new Lines(bytes)
  const path: Bytes[] = []
  while (lines.rest.length && lines.rest[0] !== 0x0a) {
    const hash = path.length < PATH_MAX ? readHash(ascii(lines.take())) : undefined
    if (!hash) throw new Fault('proof_malformed', 'a bad hash, or too many')
    path.push(hash)
  }
  return { path, rest: lines.rest }
}

const HEADER = utf8('c2sp.org/tlog-proof@v1\n')
const EXTRA_BYTES_MAX = 256

export function readProof(bytes: Bytes): Proof {
  if (!startsWith(bytes, HEADER)) throw new Fault('proof_malformed', 'another first line')
  const lines = new Lines(bytes.subarray(HEADER.length))
  let line = ascii(lines.take())
  if (line?.startsWith('extra ')) {
    const extra = fromBase64(line.slice(6))
    if (!extra || extra.length > EXTRA_BYTES_MAX) throw new Fault('proof_malformed', 'a bad extra line')
    line = ascii(lines.take())
  }
  const index = line?.startsWith('index ') ? decimal(line.slice(6)) : undefined
  if (index === undefined) throw new Fault('proof_malformed', 'no index')
  const { path, rest } = readPath(lines.rest)
  if (rest.length < 2) throw new Fault('proof_malformed', 'no checkpoint')
  return { index, path, note: rest.subarray(1) }
}
