/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check against brute force: random small policies, every situation enumerated by code that shares nothing with the
 * search, and the findings must be the same, both ways. Then: a decision on partial facts never changes when more is
 * known, and the same input gives the same bytes.
 */
#include "policy/prove/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "policy/fact_rules.h"

#define HEAD "policy \"p\" version 1\ngoods card_key\n"

static struct policy_problems problems;

static const struct policy *parse(struct arena *arena, const char *text)
{
    const struct policy *policy = NULL;
    struct error error = {0};
    if (policy_parse(arena, text_of(text), &policy, &problems, &error))
        fail_msg("%d:%d %s\n%s", error.line, error.column, error.message, text);
    return policy;
}

static int check(const char *text)
{
    struct arena *arena = arena_new(16 << 20);
    struct error error;
    int result = policy_check(parse(arena, text), &problems, &error);
    arena_free(arena);
    return result;
}

static void a_gap_is_found_with_a_situation(void **state)
{
    (void)state;
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed refuse\n"), -1);
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_GAP);
    assert_true(problems.items[0].has_example);
    assert_int_equal(problems.items[0].example.value[FACT_CARD], CARD_REVEALED);
    assert_non_null(strstr(problems.items[0].message_zh, "已查看"));
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed refuse\notherwise refuse\n"), 0);
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed refuse\n"
                                "clause b \"t\" when not card is sealed refuse\n"),
                     0);
}

static void a_conflict_is_found_unless_an_override_settles_it(void **state)
{
    (void)state;
    const char *two = HEAD "clause a \"t\" when card is redeemed refuse\n"
                           "clause b \"t\" when revealed within 72 hours refund full at once\notherwise refuse\n";
    char text[1000];
    assert_int_equal(check(two), -1);
    assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_CONFLICT);
    assert_int_equal(problems.items[0].example.value[FACT_CARD], CARD_REDEEMED);
    assert_int_equal(problems.items[0].example.value[FACT_REVEALED], 3600);
    snprintf(text, sizeof text, "%sb overrides a\n", two);
    assert_int_equal(check(text), 0);
    snprintf(text, sizeof text, "%sclause c \"t\" when card is redeemed and revealed refuse\nc overrides a, b\n", two);
    assert_int_equal(check(text), 0);
}

static void situations_that_cannot_be_are_left_out(void **state)
{
    (void)state;
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed refuse\n"
                                "clause b \"t\" when revealed within 72 hours refuse\notherwise refuse\n"),
                     0);
    assert_int_equal(check(HEAD "clause a \"t\" when purchased within 1 day refuse\n"
                                "clause b \"t\" when revealed over 1 day ago refuse\notherwise refuse\n"),
                     0);
    assert_int_equal(check(HEAD "clause a \"t\" when purchased within 2 days refuse\n"
                                "clause b \"t\" when revealed over 1 day ago refuse\notherwise refuse\n"),
                     -1);
    assert_int_equal(check(HEAD "clause a \"t\" when quantity under 3 refuse\n"
                                "clause b \"t\" when affected_quantity over 2 refuse\notherwise refuse\n"),
                     0);
}

static void a_clause_that_never_applies_or_never_governs_is_dead(void **state)
{
    (void)state;
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed and revealed refuse\notherwise refuse\n"), -1);
    assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_DEAD);
    assert_int_equal(check(HEAD "clause a \"t\" when card is sealed refuse\n"
                                "clause b \"t\" when card is sealed or revealed refuse\n"
                                "b overrides a\notherwise refuse\n"),
                     -1);
    assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_DEAD);
    assert_int_equal(problems.items[0].clause_a, 0);
}

