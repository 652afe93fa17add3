/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explanations: the nearest situation is found exactly (against blind enumeration), what is told about it is true, the facts of an
 * order follow each other as the rules say, and the words and the JSON say the same.
 */
#include "policy/words/explanation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "policy/fact_rules.h"
#include "policy/prove/search.h"

#define BIT(fact) (UINT64_C(1) << (fact))
#define FILE_BYTES_MAX (1 << 16)

static struct policy_problems problems;

static const struct policy *policy_load(struct arena *arena, const char *name)
{
    const struct policy *policy;
    struct error error;
    char *path = arena_printf(arena, "%s/%s.policy", getenv("SHUNTUI_POLICIES"), name);
    char *data = arena_alloc(arena, FILE_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    if (policy_parse(arena, (struct text){data, length}, &policy, &problems, &error))
        fail_msg("%s:%d: %s", path, error.line, error.message);
    return policy;
}

static const struct policy *policy_of(struct arena *arena, const char *text)
{
    const struct policy *policy;
    struct error error;
    if (policy_parse(arena, text_of(text), &policy, &problems, &error))
        fail_msg("%d:%d %s", error.line, error.column, error.message);
    return policy;
}

static void facts_of(struct policy_facts *facts, const char *text)
{
    struct json *document;
    struct error error;
    policy_facts_init(facts);
    assert_int_equal(json_parse(text_of(text), 10000, &document, &error), 0);
    if (policy_facts_read(facts, document, &error))
        fail_msg("%s", error.message);
    json_free(document);
}

static void explain(const struct policy *policy, const struct policy_facts *facts, struct policy_decision *decision,
                    struct explanation *ret)
{
    policy_evaluate(policy, facts, decision);
    explanation_make(policy, facts, decision, ret);
}

/* ---- the nearest situation against blind enumeration ---- */

/* Every value at which something may change: bounds, their neighbours, and the ages of what else happened. */
static int values_make(const struct policy *policy, const struct policy_facts *facts, int fact, int64_t *values)
{
    const struct fact_info *info = fact_info((enum fact)fact);
    int count = 0;
    for (int i = 0; i < info->value_count; i++)
        if (info->values[i].goods & policy->goods)
            values[count++] = i;
    if (info->values)
        return count;
    int64_t maximum = info->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
    int64_t candidates[3 * POLICY_CONDITIONS_MAX + FACT_COUNT + 5];
    int found = 0;
    candidates[found++] = FACT_NEVER;
    candidates[found++] = 0;
    candidates[found++] = 1;
    candidates[found++] = 99;
    for (int i = 0; i < policy->condition_count; i++)
        for (int d = -1; d <= 1 && policy->conditions[i].fact == fact; d++)
            candidates[found++] = policy->conditions[i].bound + d;
    for (int i = 0; i < FACT_COUNT; i++)
        if ((facts->known >> i & 1) && fact_info((enum fact)i)->type == info->type)
            candidates[found++] = facts->value[i];
    for (int i = 0; i < found; i++)
        if (candidates[i] <= maximum && (candidates[i] >= 0 || info->type == FACT_TYPE_DURATION))
            values[count++] = candidates[i];
    return count;
}

static bool is_refund(const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    struct policy_facts complete = *facts;
    policy_evaluate(policy, facts, &decision);
    if (decision.governing < 0)
        return false;
    for (int i = 0; i < decision.evidence_count; i++) {
        int proof = __builtin_ctzll(decision.evidence_any_of[i]);
        complete.known |= BIT(proof);
        complete.value[proof] = PROOF_ACCEPTED;
    }
    policy_evaluate(policy, &complete, &decision);
    return decision.outcome == POLICY_OUTCOME_REFUND;
}

#define BLIND_NONE 1000

struct blind {
    const struct policy *policy;
    const struct policy_facts *from;
    uint64_t may_change;
};

/* The facts that the policy tests and that are otherwise than they were. */
static int difference(const struct policy *policy, const struct policy_facts *from, const struct policy_facts *to)
{
    int count = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        bool was = from->known >> fact & 1, is = to->known >> fact & 1;
        if ((policy_facts_tested(policy) >> fact & 1) && (was != is || (is && from->value[fact] != to->value[fact])))
            count++;
    }
    return count;
}

