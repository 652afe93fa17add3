// SPDX-License-Identifier: Apache-2.0
// DSSE v1: a statement with Ed25519 signatures. What is handed on is the bytes that were verified.
import { fromBase64, hexOf, join, utf8, type Bytes } from './bytes'
import { signatureFits } from './digest'
import { Fault } from './fault'
import { hasFields, type Field } from './fields'
import { listIn, parseJson, textIn, type Json } from './json'
import type { Key } from './note'

const STATEMENT_BYTES = 64 * 1024
const ENVELOPE: Record<string, Field> = {
  payload: { kind: 'text', most: 2 * STATEMENT_BYTES },
  payloadType: { kind: 'text', least: 1, most: 200 },
  signatures: { kind: 'list', least: 1, most: 16 },
}
const SIGNATURE: Record<string, Field> = {
  keyid: { kind: 'text', least: 1, most: 192 },
  sig: { kind: 'text', least: 1, most: 200 },
}

function signedBytes(type: string, body: Bytes): Bytes {
  const typeBytes = utf8(type)
  return join(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${body.length} `), body)
}

function checkSignatures(signatures: readonly Json[], message: Bytes, keys: readonly Key[]): void {
  let good = 0
  for (const signature of signatures) {
    if (!hasFields(signature, SIGNATURE)) throw new Fault('statement_malformed', 'a bad signature')
    const key = keys.find(({ name, id }) => textIn(signature, 'keyid') === `${name}+${hexOf(id)}`)
    if (!key) continue
    const bytes = fromBase64(textIn(signature, 'sig') ?? '')
    if (bytes?.length !== 64 || !signatureFits(key.publicKey, message, bytes))
      throw new Fault('statement_signature', 'a wrong signature', { key: key.name })
    good++
  }
  if (good === 0) throw new Fault('statement_signature', 'no known key signed', { key: '' })
}

export function openStatement(envelope: Bytes, keys: readonly Key[]): { type: string; body: Bytes } {
  let document: Json
  try {
    document = parseJson(envelope, 2 * STATEMENT_BYTES)
  } catch {
    throw new Fault('statement_malformed', 'not JSON')
  }
  const body = hasFields(document, ENVELOPE) ? fromBase64(textIn(document, 'payload') ?? '') : undefined
  if (!body) throw new Fault('statement_malformed', 'not an envelope')
  const type = textIn(document, 'payloadType') ?? ''
  checkSignatures(listIn(document, 'signatures') ?? [], signedBytes(type, body), keys)
  return { type, body }
}
