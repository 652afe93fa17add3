/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growing log. A perfect subtree of 2^(8k) leaves is also hash number k of a tile, so one pass of merging gives the
 * root's parts and every tile without hashing anything twice: two hashes per leaf on average, the leaf's own included.
 */
#include "evidence/log.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

static const char leaf_prefix[1] = {0x00};
static const char node_prefix[1] = {0x01};

void evidence_leaf_hash(struct text leaf, uint8_t ret[static HASH_BYTES])
{
    const struct text parts[] = {{leaf_prefix, 1}, leaf};
    hash_sha256_parts(parts, 2, ret);
}

void evidence_node_hash(const uint8_t left[static HASH_BYTES], const uint8_t right[static HASH_BYTES],
                        uint8_t ret[static HASH_BYTES])
{
    char joined[1 + 2 * HASH_BYTES];
    joined[0] = node_prefix[0];
    memcpy(joined + 1, left, HASH_BYTES);
    memcpy(joined + 1 + HASH_BYTES, right, HASH_BYTES);
    hash_sha256(joined, sizeof joined, ret);
}

void evidence_range_init(struct evidence_range *range)
{
    range->size = 0;
}

void evidence_range_append(struct evidence_range *range, const uint8_t leaf_hash[static HASH_BYTES])
{
    assert(range->size < EVIDENCE_SIZE_MAX);
    uint8_t hash[HASH_BYTES];
    memcpy(hash, leaf_hash, HASH_BYTES);
    unsigned height = 0;
    for (; range->size >> height & 1; height++)
        evidence_node_hash(range->roots[height], hash, hash);
    memcpy(range->roots[height], hash, HASH_BYTES);
    range->size++;
}

void evidence_range_root(const struct evidence_range *range, uint8_t ret[static HASH_BYTES])
{
    if (range->size == 0) {
        hash_sha256("", 0, ret);
        return;
    }
    unsigned height = (unsigned)__builtin_ctzll(range->size);
    uint8_t hash[HASH_BYTES];
    memcpy(hash, range->roots[height], HASH_BYTES);
    for (height++; height < EVIDENCE_HEIGHT_MAX; height++)
        if (range->size >> height & 1)
            evidence_node_hash(range->roots[height], hash, hash);
    memcpy(ret, hash, HASH_BYTES);
}

unsigned evidence_tail_width(uint64_t size, unsigned level)
{
    assert(level < EVIDENCE_TILE_LEVELS);
    return (unsigned)(size >> (8 * level) & (EVIDENCE_TILE_WIDTH - 1));
}

uint64_t evidence_tail_number(uint64_t size, unsigned level)
{
    assert(level < EVIDENCE_TILE_LEVELS);
    return level == EVIDENCE_TILE_LEVELS - 1 ? 0 : size >> (8 * level) >> 8;
}

void evidence_log_init(struct evidence_log *log)
{
    evidence_range_init(&log->range);
}

void evidence_log_copy(struct evidence_log *to, const struct evidence_log *from)
{
    uint64_t size = from->range.size;
    to->range.size = size;
    for (unsigned height = 0; height < EVIDENCE_HEIGHT_MAX && size >> height; height++)
        if (size >> height & 1)
            memcpy(to->range.roots[height], from->range.roots[height], HASH_BYTES);
    for (unsigned level = 0; level < EVIDENCE_TILE_LEVELS && size >> (8 * level); level++)
        memcpy(to->tail[level], from->tail[level], (size_t)evidence_tail_width(size, level) * HASH_BYTES);
}

int evidence_log_append(struct evidence_log *log, const uint8_t leaf_hash[static HASH_BYTES],
                        const struct evidence_tile_sink *sink, struct error *error)
{
    struct evidence_range *range = &log->range;
    assert(range->size < EVIDENCE_SIZE_MAX);
    const uint64_t index = range->size;
    uint8_t hash[HASH_BYTES];
    memcpy(hash, leaf_hash, HASH_BYTES);
    unsigned height = 0;
    for (;; height++) {
        if (height % 8 == 0) {
            unsigned level = height / 8;
            uint64_t position = index >> height;
            memcpy(log->tail[level][position % EVIDENCE_TILE_WIDTH], hash, HASH_BYTES);
            if (position % EVIDENCE_TILE_WIDTH == EVIDENCE_TILE_WIDTH - 1 && sink &&
                sink->tile(sink->context, level, position / EVIDENCE_TILE_WIDTH, log->tail[level][0], error))
                return -1;
        }
        if (!(index >> height & 1))
            break;
        evidence_node_hash(range->roots[height], hash, hash);
    }
    memcpy(range->roots[height], hash, HASH_BYTES);
    range->size = index + 1;
    return 0;
}

void evidence_fold(const uint8_t (*hashes)[HASH_BYTES], unsigned count, uint8_t ret[static HASH_BYTES])
{
    assert(count >= 1 && count <= EVIDENCE_TILE_WIDTH && (count & (count - 1)) == 0);
    uint8_t row[EVIDENCE_TILE_WIDTH][HASH_BYTES];
    memcpy(row, hashes, (size_t)count * HASH_BYTES);
    for (unsigned width = count / 2; width > 0; width /= 2)
        for (unsigned i = 0; i < width; i++)
            evidence_node_hash(row[2 * i], row[2 * i + 1], row[i]);
    memcpy(ret, row[0], HASH_BYTES);
}

/* The roots of level's eight heights stand in its tail: the tail of width w is one perfect subtree per bit of w. */
static void roots_from_tail(struct evidence_log *log, unsigned level)
{
    unsigned width = evidence_tail_width(log->range.size, level), offset = 0;
    for (unsigned bit = 8; bit-- > 0;)
        if (width >> bit & 1) {
            evidence_fold((const uint8_t(*)[HASH_BYTES])log->tail[level] + offset, 1U << bit,
                          log->range.roots[8 * level + bit]);
            offset += 1U << bit;
        }
}

int evidence_log_restore(struct evidence_log *log, uint64_t size, const uint8_t (*tail_hashes)[HASH_BYTES],
                         const struct evidence_tile_source *tiles, struct error *error)
{
    assert(size <= EVIDENCE_SIZE_MAX);
    log->range.size = size;
    if (evidence_tail_width(size, 0) > 0)
        memcpy(log->tail[0], tail_hashes, (size_t)evidence_tail_width(size, 0) * HASH_BYTES);
    uint8_t tile[EVIDENCE_TILE_WIDTH][HASH_BYTES];
    for (unsigned level = 1; level < EVIDENCE_TILE_LEVELS; level++) {
        uint64_t first = evidence_tail_number(size, level) * EVIDENCE_TILE_WIDTH;
        for (unsigned i = 0; i < evidence_tail_width(size, level); i++) {
            if (tiles->tile(tiles->context, level - 1, first + i, tile[0], error))
                return error_prefix(error, "restoring the log");
            evidence_fold((const uint8_t(*)[HASH_BYTES])tile, EVIDENCE_TILE_WIDTH, log->tail[level][i]);
        }
    }
    for (unsigned level = 0; level < EVIDENCE_TILE_LEVELS; level++)
        roots_from_tail(log, level);
    return 0;
}
