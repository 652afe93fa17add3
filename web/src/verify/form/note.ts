// SPDX-License-Identifier: Apache-2.0
// C2SP signed notes with Ed25519 keys (type 01).
import { base64Of, fromBase64, fromHex, hexOf, join, Lines, textOf, utf8, type Bytes } from './bytes'
import { sha256, signatureFits } from './digest'
import { Fault } from './fault'

export interface Key {
  readonly name: string
  readonly id: Bytes
  readonly publicKey: Bytes
}

const NAME_BYTES_MAX = 127
const NOTE_BYTES_MAX = 16 * 1024
const SIGNATURES_MAX = 32
const ED25519 = 1

function typed(publicKey: Bytes): Bytes {
  return join(Uint8Array.of(ED25519), publicKey)
}

function keyId(name: string, publicKey: Bytes): Bytes {
  return sha256(join(utf8(`${name}\n`), typed(publicKey))).subarray(0, 4)
}

/** "name+4 bytes in hexadecimal+base64 of type and key", perhaps with a line end. */
export function readKey(bytes: Bytes): Key {
  const text = (textOf(bytes) ?? '').replace(/\n$/, '')
  const [name = '', id = '', ...rest] = text.split('+')
  const key = fromBase64(rest.join('+'))
  const publicKey = key?.subarray(1)
  if (!publicKey || key?.length !== 33 || key[0] !== ED25519 || fromHex(id)?.length !== 4)
    throw new Fault('key_malformed', 'a key reads name+id+key, with an Ed25519 key')
  if (!/^[!-*,-~]+$/.test(name) || name.length > NAME_BYTES_MAX) throw new Fault('key_malformed', 'a bad name')
  const own = keyId(name, publicKey)
  if (hexOf(own) !== id) throw new Fault('key_malformed', 'an id that is not that of name and key')
  return { name, id: own, publicKey }
}

export function keyText(key: Key): string {
  return `${key.name}+${hexOf(key.id)}+${base64Of(typed(key.publicKey))}`
}

function malformed(what: string): Fault {
  return new Fault('note_malformed', what)
}

/** Text, with its last line end, and the signature lines behind the last empty line. */
function split(note: Bytes): [Bytes, Bytes] {
  if (note.length > NOTE_BYTES_MAX) throw malformed('too long')
  if (note.at(-1) !== 0x0a || note.some((byte) => byte < 0x20 && byte !== 0x0a) || textOf(note) === undefined)
    throw malformed('no line end, a control character, or not UTF-8')
  let at = note.length - 1
  while (at > 0 && !(note[at - 1] === 0x0a && note[at] === 0x0a)) at--
  if (at === 0 || at + 1 === note.length) throw malformed('no empty line, or nothing behind it')
  return [note.subarray(0, at), note.subarray(at + 1)]
}

interface Signature {
  readonly name: string
  readonly id: Bytes
  readonly bytes: Bytes
}

function readSignature(line: Bytes): Signature {
  const [dash, name = '', ...rest] = (textOf(line) ?? '').split(' ')
  const blob = fromBase64(rest.join(' '))
  if (dash !== '\u2014' || name === '' || name.includes('+') || !blob || blob.length < 5) throw malformed('a bad signature line')
  return { name, id: blob.subarray(0, 4), bytes: blob.subarray(4) }
}

/** The text of a note that the key signed. Signatures of others are ignored; a wrong one of the key refuses the note. */
export function openNote(note: Bytes, key: Key): Bytes {
  const [text, signatures] = split(note)
  const lines = new Lines(signatures)
  let good = 0
  let count = 0
  for (let line = lines.take(); line; line = lines.take()) {
    if (++count > SIGNATURES_MAX) throw malformed('too many signatures')
    const { name, id, bytes } = readSignature(line)
    if (name !== key.name || hexOf(id) !== hexOf(key.id)) continue
    if (bytes.length !== 64 || !signatureFits(key.publicKey, text, bytes)) throw new Fault('note_signature', 'a wrong signature', { key: key.name })
    good++
  }
  if (good === 0) throw new Fault('note_unsigned', 'not signed by the key', { key: key.name })
  return text
}
