/* SPDX-License-Identifier: Apache-2.0 */
/* A problem as an editor takes it: a range, a severity, a code, and the places that belong to it. */
#include <assert.h>

#include "law/law.h"
#include "policy/model.h"
#include "policy/read/problem.h"

static void clause_member(struct json_writer *writer, const char *key, const struct policy *policy, int clause)
{
    if (policy && clause >= 0)
        json_member_string(writer, key, policy_clause_id(policy, clause));
}

static void position_member(struct json_writer *writer, const char *key, int line, int character)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "character", character);
    json_member_integer(writer, "line", line);
    json_object_end(writer);
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

/* Without a place, the beginning of the text. */
static void range_member(struct json_writer *writer, int line, int begin, int end)
{
    json_key(writer, "range");
    json_object_begin(writer);
    position_member(writer, "end", line ? line - 1 : 0, end);
    position_member(writer, "start", line ? line - 1 : 0, begin);
    json_object_end(writer);
}

/* The other clause of two in this text (a conflict is reported at the second), or the first of two lines where one is allowed. */
static void other_write(struct json_writer *writer, const struct policy *policy, const struct policy_problem *problem,
                        const char *file_name)
{
    const struct policy_spot *other = &problem->other;
    bool two_clauses = problem->clause_b >= 0;
    json_object_begin(writer);
    clause_member(writer, "clause", policy, two_clauses ? problem->clause_a : -1);
    json_member_string(writer, "file", file_name);
    json_member_string(writer, "message_en", two_clauses ? "the other clause" : "the first one");
    json_member_string(writer, "message_zh", two_clauses ? "另一个条款" : "首次出现在这里");
    range_member(writer, other->line, other->begin, other->end);
    json_object_end(writer);
}

/* The clause of the floor that promises more, which stands in another text. */
static void floor_write(struct json_writer *writer, const struct policy_problem *problem)
{
    struct policy_place place = policy_place_of(problem->floor, problem->floor_clause);
    struct policy_spot spot = policy_spot_of(&place);
    json_object_begin(writer);
    json_member_string(writer, "clause", policy_clause_id(problem->floor, problem->floor_clause));
    json_member_string(writer, "floor", policy_name(problem->floor));
    json_member_string(writer, "message_en", "what the floor promises");
    json_member_string(writer, "message_zh", "底线的承诺");
    range_member(writer, spot.line, spot.begin, spot.end);
    json_object_end(writer);
}

void policy_problem_write(struct json_writer *writer, const struct policy *policy, const struct policy_problem *problem,
                          const char *file_name)
{
    assert(writer && problem && file_name);
    json_object_begin(writer);
    clause_member(writer, "clause", policy, problem->clause_a);
    json_member_string(writer, "code", error_wire(policy_problem_code(problem->kind)));
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
    range_member(writer, problem->line, problem->begin, problem->end);
    json_key(writer, "related");
    json_array_begin(writer);
    if (problem->other.line)
        other_write(writer, policy, problem, file_name);
    if (problem->floor)
        floor_write(writer, problem);
    json_array_end(writer);
    json_member_string(writer, "severity", problem->severity == POLICY_SEVERITY_ERROR ? "error" : "warning");
    json_member_text(writer, "source_line", problem->source_line);
    json_object_end(writer);
}
