/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clarified policies: what the clause says, whom it overrides, that no buyer is ever worse off by it, and that terms which
 * were changed give other bytes or none.
 */
#include "policy/prove/clarify.h"

#include <dirent.h>

#include "policy/prove/test_ask.h"

static struct policy_problems problems;

#define RULE                                                                                                           \
    HEAD "clause sealed \"t\" when card is sealed refund full at once\n"                                               \
         "clause dead \"t\" when reason is key_invalid and card is revealed and revealed within 72 hours\n"            \
         " needs problem_proof refund full at once\n"                                                                  \
         "clause odd \"t\" when reason is not_as_described and card is not sealed review within 5 days\n"              \
         "clause used \"t\" when card is redeemed and reason is not not_as_described and reason is not key_invalid "   \
         "refuse\n"                                                                                                    \
         "clause outage \"t\" when cause is platform_outage refund full at once, borne by platform\n"                  \
         "outage overrides sealed, dead, odd, used\n"                                                                  \
         "otherwise review within 48 hours\n"

static struct policy_clarification answer(int64_t percent, int64_t within_s)
{
    struct policy_clarification in = {.number = 1, .percent = percent, .within_s = within_s, .day = "2026-11-29"};
    policy_facts_init(&in.situation);
    return in;
}

static const struct policy *clarified(struct arena *arena, const struct policy *policy,
                                      const struct policy_clarification *in)
{
    struct policy_clarified ret;
    struct error error;
    if (policy_clarify(arena, policy, in, &ret, &problems, &error))
        fail_msg("%s: %s", error_wire(error.code), error.message);
    assert_int_equal(ret.clause, policy_clause_count(ret.policy) - 1);
    return ret.policy;
}

static void refused(struct arena *arena, const struct policy *policy, const struct policy_clarification *in,
                    enum error_code code)
{
    struct policy_clarified ret;
    struct error error = {0};
    assert_int_equal(policy_clarify(arena, policy, in, &ret, &problems, &error), -1);
    if (error.code != code)
        fail_msg("%s: %s", error_wire(error.code), error.message);
}

static const char *added(const struct policy *before, const struct policy *after)
{
    struct text source = policy_source(after);
    assert_true(source.length > policy_source(before).length);
    assert_memory_equal(source.data, policy_source(before).data, policy_source(before).length);
    return source.data + policy_source(before).length;
}

static void an_answer_is_one_more_clause(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(50, 0);
    state(&in.situation, FACT_REASON, REASON_WRONG_ITEM_OR_REGION);
    state(&in.situation, FACT_CARD, CARD_REVEALED);
    state(&in.situation, FACT_REVEALED, 3600);
    const struct policy *after = clarified(arena, policy, &in);
    assert_string_equal(
        added(policy, after),
        "\nclause clarified_1 \"商家于 2026-11-29 明确的情形\" \"Clarified by the merchant on 2026-11-29\"\n"
        "  when reason is wrong_item_or_region and card is revealed and revealed within 3 days\n"
        "  law \"CC-498\"\n"
        "  refund 50 percent at once\n"
        "\noutage overrides clarified_1\n");
    struct policy_facts facts = in.situation;
    struct policy_decision decision;
    state(&facts, FACT_CAUSE, CAUSE_NONE);
    state(&facts, FACT_AMOUNT, 1001);
    policy_evaluate(after, &facts, &decision);
    assert_string_equal(policy_clause_id(after, decision.governing), "clarified_1");
    assert_int_equal(decision.refund, 501);
    state(&facts, FACT_CAUSE, CAUSE_PLATFORM_OUTAGE);
    policy_evaluate(after, &facts, &decision);
    assert_string_equal(policy_clause_id(after, decision.governing), "outage");
    arena_free(arena);
}

static void a_clause_that_left_it_to_a_person_may_be_answered_wholly(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(100, 0);
    in.by_platform = true;
    state(&in.situation, FACT_REASON, REASON_NOT_AS_DESCRIBED);
    const struct policy *after = clarified(arena, policy, &in);
    const char *text = added(policy, after);
    assert_non_null(strstr(text, "  refund full at once, borne by platform\n"));
    assert_non_null(strstr(text, "clarified_1 overrides sealed, odd, outage\n"));
    arena_free(arena);
}

