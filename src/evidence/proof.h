/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inclusion and consistency proofs of RFC 9162 sections 2.1.3 and 2.1.4: making them from stored hashes, and verifying
 * them. Verification trusts nothing but its arguments; every length and index comes from a stranger.
 */
#ifndef SHUNTUI_EVIDENCE_PROOF_H
#define SHUNTUI_EVIDENCE_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/log.h"

#define EVIDENCE_PATH_MAX 63

struct evidence_path {
    size_t length;
    uint8_t hashes[EVIDENCE_PATH_MAX][HASH_BYTES]; /* inclusion: the leaf's sibling first */
};

/* Gives the root of the perfect subtree [index << height, (index + 1) << height). Returns 0, or -1 with error. */
struct evidence_hash_source {
    int (*hash)(void *context, unsigned height, uint64_t index, uint8_t ret[static HASH_BYTES], struct error *error);
    void *context;
};

/* Hashes of any height out of full tiles and the log's own tails. Keeps the last tile read. Not thread-safe. */
struct evidence_tiles {
    const struct evidence_log *log; /* must not change meanwhile */
    const struct evidence_tile_source *source;
    unsigned cached_level;
    uint64_t cached_number;
    bool cached;
    uint8_t cache[EVIDENCE_TILE_BYTES];
};
void evidence_tiles_init(struct evidence_tiles *tiles, const struct evidence_log *log,
                         const struct evidence_tile_source *source);
struct evidence_hash_source evidence_tiles_hashes(struct evidence_tiles *tiles);

/* index < size is asserted, as is 0 < old_size <= size. Fail only when the source fails. */
int evidence_inclusion_make(const struct evidence_hash_source *source, uint64_t index, uint64_t size,
                            struct evidence_path *ret, struct error *error);
int evidence_consistency_make(const struct evidence_hash_source *source, uint64_t old_size, uint64_t size,
                              struct evidence_path *ret, struct error *error);
/* Root of the first `size` leaves, to check stored tiles against a checkpoint. */
int evidence_root_make(const struct evidence_hash_source *source, uint64_t size, uint8_t ret[static HASH_BYTES],
                       struct error *error);

/* 0 when the leaf hash is at `index` of the tree of `size` with that root; else -1 with PROOF_MISMATCH. */
int evidence_inclusion_check(const uint8_t leaf_hash[static HASH_BYTES], uint64_t index, uint64_t size,
                             const struct evidence_path *path, const uint8_t root[static HASH_BYTES],
                             struct error *error);
/* 0 when the tree of `size` begins with that of `old_size`; else -1 with PROOF_MISMATCH. An old size of 0 is refused:
 * an empty log promises nothing. Equal sizes need an empty path and equal roots. */
int evidence_consistency_check(uint64_t old_size, uint64_t size, const uint8_t old_root[static HASH_BYTES],
                               const uint8_t root[static HASH_BYTES], const struct evidence_path *path,
                               struct error *error);

#endif
