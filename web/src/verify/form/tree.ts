// SPDX-License-Identifier: Apache-2.0
// Proofs of RFC 9162, checked as sections 2.1.3.2 and 2.1.4.2 tell it.
import { equal, join, type Bytes } from './bytes'
import { sha256 } from './digest'
import { Fault } from './fault'

export function leafHash(leaf: Bytes): Bytes {
  return sha256(join(Uint8Array.of(0), leaf))
}

export function nodeHash(left: Bytes, right: Bytes): Bytes {
  return sha256(join(Uint8Array.of(1), left, right))
}

function mismatch(what: string): Fault {
  return new Fault('proof_mismatch', what)
}

function isOdd(n: bigint): boolean {
  return (n & 1n) === 1n
}

/** Walks up from a node; `left` and `right` say what to do where the path's hash stands to the left or right of it. */
function climb(index: bigint, last: bigint, path: readonly Bytes[], left: (hash: Bytes) => void, right: (hash: Bytes) => void): void {
  let [fn, sn] = [index, last]
  for (const hash of path) {
    if (sn === 0n) throw mismatch('a path too long')
    if (isOdd(fn) || fn === sn) {
      left(hash)
      for (; !isOdd(fn) && fn !== 0n; fn >>= 1n) sn >>= 1n
    } else {
      right(hash)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw mismatch('a path too short')
}

/** Throws unless the leaf stands at `index` in the tree of that size and root. */
export function checkInclusion(leaf: Bytes, index: bigint, size: bigint, path: readonly Bytes[], root: Bytes): void {
  if (index >= size) throw mismatch('an index beyond the tree')
  let hash = leaf
  climb(
    index,
    size - 1n,
    path,
    (sibling) => (hash = nodeHash(sibling, hash)),
    (sibling) => (hash = nodeHash(hash, sibling)),
  )
  if (!equal(hash, root)) throw mismatch('another root')
}

/** Throws unless the tree of the new size and root continues the old one. */
export function checkConsistency(oldSize: bigint, size: bigint, oldRoot: Bytes, root: Bytes, path: readonly Bytes[]): void {
  if (oldSize === 0n || oldSize > size) throw mismatch('an empty or larger old tree')
  if (oldSize === size) {
    if (path.length !== 0 || !equal(oldRoot, root)) throw mismatch('two heads of one size')
    return
  }
  if (path.length === 0) throw mismatch('an empty proof')
  let [fn, sn] = [oldSize - 1n, size - 1n]
  for (; isOdd(fn); fn >>= 1n) sn >>= 1n
  const isPerfect = (oldSize & (oldSize - 1n)) === 0n // then the old root is the first hash
  const [first, rest] = isPerfect ? [oldRoot, path] : [path[0]!, path.slice(1)]
  let [oldHash, hash] = [first, first]
  climb(
    fn,
    sn,
    rest,
    (sibling) => {
      oldHash = nodeHash(sibling, oldHash)
      hash = nodeHash(sibling, hash)
    },
    (sibling) => (hash = nodeHash(hash, sibling)),
  )
  if (!equal(oldHash, oldRoot) || !equal(hash, root)) throw mismatch('another root')
}
