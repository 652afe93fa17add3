/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness and ids come through an interface: the system's generator in production, a seeded one in tests, so that the
 * same seed gives the same bytes. Ids are typed and in time order ("ord_" + 26 characters); they are never secrets.
 */
#ifndef SHUNTUI_BASE_RANDOM_H
#define SHUNTUI_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct random {
    void (*fill)(struct random *random, void *out, size_t bytes);
};

struct random *random_system(void); /* getrandom(2); thread-safe; never freed */

struct random_seeded { /* for tests and demonstrations only; not thread-safe */
    struct random random;
    uint64_t state[4];
};
void random_seeded_init(struct random_seeded *random, uint64_t seed);
uint64_t random_below(struct random *random, uint64_t limit); /* uniform in [0, limit); limit > 0 */

#define ID_PREFIX_LENGTH 4 /* "ord_" */
#define ID_BYTES 31        /* 4 + 26 + terminator */
/* UUIDv7 layout (48-bit milliseconds, version, variant, 74 random bits; RFC 9562 section 5.7) in Crockford base32,
 * lower case. prefix is three letters and '_'. */
void id_make(char out[static ID_BYTES], const char *prefix, int64_t now_us, struct random *random);
/* Well-formed and of that type. The form only: version bits are not looked at, so a secret passes with its own prefix. */
bool id_is(struct text id, const char *prefix);
/* A 128-bit secret as 26 base32 characters behind a prefix such as "key_"; same size as an id. */
void secret_make(char out[static ID_BYTES], const char *prefix, struct random *random);

#endif