/* A merchant who is asked may dispute, and then a person decides: both times count. */
static void less_than_the_rule_gives_is_refused_with_a_situation(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(100, 4 * 86400);
    state(&in.situation, FACT_REASON, REASON_NOT_AS_DESCRIBED);
    state(&in.situation, FACT_CARD, CARD_REVEALED);
    refused(arena, policy, &in, ERROR_CLARIFICATION_LESS);
    assert_int_equal(problems.count, 1);
    assert_true(problems.items[0].has_example);
    assert_int_equal(problems.items[0].change, POLICY_CHANGE_SLOWER);
    assert_int_equal(problems.items[0].example.value[FACT_REASON], REASON_NOT_AS_DESCRIBED);
    in.within_s = 3 * 86400;
    assert_non_null(strstr(added(policy, clarified(arena, policy, &in)),
                           "  merchant answers within 3 days, silence accepts\n  refund full\n"));
    arena_free(arena);
}

/* `high` beats `low`, gives less than it, and the answer would have to stand between the two. */
static void an_answer_between_two_clauses_in_the_wrong_order_is_refused(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy =
        parse(arena, text_of(HEAD "clause low \"t\" when price_warning refund 80 percent at once\n"
                                  "clause high \"t\" when protection refuse\nhigh overrides low\n"
                                  "otherwise review within 48 hours\n"));
    struct policy_clarification in = answer(50, 0);
    state(&in.situation, FACT_REASON, REASON_CHANGED_MIND);
    refused(arena, policy, &in, ERROR_CLARIFICATION_LESS);
    in.percent = 90;
    clarified(arena, policy, &in);
    arena_free(arena);
}

static void only_what_is_left_to_a_person_can_be_answered(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(100, 0);
    refused(arena, policy, &in, ERROR_FIELD_MISSING);
    state(&in.situation, FACT_REASON, REASON_UNAUTHORISED);
    state(&in.situation, FACT_CARD, CARD_REDEEMED);
    refused(arena, policy, &in, ERROR_CLARIFICATION_NEEDLESS);
    state(&in.situation, FACT_CARD, CARD_SEALED);
    state(&in.situation, FACT_REVEALED, 60);
    refused(arena, policy, &in, ERROR_FACTS_IMPOSSIBLE);
    in.percent = 0;
    refused(arena, policy, &in, ERROR_FIELD_RANGE);
    in.percent = 100;
    in.within_s = 3600;
    refused(arena, policy, &in, ERROR_FIELD_RANGE);
    arena_free(arena);
}

