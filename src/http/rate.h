/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token buckets in a table of fixed size. When the table is full the fullest bucket of a set gives way: its owner has used
 * least, so forgetting it costs least. Thread-safe.
 */
#ifndef SHUNTUI_HTTP_RATE_H
#define SHUNTUI_HTTP_RATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct rate;

struct rate_class {
    unsigned per_min; /* tokens that flow in */
    unsigned burst;   /* what a bucket holds; at least 1 */
};

/* `sets` buckets of eight; the seed hides which names share a set. */
struct rate *rate_new(size_t sets, uint64_t seed);
void rate_free(struct rate *rate); /* NULL is a no-op */
/* Takes one token of `name` in class number `class_index`. Returns 0 when there was one, else the seconds to wait (at least 1). */
unsigned rate_take(struct rate *rate, struct text name, unsigned class_index, const struct rate_class *allowed,
                   int64_t now_us);

#endif
