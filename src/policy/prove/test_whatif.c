/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is still possible and what is asked for: small policies by hand, one with too many answers for a plan of all of them, and
 * the policies of policies/, whose cases are asked through.
 */
#include "policy/prove/prove.h"

#include <dirent.h>

#include "policy/prove/suppose.h"
#include "policy/prove/test_ask.h"

static int possible(const struct policy_whatif *found, const struct policy *policy, const char *id)
{
    for (int i = 0; i < found->count; i++)
        if (strcmp(policy_clause_id(policy, found->items[i].governing), id) == 0)
            return i;
    return -1;
}

/* ---- by hand ---- */

#define SMALL                                                                                                          \
    HEAD "clause sealed \"t\" when card is sealed refund full at once\n"                                               \
         "clause dead \"t\" when reason is key_invalid or key_already_used and revealed within 72 hours\n"             \
         " needs problem_proof refund full at once\n"                                                                  \
         "clause part \"t\" when reason is partial_delivery and card is not sealed refund affected part at once\n"     \
         "clause used \"t\" when card is redeemed refuse\n"                                                            \
         "dead overrides used\npart overrides used\notherwise review within 24 hours\n"

static void what_records_rule_out_is_not_possible(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena, text_of(SMALL));
    struct policy_facts facts;
    policy_facts_init(&facts);
    struct policy_whatif found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 5);
    assert_int_equal(found.items[4].governing, POLICY_OTHERWISE);
    /* Bought four days ago, so perhaps revealed too late; bought an hour ago, it cannot have been. */
    state(&facts, FACT_PURCHASED, 3600);
    state(&facts, FACT_REASON, REASON_KEY_INVALID);
    state(&facts, FACT_CARD, CARD_REVEALED);
    found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 1);
    assert_int_equal(possible(&found, policy, "dead"), 0);
    facts.value[FACT_PURCHASED] = 4 * 86400;
    found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.question, -1);
    assert_true(found.depends >> FACT_REVEALED & 1);
    arena_free(arena);
}

static void facts_that_cannot_be_together_leave_nothing(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena, text_of(SMALL));
    struct policy_facts facts;
    policy_facts_init(&facts);
    state(&facts, FACT_CARD, CARD_SEALED);
    state(&facts, FACT_REVEALED, 60);
    struct policy_whatif found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.question, -1);
    /* Two known ages in one cell of the policy: the order between them still counts. */
    policy_facts_init(&facts);
    state(&facts, FACT_PURCHASED, 100);
    state(&facts, FACT_DELIVERED, 200);
    assert_int_equal(whatif(arena, policy, &facts).count, 0);
    state(&facts, FACT_DELIVERED, 100);
    assert_true(whatif(arena, policy, &facts).count > 0);
    arena_free(arena);
}

static void the_amount_is_asked_for_when_the_outcome_is_clear(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena, text_of(SMALL));
    struct policy_facts facts;
    policy_facts_init(&facts);
    state(&facts, FACT_CARD, CARD_REVEALED);
    state(&facts, FACT_REASON, REASON_PARTIAL_DELIVERY);
    struct policy_whatif found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.purpose, POLICY_QUESTION_AMOUNT);
    assert_int_equal(found.question, FACT_AFFECTED_QUANTITY);
    state(&facts, FACT_AFFECTED_QUANTITY, 1);
    assert_int_equal(whatif(arena, policy, &facts).question, -1);
    arena_free(arena);
}

static void only_what_somebody_can_be_asked_is_asked(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        parse(arena, text_of(HEAD "clause a \"t\" when contact_record is accepted and card is sealed refuse\n"
                                  "otherwise review within 24 hours\n"));
    struct policy_facts facts;
    policy_facts_init(&facts);
    state(&facts, FACT_REASON, REASON_CHANGED_MIND);
    struct policy_whatif found = whatif(arena, policy, &facts);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.question, -1);
    assert_true(found.depends >> FACT_CONTACT_RECORD & 1);
    assert_true(found.depends >> FACT_CARD & 1);
    assert_false(policy_askable() >> FACT_AGREED_STANDARD & 1);
    assert_true(policy_askable() >> FACT_PROBLEM_PROOF & 1);
    arena_free(arena);
}

