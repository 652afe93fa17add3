/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds citations of articles in a sentence (电商法第17条, "art. 17 of the E-commerce Law") and judges each: replaced on the day of the
 * event, not yet in force on it, moved to another number, or about something else than the sentence says. A law or an article that the
 * table has not got is passed over.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "law/terms_rules.h"

#define ARENA_BYTES_MAX (4 * 1024 * 1024) /* about a hundred names, each with its view */
#define NAMES_MAX 256
#define NUMBER_MAX 9999

enum row_kind { ROW_POINT, ROW_MOVED, ROW_OLD, ROW_SUCCESSOR, ROW_AMENDED };
static const struct row {
    enum row_kind kind;
    const char *law; /* id, or the name of an OLD one */
    int number, instead;
    const char *not_after, *since, *pattern, *articles, *why_en, *why_zh;
} rows[] = {
#define CITATION_POINT(law, number, pattern, instead, articles, why_en, why_zh)                                        \
    {ROW_POINT, #law, number, instead, "", "", pattern, articles, why_en, why_zh},
#define CITATION_MOVED(law, number, since, pattern, articles, why_en, why_zh)                                          \
    {ROW_MOVED, #law, number, 0, "", since, pattern, articles, why_en, why_zh},
#define CITATION_OLD(name, not_after, since, articles, why_en, why_zh)                                                 \
    {ROW_OLD, name, 0, 0, not_after, since, NULL, articles, why_en, why_zh},
#define CITATION_SUCCESSOR(law, articles) {ROW_SUCCESSOR, #law, 0, 0, "", "", NULL, articles, NULL, NULL},
#define CITATION_AMENDED(law) {ROW_AMENDED, #law, 0, 0, "", "", NULL, "", NULL, NULL},
#include "law/citations.def"
#undef CITATION_POINT
#undef CITATION_MOVED
#undef CITATION_OLD
#undef CITATION_SUCCESSOR
#undef CITATION_AMENDED
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

struct name {
    struct text text;      /* as a view shows it */
    const struct law *law; /* or NULL */
    const struct row *old; /* or NULL */
};
struct citations {
    struct arena *arena;
    struct name names[NAMES_MAX];
    size_t name_count;
    struct pattern *patterns[ROW_COUNT]; /* NULL where a row has none */
};
struct citation {
    const struct name *name;
    int number, paragraph;
    size_t start, end; /* in the sentence, which begins at `offset` of the view */
    size_t offset;
};

/* ---- the names ---- */

static void name_add(struct citations *citations, const struct view_folds *folds, struct text name,
                     const struct law *law, const struct row *old)
{
    struct view view;
    if (name.length == 0)
        return;
    assert(citations->name_count < NAMES_MAX);
    view_make(folds, citations->arena, name, &view);
    while (view.text.length > 0 && view.text.data[view.text.length - 1] == ',')
        view.text.length--;
    citations->names[citations->name_count++] = (struct name){view.text, law, old};
}

static void names_of_law(struct citations *citations, const struct view_folds *folds, const struct law *law)
{
    name_add(citations, folds, (struct text){law->name, strcspn(law->name, "(")}, law, NULL);
    name_add(citations, folds, text_of(law->short_name), law, NULL);
    name_add(citations, folds, text_of(law->name_en), law, NULL);
    for (const char *at = law->aliases; *at;) {
        struct text alias = {at, strcspn(at, "|")};
        name_add(citations, folds, alias, law, NULL);
        at += alias.length + (at[alias.length] == '|');
    }
}

struct citations *citations_new(const struct view_folds *folds, bool counted)
{
    size_t count;
    const struct law_article *articles = law_articles(&count);
    struct citations *citations = calloc(1, sizeof *citations);
    if (!citations)
        abort();
    citations->arena = arena_new(ARENA_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || articles[i].law != articles[i - 1].law)
            names_of_law(citations, folds, articles[i].law);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].kind == ROW_OLD)
            name_add(citations, folds, text_of(rows[i].law), NULL, &rows[i]);
        citations->patterns[i] = rows[i].pattern ? pattern_new(rows[i].pattern, counted) : NULL;
    }
    return citations;
}

