/* SPDX-License-Identifier: Apache-2.0 */
/* What the check says of the promises of single clauses: evidence, deadlines, destinations, amounts, articles, and values that
 * nobody thought of. Amounts, evidence and untested values also against brute force. */
#include "policy/prove/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

#define CARDS "policy \"p\" version 1\ngoods card_key\n"
#define SERVICES "policy \"p\" version 1\ngoods service\n"
#define END "\notherwise review within 48 hours\n"

static struct policy_problems problems;

static const struct policy *parse(struct arena *arena, const char *text)
{
    const struct policy *policy;
    if (policy_parse(arena, text_of(text), &policy, &problems, NULL))
        fail_msg("%s\n%s", problems.items[0].message_en, text);
    return policy;
}

/* "evidence deadline" and so on: the errors, or with a `~` the warnings but `untested`, in the order of the report. */
static void kinds_write(char *out, size_t bytes)
{
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; i < problems.count; i++) {
        const struct policy_problem *problem = &problems.items[i];
        if (problem->kind == POLICY_PROBLEM_UNTESTED)
            continue;
        used += (size_t)snprintf(out + used, bytes - used, "%s%s%s", used ? " " : "",
                                 problem->severity == POLICY_SEVERITY_WARNING ? "~" : "",
                                 policy_problem_kind_word(problem->kind));
        assert_true(used < bytes);
        assert_true(problem->has_example || problem->kind == POLICY_PROBLEM_LAW);
    }
}

static void each_promise_is_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kinds;
    } cases[] = {
        {CARDS "clause a \"t\" when card is sealed and delivered within 7 days refund full at once" END, ""},
        /* evidence */
        {CARDS "clause a \"t\" when late needs contact_record review within 1 day" END, "evidence"},
        {CARDS "clause a \"t\" when late needs contact_record or problem_proof review within 1 day" END, ""},
        {SERVICES "clause a \"t\" when late needs service_log or agreed_standard review within 1 day" END, "evidence"},
        {CARDS "clause a \"t\" when late needs unused_proof review within 1 day" END, "evidence"},
        {CARDS "clause a \"t\" when late and card is not redeemed needs unused_proof review within 1 day" END, ""},
        {CARDS "clause a \"t\" when late needs unused_proof or screen_recording review within 1 day" END, ""},
        {SERVICES "clause a \"t\" when service is agreed or started needs result_proof review within 1 day" END,
         "evidence"},
        {SERVICES "clause a \"t\" when service is started needs result_proof review within 1 day" END, ""},
        {SERVICES "clause a \"t\" when started needs result_proof review within 1 day" END, ""},
        /* deadlines */
        {CARDS
         "clause a \"t\" when not delivered and late merchant answers within 19 hours, silence accepts refund full" END,
         "deadline"},
        {CARDS
         "clause a \"t\" when not delivered and late merchant answers within 20 hours, silence accepts refund full" END,
         ""},
        {CARDS "clause a \"t\" when not delivered and late merchant answers within 2 hours, extension 18 hours, "
               "silence accepts "
               "refund full" END,
         ""},
        {CARDS "clause a \"t\" when not delivered and late merchant answers within 2 hours, extension 17 hours, "
               "silence accepts "
               "refund full" END,
         "deadline"},
        {CARDS
         "clause a \"t\" when not delivered and late merchant answers within 13 days, silence accepts refund full" END,
         ""},
        {CARDS "clause a \"t\" when not delivered and late merchant answers within 13 days, extension 1 minute, "
               "silence accepts "
               "refund full" END,
         "deadline"},
        {CARDS "clause a \"t\" when reason is key_invalid refund full at once" END, "~deadline"},
        {CARDS "clause a \"t\" when reason is key_invalid and delivered within 7 days refund full at once" END, ""},
        {SERVICES "clause a \"t\" when late refund full at once" END, "~deadline"},
        {SERVICES "clause a \"t\" when late and not handed_over refund full at once" END, ""},
        /* destinations */
        {CARDS "clause a \"t\" when not delivered and late refund full at once to store_credit" END, "destination"},
        {CARDS "clause a \"t\" when not delivered and late refund full at once to store_credit or original_payment" END,
         ""},
        /* amounts */
        {CARDS "clause a \"t\" when not delivered and late refund 5.00 CNY at once" END, "amount"},
        {CARDS "clause a \"t\" when not delivered and late and amount at least 5 CNY refund 5.00 CNY at once" END, ""},
        {CARDS "clause a \"t\" when not delivered and late and amount over 4.98 CNY refund 5.00 CNY at once" END,
         "amount"},
        {CARDS "clause a \"t\" when not delivered and late refund full less 1.00 CNY at once" END, "amount"},
        {CARDS
         "clause a \"t\" when not delivered and late and amount at least 1 CNY refund full less 1.00 CNY at once" END,
         ""},
        {CARDS "clause a \"t\" when not delivered and late refund 50 percent less 50 percent at once" END, ""},
        {CARDS "clause a \"t\" when not delivered and late refund 50 percent less 51 percent at once" END, "amount"},
        {SERVICES "clause a \"t\" when not handed_over refund unfinished part less 20 percent at once" END, "amount"},
        {SERVICES "clause a \"t\" when not handed_over and progress at most 80 percent "
                  "refund unfinished part less 20 percent at once" END,
         ""},
        {SERVICES "clause a \"t\" when not handed_over and progress at most 81 percent "
                  "refund unfinished part less 20 percent at once" END,
         "amount"},
        {CARDS "clause a \"t\" when not delivered refund affected part less 1 percent at once" END, "amount"},
        /* articles */
        {CARDS "clause a \"t\" when late law \"CPL-24\" refuse" END, ""},
        {CARDS "clause a \"t\" when late law \"CPL-999\" refuse" END, "law"},
        {CARDS "effective \"2024-06-30\" clause a \"t\" when late law \"CPR-19\" refuse" END, "law"},
        {CARDS "effective \"2024-07-01\" clause a \"t\" when late law \"CPR-19\" refuse" END, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char kinds[200];
        struct arena *arena = arena_new(16 << 20);
        const struct policy *policy = parse(arena, cases[i].text);
        int result = policy_check(policy, &problems, NULL);
        kinds_write(kinds, sizeof kinds);
        if (strcmp(kinds, cases[i].kinds) != 0)
            fail_msg("\"%s\" instead of \"%s\" for\n%s\n%s", kinds, cases[i].kinds, cases[i].text,
                     problems.count ? problems.items[0].message_en : "");
        assert_int_equal(result, kinds[0] && kinds[0] != '~' ? -1 : 0);
        arena_free(arena);
    }
}

