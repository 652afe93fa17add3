/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floors and differences against brute force: random pairs of policies over a small vocabulary, every situation of it decided
 * by both, and the buyer's position read off the decisions. The proofs must find all that this finds and nothing else.
 */
#include "policy/prove/prove.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "policy/fact_rules.h"

#define CLAUSES_MAX 4
#define SIDES (CLAUSES_MAX + 1) /* the last is `otherwise` */

static struct policy_problems problems;

/* ---- random policies ---- */

static const char *const atoms[] = {
    "reason is service_incomplete",
    "reason is changed_mind or service_incomplete",
    "reason is not changed_mind",
    "service is agreed",
    "service is started or handed_over",
    "late",
    "late by 1 hour",
    "progress under 60 percent",
    "progress at least 100 percent",
    "cause is platform_outage",
    "amount over 2 CNY",
    "problem_proof is accepted",
};
static const char *const refunds[] = {
    "refund full",       "refund unfinished part",
    "refund 50 percent", "refund full less 1.00 CNY",
    "refund 3.00 CNY",   "refund 50 percent of unfinished part",
};
static const char *const times[] = {
    " at once",
    "\n merchant answers within 24 hours, silence accepts",
    "\n merchant answers within 48 hours, silence accepts",
    "\n merchant answers within 24 hours, extension 24 hours, silence accepts",
    "\n merchant answers within 24 hours, silence refuses",
    "\n merchant answers within 24 hours, silence reviews",
};
static const char *const needs[] = {
    "",
    "",
    " needs problem_proof\n",
    " needs result_proof\n",
    " needs problem_proof or result_proof\n",
    " needs problem_proof\n needs result_proof\n",
};
#define PICK(list, random) list[random_below(random, sizeof list / sizeof *list)]

static void clause_make(struct buffer *out, struct random *random, int index)
{
    buffer_addf(out, "clause c%d \"t\"\n when %s", index, PICK(atoms, random));
    for (uint64_t more = random_below(random, 3); more; more--)
        buffer_addf(out, " and %s%s", random_below(random, 5) ? "" : "not ", PICK(atoms, random));
    buffer_add_char(out, '\n');
    uint64_t kind = random_below(random, 4);
    if (kind)
        buffer_add_string(out, kind == 1 && random_below(random, 2) ? "" : PICK(needs, random));
    if (kind == 0)
        buffer_add_string(out, " refuse\n");
    else if (kind == 1)
        buffer_addf(out, " review within %d hours\n", random_below(random, 2) ? 24 : 72);
    else
        buffer_addf(out, " %s%s\n", PICK(refunds, random), PICK(times, random));
}

static int policy_make(struct buffer *out, struct random *random)
{
    int count = 1 + (int)random_below(random, CLAUSES_MAX);
    buffer_clear(out);
    buffer_add_string(out, "policy \"p\" version 1\ngoods service\n");
    for (int i = 0; i < count; i++)
        clause_make(out, random, i);
    for (int i = 1; i < count; i++)
        buffer_addf(out, "c%d overrides c%d\n", i, i - 1);
    static const char *const ends[] = {"otherwise refuse\n", "otherwise review within 24 hours\n",
                                       "otherwise review within 72 hours\n"};
    buffer_add_string(out, PICK(ends, random));
    return count;
}

static const struct policy *parse(struct arena *arena, const char *text)
{
    const struct policy *policy;
    if (policy_parse(arena, text_of(text), &policy, &problems, NULL))
        fail_msg("%s\n%s", problems.items[0].message_en, text);
    return policy;
}

/* ---- every situation ---- */

static const struct {
    enum fact fact;
    int count;
    int64_t values[8];
} vocabulary[] = {
    {FACT_REASON, 3, {REASON_SERVICE_INCOMPLETE, REASON_CHANGED_MIND, REASON_SERVICE_CAUSED_HARM}},
    {FACT_SERVICE, 5, {SERVICE_NONE, SERVICE_AGREED, SERVICE_STARTED, SERVICE_HANDED_OVER, SERVICE_ACCEPTED}},
    {FACT_LATE, 3, {FACT_NEVER, 60, 3600}},
    {FACT_PROGRESS, 8, {0, 1, 50, 59, 60, 90, 99, 100}},
    {FACT_CAUSE, 2, {CAUSE_NONE, CAUSE_PLATFORM_OUTAGE}},
    {FACT_AMOUNT, 4, {50, 150, 250, 10000}},
    {FACT_PROBLEM_PROOF, 2, {PROOF_MISSING, PROOF_ACCEPTED}},
    {FACT_RESULT_PROOF, 2, {PROOF_MISSING, PROOF_ACCEPTED}},
};
#define VOCABULARY_COUNT (sizeof vocabulary / sizeof *vocabulary)