/* The fewest changed facts that bring a refund, when at most `left` more are changed by hand, from `first` on. */
static int blind_search(const struct blind *b, const struct policy_facts *facts, uint64_t changed, int first, int left)
{
    struct policy_facts settled = *facts;
    uint64_t followed;
    int fewest = BLIND_NONE;
    if (policy_facts_settle(&settled, changed, &followed) && policy_facts_possible(&settled) &&
        is_refund(b->policy, &settled))
        fewest = difference(b->policy, b->from, &settled);
    for (int fact = first; fact < FACT_COUNT && left; fact++) {
        int64_t values[4 * POLICY_CONDITIONS_MAX];
        if (!(b->may_change >> fact & 1) || !(fact_info((enum fact)fact)->goods & b->policy->goods))
            continue;
        int count = values_make(b->policy, b->from, fact, values);
        for (int i = 0; i < count; i++) {
            struct policy_facts next = *facts;
            next.known |= BIT(fact);
            next.value[fact] = values[i];
            int found = blind_search(b, &next, changed | BIT(fact), fact + 1, left - 1);
            fewest = found < fewest ? found : fewest;
        }
    }
    return fewest;
}

static void facts_random(const struct policy *policy, struct random *random, struct policy_facts *ret)
{
    do {
        policy_facts_init(ret);
        for (int fact = 0; fact < FACT_COUNT; fact++) {
            const struct fact_info *info = fact_info((enum fact)fact);
            int64_t values[4 * POLICY_CONDITIONS_MAX];
            if (!(info->goods & policy->goods) || fact == FACT_EARLIER_REFUNDS)
                continue;
            int count = values_make(policy, ret, fact, values);
            int64_t value = values[random_below(random, (uint64_t)count)];
            if (!info->values && value >= 0 && random_below(random, 2))
                value += info->type == FACT_TYPE_PERCENT ? 0 : (int64_t)random_below(random, 500000);
            policy_facts_set(ret, (enum fact)fact, value, (enum fact_source)__builtin_ctz(info->sources), -1, NULL);
        }
    } while (!policy_facts_possible(ret));
}

static int nearest_compare(const struct policy *policy, uint64_t seeds, int changes_max)
{
    int refused = 0;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct random_seeded random;
        struct policy_facts facts;
        struct policy_decision decision;
        struct reach_answer answer;
        random_seeded_init(&random, seed);
        facts_random(policy, &random.random, &facts);
        policy_evaluate(policy, &facts, &decision);
        if (decision.outcome == POLICY_OUTCOME_REFUND || decision.outcome == POLICY_OUTCOME_OPEN)
            continue;
        refused++;
        uint64_t may_change = (policy_facts_tested(policy) & ~BIT(FACT_REASON)) | BIT(FACT_PROGRESS);
        struct reach_question question = {.policy = policy,
                                          .from = &facts,
                                          .may_change = may_change,
                                          .paid = true,
                                          .changes_max = 4,
                                          .steps_max = REACH_STEPS_MAX};
        for (int i = 0; i < policy->clause_count; i++)
            if (policy->clauses[i].outcome == POLICY_OUTCOME_REFUND)
                policy_clause_set_add(&question.aims, i);
        bool found = policy_reach(&question, &answer);
        assert_true(answer.exact);
        if (found) {
            assert_true(policy_facts_possible(&answer.facts) && is_refund(policy, &answer.facts));
            assert_int_equal(answer.changed & ~may_change, 0);
        }
        struct blind blind = {policy, &facts, may_change};
        int blindly = blind_search(&blind, &facts, 0, 0, changes_max);
        int directly = found ? difference(policy, &facts, &answer.facts) : BLIND_NONE;
        if (found && directly != answer.count)
            fail_msg("seed %llu: %d counted, %d told", (unsigned long long)seed, directly, answer.count);
        if (directly < blindly ? directly <= changes_max : directly > blindly)
            fail_msg("%s, seed %llu: %d changes, blind search needs %d", policy_name(policy), (unsigned long long)seed,
                     directly, blindly);
    }
    return refused;
}

#define TANGLED                                                                                                        \
    "policy \"tangled\" version 1\ngoods card_key\n"                                                                   \
    "clause a \"甲\" \"A\"\n when card is revealed and revealed within 2 hours and not late by 3 hours refund full "  \
    "at once\n"                                                                                                        \
    "clause b \"乙\" \"B\"\n when (purchased over 9 days ago or card is sealed) and cause is issuer_outage\n"         \
    " needs problem_proof\n refund full at once\n"                                                                     \
    "clause c \"丙\" \"C\"\n when card is redeemed or cause is user_network refuse\n"                                 \
    "clause d \"丁\" \"D\"\n when consent is given and delivered within 30 days\n"                                    \
    " merchant answers within 24 hours, silence refuses\n refund affected part\n"                                      \
    "c overrides a, b, d\nb overrides d\na overrides b, d\notherwise refuse\n"

