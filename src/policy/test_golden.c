/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policies of policies/ and of policies/real/ with their cases: facts, the expected decision, and for some the whole
 * certificate. Our policies and the floors must pass the check, of a real rule it must find what lies beside it; and every
 * clause must govern in some case.
 */
#include "policy/prove/prove.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_BYTES_MAX (1 << 20)
#define REAL_CASES_MINIMUM 12    /* of each real rule */
#define REAL_POLICIES_MINIMUM 10 /* platforms whose published rules are in policies/real */

static struct policy_problems problems;
static int explained; /* cases that hold their explanation */

enum golden_kind { GOLDEN_OURS, GOLDEN_FLOOR, GOLDEN_REAL };

static struct text file_read(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    char *data = arena_alloc(arena, FILE_BYTES_MAX);
    size_t length = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    return (struct text){data, length};
}

static const struct policy *policy_load(struct arena *arena, const char *path)
{
    const struct policy *policy;
    if (policy_parse(arena, file_read(arena, path), &policy, &problems, NULL))
        fail_msg("%s: %s", path, problems.items[0].message_en);
    return policy;
}

static void check_expect(const char *path, const struct policy *policy)
{
    if (policy_check(policy, &problems, NULL))
        fail_msg("%s: %s", path, problems.items[0].message_en);
}

static void text_expect(const char *path, const char *what, struct text expected, struct text found)
{
    if (!text_equal(expected, found))
        fail_msg("%s: %s is %.*s, expected %.*s", path, what, TEXT_ARG(found), TEXT_ARG(expected));
}

static void words_expect(const char *path, const struct json *expect, const char *member, const char *found)
{
    const struct json *value = json_find(expect, member);
    if (!value)
        fail_msg("%s: expect has no %s", path, member);
    struct text expected = json_kind(value) == JSON_NULL ? TEXT_LITERAL("null") : json_string(value);
    text_expect(path, member, expected, text_of(found ? found : "null"));
}

/* The four members that every case has, and three that stand where they matter. */
static void decision_expect(const char *path, const struct json *expect, const struct policy *policy,
                            const struct policy_decision *decision)
{
    static const char *const destinations[] = {[POLICY_DESTINATION_ORIGINAL] = "original_payment",
                                               [POLICY_DESTINATION_STORE_CREDIT] = "store_credit",
                                               [POLICY_DESTINATION_BUYER_CHOICE] = "buyer_choice"};
    const struct json *review_s = json_find(expect, "review_s"), *answer_s = json_find(expect, "merchant_answer_s");
    int governing = decision->governing;
    words_expect(path, expect, "governing", governing == POLICY_NOBODY ? NULL : policy_clause_id(policy, governing));
    words_expect(path, expect, "outcome", policy_outcome_word(decision->outcome));
    words_expect(path, expect, "disposition", policy_disposition_word(decision->disposition));
    if (json_integer(json_find(expect, "refund")) != decision->refund)
        fail_msg("%s: the refund is %lld", path, (long long)decision->refund);
    if (review_s && json_integer(review_s) != decision->review_s)
        fail_msg("%s: a person has %lld seconds", path, (long long)decision->review_s);
    if (answer_s && json_integer(answer_s) != decision->merchant_answer_s)
        fail_msg("%s: the merchant has %lld seconds", path, (long long)decision->merchant_answer_s);
    if (json_find(expect, "destination"))
        words_expect(path, expect, "destination", destinations[decision->destination]);
}

