/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up policies for tests: by a seed, in every corner of the grammar of docs/policy-language.md; they mean nothing to people. */
#ifndef SHUNTUI_TESTS_MAKE_POLICY_H
#define SHUNTUI_TESTS_MAKE_POLICY_H

#include <stdint.h>

#include "base/text.h"
#include "policy/policy.h"

/* The next number of a sequence that must not start at 0; and one in [0, count). */
uint64_t random_next(uint64_t *state);
int random_below(uint64_t *state, int count);

struct policy_maker {
    uint64_t random;
    struct buffer out; /* the policy's text; the caller's to free */
    enum policy_goods goods;
    int currency; /* of all its money */
};
void policy_make(struct policy_maker *maker, uint64_t seed);
#define POLICY_MADE_BYTES_MAX ((size_t)64 * 1024)

#endif