static void too_many_situations_are_refused_with_a_clear_error(void **state)
{
    (void)state;
    static const char *const proofs[] = {"problem_proof",  "unused_proof",   "screen_recording", "contact_record",
                                         "identity_proof", "guardian_proof", "result_proof",     "issuer_statement"};
    struct random_seeded random;
    struct buffer text;
    struct arena *arena = arena_new(16 << 20);
    random_seeded_init(&random, 1);
    buffer_init(&text, LIMIT_POLICY_BYTES);
    buffer_add_string(&text, HEAD);
    for (int i = 0; i < 42; i++) {
        buffer_addf(&text, "clause c%d \"t\"\n when late", i);
        for (int j = 0; j < 5; j++)
            buffer_addf(&text, "\n  and (%s is accepted or quantity over %d or amount over %d CNY)",
                        proofs[random_below(&random.random, 8)], (int)random_below(&random.random, 500),
                        (int)random_below(&random.random, 900));
        buffer_add_string(&text, "\n refuse\n");
        for (int j = 0; j < i; j++)
            buffer_addf(&text, "c%d overrides c%d\n", i, j);
    }
    const struct policy *policy = parse(arena, text.data);
    assert_int_equal(policy_check_within(policy, 30, &problems, NULL), -1);
    assert_int_equal(problems.items[problems.count - 1].kind, POLICY_PROBLEM_LIMIT);
    buffer_done(&text);
    arena_free(arena);
}

/* ---- brute force ---- */

static const char *const atoms[] = {
    "card is sealed",
    "card is revealed or redeemed",
    "card is not revoked",
    "card is redeemed",
    "revealed within 24 hours",
    "revealed over 24 hours ago",
    "delivered",
    "late by 24 hours",
    "purchased within 7 days",
    "delivered within 24 hours",
    "reason is key_invalid",
    "reason is not changed_mind",
    "cause is platform_outage",
    "buyer_is_minor",
    "reason is changed_mind or other",
    "late",
};
#define ATOM_COUNT (sizeof atoms / sizeof *atoms)

static void expression_make(struct buffer *out, struct random *random, int depth)
{
    if (depth == 0 || random_below(random, 3) == 0) {
        if (random_below(random, 5) == 0)
            buffer_add_string(out, "not ");
        buffer_add_string(out, atoms[random_below(random, ATOM_COUNT)]);
        return;
    }
    const char *join = random_below(random, 3) ? " and " : " or ";
    if (random_below(random, 6) == 0)
        buffer_add_string(out, "not ");
    buffer_add_char(out, '(');
    int count = 2 + (int)random_below(random, 2);
    for (int i = 0; i < count; i++) {
        if (i)
            buffer_add_string(out, join);
        expression_make(out, random, depth - 1);
    }
    buffer_add_char(out, ')');
}

static int policy_make(struct buffer *out, struct random *random)
{
    int count = 2 + (int)random_below(random, 3);
    buffer_clear(out);
    buffer_add_string(out, HEAD);
    for (int i = 0; i < count; i++) {
        buffer_addf(out, "clause c%d \"t\"\n when ", i);
        expression_make(out, random, 2);
        buffer_add_string(out, random_below(random, 2) ? "\n refund full at once\n" : "\n refuse\n");
    }
    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++)
            if (random_below(random, 2))
                buffer_addf(out, "c%d overrides c%d\n", i, j);
    if (random_below(random, 2))
        buffer_add_string(out, "otherwise refuse\n");
    return count;
}

static const int64_t ages[] = {-1, 0, 86400, 86401, 604800, 604801};
static const int reasons[] = {REASON_NOT_DELIVERED, REASON_KEY_INVALID, REASON_CHANGED_MIND, REASON_OTHER};
#define AGES 6

static bool situation_is_possible(const struct policy_facts *f)
{
    int64_t purchased = f->value[FACT_PURCHASED], delivered = f->value[FACT_DELIVERED],
            revealed = f->value[FACT_REVEALED], late = f->value[FACT_LATE];
    int64_t card = f->value[FACT_CARD];
    return purchased >= 0 && late <= purchased && delivered <= purchased && revealed <= delivered &&
           !(card == CARD_SEALED && revealed >= 0) && !(card == CARD_REVEALED && revealed < 0) &&
           !(card != CARD_SEALED && delivered < 0);
}