static void clauses_of_the_same_consequence_are_not_told_apart(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        parse(arena, text_of(HEAD "clause a \"t\" when buyer_is_minor needs problem_proof refund full at once\n"
                                  "clause b \"t\" when not buyer_is_minor refund full at once, borne by platform\n"));
    struct policy_facts facts;
    policy_facts_init(&facts);
    struct policy_whatif found = whatif(arena, policy, &facts);
    /* One reason of fifteen goes to a person at once; for the others the age is asked for too. */
    assert_int_equal(found.question, FACT_REASON);
    assert_int_equal(found.steps_milli, 1933);
    state(&facts, FACT_PROBLEM_PROOF, PROOF_ACCEPTED);
    found = whatif(arena, policy, &facts);
    assert_int_equal(found.items[0].consequence, found.items[1].consequence);
    assert_int_equal(found.steps_milli, 1000);
    state(&facts, FACT_REASON, REASON_CHANGED_MIND);
    found = whatif(arena, policy, &facts);
    assert_int_equal(found.consequence_count, 1);
    assert_int_equal(found.question, -1);
    arena_free(arena);
}

static void records_fill_up_what_is_supposed(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena, text_of(SMALL));
    struct policy_facts supposed, records, joined;
    policy_facts_init(&supposed);
    policy_facts_init(&records);
    state(&records, FACT_CARD, CARD_SEALED);
    state(&records, FACT_REVEALED, FACT_NEVER);
    state(&records, FACT_UNUSED_PROOF, PROOF_ACCEPTED);
    state(&records, FACT_PURCHASED, 600);
    state(&records, FACT_DELIVERED, 500);
    state(&records, FACT_AMOUNT, 1000);
    policy_suppose(policy, &supposed, &records, &joined);
    assert_int_equal(joined.known, records.known);
    /* Supposed to be revealed: whatever is recorded of the card says nothing about that. */
    state(&supposed, FACT_CARD, CARD_REVEALED);
    policy_suppose(policy, &supposed, &records, &joined);
    assert_int_equal(joined.value[FACT_CARD], CARD_REVEALED);
    assert_int_equal(joined.known >> FACT_REVEALED & 1, 0);
    assert_int_equal(joined.known >> FACT_UNUSED_PROOF & 1, 0);
    assert_int_equal(joined.value[FACT_AMOUNT], 1000);
    /* Supposed to be revealed three days ago: then it was not bought just now, nor delivered. */
    state(&supposed, FACT_REVEALED, 259200);
    policy_suppose(policy, &supposed, &records, &joined);
    assert_int_equal(joined.value[FACT_REVEALED], 259200);
    assert_int_equal(joined.known >> FACT_PURCHASED & 1, 0);
    assert_int_equal(joined.known >> FACT_DELIVERED & 1, 0);
    assert_true(joined.known >> FACT_AMOUNT & 1);
    arena_free(arena);
}

/* ---- too many answers for a plan of all of them ---- */

static const enum fact many[] = {FACT_REASON,         FACT_CAUSE,        FACT_BUYER_IS_MINOR,   FACT_REGION,
                                 FACT_PROBLEM_PROOF,  FACT_UNUSED_PROOF, FACT_SCREEN_RECORDING, FACT_IDENTITY_PROOF,
                                 FACT_GUARDIAN_PROOF, FACT_RESULT_PROOF, FACT_ISSUER_STATEMENT};
#define MANY (sizeof many / sizeof *many)

static int64_t value_random(struct random *random, enum fact fact)
{
    const struct fact_info *info = fact_info(fact);
    int64_t value;
    do
        value = (int64_t)random_below(random, (uint64_t)info->value_count);
    while (!(info->values[value].goods & POLICY_GOODS_CARD_KEY));
    return value;
}

static void many_make(struct buffer *out, struct random *random)
{
    buffer_clear(out);
    buffer_add_string(out, HEAD);
    for (int i = 0; i < 16; i++) {
        buffer_addf(out, "clause c%d \"t\" when ", i);
        for (int j = 0; j < 9; j++) {
            enum fact fact = many[random_below(random, MANY)];
            const struct fact_info *info = fact_info(fact);
            bool boolean = info->type == FACT_TYPE_BOOLEAN;
            const char *value = info->values[value_random(random, fact)].word;
            buffer_addf(out, "%s%s%s%s%s",
                        j % 3 ? " or "
                        : j   ? ") and ("
                              : "(",
                        info->word, boolean ? "" : " is ", boolean ? "" : value, j == 8 ? ")" : "");
        }
        buffer_addf(out, " %s\n", consequences[random_below(random, CONSEQUENCE_COUNT)]);
        for (int j = 0; j < i; j++)
            buffer_addf(out, "c%d overrides c%d\n", i, j);
    }
    buffer_add_string(out, "otherwise refuse\n");
}

