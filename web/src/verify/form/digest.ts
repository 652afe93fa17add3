// SPDX-License-Identifier: Apache-2.0
// Hashes and signatures. Computed here, since a page that came over plain http has no WebCrypto.
import { hashes, verify } from '@noble/ed25519'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

import { join, type Bytes } from './bytes'

hashes.sha512 = sha512

export { sha256, sha512 }

/** From this size on the browser's own hashing is worth a wait, where there is one. */
const LARGE_BYTES = 512 * 1024

export interface Digests {
  readonly sha256: Bytes
  readonly sha512: Bytes
}

export async function digestsOf(bytes: Bytes): Promise<Digests> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined
  if (!subtle || bytes.length < LARGE_BYTES) return { sha256: sha256(bytes), sha512: sha512(bytes) }
  const data = bytes as Uint8Array<ArrayBuffer>
  const [short, long] = await Promise.all([subtle.digest('SHA-256', data), subtle.digest('SHA-512', data)])
  return { sha256: new Uint8Array(short), sha512: new Uint8Array(long) }
}

export async function commitmentOf(salt: Bytes, bytes: Bytes): Promise<Bytes> {
  return (await digestsOf(join(salt, bytes))).sha256
}

/** RFC 8032 with its strict reading of points: what one verifier takes, all take. */
export function signatureFits(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  try {
    return verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}
