/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clauses of the floor come first and override the rules; of the rules each overrides the next. Overrides hold along
 * paths, so that no two can conflict, whatever they test.
 */
#include "grown.h"

#include <assert.h>
#include <string.h>

#include "policy/policy.h"

#define FLOOR_CLAUSES 7
#define RULE_ID "rule_"

/* Numbers and events that a rule may test, each with one of its bounds. */
static const struct {
    const char *format;
    int bounds[4];
} tests[] = {
    {"revealed within %d hours", {24, 72, 168, 720}}, {"revealed over %d hours ago", {12, 24, 48, 120}},
    {"purchased within %d days", {3, 7, 15, 30}},     {"purchased over %d days ago", {1, 3, 7, 15}},
    {"amount over %d CNY", {10, 50, 200, 1000}},      {"buyer_refunds under %d", {1, 2, 3, 5}},
    {"quantity at least %d", {2, 5, 10, 20}},         {"(price_warning or amount under %d CNY)", {20, 100, 500, 2000}},
};
#define TESTS ((int)(sizeof tests / sizeof *tests))

/* Enumerations that a rule may test, for up to so many of their values. */
static const struct {
    enum fact fact;
    int values_max;
} lists[] = {{FACT_REASON, 3}, {FACT_CARD, 2}, {FACT_CAUSE, 2}};
#define LISTS ((int)(sizeof lists / sizeof *lists))

static const char *const consequences[] = {
    "refund full at once",
    "refund 50 percent at once",
    "review within 48 hours",
    "refuse",
    "needs problem_proof\n  merchant answers within 48 hours, silence accepts\n  refund full",
};
#define CONSEQUENCES (sizeof consequences / sizeof *consequences)

static int below(struct random *random, int limit)
{
    return (int)random_below(random, (uint64_t)limit);
}

static bool may_stand(enum fact fact, int value)
{
    return (fact_info(fact)->values[value].goods & POLICY_GOODS_CARD_KEY) &&
           !(fact == FACT_REASON && value == REASON_OTHER);
}

static void list_write(struct buffer *out, int number, struct random *random)
{
    const struct fact_info *info = fact_info(lists[number].fact);
    int count = 1 + below(random, lists[number].values_max);
    uint64_t chosen = 0;
    while (__builtin_popcountll(chosen) < count) {
        int value = below(random, info->value_count);
        if (may_stand(lists[number].fact, value))
            chosen |= UINT64_C(1) << value;
    }
    const char *before = " is ";
    buffer_add_string(out, info->word);
    for (; chosen; chosen &= chosen - 1, before = " or ")
        buffer_addf(out, "%s%s", before, info->values[__builtin_ctzll(chosen)].word);
}

static void rule_write(struct buffer *out, int rule, struct random *random)
{
    int count = 3 + below(random, 2);
    uint64_t chosen = 0;
    while (__builtin_popcountll(chosen) < count)
        chosen |= UINT64_C(1) << below(random, LISTS + TESTS);
    buffer_addf(out, "clause " RULE_ID "%d \"第 %d 条\" \"Rule %d\"\n  when ", rule, rule + 1, rule + 1);
    for (const char *before = ""; chosen; chosen &= chosen - 1, before = " and ") {
        int number = __builtin_ctzll(chosen);
        buffer_add_string(out, before);
        if (number < LISTS)
            list_write(out, number, random);
        else
            buffer_addf(out, tests[number - LISTS].format, tests[number - LISTS].bounds[below(random, 4)]);
    }
    buffer_addf(out, "\n  %s\n\n", consequences[random_below(random, CONSEQUENCES)]);
}

/* The floor's clauses and overrides: all between its head and its `otherwise`. */
static struct text floor_clauses(struct text floor)
{
    const char *start = memmem(floor.data, floor.length, "\nclause ", 8);
    const char *end = memmem(floor.data, floor.length, "\notherwise ", 11);
    assert(start && end > start);
    return (struct text){start + 1, (size_t)(end - start)};
}

void grown_list_write(struct buffer *out, const struct grown_list *list, struct text floor)
{
    static const char *const last[] = {"undelivered", "sealed", "dead_key", "wrong", "described", "revoked"};
    int rules = list->clauses - FLOOR_CLAUSES;
    struct random_seeded random;
    assert(list->clauses >= GROWN_CLAUSES_MIN && list->clauses <= LIMIT_POLICY_CLAUSES);
    buffer_addf(out, "policy \"list-%d\" version 1\ngoods card_key\nfloor \"grown-floor\"\n\n", list->clauses);
    buffer_add_text(out, floor_clauses(floor));
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        buffer_addf(out, "%s overrides " RULE_ID "0\n", last[i]);
    for (int rule = 0; rule + 1 < rules; rule++)
        buffer_addf(out, RULE_ID "%d overrides " RULE_ID "%d\n", rule, rule + 1);
    buffer_add_char(out, '\n');
    for (int rule = 0; rule < rules; rule++) {
        random_seeded_init(&random, (list->seed << 16) + ((uint64_t)rule << 8) + list->draws[rule]);
        rule_write(out, rule, &random.random);
    }
    buffer_add_string(out, "otherwise review within 48 hours\n");
}

int grown_list_rule(const char *clause_id)
{
    int64_t rule;
    struct text id = text_of(clause_id);
    size_t prefix = sizeof RULE_ID - 1;
    if (!text_starts(id, RULE_ID) || text_to_int64((struct text){id.data + prefix, id.length - prefix}, &rule, NULL))
        return -1;
    return (int)rule;
}
