/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle log of RFC 6962 section 2.1 (SHA-256), growing: a compact range for the root, and the unfinished tiles of
 * C2SP tlog-tiles. Values without pointers: a caller saves a copy before a transaction and puts it back on rollback.
 */
#ifndef SHUNTUI_EVIDENCE_LOG_H
#define SHUNTUI_EVIDENCE_LOG_H

#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"

struct error;

#define EVIDENCE_TILE_WIDTH 256
#define EVIDENCE_TILE_BYTES (EVIDENCE_TILE_WIDTH * HASH_BYTES)
#define EVIDENCE_TILE_LEVELS 8 /* 256^8 leaves: more than a size can say */
#define EVIDENCE_HEIGHT_MAX 63
#define EVIDENCE_SIZE_MAX ((uint64_t)INT64_MAX)

/* SHA-256(0x00 || leaf bytes) and SHA-256(0x01 || left || right). */
void evidence_leaf_hash(struct text leaf, uint8_t ret[static HASH_BYTES]);
void evidence_node_hash(const uint8_t left[static HASH_BYTES], const uint8_t right[static HASH_BYTES],
                        uint8_t ret[static HASH_BYTES]);

/* The roots of the perfect subtrees that make up the first `size` leaves: roots[h] is in use when bit h of size is set. */
struct evidence_range {
    uint64_t size;
    uint8_t roots[EVIDENCE_HEIGHT_MAX][HASH_BYTES];
};
void evidence_range_init(struct evidence_range *range);
void evidence_range_append(struct evidence_range *range, const uint8_t leaf_hash[static HASH_BYTES]);
void evidence_range_root(const struct evidence_range *range, uint8_t ret[static HASH_BYTES]);

/* The range and the unfinished tile of each level. Hash i of level l is the root of leaves [i * 256^l, (i+1) * 256^l). */
struct evidence_log {
    struct evidence_range range;
    uint8_t tail[EVIDENCE_TILE_LEVELS][EVIDENCE_TILE_WIDTH][HASH_BYTES]; /* the first (size >> 8l) & 255 are in use */
};

/* Receives each tile in the moment that it is full: 256 hashes. Returns 0, or -1 with error. */
struct evidence_tile_sink {
    int (*tile)(void *context, unsigned level, uint64_t number, const uint8_t hashes[static EVIDENCE_TILE_BYTES],
                struct error *error);
    void *context;
};
void evidence_log_init(struct evidence_log *log);
/* The same as *to = *from, but copies only what is in use (about 4 KiB of 66). */
void evidence_log_copy(struct evidence_log *to, const struct evidence_log *from);
/* Adds one leaf. sink may be NULL. When the sink fails, returns -1 and the log must be put back from a copy. */
int evidence_log_append(struct evidence_log *log, const uint8_t leaf_hash[static HASH_BYTES],
                        const struct evidence_tile_sink *sink, struct error *error);
/* How many hashes the unfinished tile of that level holds (0..255), and its number. */
unsigned evidence_tail_width(uint64_t size, unsigned level);
uint64_t evidence_tail_number(uint64_t size, unsigned level);
/* Root of 1, 2, 4 … 256 neighbouring hashes of one tile. */
void evidence_fold(const uint8_t (*hashes)[HASH_BYTES], unsigned count, uint8_t ret[static HASH_BYTES]);

/* Gives full tiles that were stored. */
struct evidence_tile_source {
    /* Writes the 256 hashes of a full tile. Returns 0, or -1 with error. */
    int (*tile)(void *context, unsigned level, uint64_t number, uint8_t ret_hashes[static EVIDENCE_TILE_BYTES],
                struct error *error);
    void *context;
};
/* Makes a log again: tail_hashes are the (size & 255) last leaf hashes (may be NULL when there are none), and tiles gives
 * full tiles for the rest. The caller compares the root with its last signed checkpoint before it appends. */
int evidence_log_restore(struct evidence_log *log, uint64_t size, const uint8_t (*tail_hashes)[HASH_BYTES],
                         const struct evidence_tile_source *tiles, struct error *error);

#endif
