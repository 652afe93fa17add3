/* SPDX-License-Identifier: Apache-2.0 */
/* The system's generator, a seeded one (xoshiro256**, seeded by splitmix64), and typed ids in time order. */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define ID_DIGITS 26

static const char crockford[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void system_fill(struct random *random, void *out, size_t bytes)
{
    (void)random;
    char *to = out;
    while (bytes > 0) {
        ssize_t got = getrandom(to, bytes, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); /* without randomness nothing here is safe */
        to += got;
        bytes -= (size_t)got;
    }
}

struct random *random_system(void)
{
    static struct random random = {system_fill};
    return &random;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t seeded_next(uint64_t state[static 4])
{
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

static void seeded_fill(struct random *random, void *out, size_t bytes)
{
    struct random_seeded *seeded = (struct random_seeded *)random;
    uint8_t *to = out;
    while (bytes > 0) {
        uint64_t word = seeded_next(seeded->state);
        size_t part = bytes < sizeof word ? bytes : sizeof word;
        for (size_t i = 0; i < part; i++)
            to[i] = (uint8_t)(word >> (8 * i));
        to += part;
        bytes -= part;
    }
}

void random_seeded_init(struct random_seeded *random, uint64_t seed)
{
    assert(random);
    random->random.fill = seeded_fill;
    for (size_t i = 0; i < 4; i++) {
        seed += UINT64_C(0x9E3779B97F4A7C15);
        uint64_t z = seed;
        z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
        random->state[i] = z ^ z >> 31;
    }
}

static uint64_t random_word(struct random *random)
{
    uint8_t bytes[8];
    uint64_t word = 0;
    random->fill(random, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint64_t random_below(struct random *random, uint64_t limit)
{
    assert(random);
    assert(limit > 0);
    /* Values under 2^64 mod limit would make small results more frequent. */
    uint64_t refused_below = (0 - limit) % limit, word;
    do
        word = random_word(random);
    while (word < refused_below);
    return word % limit;
}

static bool is_prefix(const char *prefix)
{
    for (size_t i = 0; i < ID_PREFIX_LENGTH - 1; i++)
        if (prefix[i] < 'a' || prefix[i] > 'z')
            return false;
    return prefix[3] == '_' && prefix[4] == '\0';
}

/* 128 bits as 26 digits of five; the two bits in front are zero, so that text order is number order. */
static void put_id(char out[static ID_BYTES], const char *prefix, const uint8_t bytes[static 16])
{
    memcpy(out, prefix, ID_PREFIX_LENGTH);
    char *to = out + ID_PREFIX_LENGTH;
    for (int digit = 0; digit < ID_DIGITS; digit++) {
        unsigned value = 0;
        for (int bit = 0; bit < 5; bit++) {
            int position = digit * 5 + bit - 2;
            unsigned set = position < 0 ? 0 : bytes[position / 8] >> (7 - position % 8) & 1U;
            value = value << 1 | set;
        }
        *to++ = crockford[value];
    }
    *to = '\0';
}

void id_make(char out[static ID_BYTES], const char *prefix, int64_t now_us, struct random *random)
{
    assert(prefix && is_prefix(prefix));
    assert(random);
    assert(now_us >= 0);
    uint8_t bytes[16];
    uint64_t milliseconds = (uint64_t)now_us / 1000;
    random->fill(random, bytes + 6, sizeof bytes - 6);
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
    bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0F));
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3F));
    put_id(out, prefix, bytes);
}

void secret_make(char out[static ID_BYTES], const char *prefix, struct random *random)
{
    assert(prefix && is_prefix(prefix));
    assert(random);
    uint8_t bytes[16];
    random->fill(random, bytes, sizeof bytes);
    put_id(out, prefix, bytes);
    explicit_bzero(bytes, sizeof bytes);
}

bool id_is(struct text id, const char *prefix)
{
    assert(prefix && is_prefix(prefix));
    if (id.length != ID_BYTES - 1 || memcmp(id.data, prefix, ID_PREFIX_LENGTH) != 0)
        return false;
    if (id.data[ID_PREFIX_LENGTH] > '7')
        return false;
    for (size_t i = ID_PREFIX_LENGTH; i < id.length; i++)
        if (id.data[i] == '\0' || !memchr(crockford, id.data[i], sizeof crockford - 1))
            return false;
    return true;
}