static void the_nearest_refund_takes_the_fewest_changes(void **state)
{
    (void)state;
    static const char *const names[] = {"cards-standard", "activation-strict", "boosting-milestones", "topup-instant"};
    struct arena *arena = arena_new(64 << 20);
    int refused = nearest_compare(policy_of(arena, TANGLED), 80, 3);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        refused += nearest_compare(policy_load(arena, names[i]), 100, 2);
    print_message("# %d refused or reviewed situations\n", refused);
    assert_true(refused > 100);
    arena_free(arena);
}

/* ---- what is told ---- */

#define CARDS                                                                                                            \
    "policy \"cards\" version 1\ngoods card_key\n"                                                                       \
    "clause sealed \"未查看\" \"Not seen\"\n when card is sealed and delivered and purchased within 24 hours\n"       \
    " refund full at once\n"                                                                                             \
    "clause dead \"坏卡\" \"Dead\"\n when reason is key_invalid and card is revealed or redeemed and revealed within " \
    "72 hours\n"                                                                                                         \
    " needs problem_proof\n needs unused_proof or screen_recording\n"                                                    \
    " merchant answers within 24 hours, silence accepts\n refund full\n"                                                 \
    "clause mind \"变卦\" \"Mind\"\n when reason is changed_mind and card is revealed refuse\n"                        \
    "clause used \"已用\" \"Used\"\n when card is redeemed refuse\n"                                                   \
    "dead overrides used\notherwise review within 48 hours\n"

static void what_follows_from_a_change_is_not_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = policy_of(arena, CARDS);
    struct policy_facts facts;
    struct policy_decision decision;
    struct explanation e;
    facts_of(&facts, "{\"reason\":\"changed_mind\",\"card\":\"revealed\",\"purchased\":108000,\"delivered\":107940,"
                     "\"revealed\":3600,\"late\":\"never\",\"cause\":\"none\",\"amount\":5000,\"quantity\":1}");
    explain(policy, &facts, &decision, &e);
    assert_int_equal(decision.disposition, POLICY_REFUSE);
    assert_true(e.has_nearest);
    assert_string_equal(policy_clause_id(policy, e.nearest.clause), "sealed");
    assert_int_equal(e.nearest_told, BIT(FACT_CARD) | BIT(FACT_PURCHASED));
    assert_int_equal(e.nearest.facts.value[FACT_REVEALED], FACT_NEVER);
    assert_true(e.nearest.followed & BIT(FACT_REVEALED));
    assert_int_equal(e.nearest.facts.value[FACT_PURCHASED], 86400);
    assert_int_equal(e.nearest.facts.value[FACT_DELIVERED], 86400); /* no later than the purchase: it moved along */
    assert_int_equal(e.nearest_decision.refund, 5000);
    arena_free(arena);
}

static void a_reason_is_never_suggested_as_the_nearest_change(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        policy_of(arena, "policy \"p\" version 1\ngoods card_key\n"
                         "clause a \"甲\" \"A\"\n when reason is key_invalid refund full at once\notherwise refuse\n");
    struct policy_facts facts;
    struct policy_decision decision;
    struct explanation e;
    facts_of(&facts, "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"purchased\":60,\"amount\":100}");
    explain(policy, &facts, &decision, &e);
    assert_int_equal(decision.disposition, POLICY_REFUSE);
    assert_false(e.has_nearest);
    assert_int_equal(e.near_count, 1);
    assert_int_equal(e.near[0].failed[0].change, EXPLANATION_CHANGE_REASON);
    arena_free(arena);
}