/* The n-th combination; false past the end. */
static bool situation_make(int n, struct policy_facts *f)
{
    static const enum fact order[] = {FACT_REASON, FACT_CARD,     FACT_CAUSE,     FACT_BUYER_IS_MINOR,
                                      FACT_LATE,   FACT_REVEALED, FACT_DELIVERED, FACT_PURCHASED};
    static const int sizes[] = {4, 4, 2, 2, AGES, AGES, AGES, AGES};
    for (size_t i = 0; i < 8; i++) {
        int digit = n % sizes[i];
        n /= sizes[i];
        f->known |= UINT64_C(1) << order[i];
        f->value[order[i]] = i == 0 ? reasons[digit] : (i < 4 ? digit : ages[digit]);
        if (order[i] == FACT_CAUSE && digit)
            f->value[order[i]] = CAUSE_PLATFORM_OUTAGE;
    }
    return n == 0;
}

struct findings {
    bool gap, conflict[4][4], applies[4], governs[4];
};

static bool overrides(const char *text, int winner, int loser)
{
    char line[40];
    snprintf(line, sizeof line, "c%d overrides c%d\n", winner, loser);
    if (strstr(text, line))
        return true;
    for (int via = loser + 1; via < winner; via++)
        if (overrides(text, winner, via) && overrides(text, via, loser))
            return true;
    return false;
}

static void brute_force(const struct policy *policy, const char *text, int count, struct findings *ret)
{
    bool path[4][4];
    memset(ret, 0, sizeof *ret);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            path[i][j] = i < count && j < count && i > j && overrides(text, i, j);
    struct policy_facts facts;
    struct policy_decision decision;
    policy_facts_init(&facts);
    for (int n = 0; situation_make(n, &facts); n++) {
        if (!situation_is_possible(&facts))
            continue;
        policy_evaluate(policy, &facts, &decision);
        int free_count = 0;
        bool is_free[4] = {0};
        for (int i = 0; i < count; i++) {
            if (!policy_clause_set_has(&decision.applies, i))
                continue;
            ret->applies[i] = true;
            is_free[i] = true;
            for (int j = 0; j < count; j++)
                if (path[j][i] && policy_clause_set_has(&decision.applies, j))
                    is_free[i] = false;
            free_count += is_free[i];
        }
        for (int i = 0; i < count; i++)
            for (int j = i + 1; j < count; j++)
                ret->conflict[i][j] |= is_free[i] && is_free[j];
        for (int i = 0; i < count; i++)
            ret->governs[i] |= is_free[i];
        ret->gap |= free_count == 0 && facts.value[FACT_REASON] != REASON_OTHER && !strstr(text, "otherwise");
    }
}

static void random_policies_get_the_same_findings_as_brute_force(void **state)
{
    (void)state;
    struct random_seeded random;
    struct buffer text;
    int clean = 0, gaps = 0, conflicts = 0, dead = 0;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (uint64_t seed = 1; seed <= 150; seed++) {
        random_seeded_init(&random, seed);
        struct arena *arena = arena_new(16 << 20);
        int count = policy_make(&text, &random.random);
        const struct policy *policy = parse(arena, text.data);
        struct findings expected, found = {0};
        bool is_dead[4] = {0};
        brute_force(policy, text.data, count, &expected);
        int result = policy_check(policy, &problems, NULL);
        for (int i = 0; i < problems.count; i++) {
            const struct policy_problem *p = &problems.items[i];
            assert_true(!p->has_example || policy_facts_possible(&p->example));
            found.gap |= p->kind == POLICY_PROBLEM_GAP;
            if (p->kind == POLICY_PROBLEM_CONFLICT)
                found.conflict[p->clause_a][p->clause_b] = true;
            if (p->kind == POLICY_PROBLEM_DEAD)
                is_dead[p->clause_a] = true;
        }
        bool same = found.gap == expected.gap && !memcmp(found.conflict, expected.conflict, sizeof found.conflict);
        for (int i = 0; i < count; i++)
            same &= is_dead[i] == !expected.governs[i];
        if (!same)
            fail_msg("seed %llu: the check and brute force disagree on\n%s", (unsigned long long)seed, text.data);
        clean += result == 0;
        for (int i = 0; i < problems.count; i++) {
            gaps += problems.items[i].kind == POLICY_PROBLEM_GAP;
            conflicts += problems.items[i].kind == POLICY_PROBLEM_CONFLICT;
            dead += problems.items[i].kind == POLICY_PROBLEM_DEAD;
        }
        arena_free(arena);
    }
    /* Worth nothing if the random policies were all of one kind. */
    assert_true(clean > 5 && gaps > 20 && conflicts > 20 && dead > 10);
    buffer_done(&text);
}