/* What the situation's value becomes, under a policy that has this condition. */
static void numbers_hold_as_far_as_the_rule_tells_them_apart(void **unused)
{
    (void)unused;
    static const struct {
        const char *goods, *condition;
        enum fact fact;
        int64_t value;
        const char *expected;
    } rows[] = {
        {"card_key", "revealed within 72 hours", FACT_REVEALED, 259200, " and revealed within 3 days"},
        {"card_key", "revealed within 72 hours", FACT_REVEALED, 259201, " and revealed over 3 days ago"},
        {"card_key", "revealed within 90 minutes or revealed over 2 days ago", FACT_REVEALED, 86400,
         " and revealed over 90 minutes ago and revealed within 2 days"},
        {"card_key", "revealed within 72 hours", FACT_REVEALED, FACT_NEVER, " and not revealed"},
        {"card_key", "revealed", FACT_REVEALED, 5, " and revealed"},
        {"card_key", "late by 1 hour", FACT_LATE, 3599, " and late and not late by 1 hour"},
        {"card_key", "late by 1 hour", FACT_LATE, 3600, " and late by 1 hour"},
        {"card_key", "late by 1 hour or late by 1 day", FACT_LATE, 3600, " and late by 1 hour and not late by 1 day"},
        {"card_key", "late by 1 hour", FACT_LATE, FACT_NEVER, " and not late"},
        {"card_key", "quantity over 2", FACT_QUANTITY, 2, " and quantity at most 2"},
        {"card_key", "quantity over 2", FACT_QUANTITY, 9, " and quantity at least 3"},
        {"card_key", "amount under 12.50 CNY", FACT_AMOUNT, 1249, " and amount at most 12.49 CNY"},
        {"card_key", "amount under 1250 JPY", FACT_AMOUNT, 1250, " and amount at least 1250 JPY"},
        {"service", "progress under 50 percent", FACT_PROGRESS, 50, " and progress at least 50 percent"},
        {"service", "progress under 50 percent", FACT_PROGRESS, 49,
         " and progress at least 1 percent and progress at most 49 percent"},
        {"service", "buyer_interfered", FACT_BUYER_INTERFERED, 0, " and not buyer_interfered"},
        {"card_key", "revealed", FACT_QUANTITY, 7, ""},
        {"licence", "usage under 2 hours", FACT_USAGE, 7199, " and usage over 0 minutes and usage under 2 hours"},
        {"licence", "usage under 2 hours", FACT_USAGE, 7200, " and usage at least 2 hours"},
        {"licence", "usage over 90 minutes", FACT_USAGE, 5400,
         " and usage over 0 minutes and usage at most 90 minutes"},
        {"licence", "usage over 90 minutes", FACT_USAGE, 5401, " and usage over 90 minutes"},
        {"licence", "usage under 2 hours", FACT_USAGE, 0, " and usage at most 0 minutes"},
        {"card_key", "revealed", FACT_PROBLEM_PROOF, PROOF_ACCEPTED, " and problem_proof is accepted"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new(64 << 20);
        const char *rule =
            arena_printf(arena,
                         "policy \"p\" version 1\ngoods %s\nclause a \"t\" when reason is changed_mind and "
                         "(%s) refuse\notherwise review within 48 hours\n",
                         rows[i].goods, rows[i].condition);
        const char *expected =
            arena_printf(arena, "  when reason is unauthorised%s\n  law \"CC-498\"\n", rows[i].expected);
        const struct policy *policy = parse(arena, text_of(rule));
        struct policy_clarification in = answer(100, 0);
        state(&in.situation, FACT_REASON, REASON_UNAUTHORISED);
        state(&in.situation, rows[i].fact, rows[i].value);
        if (strstr(rows[i].condition, "JPY"))
            memcpy(in.situation.currency, "JPY", 4);
        const char *text = added(policy, clarified(arena, policy, &in));
        if (!strstr(text, expected))
            fail_msg("%s:%s", rows[i].condition, text);
        arena_free(arena);
    }
}

/* ---- several answers ---- */

static int64_t refund_after(const struct policy *policy, int64_t card)
{
    struct policy_facts facts;
    struct policy_decision decision;
    policy_facts_init(&facts);
    state(&facts, FACT_REASON, REASON_CHANGED_MIND);
    state(&facts, FACT_CARD, card);
    state(&facts, FACT_CAUSE, CAUSE_NONE);
    state(&facts, FACT_REVEALED, 60);
    state(&facts, FACT_AMOUNT, 1000);
    policy_evaluate(policy, &facts, &decision);
    return decision.refund;
}

static void of_two_answers_the_better_one_governs(void **unused)
{
    (void)unused;
    for (int first_is_better = 0; first_is_better < 2; first_is_better++) {
        struct arena *arena = arena_new(64 << 20);
        const struct policy *policy = parse(arena, text_of(RULE));
        struct policy_clarification one = answer(first_is_better ? 100 : 30, 0),
                                    other = answer(first_is_better ? 30 : 100, 0);
        state(&one.situation, FACT_REASON, REASON_CHANGED_MIND);
        state(&other.situation, FACT_REASON, REASON_CHANGED_MIND);
        struct policy_clarification *narrow = first_is_better ? &one : &other;
        state(&narrow->situation, FACT_CARD, CARD_REVEALED);
        other.number = 2;
        const struct policy *after = clarified(arena, clarified(arena, policy, &one), &other);
        assert_int_equal(refund_after(after, CARD_REVEALED), 1000);
        assert_int_equal(refund_after(after, CARD_REDEEMED), 300);
        arena_free(arena);
    }
}

static void an_answer_that_adds_nothing_is_needless(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(100, 0), again;
    state(&in.situation, FACT_REASON, REASON_CHANGED_MIND);
    state(&in.situation, FACT_CARD, CARD_REVEALED);
    const struct policy *after = clarified(arena, policy, &in);
    again = in;
    again.number = 2;
    again.percent = 30;
    refused(arena, after, &again, ERROR_CLARIFICATION_NEEDLESS);
    arena_free(arena);
}

/* ---- the terms ---- */

static struct text terms_text(struct arena *arena, const struct policy_clarification *in)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 1 << 16);
    json_writer_init(&writer, &out);
    policy_clarification_write(&writer, in);
    json_writer_done(&writer);
    struct text text = arena_copy_text(arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

static void the_same_terms_give_the_same_bytes_and_changed_ones_do_not(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy = parse(arena, text_of(RULE));
    struct policy_clarification in = answer(50, 0);
    state(&in.situation, FACT_REASON, REASON_CHANGED_MIND);
    state(&in.situation, FACT_CARD, CARD_REVEALED);
    struct text expected = policy_source(clarified(arena, policy, &in));
    struct buffer out;
    struct error error;
    buffer_init(&out, 1 << 20);
    assert_int_equal(policy_clarify_text(text_of(RULE), terms_text(arena, &in), &out, &error), 0);
    assert_true(text_equal(buffer_text(&out), expected));
    for (int bend = 0; bend < 6; bend++) {
        struct policy_clarification bent = in;
        if (bend == 0)
            bent.percent = 51;
        else if (bend == 1)
            state(&bent.situation, FACT_CARD, CARD_REVOKED);
        else if (bend == 2)
            policy_facts_clear(&bent.situation, FACT_CARD);
        else if (bend == 3)
            bent.by_platform = true;
        else if (bend == 4)
            bent.day[9] = '8';
        else
            bent.number = 2;
        buffer_clear(&out);
        assert_int_equal(policy_clarify_text(text_of(RULE), terms_text(arena, &bent), &out, &error), 0);
        assert_false(text_equal(buffer_text(&out), expected));
    }
    buffer_clear(&out);
    assert_int_equal(policy_clarify_text(text_of(RULE), text_of("{\"by\":\"buyer\"}"), &out, &error), -1);
    assert_int_equal(policy_clarify_text(text_of(RULE), text_of("[]"), &out, &error), -1);
    assert_int_equal(policy_clarify_text(text_of("policy"), terms_text(arena, &in), &out, &error), -1);
    buffer_done(&out);
    arena_free(arena);
}

/* ---- nobody is ever worse off: the policies of policies/, clarified at random ---- */

#define CASES_MAX 64
static struct policy_facts cases[CASES_MAX];
static int case_count;

static void cases_load(const char *folder)
{
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    case_count = 0;
    for (struct dirent *each; (each = readdir(directory)) && case_count < CASES_MAX;) {
        char path[1024];
        struct json *document;
        struct error error;
        if (!strstr(each->d_name, ".json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, each->d_name);
        struct arena *arena = arena_new(4 << 20);
        assert_int_equal(json_parse(file_read(arena, path), 1 << 20, &document, &error), 0);
        policy_facts_init(&cases[case_count]);
        assert_int_equal(policy_facts_read(&cases[case_count++], json_find(document, "facts"), &error), 0);
        json_free(document);
        arena_free(arena);
    }
    closedir(directory);
}

/* Higher is better: full money first, then by money, then a person, then nothing. */
static int64_t worth(const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    policy_evaluate(policy, facts, &decision);
    switch (decision.outcome) {
    case POLICY_OUTCOME_REFUND:
        return 2 + decision.refund;
    case POLICY_OUTCOME_REVIEW:
        return 1;
    case POLICY_OUTCOME_REFUSE:
        break;
    case POLICY_OUTCOME_OPEN:
        return -1;
    }
    return 0;
}

/* A case that knows too little for the new clause is asked for more; that is no decision yet. */
static bool worse_off(const struct policy *before, const struct policy *after, const struct policy_facts *facts)
{
    int64_t now = worth(after, facts);
    return now >= 0 && now < worth(before, facts);
}

static void situation_random(struct random *random, const struct policy *policy, struct policy_facts *ret)
{
    const struct policy_facts *from = &cases[random_below(random, (uint64_t)case_count)];
    policy_facts_init(ret);
    memcpy(ret->currency, from->currency, sizeof ret->currency);
    for (uint64_t bits = from->known & policy_facts_tested(policy); bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        if (fact == FACT_REASON || random_below(random, 2))
            state(ret, fact, from->value[fact]);
    }
}

/* Laid out anew, a clarified policy that was laid out canonically before does not change. */
static void canonical_expect(struct arena *arena, const struct policy *before, const struct policy *after)
{
    struct text laid;
    struct error error;
    assert_int_equal(policy_format(arena, policy_source(before), &laid, &problems, &error), 0);
    if (!text_equal(laid, policy_source(before)))
        return;
    assert_int_equal(policy_format(arena, policy_source(after), &laid, &problems, &error), 0);
    if (!text_equal(laid, policy_source(after)))
        fail_msg("%s: laid out otherwise than%s", policy_name(before), added(before, after));
}

static int policy_clarify_often(const struct policy *policy, struct random *random)
{
    int made = 0;
    for (int i = 0; i < 60; i++) {
        struct arena *arena = arena_new(256 << 20);
        struct policy_clarified after;
        struct error error;
        struct policy_clarification in =
            answer(1 + (int64_t)random_below(random, 100), random_below(random, 2) ? 0 : 86400);
        situation_random(random, policy, &in.situation);
        if (in.situation.known >> FACT_REASON & 1 &&
            policy_clarify(arena, policy, &in, &after, &problems, &error) == 0) {
            made++;
            canonical_expect(arena, policy, after.policy);
            for (int j = 0; j < case_count; j++)
                if (worse_off(policy, after.policy, &cases[j]))
                    fail_msg("%s: worse off with%s", policy_name(policy), added(policy, after.policy));
        }
        arena_free(arena);
    }
    return made;
}

static int folder_clarify(const char *root, struct random *random)
{
    int made = 0;
    char path[1024];
    DIR *directory = opendir(root);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length < 8 || strcmp(entry->d_name + length - 7, ".policy") != 0)
            continue;
        struct arena *arena = arena_new(64 << 20);
        snprintf(path, sizeof path, "%s/%s", root, entry->d_name);
        const struct policy *policy = parse(arena, file_read(arena, path));
        snprintf(path, sizeof path, "%s/%.*s/cases", root, (int)(length - 7), entry->d_name);
        cases_load(path);
        made += policy_clarify_often(policy, random);
        arena_free(arena);
    }
    closedir(directory);
    return made;
}

static void nobody_is_worse_off_under_any_policy_of_the_library(void **unused)
{
    (void)unused;
    struct random_seeded random;
    char real[512];
    const char *root = getenv("SHUNTUI_POLICIES");
    assert_non_null(root);
    random_seeded_init(&random, 7);
    snprintf(real, sizeof real, "%s/real", root);
    int made = folder_clarify(root, &random.random) + folder_clarify(real, &random.random);
    assert_true(made >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_one_more_clause),
        cmocka_unit_test(a_clause_that_left_it_to_a_person_may_be_answered_wholly),
        cmocka_unit_test(less_than_the_rule_gives_is_refused_with_a_situation),
        cmocka_unit_test(an_answer_between_two_clauses_in_the_wrong_order_is_refused),
        cmocka_unit_test(only_what_is_left_to_a_person_can_be_answered),
        cmocka_unit_test(numbers_hold_as_far_as_the_rule_tells_them_apart),
        cmocka_unit_test(of_two_answers_the_better_one_governs),
        cmocka_unit_test(an_answer_that_adds_nothing_is_needless),
        cmocka_unit_test(the_same_terms_give_the_same_bytes_and_changed_ones_do_not),
        cmocka_unit_test(nobody_is_worse_off_under_any_policy_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
