/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in the sandbox's file the latest line about a key is: eight bytes for each key, so that a million payments
 * take sixteen megabytes. The keys themselves stay in the file, and the caller compares them.
 */
#ifndef SHUNTUI_PAY_INDEX_H
#define SHUNTUI_PAY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is the line at this offset about this key? */
typedef bool pay_index_match(void *context, uint64_t offset, const char *key);

struct pay_index {
    uint64_t *slots; /* 26 bits of the key's hash, 38 bits of offset + 2; 0 is empty, 1 was removed */
    size_t capacity, used, removed;
    pay_index_match *match;
    void *context;
};

void pay_index_init(struct pay_index *index, pay_index_match *match, void *context);
void pay_index_done(struct pay_index *index);
bool pay_index_find(const struct pay_index *index, const char *key, uint64_t *ret_offset);
void pay_index_put(struct pay_index *index, const char *key, uint64_t offset); /* adds, or moves to the new offset */
void pay_index_remove(struct pay_index *index, const char *key);               /* absent is fine */
/* Walks all offsets, in no order: start with *cursor = 0. */
bool pay_index_next(const struct pay_index *index, size_t *cursor, uint64_t *ret_offset);

#endif