/* A case may hold its explanation, line by line: {"zh":[…],"en":[…]}. */
static bool explanation_expect(const char *path, const struct json *document, const struct policy *policy,
                               const struct policy_facts *facts, const struct policy_decision *decision)
{
    static const char *const keys[] = {[POLICY_LANGUAGE_ZH] = "zh", [POLICY_LANGUAGE_EN] = "en"};
    const struct json *explanation = json_find(document, "explanation");
    for (int language = 0; language < 2; language++) {
        struct buffer found, expected;
        buffer_init(&found, FILE_BYTES_MAX);
        buffer_init(&expected, FILE_BYTES_MAX);
        policy_explain(&found, policy, facts, decision, (enum policy_language)language);
        assert_true(found.length > 0 && !found.failed && text_utf8_bad(buffer_text(&found)) < 0);
        const struct json *lines = explanation ? json_find(explanation, keys[language]) : NULL;
        for (size_t i = 0; lines && i < json_count(lines); i++) {
            buffer_add_text(&expected, json_string(json_item(lines, i)));
            buffer_add_char(&expected, '\n');
        }
        if (explanation)
            text_expect(path, keys[language], buffer_text(&expected), buffer_text(&found));
        buffer_done(&found);
        buffer_done(&expected);
    }
    return explanation != NULL;
}

static void case_run(struct arena *arena, const struct policy *policy, const char *path, uint64_t *governed)
{
    struct json *document;
    struct error error;
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out;
    struct json_writer writer;
    if (json_parse(file_read(arena, path), FILE_BYTES_MAX, &document, &error))
        fail_msg("%s: %s", path, error.message);
    policy_facts_init(&facts);
    if (policy_facts_read(&facts, json_find(document, "facts"), &error))
        fail_msg("%s: %s", path, error.message);
    policy_evaluate(policy, &facts, &decision);
    const struct json *bytes = json_find(document, "certificate");
    int governing = decision.governing;
    decision_expect(path, json_find(document, "expect"), policy, &decision);
    if (governing >= 0)
        *governed |= UINT64_C(1) << governing;
    buffer_init(&out, FILE_BYTES_MAX);
    json_writer_init(&writer, &out);
    policy_certificate_write(&writer, policy, &facts, &decision);
    json_writer_done(&writer);
    if (bytes)
        text_expect(path, "the certificate", json_string(bytes), buffer_text(&out));
    explained += explanation_expect(path, document, policy, &facts, &decision);
    buffer_done(&out);
    json_free(document);
}

static void findings_add(struct buffer *out, const char *which, const struct policy *policy,
                         const struct policy_problems *found)
{
    assert_int_equal(found->dropped, 0);
    for (int i = 0; i < found->count; i++) {
        const struct policy_problem *problem = &found->items[i];
        bool floor = problem->kind == POLICY_PROBLEM_FLOOR;
        if (problem->severity == POLICY_SEVERITY_WARNING)
            continue;
        if (problem->kind < POLICY_PROBLEM_EVIDENCE)
            fail_msg("%s: %s", policy_name(policy), problem->message_en);
        buffer_addf(out, "%s\t%s\t%s", which,
                    floor ? policy_change_word(problem->change) : policy_problem_kind_word(problem->kind),
                    policy_clause_id(policy, problem->clause_a));
        if (floor)
            buffer_addf(out, "\t%s", policy_clause_id(problem->floor, problem->floor_clause));
        buffer_add_char(out, '\n');
    }
}

static const struct policy *floor_load(struct arena *arena, const char *root, const char *name,
                                       const struct policy *policy)
{
    static const char *const goods[] = {
        [POLICY_GOODS_CARD_KEY] = "card", [POLICY_GOODS_SERVICE] = "service", [POLICY_GOODS_LICENCE] = "licence"};
    return policy_load(arena, arena_printf(arena, "%s/floors/%s-%s.policy", root, name, goods[policy_goods(policy)]));
}

static void floors_expect(struct arena *arena, const char *root, const char *name, const struct policy *policy)
{
    static const char *const floors[] = {"cn-consumer", "platform-baseline"};
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++)
        if (policy_floor_prove(policy, floor_load(arena, root, floors[i], policy), &problems, NULL))
            fail_msg("%s: %s", name, problems.items[0].message_en);
}

/* A real rule may break our law; what is found in it is part of the case. Gaps, conflicts and dead clauses are mistakes of
 * whoever told it again. */