static void certificate(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                        const struct policy_decision *decision)
{
    struct json_writer writer;
    buffer_clear(out);
    json_writer_init(&writer, out);
    policy_certificate_write(&writer, policy, facts, decision);
    json_writer_done(&writer);
}

/* Takes a possible situation at random. */
static void situation_random(struct random *random, struct policy_facts *ret)
{
    do {
        policy_facts_init(ret);
        situation_make((int)random_below(random, 64 * AGES * AGES * AGES * AGES), ret);
    } while (!situation_is_possible(ret));
    policy_facts_set(ret, FACT_AMOUNT, 1000, FACT_SOURCE_RECORD, -1, NULL);
}

static void partial_facts_are_open_or_decided_for_good(void **state)
{
    (void)state;
    struct random_seeded random;
    struct buffer text, first, second;
    int decided = 0, open = 0;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    buffer_init(&first, 1 << 20);
    buffer_init(&second, 1 << 20);
    for (uint64_t seed = 1; seed <= 400; seed++) {
        random_seeded_init(&random, seed);
        struct arena *arena = arena_new(16 << 20);
        policy_make(&text, &random.random);
        const struct policy *policy = parse(arena, text.data);
        bool clean = policy_check(policy, &problems, NULL) == 0;
        for (int i = 0; clean && i < 500; i++) {
            struct policy_facts whole, part;
            struct policy_decision on_whole, on_part, again;
            situation_random(&random.random, &whole);
            part = whole;
            for (int fact = 0; fact < FACT_COUNT; fact++)
                if (fact != FACT_AMOUNT && random_below(&random.random, 3) == 0)
                    policy_facts_clear(&part, (enum fact)fact);
            policy_evaluate(policy, &whole, &on_whole);
            policy_evaluate(policy, &part, &on_part);
            if (on_whole.governing == POLICY_NOBODY || on_whole.conflict)
                fail_msg("seed %llu: known facts were not decided\n%s", (unsigned long long)seed, text.data);
            if (on_part.governing == POLICY_NOBODY) {
                open++;
                assert_true(on_part.facts_wanted != 0 && !(on_part.facts_wanted & part.known));
                assert_int_equal(on_part.disposition, POLICY_OPEN);
            } else {
                decided++;
                if (on_part.governing != on_whole.governing)
                    fail_msg("seed %llu: more facts changed the decision\n%s", (unsigned long long)seed, text.data);
            }
            memset(&again, 0xa5, sizeof again);
            policy_evaluate(policy, &part, &again);
            certificate(&first, policy, &part, &on_part);
            certificate(&second, policy, &part, &again);
            assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
        }
        arena_free(arena);
    }
    assert_true(decided > 1000 && open > 1000);
    buffer_done(&text);
    buffer_done(&first);
    buffer_done(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_is_found_with_a_situation),
        cmocka_unit_test(a_conflict_is_found_unless_an_override_settles_it),
        cmocka_unit_test(situations_that_cannot_be_are_left_out),
        cmocka_unit_test(a_clause_that_never_applies_or_never_governs_is_dead),
        cmocka_unit_test(too_many_situations_are_refused_with_a_clear_error),
        cmocka_unit_test(random_policies_get_the_same_findings_as_brute_force),
        cmocka_unit_test(partial_facts_are_open_or_decided_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
