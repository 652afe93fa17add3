/* SPDX-License-Identifier: Apache-2.0 */
/* The same results as JSON, for `--json` and the HTTP API. */
#include "policy/words/words.h"

#include <assert.h>

#include "law/law.h"

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

static void clause_member(struct json_writer *writer, const char *key, const struct policy *policy, int clause)
{
    if (policy && clause >= 0)
        json_member_string(writer, key, policy_clause_id(policy, clause));
}

/* What the floor promises there, and by which articles. */
static void floor_member(struct json_writer *writer, const struct policy_problem *problem)
{
    const struct policy *floor = problem->floor;
    const char *codes[POLICY_LAWS_MAX];
    int count = policy_clause_laws(floor, problem->floor_clause, codes);
    json_key(writer, "floor");
    json_object_begin(writer);
    json_member_string(writer, "change", policy_change_word(problem->change));
    json_member_string(writer, "clause", policy_clause_id(floor, problem->floor_clause));
    json_key(writer, "laws");
    json_array_begin(writer);
    for (int i = 0; i < count; i++) {
        const struct law_article *article = law_find(text_of(codes[i]));
        json_object_begin(writer);
        json_member_string(writer, "article", article ? article->article : NULL);
        json_member_string(writer, "code", codes[i]);
        json_member_string(writer, "effective_from", article ? article->law->effective_from : NULL);
        json_member_string(writer, "law", article ? article->law->name : NULL);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_member_string(writer, "name", policy_name(floor));
    json_member_integer(writer, "version", policy_version(floor));
    json_object_end(writer);
}

static void problem_write(struct json_writer *writer, const struct policy *policy, const struct policy_problem *problem)
{
    json_object_begin(writer);
    clause_member(writer, "clause", policy, problem->clause_a);
    json_member_integer(writer, "column", problem->column);
    if (problem->has_example) {
        json_key(writer, "example");
        policy_facts_write(writer, &problem->example);
    }
    if (problem->floor)
        floor_member(writer, problem);
    json_member_string(writer, "hint_en", problem->hint_en);
    json_member_string(writer, "hint_zh", problem->hint_zh);
    json_member_string(writer, "kind", policy_problem_kind_word(problem->kind));
    json_member_integer(writer, "length", problem->length);
    json_member_integer(writer, "line", problem->line);
    json_member_string(writer, "message_en", problem->message_en);
    json_member_string(writer, "message_zh", problem->message_zh);
    clause_member(writer, "other_clause", policy, problem->clause_b);
    json_member_string(writer, "severity", problem->severity == POLICY_SEVERITY_ERROR ? "error" : "warning");
    json_member_text(writer, "source_line", problem->source_line);
    json_object_end(writer);
}

void policy_check_report(struct json_writer *writer, const struct policy *policy,
                         const struct policy_problems *problems, const char *file_name)
{
    assert(writer);
    assert(problems);
    json_object_begin(writer);
    json_member_integer(writer, "dropped", problems->dropped);
    json_member_string(writer, "file", file_name);
    json_member_boolean(writer, "ok", problems->count == problems->warnings);
    policy_member(writer, policy);
    json_key(writer, "problems");
    json_array_begin(writer);
    for (int i = 0; i < problems->count; i++)
        problem_write(writer, policy, &problems->items[i]);
    json_array_end(writer);
    json_object_end(writer);
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