static void each_obstacle_says_whether_it_can_still_be_removed(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *facts;
        enum explanation_change change;
        int64_t by_s;
    } rows[] = {
        {"problem_proof is accepted", "\"problem_proof\":\"missing\"", EXPLANATION_CHANGE_EVIDENCE, 0},
        {"purchased within 2 hours", "\"purchased\":7260", EXPLANATION_CHANGE_PASSED, 60},
        {"not purchased over 2 hours ago", "\"purchased\":7260", EXPLANATION_CHANGE_PASSED, 60},
        {"purchased over 2 hours ago", "\"purchased\":7000", EXPLANATION_CHANGE_WAIT, 201},
        {"not purchased within 2 hours", "\"purchased\":7000", EXPLANATION_CHANGE_WAIT, 201},
        {"late by 2 hours", "\"late\":7000,\"delivered\":\"never\"", EXPLANATION_CHANGE_WAIT, 200},
        {"late by 2 hours", "\"late\":7000,\"delivered\":5", EXPLANATION_CHANGE_RECORD, 0},
        {"late by 2 hours", "\"late\":\"never\"", EXPLANATION_CHANGE_RECORD, 0},
        {"not late by 2 hours", "\"late\":7300", EXPLANATION_CHANGE_RECORD, 0},
        {"not delivered", "\"delivered\":7300", EXPLANATION_CHANGE_RECORD, 0},
        {"revealed within 2 hours", "\"revealed\":\"never\"", EXPLANATION_CHANGE_RECORD, 0},
        {"card is sealed", "\"card\":\"revealed\"", EXPLANATION_CHANGE_RECORD, 0},
        {"merchant_answer is accepts", "\"merchant_answer\":\"silent\"", EXPLANATION_CHANGE_MERCHANT, 0},
        {"buyer_is_minor", "\"buyer_is_minor\":\"no\"", EXPLANATION_CHANGE_ANSWER, 0},
        {"reason is unauthorised", "\"reason\":\"changed_mind\"", EXPLANATION_CHANGE_REASON, 0},
        {"(card is sealed or problem_proof is accepted)", "\"card\":\"revealed\",\"problem_proof\":\"rejected\"",
         EXPLANATION_CHANGE_EVIDENCE, 0},
        {"(card is sealed or (problem_proof is accepted and purchased within 2 hours))",
         "\"card\":\"revealed\",\"problem_proof\":\"rejected\",\"purchased\":7205", EXPLANATION_CHANGE_PASSED, 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new(16 << 20);
        char *text =
            arena_printf(arena,
                         "policy \"p\" version 1 goods card_key clause a \"t\" when %s and reason is not other "
                         "refund full at once otherwise refuse",
                         rows[i].condition);
        char *json = arena_printf(arena, "{%s%s,\"amount\":100}",
                                  strstr(rows[i].facts, "reason") ? "" : "\"reason\":\"changed_mind\",", rows[i].facts);
        struct policy_facts facts;
        struct policy_decision decision;
        struct explanation e;
        facts_of(&facts, json);
        explain(policy_of(arena, text), &facts, &decision, &e);
        if (e.near_count != 1 || e.near[0].failed[0].change != rows[i].change ||
            e.near[0].failed[0].by_s != rows[i].by_s)
            fail_msg("%s with %s: %d near, %s, %lld", rows[i].condition, rows[i].facts, e.near_count,
                     e.near_count ? explanation_change_word(e.near[0].failed[0].change) : "",
                     e.near_count ? (long long)e.near[0].failed[0].by_s : 0);
        arena_free(arena);
    }
}

static void silence_that_refuses_is_explained_and_the_consent_that_was_missing_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        policy_of(arena, "policy \"p\" version 1\ngoods card_key\nclause a \"甲\" \"A\"\n when card is sealed\n"
                         " merchant answers within 24 hours, silence refuses\n refund full\notherwise refuse\n");
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out;
    facts_of(&facts, "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"amount\":100,\"merchant_answer\":\"silent\"}");
    policy_evaluate(policy, &facts, &decision);
    buffer_init(&out, 1 << 16);
    policy_explain(&out, policy, &facts, &decision, POLICY_LANGUAGE_ZH);
    assert_non_null(strstr(out.data, "商家逾期未答复，按规则不退款"));
    assert_non_null(strstr(out.data, "如果商家同意，"));
    buffer_done(&out);
    arena_free(arena);
}

/* ---- facts that hang together ---- */

static void what_the_proofs_find_possible_is_possible(void **state)
{
    (void)state;
    static const char *const names[] = {"cards-standard", "activation-strict", "boosting-milestones", "topup-instant"};
    struct arena *arena = arena_new(64 << 20);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const struct policy *policy = policy_load(arena, names[n]);
        struct prove_space *space = prove_space_new(arena, &policy, 1, NULL, 0, 1000000);
        for (int a = 0; a < policy->clause_count; a++)
            for (int b = 0; b < policy->clause_count; b++) {
                struct prove_goal goal;
                struct policy_facts facts;
                prove_goal_begin(&goal, space);
                prove_goal_applies(&goal, 0, a, true);
                prove_goal_applies(&goal, 0, b, true);
                bool found = prove_find(&goal, NULL, &facts) == PROVE_FOUND;
                if (found && !policy_facts_possible(&facts))
                    fail_msg("%s: %s and %s", names[n], policy_clause_id(policy, a), policy_clause_id(policy, b));
                /* An exception is left out of the prose only where the proof finds no situation with both. */
                bool over = policy_clause_set_has(&policy->clauses[a].overridden_by, b);
                if (over && found)
                    assert_true(policy_exception_matters(policy, a, b));
            }
    }
    arena_free(arena);
}