static bool situation_make(int n, struct policy_facts *facts)
{
    for (size_t i = 0; i < VOCABULARY_COUNT; i++) {
        facts->known |= UINT64_C(1) << vocabulary[i].fact;
        facts->value[vocabulary[i].fact] = vocabulary[i].values[n % vocabulary[i].count];
        n /= vocabulary[i].count;
    }
    facts->known |= UINT64_C(1) << FACT_EARLIER_REFUNDS | UINT64_C(1) << FACT_MERCHANT_ANSWER;
    facts->value[FACT_EARLIER_REFUNDS] = 0;
    return n == 0;
}

static bool situation_is_possible(const struct policy_facts *facts)
{
    return facts->value[FACT_SERVICE] > SERVICE_AGREED || facts->value[FACT_PROGRESS] == 0;
}

/* What a buyer can count on, read off decisions alone. */
struct position {
    int side;
    int rank; /* 2 paid in the end, 1 a person, 0 nothing */
    int64_t refund;
    bool complete; /* no evidence is missing */
    int64_t silent_s, disputed_s;
};

static struct position position_of(const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision as_is, decision;
    struct position position = {0};
    policy_evaluate(policy, facts, &as_is);
    position.side = as_is.governing == POLICY_OTHERWISE ? CLAUSES_MAX : as_is.governing;
    position.complete = as_is.disposition != POLICY_MISSING_EVIDENCE;
    decision = as_is;
    if (!position.complete) { /* the promise behind the evidence: conditions keep what they see */
        decision.disposition = as_is.outcome == POLICY_OUTCOME_REVIEW ? POLICY_REVIEW
                               : as_is.refund == 0                    ? POLICY_REFUSE
                               : as_is.merchant_answer_s >= 0         ? POLICY_WAIT_MERCHANT
                                                                      : POLICY_PAY_NOW;
    }
    if (decision.disposition == POLICY_REVIEW) {
        position.rank = 1;
        position.silent_s = position.disputed_s = decision.review_s;
    } else if (decision.disposition == POLICY_PAY_NOW) {
        position.rank = 2;
        position.refund = decision.refund;
    } else if (decision.disposition == POLICY_WAIT_MERCHANT) {
        int64_t answer_s = decision.merchant_answer_s + (decision.extension_s > 0 ? decision.extension_s : 0);
        position.rank = decision.silence == POLICY_SILENCE_ACCEPTS ? 2 : 1;
        position.refund = decision.refund;
        position.disputed_s = answer_s + decision.review_s;
        position.silent_s = decision.silence == POLICY_SILENCE_REVIEWS ? position.disputed_s : answer_s;
    }
    return position;
}

struct truth {
    bool change[SIDES][SIDES][POLICY_CHANGE_COUNT];
};

static void truth_add(struct truth *truth, const struct position *was, const struct position *is)
{
    bool *change = truth->change[was->side][is->side];
    bool both_money = was->refund > 0 && is->refund > 0;
    change[POLICY_CHANGE_WORSE] |= is->rank < was->rank || (both_money && is->refund < was->refund);
    change[POLICY_CHANGE_BETTER] |= is->rank > was->rank || (both_money && is->refund > was->refund);
    if (was->rank == 0)
        return;
    bool later = is->silent_s > was->silent_s || is->disputed_s > was->disputed_s;
    bool sooner = is->silent_s < was->silent_s || is->disputed_s < was->disputed_s;
    change[POLICY_CHANGE_HARDER] |= is->rank >= was->rank && was->complete && !is->complete;
    change[POLICY_CHANGE_SLOWER] |= is->rank >= was->rank && later;
    change[POLICY_CHANGE_EASIER] |= is->rank == was->rank && !was->complete && is->complete;
    change[POLICY_CHANGE_FASTER] |= is->rank == was->rank && sooner && !later;
}

static void brute_force(const struct policy *before, const struct policy *after, struct truth *ret)
{
    struct policy_facts facts;
    policy_facts_init(&facts);
    memset(ret, 0, sizeof *ret);
    for (int n = 0; situation_make(n, &facts); n++) {
        if (!situation_is_possible(&facts))
            continue;
        struct position was = position_of(before, &facts), is = position_of(after, &facts);
        truth_add(ret, &was, &is);
    }
}

static int side_of(int clause)
{
    return clause == POLICY_OTHERWISE ? CLAUSES_MAX : clause;
}

/* ---- the tests ---- */

#define SEEDS 250