static void findings_expect(struct arena *arena, const char *root, const char *name, const struct policy *policy)
{
    struct buffer out;
    const struct policy *floor = floor_load(arena, arena_printf(arena, "%s/..", root), "cn-consumer", policy);
    buffer_init(&out, FILE_BYTES_MAX);
    policy_check(policy, &problems, NULL);
    findings_add(&out, "alone", policy, &problems);
    policy_floor_prove(policy, floor, &problems, NULL);
    findings_add(&out, "floor", policy, &problems);
    text_expect(name, "findings.tsv", file_read(arena, arena_printf(arena, "%s/%s/findings.tsv", root, name)),
                buffer_text(&out));
    buffer_done(&out);
}

static int cases_run(const char *root, const char *name, enum golden_kind kind)
{
    struct arena *arena = arena_new(256 << 20);
    uint64_t governed = 0;
    int count = 0;
    const struct policy *policy = policy_load(arena, arena_printf(arena, "%s/%s.policy", root, name));
    if (kind == GOLDEN_REAL)
        findings_expect(arena, root, name, policy);
    else
        check_expect(name, policy);
    if (kind == GOLDEN_OURS)
        floors_expect(arena, root, name, policy);
    char *folder = arena_printf(arena, "%s/%s/cases", root, name);
    DIR *directory = opendir(folder);
    if (!directory)
        fail_msg("there are no cases for %s", name);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strstr(entry->d_name, ".json"))
            continue;
        struct arena *own = arena_new(16 << 20);
        case_run(own, policy, arena_printf(own, "%s/%s", folder, entry->d_name), &governed);
        arena_free(own);
        count++;
    }
    closedir(directory);
    for (int i = 0; i < policy_clause_count(policy); i++)
        if (!(governed >> i & 1))
            fail_msg("no case of %s shows the clause %s", name, policy_clause_id(policy, i));
    arena_free(arena);
    return count;
}

struct golden_count {
    int policies, cases;
};

/* Every policy of a folder, each with at least so many cases. */
static struct golden_count folder_run(const char *root, int cases_minimum, enum golden_kind kind)
{
    struct golden_count count = {0, 0};
    DIR *directory = opendir(root);
    if (!directory)
        fail_msg("cannot open %s", root);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char name[256];
        size_t length = strlen(entry->d_name);
        if (length < 8 || strcmp(entry->d_name + length - 7, ".policy") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - 7), entry->d_name);
        int cases = cases_run(root, name, kind);
        if (cases < cases_minimum)
            fail_msg("%s has %d cases; there are at least %d here", name, cases, cases_minimum);
        count.cases += cases;
        count.policies++;
    }
    closedir(directory);
    return count;
}

static void every_policy_passes_the_check_and_decides_its_cases(void **state)
{
    (void)state;
    const char *root = getenv("SHUNTUI_POLICIES");
    assert_non_null(root);
    struct golden_count count = folder_run(root, 1, GOLDEN_OURS);
    assert_true(count.policies >= 4 && count.cases >= 50 && explained >= 8);
}

static void every_floor_passes_the_check_and_decides_its_cases(void **state)
{
    (void)state;
    const char *root = getenv("SHUNTUI_POLICIES");
    char floors[512];
    assert_non_null(root);
    snprintf(floors, sizeof floors, "%s/floors", root);
    struct golden_count count = folder_run(floors, 3, GOLDEN_FLOOR);
    assert_true(count.policies >= 6 && count.cases >= 60);
}

static void every_real_rule_decides_its_cases_and_has_its_findings(void **state)
{
    (void)state;
    const char *root = getenv("SHUNTUI_POLICIES");
    char real[512];
    assert_non_null(root);
    snprintf(real, sizeof real, "%s/real", root);
    struct golden_count count = folder_run(real, REAL_CASES_MINIMUM, GOLDEN_REAL);
    assert_true(count.policies >= REAL_POLICIES_MINIMUM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_passes_the_check_and_decides_its_cases),
        cmocka_unit_test(every_floor_passes_the_check_and_decides_its_cases),
        cmocka_unit_test(every_real_rule_decides_its_cases_and_has_its_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