void citations_free(struct citations *citations)
{
    if (!citations)
        return;
    for (size_t i = 0; i < ROW_COUNT; i++)
        pattern_free(citations->patterns[i]);
    arena_free(citations->arena);
    free(citations);
}

/* ---- reading a citation ---- */

static bool stands(struct text text, size_t at, const char *word)
{
    size_t length = strlen(word);
    return at <= text.length && text.length - at >= length && memcmp(text.data + at, word, length) == 0;
}

static bool skip(struct text text, size_t *at, const char *word)
{
    bool found = stands(text, *at, word);
    *at += found ? strlen(word) : 0;
    return found;
}

static int digit_at(struct text text, size_t at, size_t *ret_length)
{
    static const char *const wide[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    *ret_length = 1;
    if (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
        return text.data[at] - '0';
    for (int i = 0; i < 10; i++)
        if (stands(text, at, wide[i]) || (i == 0 && stands(text, at, "零"))) {
            *ret_length = strlen(wide[i]);
            return i;
        }
    return -1;
}

/* "17", "十七", "四百九十七", "一百零八". 0 when there is none. */
static int number_at(struct text text, size_t *at)
{
    static const struct {
        const char *word;
        int value;
    } units[] = {{"千", 1000}, {"百", 100}, {"十", 10}};
    int total = 0, digit = 0;
    bool some = false;
    while (total + digit <= NUMBER_MAX) {
        size_t length = 0;
        int next = digit_at(text, *at, &length), unit = 0;
        for (size_t i = 0; next < 0 && i < 3; i++)
            if (stands(text, *at, units[i].word)) {
                unit = units[i].value;
                length = strlen(units[i].word);
            }
        if (next < 0 && unit == 0)
            break;
        total += unit * (digit == 0 ? 1 : digit);
        digit = unit ? 0 : next + (length == 1 ? digit * 10 : 0);
        *at += length;
        some = true;
    }
    return some && total + digit <= NUMBER_MAX ? total + digit : 0;
}

/* "第十七条第二款", also without 第. */
static bool article_at(struct text text, size_t *at, struct citation *citation)
{
    size_t from = *at;
    skip(text, &from, "第");
    citation->number = number_at(text, &from);
    citation->paragraph = 0;
    if (citation->number == 0 || !skip(text, &from, "条"))
        return false;
    size_t paragraph = from;
    if (skip(text, &paragraph, "第")) {
        int number = number_at(text, &paragraph);
        if (number > 0 && skip(text, &paragraph, "款")) {
            citation->paragraph = number;
            from = paragraph;
        }
    }
    *at = from;
    return true;
}

/* " art 17", ", article 17": after the name. */
static bool english_after(struct text text, size_t *at, struct citation *citation)
{
    size_t from = *at;
    skip(text, &from, ",");
    skip(text, &from, " ");
    if (!skip(text, &from, "article") && !skip(text, &from, "art"))
        return false;
    skip(text, &from, " ");
    citation->number = number_at(text, &from);
    citation->paragraph = 0;
    if (citation->number == 0)
        return false;
    *at = from;
    return true;
}

/* "article 17 of the ": before the name. */
static bool english_before(struct text text, size_t name_start, struct citation *citation)
{
    static const char of[] = " of the ";
    size_t before = name_start < 40 ? name_start : 40;
    for (size_t i = before; i > 0; i--) {
        size_t at = name_start - i;
        size_t start = at;
        if (!skip(text, &at, "article ") && !skip(text, &at, "art "))
            continue;
        citation->number = number_at(text, &at);
        citation->paragraph = 0;
        while (at < name_start && (text.data[at] == ',' || (text.data[at] >= '0' && text.data[at] <= '9')))
            at++;
        if (citation->number == 0 || !stands(text, at, of) || at + sizeof of - 1 != name_start)
            continue;
        citation->start = start;
        return true;
    }
    return false;
}

static const struct name *name_at(const struct citations *citations, struct text text, size_t at)
{
    const struct name *longest = NULL;
    for (size_t i = 0; i < citations->name_count; i++) {
        const struct name *name = &citations->names[i];
        bool fits =
            text.length - at >= name->text.length && memcmp(text.data + at, name->text.data, name->text.length) == 0;
        if (fits && (!longest || name->text.length > longest->text.length))
            longest = name;
    }
    return longest;
}

/* ---- judging it ---- */

static bool follows(struct text text, size_t at, const char *word)
{
    size_t length = strlen(word);
    return length > 0 && at >= length && memcmp(text.data + at - length, word, length) == 0;
}

static bool cites_article(struct text text, int number)
{
    struct citation other;
    for (size_t at = 0; number > 0 && at < text.length; at++) {
        size_t from = at;
        if (stands(text, at, "第") && article_at(text, &from, &other) && other.number == number)
            return true;
    }
    return false;
}

static void add(struct lint *lint, const struct citation *citation, enum terms_category category, const struct row *row,
                const struct law_article *article)
{
    struct terms_finding finding;
    lint_finding(lint, category, row ? row->articles : "", &finding);
    if (row && row->why_en) {
        finding.why_en = row->why_en;
        finding.why_zh = row->why_zh;
    }
    if (article)
        finding.articles[finding.article_count++] = article;
    finding.cited_law = citation->name->law;
    finding.cited_number = citation->number;
    lint_add(lint, &finding, citation->offset + citation->start, citation->offset + citation->end);
}

static void judge_row(struct lint *lint, struct text sentence, const struct citation *citation, size_t index)
{
    const struct row *row = &rows[index];
    const struct pattern *pattern = lint->terms->citations->patterns[index];
    if ((row->kind != ROW_POINT && row->kind != ROW_MOVED) || row->number != citation->number ||
        strcmp(row->law, citation->name->law->id) != 0 || strcmp(lint->day, row->since) < 0)
        return;
    if (lint_matches(lint, pattern, sentence, 0, NULL, NULL) && !cites_article(sentence, row->instead))
        add(lint, citation, row->kind == ROW_POINT ? TERMS_CITATION_MISPLACED : TERMS_CITATION_REPLACED, row, NULL);
}

static const struct row *row_of(enum row_kind kind, const struct law *law)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].kind == kind && strcmp(rows[i].law, law->id) == 0)
            return &rows[i];
    return NULL;
}

