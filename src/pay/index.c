/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing. A slot holds enough of the hash to find its place again in a larger table. */
#include "pay/index.h"

#include <assert.h>
#include <stdlib.h>

#define HASH_BITS 26
#define OFFSET_BITS 38
#define OFFSET_MASK ((UINT64_C(1) << OFFSET_BITS) - 1)
#define SLOT_EMPTY UINT64_C(0)
#define SLOT_REMOVED UINT64_C(1)
#define OFFSET_BIAS 2 /* keeps the two marks above apart from every real slot with hash 0 */
#define CAPACITY_FIRST 1024

static uint64_t key_hash(const char *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, then mixed so that the high bits depend on all */
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    hash ^= hash >> 29;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    return hash >> (64 - HASH_BITS);
}

static size_t home(uint64_t hash, size_t capacity)
{
    return (size_t)(hash * capacity >> HASH_BITS);
}

static uint64_t slot_offset(uint64_t slot)
{
    return (slot & OFFSET_MASK) - OFFSET_BIAS;
}

void pay_index_init(struct pay_index *index, pay_index_match *match, void *context)
{
    *index = (struct pay_index){.match = match, .context = context};
}

void pay_index_done(struct pay_index *index)
{
    free(index->slots);
    *index = (struct pay_index){0};
}

static void resize(struct pay_index *index)
{
    size_t live = index->used - index->removed, capacity = CAPACITY_FIRST;
    while (capacity < live * 2)
        capacity *= 2;
    assert(capacity <= (size_t)1 << HASH_BITS);
    uint64_t *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        abort();
    for (size_t i = 0; i < index->capacity; i++) {
        uint64_t slot = index->slots[i];
        if (slot == SLOT_EMPTY || slot == SLOT_REMOVED)
            continue;
        size_t at = home(slot >> OFFSET_BITS, capacity);
        while (slots[at])
            at = (at + 1) & (capacity - 1);
        slots[at] = slot;
    }
    free(index->slots);
    index->slots = slots;
    index->capacity = capacity;
    index->used = live;
    index->removed = 0;
}

/* The slot of the key, or the empty slot where its search ended. */
static size_t seek(const struct pay_index *index, const char *key, uint64_t hash)
{
    size_t at = home(hash, index->capacity);
    for (;; at = (at + 1) & (index->capacity - 1)) {
        uint64_t slot = index->slots[at];
        if (slot == SLOT_EMPTY)
            return at;
        if (slot != SLOT_REMOVED && slot >> OFFSET_BITS == hash && index->match(index->context, slot_offset(slot), key))
            return at;
    }
}

bool pay_index_find(const struct pay_index *index, const char *key, uint64_t *ret_offset)
{
    if (!index->capacity)
        return false;
    uint64_t slot = index->slots[seek(index, key, key_hash(key))];
    if (slot == SLOT_EMPTY)
        return false;
    *ret_offset = slot_offset(slot);
    return true;
}

void pay_index_put(struct pay_index *index, const char *key, uint64_t offset)
{
    assert(offset < OFFSET_MASK - OFFSET_BIAS);
    if ((index->used + 1) * 4 > index->capacity * 3)
        resize(index);
    uint64_t hash = key_hash(key);
    size_t at = seek(index, key, hash);
    if (index->slots[at] == SLOT_EMPTY)
        index->used++;
    index->slots[at] = hash << OFFSET_BITS | (offset + OFFSET_BIAS);
}

void pay_index_remove(struct pay_index *index, const char *key)
{
    if (!index->capacity)
        return;
    size_t at = seek(index, key, key_hash(key));
    if (index->slots[at] == SLOT_EMPTY)
        return;
    index->slots[at] = SLOT_REMOVED;
    index->removed++;
}

bool pay_index_next(const struct pay_index *index, size_t *cursor, uint64_t *ret_offset)
{
    while (*cursor < index->capacity) {
        uint64_t slot = index->slots[(*cursor)++];
        if (slot == SLOT_EMPTY || slot == SLOT_REMOVED)
            continue;
        *ret_offset = slot_offset(slot);
        return true;
    }
    return false;
}