static void a_cause_that_is_none_and_a_reason_that_is_other_are_no_surprise(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    policy_check(parse(arena, CARDS "clause a \"t\" when cause is platform_outage or issuer_outage refuse" END),
                 &problems, NULL);
    assert_int_equal(problems.count, 3); /* reason, card, cause */
    for (int i = 0; i < problems.count; i++) {
        assert_int_equal(problems.items[i].kind, POLICY_PROBLEM_UNTESTED);
        assert_null(strstr(problems.items[i].message_en, "of the cause: none"));
        assert_null(strstr(problems.items[i].message_en, "another reason"));
    }
    arena_free(arena);
}

static void the_example_of_an_amount_is_the_first_that_fails(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    policy_check(parse(arena, SERVICES
                       "clause a \"t\" when not handed_over refund unfinished part less 20 percent at once" END),
                 &problems, NULL);
    assert_int_equal(problems.items[0].example.value[FACT_PROGRESS], 81);
    assert_int_equal(problems.items[0].example.value[FACT_AMOUNT], 10000);
    policy_check(parse(arena, CARDS "clause a \"t\" when not delivered refund 5.00 CNY at once" END), &problems, NULL);
    assert_true(problems.items[0].example.value[FACT_AMOUNT] < 500);
    arena_free(arena);
}

/* ---- brute force ---- */

static const char *const atoms[] = {
    "amount over 3 CNY",
    "amount at most 2 CNY",
    "amount under 1.50 CNY",
    "progress under 60 percent",
    "progress at least 90 percent",
    "service is agreed",
    "service is not started",
    "service is started or handed_over",
    "late",
    "reason is changed_mind",
    "reason is not service_incomplete or other",
};
static const char *const promises[] = {
    "refund full at once",
    "refund 2.50 CNY at once",
    "refund full less 1.00 CNY at once",
    "refund unfinished part less 10 percent at once",
    "refund unfinished part less 0.50 CNY at once",
    "refund 40 percent less 30 percent at once",
    "needs result_proof\n review within 1 day",
    "needs result_proof or problem_proof\n review within 1 day",
    "refuse",
};
#define PICK(list, random) list[random_below(random, sizeof list / sizeof *list)]

static int policy_make(struct buffer *out, struct random *random)
{
    int count = 1 + (int)random_below(random, 4);
    buffer_clear(out);
    buffer_add_string(out, SERVICES);
    for (int i = 0; i < count; i++) {
        buffer_addf(out, "clause c%d \"t\"\n when %s", i, PICK(atoms, random));
        for (uint64_t more = random_below(random, 3); more; more--)
            buffer_addf(out, " and %s%s", random_below(random, 5) ? "" : "not ", PICK(atoms, random));
        buffer_addf(out, "\n %s\n", PICK(promises, random));
    }
    for (int i = 1; i < count; i++)
        buffer_addf(out, "c%d overrides c%d\n", i, i - 1);
    buffer_add_string(out, "otherwise review within 1 day\n");
    return count;
}

struct found {
    bool governs[4], amount[4], evidence[4];
    uint64_t untested_reason, untested_service; /* values that end in `otherwise` */
};

