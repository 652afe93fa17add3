/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs of RFC 9162. Making one walks from the root down with plain loops and turns the list round at the end;
 * checking one follows the RFC's own procedure step by step. No recursion: sizes may come from a stranger.
 */
#include "evidence/proof.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"

/* The largest power of two below n; n > 1. */
static uint64_t split_point(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* Root of leaves [start, end), where start is a multiple of a power of two not below end - start. */
static int subtree_root(const struct evidence_hash_source *source, uint64_t start, uint64_t end,
                        uint8_t ret[static HASH_BYTES], struct error *error)
{
    uint8_t parts[64][HASH_BYTES];
    unsigned count = 0;
    while (start < end) {
        unsigned height = 63 - (unsigned)__builtin_clzll(end - start);
        if (source->hash(source->context, height, start >> height, parts[count++], error))
            return -1;
        start += UINT64_C(1) << height;
    }
    while (count > 1) {
        evidence_node_hash(parts[count - 2], parts[count - 1], parts[count - 2]);
        count--;
    }
    memcpy(ret, parts[0], HASH_BYTES);
    return 0;
}

static void path_reverse(struct evidence_path *path)
{
    for (size_t i = 0, j = path->length; i + 1 < j; i++) {
        uint8_t swap[HASH_BYTES];
        j--;
        memcpy(swap, path->hashes[i], HASH_BYTES);
        memcpy(path->hashes[i], path->hashes[j], HASH_BYTES);
        memcpy(path->hashes[j], swap, HASH_BYTES);
    }
}

int evidence_inclusion_make(const struct evidence_hash_source *source, uint64_t index, uint64_t size,
                            struct evidence_path *ret, struct error *error)
{
    assert(size <= EVIDENCE_SIZE_MAX);
    assert(index < size);
    ret->length = 0;
    uint64_t start = 0, end = size;
    while (end - start > 1) {
        uint64_t middle = start + split_point(end - start);
        bool is_left = index < middle;
        if (subtree_root(source, is_left ? middle : start, is_left ? end : middle, ret->hashes[ret->length], error))
            return -1;
        ret->length++;
        if (is_left)
            end = middle;
        else
            start = middle;
    }
    path_reverse(ret);
    return 0;
}

int evidence_consistency_make(const struct evidence_hash_source *source, uint64_t old_size, uint64_t size,
                              struct evidence_path *ret, struct error *error)
{
    assert(size <= EVIDENCE_SIZE_MAX);
    assert(old_size > 0);
    assert(old_size <= size);
    ret->length = 0;
    uint64_t start = 0, end = size;
    bool old_root_is_known = true; /* the subtree at hand is the whole old tree */
    while (end != old_size) {
        uint64_t middle = start + split_point(end - start);
        bool is_left = old_size <= middle;
        if (subtree_root(source, is_left ? middle : start, is_left ? end : middle, ret->hashes[ret->length], error))
            return -1;
        ret->length++;
        if (is_left) {
            end = middle;
        } else {
            start = middle;
            old_root_is_known = false;
        }
    }
    if (!old_root_is_known) {
        if (subtree_root(source, start, end, ret->hashes[ret->length], error))
            return -1;
        ret->length++;
    }
    path_reverse(ret);
    return 0;
}

int evidence_root_make(const struct evidence_hash_source *source, uint64_t size, uint8_t ret[static HASH_BYTES],
                       struct error *error)
{
    assert(size <= EVIDENCE_SIZE_MAX);
    if (size == 0) {
        hash_sha256("", 0, ret);
        return 0;
    }
    return subtree_root(source, 0, size, ret, error);
}

/* ---- hashes out of tiles ---- */

void evidence_tiles_init(struct evidence_tiles *tiles, const struct evidence_log *log,
                         const struct evidence_tile_source *source)
{
    tiles->log = log;
    tiles->source = source;
    tiles->cached = false;
}

static int tile_hash(void *context, unsigned height, uint64_t index, uint8_t ret[static HASH_BYTES],
                     struct error *error)
{
    struct evidence_tiles *tiles = context;
    const uint64_t size = tiles->log->range.size;
    assert(height < EVIDENCE_HEIGHT_MAX);
    assert(index < size >> height);
    /* The highest level at or below the height: at most 128 hashes to fold. */
    const unsigned level = height / 8, fold_bits = height % 8;
    const uint64_t first = index << fold_bits, number = first / EVIDENCE_TILE_WIDTH;
    const uint8_t(*hashes)[HASH_BYTES] = (const uint8_t(*)[HASH_BYTES])tiles->log->tail[level];
    if (number != evidence_tail_number(size, level)) {
        if (!tiles->cached || tiles->cached_level != level || tiles->cached_number != number) {
            tiles->cached = false;
            if (tiles->source->tile(tiles->source->context, level, number, tiles->cache, error))
                return -1;
            tiles->cached = true;
            tiles->cached_level = level;
            tiles->cached_number = number;
        }
        hashes = (const uint8_t(*)[HASH_BYTES])tiles->cache;
    }
    evidence_fold(hashes + first % EVIDENCE_TILE_WIDTH, 1U << fold_bits, ret);
    return 0;
}

struct evidence_hash_source evidence_tiles_hashes(struct evidence_tiles *tiles)
{
    return (struct evidence_hash_source){tile_hash, tiles};
}

/* ---- checking ---- */

static int mismatch(struct error *error, const char *what)
{
    return error_set(error, ERROR_PROOF_MISMATCH, "%s", what);
}

int evidence_inclusion_check(const uint8_t leaf_hash[static HASH_BYTES], uint64_t index, uint64_t size,
                             const struct evidence_path *path, const uint8_t root[static HASH_BYTES],
                             struct error *error)
{
    if (size > EVIDENCE_SIZE_MAX)
        return mismatch(error, "the tree size is out of range");
    if (index >= size)
        return mismatch(error, "the index is not below the tree size");
    if (path->length > EVIDENCE_PATH_MAX)
        return mismatch(error, "the path is longer than any tree is high");
    uint64_t fn = index, sn = size - 1;
    uint8_t hash[HASH_BYTES];
    memcpy(hash, leaf_hash, HASH_BYTES);
    for (size_t i = 0; i < path->length; i++) {
        if (sn == 0)
            return mismatch(error, "the path is too long for this index and size");
        if ((fn & 1) || fn == sn) {
            evidence_node_hash(path->hashes[i], hash, hash);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            evidence_node_hash(hash, path->hashes[i], hash);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0)
        return mismatch(error, "the path is too short for this index and size");
    if (!hash_equal(hash, root, HASH_BYTES))
        return mismatch(error, "the path leads to another root");
    return 0;
}

/* RFC 9162 section 2.1.4.2 for 0 < old_size < size. */
static int consistency_walk(uint64_t old_size, uint64_t size, const uint8_t old_root[static HASH_BYTES],
                            const uint8_t root[static HASH_BYTES], const struct evidence_path *path,
                            struct error *error)
{
    uint64_t fn = old_size - 1, sn = size - 1;
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    size_t next = 0;
    const uint8_t *first = old_root; /* an old tree that is one perfect subtree is its own first hash */
    if ((old_size & (old_size - 1)) != 0)
        first = path->hashes[next++];
    uint8_t fr[HASH_BYTES], sr[HASH_BYTES];
    memcpy(fr, first, HASH_BYTES);
    memcpy(sr, first, HASH_BYTES);
    for (; next < path->length; next++) {
        if (sn == 0)
            return mismatch(error, "the proof is too long for these sizes");
        if ((fn & 1) || fn == sn) {
            evidence_node_hash(path->hashes[next], fr, fr);
            evidence_node_hash(path->hashes[next], sr, sr);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            evidence_node_hash(sr, path->hashes[next], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0)
        return mismatch(error, "the proof is too short for these sizes");
    if (!hash_equal(fr, old_root, HASH_BYTES))
        return mismatch(error, "the proof leads to another old root");
    if (!hash_equal(sr, root, HASH_BYTES))
        return mismatch(error, "the proof leads to another root");
    return 0;
}

int evidence_consistency_check(uint64_t old_size, uint64_t size, const uint8_t old_root[static HASH_BYTES],
                               const uint8_t root[static HASH_BYTES], const struct evidence_path *path,
                               struct error *error)
{
    if (size > EVIDENCE_SIZE_MAX)
        return mismatch(error, "the tree size is out of range");
    if (old_size == 0)
        return mismatch(error, "an empty log promises nothing");
    if (old_size > size)
        return mismatch(error, "the old size is larger than the new one");
    if (path->length > EVIDENCE_PATH_MAX)
        return mismatch(error, "the proof is longer than any tree is high");
    if (old_size == size) {
        if (path->length != 0)
            return mismatch(error, "equal sizes need an empty proof");
        if (!hash_equal(old_root, root, HASH_BYTES))
            return mismatch(error, "two heads of the same size differ: the log showed two histories");
        return 0;
    }
    if (path->length == 0)
        return mismatch(error, "the proof is empty");
    return consistency_walk(old_size, size, old_root, root, path, error);
}
