/* SPDX-License-Identifier: Apache-2.0 */
/* What changes for one claim, as a table; then the sums: exact, whatever the order of reading, and bounded. */
#include "policy/prove/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

#define ARENA_BYTES (64 << 20)

/* ---- one claim ---- */

/* Two policies of one clause each on the same situation. */
struct shift_case {
    const char *was, *is, *facts;
    int64_t asked; /* of 10000 */
    enum policy_shift shift;
    int64_t gave, gives, waits;
};
#define FULL "refund full at once"
#define HALF "refund 50 percent at once"
#define WAITS "merchant answers within 24 hours, silence accepts refund full"
#define LATER "merchant answers within 48 hours, silence accepts refund full"
static const struct shift_case shift_cases[] = {
    {FULL, FULL, "", 10000, POLICY_SHIFT_SAME, 10000, 10000, 0},
    {"refuse", FULL, "", 10000, POLICY_SHIFT_REFUSE_TO_REFUND, 0, 10000, 0},
    {"refuse", "review within 48 hours", "", 10000, POLICY_SHIFT_REFUSE_TO_REVIEW, 0, 0, 0},
    {"review within 48 hours", HALF, "", 10000, POLICY_SHIFT_REVIEW_TO_REFUND, 0, 5000, 0},
    {"review within 48 hours", "refuse", "", 10000, POLICY_SHIFT_REVIEW_TO_REFUSE, 0, 0, 0},
    {FULL, "review within 48 hours", "", 10000, POLICY_SHIFT_REFUND_TO_REVIEW, 10000, 0, 0},
    {WAITS, "refuse", "", 10000, POLICY_SHIFT_REFUND_TO_REFUSE, 10000, 0, 0},
    {HALF, FULL, "", 10000, POLICY_SHIFT_MORE_MONEY, 5000, 10000, 0},
    {FULL, HALF, "", 10000, POLICY_SHIFT_LESS_MONEY, 10000, 5000, 0},
    /* No rule gives more than was asked for. */
    {HALF, FULL, "", 4000, POLICY_SHIFT_SAME, 4000, 4000, 0},
    {HALF, FULL, "", 6000, POLICY_SHIFT_MORE_MONEY, 5000, 6000, 0},
    {FULL, "refund full at once to store_credit", "", 10000, POLICY_SHIFT_TO_CREDIT, 10000, 10000, 0},
    {"refund full at once to store_credit", FULL, "", 10000, POLICY_SHIFT_TO_ORIGINAL, 10000, 10000, 0},
    {FULL, "needs problem_proof " FULL, "", 10000, POLICY_SHIFT_MORE_EVIDENCE, 10000, 0, 10000},
    {FULL, "needs problem_proof " FULL, "problem_proof", 10000, POLICY_SHIFT_SAME, 10000, 10000, 0},
    {"needs problem_proof " FULL, FULL, "", 10000, POLICY_SHIFT_LESS_EVIDENCE, 0, 10000, 0},
    {"needs problem_proof " FULL, "needs identity_proof " FULL, "", 10000, POLICY_SHIFT_SAME, 0, 0, 10000},
    {"needs problem_proof review within 1 hour", "review within 1 hour", "", 10000, POLICY_SHIFT_LESS_EVIDENCE, 0, 0,
     0},
    {FULL, WAITS, "", 10000, POLICY_SHIFT_SLOWER, 10000, 10000, 0},
    {WAITS, FULL, "", 10000, POLICY_SHIFT_FASTER, 10000, 10000, 0},
    {WAITS, LATER, "", 10000, POLICY_SHIFT_SLOWER, 10000, 10000, 0},
    /* The merchant disputed it: a person decides, unless the rule does not ask the merchant. */
    {WAITS, FULL, "disputes", 10000, POLICY_SHIFT_WITHOUT_PERSON, 10000, 10000, 0},
    {FULL, WAITS, "disputes", 10000, POLICY_SHIFT_WITH_PERSON, 10000, 10000, 0},
    {"review within 24 hours", "review within 48 hours", "", 10000, POLICY_SHIFT_SLOWER, 0, 0, 0},
    {FULL, FULL ", borne by platform", "", 10000, POLICY_SHIFT_BEARER, 10000, 10000, 0},
    {"refuse", "refuse", "", 10000, POLICY_SHIFT_SAME, 0, 0, 0},
    /* A refusal is one, whoever's silence brought it about. */
    {"merchant answers within 24 hours, silence refuses refund full", "refuse", "silent", 10000, POLICY_SHIFT_SAME, 0,
     0, 0},
};

