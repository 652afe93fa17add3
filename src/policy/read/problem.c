/* SPDX-License-Identifier: Apache-2.0 */
/* Problems of a policy: where, what, and what was probably meant; and how they look on a terminal. */
#include "policy/read/problem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/model.h"
#include "policy/read/lex.h"

static const struct {
    const char *word;
    enum error_code code;
} kinds[POLICY_PROBLEM_KIND_COUNT] = {
#define PROBLEM_ROW(code, word, error, meaning) {word, ERROR_##error},
#include "policy/problem_kinds.def"
#undef PROBLEM_ROW
};

enum error_code policy_problem_code(enum policy_problem_kind kind)
{
    assert(kind >= 0 && kind < POLICY_PROBLEM_KIND_COUNT);
    return kinds[kind].code;
}

const char *policy_problem_kind_word(enum policy_problem_kind kind)
{
    assert(kind >= 0 && kind < POLICY_PROBLEM_KIND_COUNT);
    return kinds[kind].word;
}

/* Cuts a text that did not fit at a character, not inside one. */
static void cut_at_character(char *text)
{
    ptrdiff_t bad = text_utf8_bad(text_of(text));
    if (bad >= 0)
        text[bad] = 0;
}

static struct text line_of(const struct policy_place *place)
{
    const char *data = place->source.data;
    assert(place->start <= place->source.length);
    size_t begin = place->start, end = place->start;
    while (begin > 0 && data[begin - 1] != '\n')
        begin--;
    while (end < place->source.length && data[end] != '\n' && data[end] != '\r')
        end++;
    return (struct text){data + begin, end - begin};
}

static int utf16_units(struct text t)
{
    int units = 0;
    for (size_t i = 0; i < t.length; i++)
        units += ((unsigned char)t.data[i] & 0xc0) != 0x80 ? 1 + ((unsigned char)t.data[i] >= 0xf0) : 0;
    return units;
}

struct policy_spot policy_spot_of(const struct policy_place *place)
{
    struct text line = line_of(place);
    struct text before = {line.data, place->start - (size_t)(line.data - place->source.data)};
    size_t left = line.length > before.length ? line.length - before.length : 0;
    struct text marked = {line.data + before.length, place->length < left ? place->length : left};
    struct policy_spot spot = {.line = 1, .begin = utf16_units(before)};
    for (const char *at = place->source.data; at < line.data; at++)
        spot.line += *at == '\n';
    /* A place inside a broken character can only come from a text that is refused as a whole. */
    spot.column = 1 + (int)(text_utf8_bad(before) < 0 ? text_utf8_count(before) : before.length);
    spot.length = (int)(text_utf8_bad(marked) < 0 ? text_utf8_count(marked) : marked.length);
    spot.end = spot.begin + utf16_units(marked);
    if (spot.length < 1)
        spot.length = 1;
    return spot;
}

static void place_set(struct policy_problem *problem, const struct policy_place *place)
{
    struct policy_spot spot = policy_spot_of(place);
    problem->line = spot.line;
    problem->column = spot.column;
    problem->length = spot.length;
    problem->begin = spot.begin;
    problem->end = spot.end;
    problem->source_line = line_of(place);
}

static struct policy_problem *problem_new(struct policy_problems *problems, enum policy_problem_kind kind,
                                          const struct policy_place *place)
{
    assert(problems);
    if (problems->count == POLICY_PROBLEMS_MAX) {
        problems->dropped++;
        return NULL;
    }
    struct policy_problem *problem = &problems->items[problems->count++];
    memset(problem, 0, sizeof *problem);
    problem->kind = kind;
    problem->clause_a = problem->clause_b = -1;
    problem->floor_clause = POLICY_OTHERWISE;
    if (place)
        place_set(problem, place);
    return problem;
}

struct policy_problem *policy_problem_add(struct policy_problems *problems, enum policy_problem_kind kind,
                                          const struct policy_place *place, const char *format_en,
                                          const char *format_zh, ...)
{
    struct policy_problem *problem = problem_new(problems, kind, place);
    if (!problem)
        return NULL;
    va_list arguments, again;
    va_start(arguments, format_zh);
    va_copy(again, arguments);
    vsnprintf(problem->message_en, sizeof problem->message_en, format_en, arguments);
    vsnprintf(problem->message_zh, sizeof problem->message_zh, format_zh, again);
    va_end(again);
    va_end(arguments);
    cut_at_character(problem->message_en);
    cut_at_character(problem->message_zh);
    return problem;
}

struct policy_problem *policy_problem_add_words(struct policy_problems *problems, enum policy_problem_kind kind,
                                                const struct policy_place *place, const char *message_en,
                                                const char *message_zh)
{
    struct policy_problem *problem = problem_new(problems, kind, place);
    if (!problem)
        return NULL;
    snprintf(problem->message_en, sizeof problem->message_en, "%s", message_en);
    snprintf(problem->message_zh, sizeof problem->message_zh, "%s", message_zh);
    cut_at_character(problem->message_en);
    cut_at_character(problem->message_zh);
    return problem;
}

void policy_problem_relate(struct policy_problem *problem, const struct policy_place *other)
{
    if (problem)
        problem->other = policy_spot_of(other);
}

struct policy_place policy_place_of(const struct policy *policy, int clause)
{
    if (clause >= 0)
        return (struct policy_place){policy->source, policy->clauses[clause].start, policy->clauses[clause].length};
    if (policy->otherwise_length)
        return (struct policy_place){policy->source, policy->otherwise_start, policy->otherwise_length};
    return (struct policy_place){policy->source, policy->head_start, policy->head_length};
}

void policy_problem_warn(struct policy_problems *problems, struct policy_problem *problem)
{
    if (!problem)
        return;
    problem->severity = POLICY_SEVERITY_WARNING;
    problems->warnings++;
}