static void look(const struct policy *policy, const struct policy_facts *facts, struct found *ret)
{
    struct policy_decision decision;
    policy_evaluate(policy, facts, &decision);
    if (decision.governing == POLICY_OTHERWISE) {
        ret->untested_reason |= UINT64_C(1) << facts->value[FACT_REASON];
        ret->untested_service |= UINT64_C(1) << facts->value[FACT_SERVICE];
        return;
    }
    int governing = decision.governing;
    ret->governs[governing] = true;
    ret->amount[governing] |= decision.raw < 0 || decision.raw > decision.paid;
    bool begun = facts->value[FACT_SERVICE] >= SERVICE_STARTED;
    for (int i = 0; i < decision.evidence_count; i++)
        ret->evidence[governing] |= decision.evidence_any_of[i] == UINT64_C(1) << FACT_RESULT_PROOF && !begun;
}

static void brute_force(const struct policy *policy, struct found *ret)
{
    static const int64_t amounts[] = {1, 40, 99, 100, 149, 150, 200, 249, 250, 251, 300, 301, 1000, 10000};
    struct policy_facts facts;
    policy_facts_init(&facts);
    memset(ret, 0, sizeof *ret);
    facts.known = UINT64_C(1) << FACT_REASON | UINT64_C(1) << FACT_SERVICE | UINT64_C(1) << FACT_LATE |
                  UINT64_C(1) << FACT_PROGRESS | UINT64_C(1) << FACT_AMOUNT;
    for (int reason = 0; reason < REASON_VALUE_COUNT; reason++)
        for (int service = 0; service < SERVICE_VALUE_COUNT; service++)
            for (int late = -1; late <= 0; late++)
                for (int progress = 0; progress <= (service >= SERVICE_STARTED ? 100 : 0); progress += 1)
                    for (size_t a = 0; a < sizeof amounts / sizeof *amounts; a++) {
                        if (!(fact_info(FACT_REASON)->values[reason].goods & POLICY_GOODS_SERVICE))
                            continue;
                        facts.value[FACT_REASON] = reason;
                        facts.value[FACT_SERVICE] = service;
                        facts.value[FACT_LATE] = late;
                        facts.value[FACT_PROGRESS] = progress;
                        facts.value[FACT_AMOUNT] = amounts[a];
                        look(policy, &facts, ret);
                    }
}

static bool finds(enum policy_problem_kind kind, int clause)
{
    for (int i = 0; i < problems.count; i++)
        if (problems.items[i].kind == kind && problems.items[i].clause_a == clause)
            return true;
    return false;
}

/* Which facts the check calls untested, told apart by their first words. */
static bool finds_untested(enum fact fact)
{
    for (int i = 0; i < problems.count; i++)
        if (problems.items[i].kind == POLICY_PROBLEM_UNTESTED &&
            strstr(problems.items[i].message_en, fact == FACT_REASON ? "of the reason:" : "of the service:"))
            return true;
    return false;
}

static uint64_t written(const char *text, enum fact fact)
{
    uint64_t values = 0;
    for (int i = 0; i < fact_info(fact)->value_count; i++) {
        char word[80];
        snprintf(word, sizeof word, " %s", fact_info(fact)->values[i].word);
        for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
            char next = at[strlen(word)];
            if (next == ' ' || next == '\n')
                values |= UINT64_C(1) << i;
        }
    }
    return values;
}

static void amounts_evidence_and_untested_values_are_those_of_brute_force(void **state)
{
    (void)state;
    struct random_seeded random;
    struct buffer text;
    int amounts = 0, evidence = 0, clean = 0, untested = 0;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct found truth;
        struct arena *arena = arena_new(16 << 20);
        random_seeded_init(&random, seed);
        int count = policy_make(&text, &random.random);
        const struct policy *policy = parse(arena, text.data);
        brute_force(policy, &truth);
        policy_check(policy, &problems, NULL);
        bool dead = false;
        for (int i = 0; i < count; i++)
            dead |= !truth.governs[i];
        for (int i = 0; i < count && !dead; i++) {
            if (finds(POLICY_PROBLEM_AMOUNT, i) != truth.amount[i] ||
                finds(POLICY_PROBLEM_EVIDENCE, i) != truth.evidence[i])
                fail_msg("seed %llu: clause c%d\n%s", (unsigned long long)seed, i, text.data);
            amounts += truth.amount[i];
            evidence += truth.evidence[i];
        }
        if (!dead && problems.count == problems.warnings) {
            clean++;
            uint64_t other = UINT64_C(1) << REASON_OTHER;
            bool reason = truth.untested_reason & ~written(text.data, FACT_REASON) & ~other;
            bool service = truth.untested_service & ~written(text.data, FACT_SERVICE);
            if (finds_untested(FACT_REASON) != reason || finds_untested(FACT_SERVICE) != service)
                fail_msg("seed %llu: untested values\n%s", (unsigned long long)seed, text.data);
            untested += reason + service;
        }
        arena_free(arena);
    }
    assert_true(amounts > 20 && evidence > 5 && clean > 10 && untested > 10);
    buffer_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_promise_is_looked_at),
        cmocka_unit_test(a_cause_that_is_none_and_a_reason_that_is_other_are_no_surprise),
        cmocka_unit_test(the_example_of_an_amount_is_the_first_that_fails),
        cmocka_unit_test(amounts_evidence_and_untested_values_are_those_of_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