static const struct policy *policy_of(struct arena *arena, const char *name, const char *lines)
{
    const struct policy *policy = NULL;
    struct policy_problems *problems = arena_new_object(arena, struct policy_problems);
    struct error error = {0};
    const char *text = arena_printf(arena,
                                    "policy \"%s\" version 1\ngoods card_key\nclause a \"t\"\n when card is revealed\n "
                                    "%s\notherwise refuse\n",
                                    name, lines);
    if (policy_parse(arena, text_of(text), &policy, problems, &error) < 0)
        fail_msg("%s: %s", lines, error.message);
    return policy;
}

static void decide(const struct policy *policy, const char *facts, struct policy_decision *ret)
{
    struct policy_facts set;
    policy_facts_init(&set);
    assert_int_equal(policy_facts_set(&set, FACT_CARD, CARD_REVEALED, FACT_SOURCE_RECORD, -1, NULL), 0);
    assert_int_equal(policy_facts_set(&set, FACT_REASON, REASON_KEY_INVALID, FACT_SOURCE_BUYER, -1, NULL), 0);
    assert_int_equal(policy_facts_set(&set, FACT_AMOUNT, 10000, FACT_SOURCE_RECORD, -1, NULL), 0);
    if (strcmp(facts, "problem_proof") == 0)
        assert_int_equal(policy_facts_set(&set, FACT_PROBLEM_PROOF, PROOF_ACCEPTED, FACT_SOURCE_EVIDENCE, -1, NULL), 0);
    if (strcmp(facts, "disputes") == 0 || strcmp(facts, "silent") == 0)
        assert_int_equal(
            policy_facts_set_word(&set, FACT_MERCHANT_ANSWER, text_of(facts), FACT_SOURCE_RECORD, -1, NULL), 0);
    policy_evaluate(policy, &set, ret);
}

static void what_changes_for_a_claim_is_said_by_the_first_row_that_fits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shift_cases / sizeof shift_cases[0]; i++) {
        const struct shift_case *one = &shift_cases[i];
        struct arena *arena = arena_new(ARENA_BYTES);
        struct policy_decision was, is;
        decide(policy_of(arena, "was", one->was), one->facts, &was);
        decide(policy_of(arena, "is", one->is), one->facts, &is);
        enum policy_shift shift = policy_shift_of(&was, &is, one->asked);
        if (shift != one->shift || policy_gives(&was, one->asked) != one->gave ||
            policy_gives(&is, one->asked) != one->gives || policy_waits(&is, one->asked) != one->waits)
            fail_msg("%s -> %s (%s): %s, %lld -> %lld, waits %lld", one->was, one->is, one->facts,
                     policy_shift_info(shift)->word, (long long)policy_gives(&was, one->asked),
                     (long long)policy_gives(&is, one->asked), (long long)policy_waits(&is, one->asked));
        arena_free(arena);
    }
}

static void the_reverse_change_is_the_reverse_for_the_buyer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shift_cases / sizeof shift_cases[0]; i++) {
        const struct shift_case *one = &shift_cases[i];
        struct arena *arena = arena_new(ARENA_BYTES);
        struct policy_decision was, is;
        decide(policy_of(arena, "was", one->was), one->facts, &was);
        decide(policy_of(arena, "is", one->is), one->facts, &is);
        enum policy_side forth = policy_shift_info(policy_shift_of(&was, &is, one->asked))->side;
        enum policy_side back = policy_shift_info(policy_shift_of(&is, &was, one->asked))->side;
        enum policy_side wanted = forth == POLICY_SIDE_BETTER  ? POLICY_SIDE_WORSE
                                  : forth == POLICY_SIDE_WORSE ? POLICY_SIDE_BETTER
                                                               : forth;
        if (back != wanted)
            fail_msg("%s <-> %s: %s and %s", one->was, one->is, policy_side_word(forth), policy_side_word(back));
        arena_free(arena);
    }
}