static void judge(struct lint *lint, struct text sentence, const struct citation *citation)
{
    const struct name *name = citation->name;
    if (name->old) {
        if (strcmp(lint->day, name->old->since) >= 0 && !follows(sentence, citation->start, name->old->not_after))
            add(lint, citation, TERMS_CITATION_REPLACED, name->old, NULL);
        return;
    }
    if (strcmp(lint->day, name->law->effective_from) < 0) {
        if (row_of(ROW_AMENDED, name->law))
            return;
        const struct law_article *article =
            law_cited(text_of(name->law->short_name), citation->number, citation->paragraph);
        add(lint, citation, TERMS_CITATION_EARLY, NULL, article);
        return;
    }
    if (name->law->effective_until[0] && strcmp(lint->day, name->law->effective_until) >= 0) {
        add(lint, citation, TERMS_CITATION_REPLACED, row_of(ROW_SUCCESSOR, name->law), NULL);
        return;
    }
    for (size_t i = 0; i < ROW_COUNT; i++)
        judge_row(lint, sentence, citation, i);
}

void citations_lint(struct lint *lint, struct text sentence, size_t offset)
{
    for (size_t at = 0; at < sentence.length;) {
        struct citation citation = {
            .name = name_at(lint->terms->citations, sentence, at), .start = at, .offset = offset};
        if (!citation.name) {
            at++;
            continue;
        }
        size_t end = at + citation.name->text.length;
        bool some = english_before(sentence, at, &citation);
        if (some) {
            citation.end = end;
            judge(lint, sentence, &citation);
        }
        for (bool more = !some; more;) {
            more = article_at(sentence, &end, &citation) || english_after(sentence, &end, &citation);
            citation.end = end;
            if (more)
                judge(lint, sentence, &citation);
        }
        at = end;
    }
}
