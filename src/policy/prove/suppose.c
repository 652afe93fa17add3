/* SPDX-License-Identifier: Apache-2.0 */
/* Supposing something of a real order: records that speak of the same thing are set aside, then those that cannot be. */
#include "policy/prove/suppose.h"

#include <assert.h>

#include "policy/prove/check.h"
#include "policy/prove/search.h"

#define FACT(name) (UINT64_C(1) << FACT_##name)

/* Facts that speak of the same thing. */
static const uint64_t things[] = {
    FACT(CARD) | FACT(REVEALED) | FACT(REDEMPTION_REPORT) | FACT(UNUSED_PROOF),
    FACT(SERVICE) | FACT(PROGRESS) | FACT(STARTED) | FACT(HANDED_OVER) | FACT(SERVICE_LOG) | FACT(RESULT_PROOF),
    FACT(DELIVERED) | FACT(LATE),
    FACT(QUANTITY) | FACT(AMOUNT) | FACT(EARLIER_REFUNDS),
};

static uint64_t set_aside(const struct policy_facts *supposed, const struct policy_facts *records)
{
    uint64_t aside = supposed->known;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        for (uint64_t bits = things[i] & supposed->known; bits; bits &= bits - 1) {
            int fact = __builtin_ctzll(bits);
            bool same = records->known >> fact & 1 && records->value[fact] == supposed->value[fact];
            aside |= same ? 0 : things[i];
        }
    return aside;
}

/* Whether some situation has all these values. */
static bool can_be(const struct policy *policy, const struct policy_facts *facts)
{
    struct prove_bound bounds[2 * FACT_COUNT];
    int count = 0;
    struct prove_goal goal;
    for (uint64_t bits = facts->known; bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        if (fact_info(fact)->values)
            continue;
        bounds[count++] = (struct prove_bound){fact, facts->value[fact]};
        bounds[count++] = (struct prove_bound){fact, facts->value[fact] + 1};
    }
    struct arena *arena = arena_new(PROVE_ARENA_BYTES);
    prove_goal_begin(&goal, prove_space_new(arena, &policy, 1, bounds, count, POLICY_BOXES_MAX));
    prove_goal_known(&goal, facts);
    bool found = prove_find(&goal, NULL, NULL) == PROVE_FOUND;
    arena_free(arena);
    return found;
}

static void take(const struct policy_facts *from, uint64_t facts, struct policy_facts *into)
{
    for (uint64_t bits = facts; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        into->value[fact] = from->value[fact];
        into->source[fact] = from->source[fact];
        into->leaf[fact] = from->leaf[fact];
    }
    into->known |= facts;
}

void policy_suppose(const struct policy *policy, const struct policy_facts *supposed,
                    const struct policy_facts *records, struct policy_facts *ret)
{
    assert(policy);
    assert(supposed);
    assert(records);
    assert(ret);
    uint64_t added = records->known & ~set_aside(supposed, records);
    struct policy_facts joined = *supposed;
    take(records, added, &joined);
    if (!can_be(policy, &joined)) {
        joined = *supposed;
        for (uint64_t bits = added; bits; bits &= bits - 1) {
            struct policy_facts more = joined;
            take(records, bits & -bits, &more);
            if (can_be(policy, &more))
                joined = more;
        }
    }
    *ret = joined;
}