static void an_estimated_plan_ends_at_the_clause_too(void **unused)
{
    (void)unused;
    struct random_seeded random;
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        random_seeded_init(&random, seed);
        struct arena *arena = arena_new(256 << 20);
        many_make(&text, &random.random);
        const struct policy *policy = parse(arena, buffer_text(&text));
        struct policy_facts nothing, truth;
        struct policy_whatif found;
        policy_facts_init(&nothing);
        found = whatif(arena, policy, &nothing);
        assert_false(found.exact);
        assert_true(found.question >= 0 && found.steps_milli > 1000);
        for (int i = 0; i < 4; i++) {
            struct policy_facts known = nothing;
            policy_facts_init(&truth);
            for (size_t j = 0; j < MANY; j++)
                state(&truth, many[j], value_random(&random.random, many[j]));
            assert_true(follow(policy, &truth, &known, &found, arena) >= 1);
            consequence_expect(policy, &truth, &found, text.data);
            assert_int_equal(found.consequence_count, 1);
        }
        arena_free(arena);
    }
    buffer_done(&text);
}

/* ---- the policies of policies/ ---- */

struct tally {
    int policies, followed;
};

static void case_follow(const struct policy *policy, const char *path, struct tally *tally)
{
    struct arena *arena = arena_new(256 << 20);
    struct json *document;
    struct policy_facts truth, known;
    struct policy_decision decision;
    struct policy_whatif found;
    struct error error;
    if (json_parse(file_read(arena, path), 1 << 20, &document, &error))
        fail_msg("%s: %s", path, error.message);
    policy_facts_init(&truth);
    assert_int_equal(policy_facts_read(&truth, json_find(document, "facts"), &error), 0);
    json_free(document);
    known = truth;
    known.known &= ~policy_askable();
    policy_evaluate(policy, &truth, &decision);
    bool decided = decision.governing != POLICY_NOBODY && whatif(arena, policy, &truth).count > 0;
    if (decided && follow(policy, &truth, &known, &found, arena) >= 0) {
        consequence_expect(policy, &truth, &found, path);
        tally->followed++;
    }
    arena_free(arena);
}

static void folder_follow(const char *root, struct tally *tally)
{
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
        struct policy_facts nothing;
        policy_facts_init(&nothing);
        struct policy_whatif found = whatif(arena, policy, &nothing);
        assert_true(found.count >= policy_clause_count(policy));
        assert_true(found.exact);
        examples_expect(policy, &nothing, &found);
        snprintf(path, sizeof path, "%s/%.*s/cases", root, (int)(length - 7), entry->d_name);
        DIR *cases = opendir(path);
        assert_non_null(cases);
        for (struct dirent *each; (each = readdir(cases));)
            if (strstr(each->d_name, ".json"))
                case_follow(policy, arena_printf(arena, "%s/%s", path, each->d_name), tally);
        closedir(cases);
        tally->policies++;
        arena_free(arena);
    }
    closedir(directory);
}

static void the_published_rules_can_be_asked_through(void **unused)
{
    (void)unused;
    struct tally tally = {0, 0};
    char real[512];
    const char *root = getenv("SHUNTUI_POLICIES");
    assert_non_null(root);
    snprintf(real, sizeof real, "%s/real", root);
    folder_follow(root, &tally);
    folder_follow(real, &tally);
    assert_true(tally.policies >= 16 && tally.followed >= 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_records_rule_out_is_not_possible),
        cmocka_unit_test(facts_that_cannot_be_together_leave_nothing),
        cmocka_unit_test(the_amount_is_asked_for_when_the_outcome_is_clear),
        cmocka_unit_test(only_what_somebody_can_be_asked_is_asked),
        cmocka_unit_test(clauses_of_the_same_consequence_are_not_told_apart),
        cmocka_unit_test(records_fill_up_what_is_supposed),
        cmocka_unit_test(an_estimated_plan_ends_at_the_clause_too),
        cmocka_unit_test(the_published_rules_can_be_asked_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
