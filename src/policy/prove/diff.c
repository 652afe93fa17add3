/* SPDX-License-Identifier: Apache-2.0 */
/* The difference between two versions: every pair of clauses that can govern the same situation, and what that changes. */
#include "policy/prove/prove.h"

#include <assert.h>

#include "policy/prove/compare.h"
#include "policy/prove/check.h"

static const char *const change_words[POLICY_CHANGE_COUNT] = {
    [POLICY_CHANGE_BETTER] = "better", [POLICY_CHANGE_WORSE] = "worse",   [POLICY_CHANGE_EASIER] = "easier",
    [POLICY_CHANGE_HARDER] = "harder", [POLICY_CHANGE_FASTER] = "faster", [POLICY_CHANGE_SLOWER] = "slower",
    [POLICY_CHANGE_BEARER] = "bearer",
};

const char *policy_change_word(enum policy_change change)
{
    assert(change >= 0 && change < POLICY_CHANGE_COUNT);
    return change_words[change];
}

/* Worse ones first: a reader who stops early has seen what matters. */
static const enum policy_change order[POLICY_CHANGE_COUNT] = {
    POLICY_CHANGE_WORSE,  POLICY_CHANGE_HARDER, POLICY_CHANGE_SLOWER, POLICY_CHANGE_BETTER,
    POLICY_CHANGE_EASIER, POLICY_CHANGE_FASTER, POLICY_CHANGE_BEARER,
};

struct collection {
    struct arena *arena;
    struct policy_differences *into;
    int room;
};

static void collect(struct collection *collection, const struct policy_difference *difference)
{
    struct policy_differences *into = collection->into;
    if (into->count == collection->room) {
        int room = collection->room ? 2 * collection->room : 16;
        struct policy_difference *items = arena_new_array(collection->arena, struct policy_difference, (size_t)room);
        for (int i = 0; i < into->count; i++)
            items[i] = into->items[i];
        into->items = items;
        collection->room = room;
    }
    into->items[into->count++] = *difference;
    into->harms_buyer |= difference->change == POLICY_CHANGE_WORSE || difference->change == POLICY_CHANGE_HARDER ||
                         difference->change == POLICY_CHANGE_SLOWER;
}

static void pair_collect(struct compare *compare, struct compare_side before, struct compare_side after,
                         struct collection *by_change)
{
    if (!compare_meet(compare, before, after))
        return;
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++) {
        struct policy_difference difference = {
            .change = (enum policy_change)i, .before = before.clause, .after = after.clause};
        if (!compare_find(compare, before, after, difference.change, &difference.example))
            continue;
        compare->over_limit |= ++compare->found_count > POLICY_DIFFERENCES_MAX;
        if (!compare->over_limit)
            collect(&by_change[i], &difference);
    }
}

static void all_collect(struct compare *compare, struct collection *by_change)
{
    struct compare_side before[COMPARE_SIDES_MAX], after[COMPARE_SIDES_MAX];
    int before_count = compare_sides(compare->space->policies[0], before);
    int after_count = compare_sides(compare->space->policies[1], after);
    for (int i = 0; i < before_count; i++)
        for (int j = 0; j < after_count && !compare->over_limit; j++)
            pair_collect(compare, before[i], after[j], by_change);
}

int policy_diff(struct arena *arena, const struct policy *before, const struct policy *after,
                struct policy_differences *ret, struct error *error)
{
    assert(arena);
    assert(before);
    assert(after);
    assert(ret);
    if (before->goods != after->goods)
        return error_set(error, ERROR_POLICY_MEANING, "the two policies are for different kinds of goods");
    const struct policy *both[] = {before, after};
    struct arena *own = arena_new(PROVE_ARENA_BYTES);
    struct compare compare = {.space = prove_space_new(own, both, 2, NULL, 0, POLICY_BOXES_MAX)};
    struct policy_differences differences = {0}, of_change[POLICY_CHANGE_COUNT] = {{0}};
    struct collection collection = {arena, &differences, 0}, by_change[POLICY_CHANGE_COUNT];
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++)
        by_change[i] = (struct collection){own, &of_change[i], 0};
    all_collect(&compare, by_change);
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++)
        for (int d = 0; d < of_change[order[i]].count; d++)
            collect(&collection, &of_change[order[i]].items[d]);
    arena_free(own);
    if (compare.over_limit)
        return error_set(error, ERROR_POLICY_LIMIT, "the two versions tell too many situations apart to be compared");
    *ret = differences;
    return 0;
}