/* ---- many ---- */

struct market {
    struct arena *arena;
    const struct policy *before, *after;
    struct policy_decision full, half, evidence, open;
};

static void market_init(struct market *market)
{
    market->arena = arena_new(ARENA_BYTES);
    market->before = policy_of(market->arena, "before", FULL);
    market->after = policy_of(market->arena, "after", HALF);
    decide(market->before, "", &market->full);
    decide(market->after, "", &market->half);
    decide(policy_of(market->arena, "proof", "needs problem_proof or screen_recording " FULL), "", &market->evidence);
    struct policy_facts nothing;
    policy_facts_init(&nothing);
    policy_evaluate(market->after, &nothing, &market->open);
    assert_int_equal(market->open.disposition, POLICY_OPEN);
}

static struct policy_past past_of(const struct market *market, const char *claim, const char *merchant, int64_t asked)
{
    return (struct policy_past){.claim = text_of(claim),
                                .merchant = text_of(merchant),
                                .currency = "CNY",
                                .asked = asked,
                                .before = market->before,
                                .after = market->after,
                                .was = &market->full,
                                .is = &market->half,
                                .ended_outcome = text_of("refunded"),
                                .ended_by = text_of("rule"),
                                .ended_amount = asked};
}

/* The same thousand claims in another order give the same report, and the sums are those of a loop. */
static void sums_are_exact_in_any_order(void **state)
{
    (void)state;
    struct policy_simulation simulations[2];
    struct market market;
    struct random_seeded random;
    int64_t was = 0, is = 0;
    market_init(&market);
    random_seeded_init(&random, 7);
    static int64_t asked[1000];
    for (int i = 0; i < 1000; i++) {
        asked[i] = 1 + (int64_t)random_below(&random.random, 10000);
        was += asked[i];
        is += asked[i] < 5000 ? asked[i] : 5000;
    }
    for (int turn = 0; turn < 2; turn++) {
        policy_simulation_init(&simulations[turn], market.arena);
        for (int j = 0; j < 1000; j++) {
            int i = turn ? 999 - j : j;
            char claim[ID_BYTES], merchant[ID_BYTES];
            snprintf(claim, sizeof claim, "clm_%04d", i);
            snprintf(merchant, sizeof merchant, "mch_%02d", i % 37);
            struct policy_past past = past_of(&market, claim, merchant, asked[i]);
            policy_simulation_add(&simulations[turn], &past);
        }
        policy_simulation_end(&simulations[turn]);
    }
    const struct policy_simulation *a = &simulations[0], *b = &simulations[1];
    assert_int_equal(a->totals.count, 1);
    assert_int_equal(a->totals.items[0].compared, 1000);
    assert_int_equal(a->totals.items[0].was, was);
    assert_int_equal(a->totals.items[0].is, is);
    assert_int_equal(a->totals.items[0].less, was - is);
    assert_int_equal(a->totals.items[0].more, 0);
    assert_int_equal(a->merchants.count, 37);
    assert_int_equal(a->single_count, POLICY_SINGLES_MAX);
    for (int i = 0; i < 37; i++) {
        assert_string_equal(a->merchants.items[i].key[0], b->merchants.items[i].key[0]);
        assert_int_equal(a->merchants.items[i].less, b->merchants.items[i].less);
    }
    for (int i = 0; i < POLICY_SINGLES_MAX; i++)
        assert_string_equal(a->singles[i].claim, b->singles[i].claim);
    for (int i = 1; i < POLICY_SINGLES_MAX; i++)
        assert_true(a->singles[i - 1].was - a->singles[i - 1].is >= a->singles[i].was - a->singles[i].is);
    arena_free(market.arena);
}