static void facts_follow_the_one_that_is_fixed(void **state)
{
    (void)state;
    static const struct {
        const char *facts, *fact, *value, *after;
    } rows[] = {
        {"{\"card\":\"revealed\",\"revealed\":60,\"delivered\":90,\"purchased\":99}", "card", "sealed",
         "{\"card\":\"sealed\",\"delivered\":90,\"purchased\":99,\"revealed\":\"never\"}"},
        {"{\"card\":\"revealed\",\"revealed\":60,\"delivered\":90,\"purchased\":99}", "delivered", "never",
         "{\"card\":\"sealed\",\"delivered\":\"never\",\"purchased\":99,\"revealed\":\"never\"}"},
        {"{\"card\":\"revealed\",\"revealed\":60,\"delivered\":90,\"purchased\":99}", "purchased", "50",
         "{\"card\":\"revealed\",\"delivered\":50,\"purchased\":50,\"revealed\":50}"},
        {"{\"card\":\"revealed\",\"revealed\":60,\"delivered\":90,\"purchased\":99}", "revealed", "200",
         "{\"card\":\"revealed\",\"delivered\":200,\"purchased\":200,\"revealed\":200}"},
        {"{\"service\":\"handed_over\",\"progress\":90,\"started\":60,\"handed_over\":30}", "service", "agreed",
         "{\"handed_over\":\"never\",\"progress\":0,\"service\":\"agreed\",\"started\":\"never\"}"},
        {"{\"service\":\"handed_over\",\"progress\":90,\"started\":60,\"handed_over\":30}", "started", "never",
         "{\"handed_over\":\"never\",\"progress\":0,\"started\":\"never\"}"},
        {"{\"usage\":600,\"downloaded\":900}", "downloaded", "never", "{\"downloaded\":\"never\",\"usage\":0}"},
        {"{\"quantity\":5,\"affected_quantity\":3}", "quantity", "2", "{\"affected_quantity\":2,\"quantity\":2}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct policy_facts facts;
        struct json *after;
        struct error error;
        struct buffer found, expected;
        struct json_writer writer;
        uint64_t followed;
        facts_of(&facts, rows[i].facts);
        enum fact fact = (enum fact)fact_find(text_of(rows[i].fact));
        assert_true(policy_facts_possible(&facts));
        assert_int_equal(policy_facts_set_word(&facts, fact, text_of(rows[i].value),
                                               (enum fact_source)__builtin_ctz(fact_info(fact)->sources), -1, &error),
                         0);
        assert_true(policy_facts_settle(&facts, BIT(fact), &followed) && policy_facts_possible(&facts));
        buffer_init(&found, 4096);
        json_writer_init(&writer, &found);
        policy_facts_write(&writer, &facts);
        json_writer_done(&writer);
        buffer_init(&expected, 4096);
        json_writer_init(&writer, &expected);
        assert_int_equal(json_parse(text_of(rows[i].after), 4096, &after, &error), 0);
        json_add_value(&writer, after);
        json_writer_done(&writer);
        assert_string_equal(found.data, expected.data);
        json_free(after);
        buffer_done(&found);
        buffer_done(&expected);
    }
    struct policy_facts facts;
    uint64_t followed;
    facts_of(&facts, "{\"card\":\"sealed\",\"revealed\":60}");
    assert_false(policy_facts_possible(&facts));
    assert_false(policy_facts_settle(&facts, BIT(FACT_CARD) | BIT(FACT_REVEALED), &followed));
}

/* ---- JSON ---- */

static void the_json_names_facts_sources_and_the_nearest_situation(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = policy_of(arena, CARDS);
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out, words;
    struct json_writer writer;
    struct json *document;
    struct error error;
    facts_of(&facts,
             "{\"reason\":\"key_invalid\",\"card\":{\"value\":\"redeemed\",\"source\":\"issuer\"},\"revealed\":345600,"
             "\"purchased\":432000,\"delivered\":432000,\"cause\":\"none\",\"amount\":5000,\"decided_at\":1764583200}");
    policy_evaluate(policy, &facts, &decision);
    buffer_init(&out, 1 << 18);
    json_writer_init(&writer, &out);
    policy_explanation_write(&writer, policy, &facts, &decision);
    json_writer_done(&writer);
    if (json_parse(buffer_text(&out), 1 << 18, &document, &error))
        fail_msg("%s\n%s", error.message, out.data);
    assert_non_null(strstr(out.data, "\"clause\":{\"id\":\"used\""));
    assert_non_null(strstr(out.data, "\"source\":\"issuer\",\"value\":\"redeemed\""));
    assert_non_null(strstr(out.data, "\"change\":\"passed\""));
    assert_non_null(strstr(out.data, "\"by_s\":86400"));
    assert_non_null(strstr(
        out.data, "{\"en\":\"the claim comes within 72 hours of the reveal\",\"fact\":\"revealed\",\"value\":259200,"
                  "\"was\":345600,"));
    assert_non_null(strstr(out.data, "\"exact\":true"));
    assert_non_null(strstr(out.data, "\"outcome\":\"refund\",\"refund\":5000"));
    assert_non_null(strstr(out.data, "\"who\":\"buyer\",\"within_s\":null"));
    buffer_init(&words, 1 << 16);
    policy_explain(&words, policy, &facts, &decision, POLICY_LANGUAGE_ZH);
    assert_true(text_equal(json_string(json_find(document, "zh")), buffer_text(&words)));
    json_free(document);
    buffer_done(&words);
    buffer_done(&out);
    arena_free(arena);
}

/* Facts that contradict each other or are missing come from the command line; they are explained as well as can be. */
static void any_facts_are_explained_in_words_and_json(void **state)
{
    (void)state;
    static const char *const names[] = {"cards-standard",   "boosting-milestones",   "real/steam",
                                        "real/google-play", "real/tongtian-dailian", "floors/cn-consumer-card"};
    struct arena *arena = arena_new(64 << 20);
    struct buffer out, again;
    buffer_init(&out, 1 << 20);
    buffer_init(&again, 1 << 20);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const struct policy *policy = policy_load(arena, names[n]);
        for (uint64_t seed = 1; seed <= 300; seed++) {
            struct random_seeded random;
            struct policy_facts facts;
            struct policy_decision decision;
            random_seeded_init(&random, seed);
            policy_facts_init(&facts);
            for (int fact = 0; fact < FACT_COUNT; fact++) {
                int64_t values[4 * POLICY_CONDITIONS_MAX];
                int count = values_make(policy, &facts, fact, values);
                unsigned sources = fact_info((enum fact)fact)->sources;
                if (count && random_below(&random.random, 4))
                    policy_facts_set(&facts, (enum fact)fact, values[random_below(&random.random, (uint64_t)count)],
                                     (enum fact_source)__builtin_ctz(sources), -1, NULL);
            }
            policy_evaluate(policy, &facts, &decision);
            for (struct buffer *to = &out; to; to = to == &out ? &again : NULL) {
                struct json_writer writer;
                buffer_clear(to);
                json_writer_init(&writer, to);
                policy_explain_report(&writer, policy, &facts, &decision);
                json_writer_done(&writer);
            }
            struct json *document;
            struct error error;
            if (out.failed || json_parse(buffer_text(&out), 1 << 20, &document, &error))
                fail_msg("%s, seed %llu", names[n], (unsigned long long)seed);
            assert_true(text_equal(buffer_text(&out), buffer_text(&again)));
            bool refused = decision.disposition == POLICY_REFUSE;
            if (!refused)
                assert_int_equal(json_kind(json_find(document, "nearest")), JSON_NULL);
            json_free(document);
        }
    }
    buffer_done(&out);
    buffer_done(&again);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_refund_takes_the_fewest_changes),
        cmocka_unit_test(what_follows_from_a_change_is_not_told),
        cmocka_unit_test(a_reason_is_never_suggested_as_the_nearest_change),
        cmocka_unit_test(each_obstacle_says_whether_it_can_still_be_removed),
        cmocka_unit_test(silence_that_refuses_is_explained_and_the_consent_that_was_missing_named),
        cmocka_unit_test(what_the_proofs_find_possible_is_possible),
        cmocka_unit_test(facts_follow_the_one_that_is_fixed),
        cmocka_unit_test(any_facts_are_explained_in_words_and_json),
        cmocka_unit_test(the_json_names_facts_sources_and_the_nearest_situation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
