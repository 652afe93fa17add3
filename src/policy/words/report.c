/* SPDX-License-Identifier: Apache-2.0 */
/* The same results as JSON, for `--json` and the HTTP API. */
#include "policy/words/explanation.h"

#include <assert.h>

#include "policy/read/problem.h"

static void words_member(struct json_writer *writer, const char *key, const struct buffer *words)
{
    json_member_text(writer, key, buffer_text(words));
}

static void policy_member(struct json_writer *writer, const struct policy *policy)
{
    json_key(writer, "policy");
    if (!policy) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_integer(writer, "clauses", policy->clause_count);
    json_member_string(writer, "floor", policy->floor[0] ? policy->floor : NULL);
    json_member_string(writer, "goods", policy_goods_word(policy->goods));
    json_member_string(writer, "name", policy->name);
    json_member_string(writer, "sha256", policy->sha256_hex);
    json_member_integer(writer, "version", policy->version);
    json_object_end(writer);
}

void policy_check_report(struct json_writer *writer, const struct policy *policy,
                         const struct policy_problems *problems, const char *file_name)
{
    assert(writer);
    json_object_begin(writer);
    policy_check_members(writer, policy, problems, file_name);
    json_object_end(writer);
}

void policy_check_members(struct json_writer *writer, const struct policy *policy,
                          const struct policy_problems *problems, const char *file_name)
{
    assert(writer);
    assert(problems);
    json_member_integer(writer, "dropped", problems->dropped);
    json_member_string(writer, "file", file_name);
    json_member_boolean(writer, "ok", problems->count == problems->warnings);
    policy_member(writer, policy);
    json_key(writer, "problems");
    json_array_begin(writer);
    for (int i = 0; i < problems->count; i++)
        policy_problem_write(writer, policy, &problems->items[i], file_name);
    json_array_end(writer);
}

#define WORDS_BYTES_MAX (256 * 1024) /* 128 clauses in prose */

static const struct {
    enum policy_language language;
    const char *example, *then, *title, *when;
} both[] = {{POLICY_LANGUAGE_EN, "example_en", "then_en", "title_en", "when_en"},
            {POLICY_LANGUAGE_ZH, "example_zh", "then_zh", "title_zh", "when_zh"}};

struct prose_report {
    struct json_writer *writer;
    const struct policy *policy;
    struct buffer words;
    int64_t steps_left; /* for examples */
};

static void words_take(struct prose_report *report, const char *key)
{
    words_member(report->writer, key, &report->words);
    buffer_clear(&report->words);
}

static void relations_write(struct prose_report *report, int clause)
{
    const struct policy_clause *c = &report->policy->clauses[clause];
    json_key(report->writer, "except");
    json_array_begin(report->writer);
    for (int i = 0; i < report->policy->clause_count; i++)
        if (policy_exception_matters(report->policy, clause, i))
            json_add_string(report->writer, report->policy->clauses[i].id);
    json_array_end(report->writer);
    json_key(report->writer, "laws");
    json_array_begin(report->writer);
    for (int i = 0; i < c->law_count; i++)
        json_add_string(report->writer, c->laws[i]);
    json_array_end(report->writer);
}

static void clause_report(struct prose_report *report, int clause)
{
    const struct policy *policy = report->policy;
    struct json_writer *writer = report->writer;
    struct policy_facts example;
    bool has_example = policy_example_find(policy, clause, &report->steps_left, &example);
    json_object_begin(writer);
    json_member_string(writer, "id", policy->clauses[clause].id);
    relations_write(report, clause);
    for (size_t i = 0; i < 2; i++) {
        policy_consequence_words(&report->words, policy, &policy->clauses[clause], both[i].language);
        words_take(report, both[i].then);
        json_member_string(writer, both[i].title, policy_clause_title(policy, clause, both[i].language));
        policy_clause_words(&report->words, policy, clause, both[i].language);
        words_take(report, both[i].when);
        if (!has_example)
            continue;
        policy_example_words(&report->words, policy, clause, &example, both[i].language);
        words_take(report, both[i].example);
    }
    json_object_end(writer);
}

void policy_prose_report(struct json_writer *writer, const struct policy *policy)
{
    assert(writer);
    assert(policy);
    struct prose_report report = {.writer = writer, .policy = policy, .steps_left = REACH_STEPS_MAX};
    buffer_init(&report.words, WORDS_BYTES_MAX);
    json_object_begin(writer);
    json_key(writer, "clauses");
    json_array_begin(writer);
    for (int i = 0; i < policy->clause_count; i++)
        clause_report(&report, i);
    json_array_end(writer);
    policy_prose(&report.words, policy, POLICY_LANGUAGE_EN);
    words_take(&report, "en");
    policy_member(writer, policy);
    policy_summary(&report.words, policy, POLICY_LANGUAGE_EN);
    words_take(&report, "summary_en");
    policy_summary(&report.words, policy, POLICY_LANGUAGE_ZH);
    words_take(&report, "summary_zh");
    policy_prose(&report.words, policy, POLICY_LANGUAGE_ZH);
    words_take(&report, "zh");
    json_object_end(writer);
    buffer_done(&report.words);
}

static void wanted_member(struct json_writer *writer, const struct policy_decision *decision)
{
    json_key(writer, "wanted");
    json_array_begin(writer);
    for (uint64_t bits = decision->facts_wanted; bits; bits &= bits - 1) {
        const struct fact_info *info = fact_info((enum fact)__builtin_ctzll(bits));
        json_object_begin(writer);
        json_member_boolean(writer, "best", __builtin_ctzll(bits) == decision->fact_best);
        json_member_string(writer, "fact", info->word);
        json_member_string(writer, "question_en", info->question_en);
        json_member_string(writer, "question_zh", info->question_zh);
        json_object_end(writer);
    }
    json_array_end(writer);
}

void policy_explain_report(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                           const struct policy_decision *decision)
{
    assert(writer);
    assert(decision);
    struct explanation explanation;
    explanation_make(policy, facts, decision, &explanation);
    json_object_begin(writer);
    explanation_members(writer, &explanation);
    json_key(writer, "decision");
    policy_certificate_write(writer, policy, facts, decision);
    wanted_member(writer, decision);
    json_object_end(writer);
}