void policy_problem_hint(struct policy_problem *problem, const char *format_en, const char *format_zh, ...)
{
    if (!problem)
        return;
    va_list arguments, again;
    va_start(arguments, format_zh);
    va_copy(again, arguments);
    vsnprintf(problem->hint_en, sizeof problem->hint_en, format_en, arguments);
    vsnprintf(problem->hint_zh, sizeof problem->hint_zh, format_zh, again);
    va_end(again);
    va_end(arguments);
    cut_at_character(problem->hint_en);
    cut_at_character(problem->hint_zh);
}

void policy_problems_sort(struct policy_problems *problems)
{
    for (int i = 1; i < problems->count; i++)
        for (int j = i; j > 0; j--) {
            struct policy_problem *a = &problems->items[j - 1], *b = &problems->items[j], moved;
            if (a->line < b->line || (a->line == b->line && a->column <= b->column))
                break;
            moved = *a;
            *a = *b;
            *b = moved;
        }
}

int policy_problems_fail(const struct policy_problems *problems, struct error *error)
{
    assert(problems->count > 0);
    const struct policy_problem *first = &problems->items[0];
    error_set(error, kinds[first->kind].code, "%s", first->message_en);
    if (first->hint_en[0])
        error_hint(error, "%s", first->hint_en);
    if (error) {
        error->line = first->line;
        error->column = first->column;
    }
    return -1;
}

/* Edits (insert, remove, replace, swap neighbours) from a to b; words are short, so a full table is fine. */
static size_t edit_distance(struct text a, struct text b)
{
    size_t table[3][POLICY_WORD_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.length; j++)
        table[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = table[i % 3], *above = table[(i - 1) % 3], *above2 = table[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t best = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1] &&
                above2[j - 2] + 1 < best)
                best = above2[j - 2] + 1;
            row[j] = best;
        }
    }
    return table[a.length % 3][b.length];
}

const char *policy_suggest(struct text word, const char *const *candidates, size_t count)
{
    if (word.length == 0 || word.length > POLICY_WORD_BYTES_MAX)
        return NULL;
    const char *best = NULL;
    size_t best_distance = word.length < 3 ? word.length : word.length / 3 + 2; /* one more than is still close */
    for (size_t i = 0; i < count; i++) {
        struct text candidate = text_of(candidates[i]);
        if (candidate.length > POLICY_WORD_BYTES_MAX)
            continue;
        size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}

int policy_display_width(struct text t)
{
    int width = 0;
    for (size_t i = 0; i < t.length; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if ((c & 0xc0) != 0x80)
            width += c >= 0xe3 && c < 0xf8 ? 2 : 1;
    }
    return width;
}

static struct text first_characters(struct text t, int count)
{
    size_t i = 0;
    while (i < t.length && (count > 0 || ((unsigned char)t.data[i] & 0xc0) == 0x80)) {
        if (((unsigned char)t.data[i] & 0xc0) != 0x80 && count-- == 0)
            break;
        i++;
    }
    return (struct text){t.data, i};
}

static void marker_print(struct buffer *out, const struct policy_problem *problem)
{
    struct text line = problem->source_line;
    struct text before = first_characters(line, problem->column - 1);
    struct text rest = {line.data + before.length, line.length - before.length};
    int width = policy_display_width(first_characters(rest, problem->length));
    buffer_addf(out, line.length ? "%5d | " : "%5d |", problem->line);
    buffer_add_text(out, line);
    buffer_add_string(out, "\n      | ");
    for (size_t i = 0; i < before.length; i++)
        if (before.data[i] == '\t')
            buffer_add_char(out, '\t');
        else if (((unsigned char)before.data[i] & 0xc0) != 0x80)
            buffer_add_string(out, (unsigned char)before.data[i] >= 0xe3 ? "  " : " ");
    for (int i = 0; i < (width > 0 ? width : 1); i++)
        buffer_add_char(out, '^');
    buffer_add_char(out, '\n');
}

static void example_print(struct buffer *out, const struct policy_problem *problem, enum policy_language language)
{
    struct json_writer writer;
    buffer_add_string(out, language == POLICY_LANGUAGE_ZH ? "  例：" : "  example: ");
    json_writer_init(&writer, out);
    policy_facts_write(&writer, &problem->example);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}

/* A warning is one line: it stops nothing, and its words hold the situation. */
static void problem_print(struct buffer *out, const struct policy_problem *problem, const char *file_name,
                          enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH, error = problem->severity == POLICY_SEVERITY_ERROR;
    const char *hint = zh ? problem->hint_zh : problem->hint_en, *warning = zh ? "提醒：" : "warning: ";
    buffer_add_string(out, file_name);
    if (problem->line)
        buffer_addf(out, ":%d:%d", problem->line, problem->column);
    buffer_addf(out, ": %s%s\n", error ? "" : warning, zh ? problem->message_zh : problem->message_en);
    if (!error)
        return;
    if (problem->line)
        marker_print(out, problem);
    if (problem->has_example)
        example_print(out, problem, language);
    if (hint[0])
        buffer_addf(out, zh ? "  建议：%s\n" : "  hint: %s\n", hint);
}

void policy_problems_print(struct buffer *out, const struct policy_problems *problems, const char *file_name,
                           enum policy_language language)
{
    assert(out);
    assert(problems);
    bool zh = language == POLICY_LANGUAGE_ZH;
    for (int i = 0; i < problems->count; i++)
        problem_print(out, &problems->items[i], file_name, language);
    if (problems->dropped)
        buffer_addf(out, zh ? "%s：另有 %d 个问题未列出\n" : "%s: %d more problems\n", file_name, problems->dropped);
}