static void floors_are_proved_as_brute_force_finds(void **state)
{
    (void)state;
    static const enum policy_change order[] = {POLICY_CHANGE_WORSE, POLICY_CHANGE_HARDER, POLICY_CHANGE_SLOWER};
    struct random_seeded random;
    struct buffer floor_text, text;
    int kept = 0, seen[POLICY_CHANGE_COUNT] = {0};
    buffer_init(&floor_text, LIMIT_POLICY_BYTES);
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct truth truth;
        bool found[SIDES][SIDES] = {0};
        struct arena *arena = arena_new(16 << 20);
        random_seeded_init(&random, seed);
        policy_make(&floor_text, &random.random);
        policy_make(&text, &random.random);
        const struct policy *floor = parse(arena, floor_text.data), *policy = parse(arena, text.data);
        brute_force(floor, policy, &truth);
        kept += policy_floor_prove(policy, floor, &problems, NULL) == 0;
        for (int i = 0; i < problems.count; i++) {
            const struct policy_problem *problem = &problems.items[i];
            assert_int_equal(problem->kind, POLICY_PROBLEM_FLOOR);
            assert_true(policy_facts_possible(&problem->example));
            int was = side_of(problem->floor_clause), is = side_of(problem->clause_a);
            if (problem->example.known >> FACT_REASON & 1 && problem->example.value[FACT_REASON] == REASON_OTHER)
                continue; /* outside the small vocabulary */
            enum policy_change first = POLICY_CHANGE_COUNT;
            for (int c = 2; c >= 0; c--)
                if (truth.change[was][is][order[c]])
                    first = order[c];
            if (problem->change != first)
                fail_msg("seed %llu: %s (brute force: %d)\nfloor:\n%s\npolicy:\n%s", (unsigned long long)seed,
                         problem->message_en, first, floor_text.data, text.data);
            found[was][is] = true;
            seen[problem->change]++;
        }
        for (int was = 0; was < SIDES && !problems.dropped; was++)
            for (int is = 0; is < SIDES; is++)
                for (int c = 0; c < 3; c++)
                    if (truth.change[was][is][order[c]] && !found[was][is])
                        fail_msg("seed %llu: missed %s from %d to %d\nfloor:\n%s\npolicy:\n%s",
                                 (unsigned long long)seed, policy_change_word(order[c]), was, is, floor_text.data,
                                 text.data);
        arena_free(arena);
    }
    /* Worth nothing if the random pairs were all of one kind. */
    assert_true(kept > 10 && seen[POLICY_CHANGE_WORSE] > 100 && seen[POLICY_CHANGE_HARDER] > 20 &&
                seen[POLICY_CHANGE_SLOWER] > 20);
    buffer_done(&floor_text);
    buffer_done(&text);
}

static void differences_are_those_that_brute_force_finds(void **state)
{
    (void)state;
    struct random_seeded random;
    struct buffer before_text, text;
    int none = 0, seen[POLICY_CHANGE_COUNT] = {0};
    buffer_init(&before_text, LIMIT_POLICY_BYTES);
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct truth truth, found = {0};
        struct policy_differences differences;
        struct arena *arena = arena_new(32 << 20);
        random_seeded_init(&random, seed);
        policy_make(&before_text, &random.random);
        policy_make(&text, &random.random);
        const struct policy *before = parse(arena, before_text.data),
                            *after = parse(arena, seed % 10 ? text.data : before_text.data);
        brute_force(before, after, &truth);
        assert_int_equal(policy_diff(arena, before, after, &differences, NULL), 0);
        none += differences.count == 0;
        bool harms = false;
        for (int i = 0; i < differences.count; i++) {
            const struct policy_difference *d = &differences.items[i];
            harms |= d->change == POLICY_CHANGE_WORSE || d->change == POLICY_CHANGE_HARDER ||
                     d->change == POLICY_CHANGE_SLOWER;
            assert_true(policy_facts_possible(&d->example));
            if (d->change == POLICY_CHANGE_BEARER ||
                (d->example.known >> FACT_REASON & 1 && d->example.value[FACT_REASON] == REASON_OTHER))
                continue;
            found.change[side_of(d->before)][side_of(d->after)][d->change] = true;
            seen[d->change]++;
        }
        assert_int_equal(differences.harms_buyer, harms);
        for (int was = 0; was < SIDES; was++)
            for (int is = 0; is < SIDES; is++)
                for (int c = 0; c < POLICY_CHANGE_BEARER; c++)
                    if (truth.change[was][is][c] != found.change[was][is][c])
                        fail_msg("seed %llu: %s from %d to %d %s\nbefore:\n%s\nafter:\n%s", (unsigned long long)seed,
                                 policy_change_word((enum policy_change)c), was, is,
                                 found.change[was][is][c] ? "is a false alarm" : "was missed", before_text.data,
                                 text.data);
        arena_free(arena);
    }
    assert_true(none >= SEEDS / 10);
    for (int c = 0; c < POLICY_CHANGE_BEARER; c++)
        assert_true(seen[c] > 20);
    buffer_done(&before_text);
    buffer_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floors_are_proved_as_brute_force_finds),
        cmocka_unit_test(differences_are_those_that_brute_force_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
