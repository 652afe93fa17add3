/* SPDX-License-Identifier: Apache-2.0 */
/* The same results as JSON, for `--json` and the HTTP API. */
#include "policy/words/words.h"

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
    json_member_boolean(writer, "floor_proved", false);
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

static void clause_report(struct json_writer *writer, const struct policy *policy, int clause, struct buffer *words)
{
    static const struct {
        enum policy_language language;
        const char *then, *title, *when;
    } both[] = {{POLICY_LANGUAGE_EN, "then_en", "title_en", "when_en"},
                {POLICY_LANGUAGE_ZH, "then_zh", "title_zh", "when_zh"}};
    json_object_begin(writer);
    json_member_string(writer, "id", policy->clauses[clause].id);
    for (size_t i = 0; i < 2; i++) {
        buffer_clear(words);
        policy_consequence_words(words, policy, &policy->clauses[clause], both[i].language);
        words_member(writer, both[i].then, words);
        json_member_string(writer, both[i].title, policy_clause_title(policy, clause, both[i].language));
        buffer_clear(words);
        policy_clause_words(words, policy, clause, both[i].language);
        words_member(writer, both[i].when, words);
    }
    json_object_end(writer);
}

void policy_prose_report(struct json_writer *writer, const struct policy *policy)
{
    assert(writer);
    assert(policy);
    struct buffer words;
    buffer_init(&words, WORDS_BYTES_MAX);
    json_object_begin(writer);
    json_key(writer, "clauses");
    json_array_begin(writer);
    for (int i = 0; i < policy->clause_count; i++)
        clause_report(writer, policy, i, &words);
    json_array_end(writer);
    buffer_clear(&words);
    policy_prose(&words, policy, POLICY_LANGUAGE_EN);
    words_member(writer, "en", &words);
    policy_member(writer, policy);
    buffer_clear(&words);
    policy_prose(&words, policy, POLICY_LANGUAGE_ZH);
    words_member(writer, "zh", &words);
    json_object_end(writer);
    buffer_done(&words);
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
    struct buffer words;
    buffer_init(&words, WORDS_BYTES_MAX);
    json_object_begin(writer);
    json_key(writer, "decision");
    policy_certificate_write(writer, policy, facts, decision);
    policy_explain(&words, policy, facts, decision, POLICY_LANGUAGE_EN);
    words_member(writer, "en", &words);
    wanted_member(writer, decision);
    buffer_clear(&words);
    policy_explain(&words, policy, facts, decision, POLICY_LANGUAGE_ZH);
    words_member(writer, "zh", &words);
    json_object_end(writer);
    buffer_done(&words);
}