static void what_cannot_be_known_is_counted_apart_and_moves_no_money(void **state)
{
    (void)state;
    struct policy_simulation simulation;
    struct market market;
    market_init(&market);
    policy_simulation_init(&simulation, market.arena);
    struct policy_past open = past_of(&market, "clm_1", "mch_1", 10000), both = open, lost = open, asked = open;
    open.is = &market.open;
    both.was = both.is = &market.open;
    lost.is = asked.is = &market.evidence;
    lost.lost = UINT64_C(1) << FACT_SCREEN_RECORDING | UINT64_C(1) << FACT_CAUSE;
    policy_simulation_add(&simulation, &open);  /* a fact is missing that the old rule did not ask for */
    policy_simulation_add(&simulation, &both);  /* it was open then too: nothing changes */
    policy_simulation_add(&simulation, &lost);  /* there may have been evidence */
    policy_simulation_add(&simulation, &asked); /* there was none: more evidence is asked for */
    policy_simulation_end(&simulation);
    const struct policy_sum *total = &simulation.totals.items[0];
    assert_int_equal(total->undecided, 2);
    assert_int_equal(total->compared, 2);
    assert_int_equal(simulation.unknown[FACT_CARD], 1);
    assert_int_equal(simulation.unknown[FACT_SCREEN_RECORDING], 1);
    assert_int_equal(simulation.unknown[FACT_CAUSE], 0);
    assert_int_equal(simulation.unknown[FACT_PROBLEM_PROOF], 0);
    assert_int_equal(simulation.shifts[POLICY_SHIFT_SAME], 1);
    assert_int_equal(simulation.shifts[POLICY_SHIFT_MORE_EVIDENCE], 1);
    assert_int_equal(total->was, 10000);
    assert_int_equal(total->is, 0);
    assert_int_equal(total->waits, 10000);
    assert_int_equal(total->ended, 20000);
    assert_int_equal(simulation.single_count, 1);
    arena_free(market.arena);
}

static void currencies_are_never_added_up(void **state)
{
    (void)state;
    struct policy_simulation simulation;
    struct market market;
    market_init(&market);
    policy_simulation_init(&simulation, market.arena);
    struct policy_past yuan = past_of(&market, "clm_1", "mch_1", 10000), dollars = yuan;
    dollars.currency = "USD";
    dollars.asked = 6000;
    policy_simulation_add(&simulation, &yuan);
    policy_simulation_add(&simulation, &dollars);
    policy_simulation_end(&simulation);
    assert_int_equal(simulation.totals.count, 2);
    assert_string_equal(simulation.totals.items[0].currency, "CNY");
    assert_int_equal(simulation.totals.items[0].less, 5000);
    assert_int_equal(simulation.totals.items[1].less, 1000);
    assert_int_equal(simulation.merchants.count, 2);
    arena_free(market.arena);
}

static void past_the_limit_rows_are_summed_up_in_one(void **state)
{
    (void)state;
    struct policy_simulation simulation;
    struct market market;
    int64_t claims = 0;
    market_init(&market);
    policy_simulation_init(&simulation, market.arena);
    for (int i = 0; i < POLICY_SUMS_MAX + 100; i++) {
        char merchant[ID_BYTES];
        snprintf(merchant, sizeof merchant, "mch_%d", i);
        struct policy_past past = past_of(&market, "clm_1", merchant, 10000);
        policy_simulation_add(&simulation, &past);
    }
    policy_simulation_end(&simulation);
    assert_int_equal(simulation.merchants.count, POLICY_SUMS_MAX + 1);
    assert_string_equal(simulation.merchants.items[0].key[0], "");
    assert_int_equal(simulation.merchants.items[0].compared, 100);
    for (int i = 0; i < simulation.merchants.count; i++)
        claims += simulation.merchants.items[i].compared;
    assert_int_equal(claims, POLICY_SUMS_MAX + 100);
    arena_free(market.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changes_for_a_claim_is_said_by_the_first_row_that_fits),
        cmocka_unit_test(the_reverse_change_is_the_reverse_for_the_buyer),
        cmocka_unit_test(sums_are_exact_in_any_order),
        cmocka_unit_test(what_cannot_be_known_is_counted_apart_and_moves_no_money),
        cmocka_unit_test(currencies_are_never_added_up),
        cmocka_unit_test(past_the_limit_rows_are_summed_up_in_one),
    };
    return cmocka_run_group_tests_name("policy simulate", tests, NULL, NULL);
}
