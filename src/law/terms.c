/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lint: makes the view, goes through it sentence by sentence, lets every pattern look, and takes back what the sentence only
 * quotes, denies or asks about. It decides nothing by itself; all it knows are rows.
 */
#include "law/terms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "law/terms_rules.h"

#define ARENA_BYTES_MAX (32 * 1024 * 1024) /* a text of the greatest length takes about 12 MiB */
/* A sentence is read in pieces of at most so many bytes, about 200 characters: longer ones are lists. */
#define SENTENCE_BYTES_MAX 600
#define BEFORE_BYTES_MAX 150 /* how far before a term a denial may stand: fifty characters */
/* Where a piece had to end in the middle of a clause, the next one begins so much earlier: no term is longer with its denial. */
#define OVERLAP_BYTES 240
#define SPANS_MAX 256 /* exceptions in one sentence */

static const struct terms_words words[TERMS_CATEGORY_COUNT] = {
#define TERM_CATEGORY(name, wire, severity, label_en, label_zh, articles, why_en, why_zh, rewording_en, rewording_zh,  \
                      hint_en, hint_zh)                                                                                \
    [TERMS_##name] = {wire,         TERMS_SEVERITY_##severity,                                                         \
                      label_en,     label_zh,                                                                          \
                      articles,     why_en,                                                                            \
                      why_zh,       rewording_en,                                                                      \
                      rewording_zh, hint_en,                                                                           \
                      hint_zh},
#include "law/terms.def"
#undef TERM_CATEGORY
};

const struct terms_words *terms_words(enum terms_category category)
{
    assert(category < TERMS_CATEGORY_COUNT);
    return &words[category];
}

/* ---- findings ---- */

bool lint_matches(struct lint *lint, const struct pattern *pattern, struct text text, size_t start, size_t *ret_start,
                  size_t *ret_end)
{
    size_t from, to;
    enum pattern_result result = pattern_find(pattern, lint->run, text, start, &from, &to);
    lint->given_up = lint->given_up || result == PATTERN_LIMIT;
    if (result != PATTERN_FOUND)
        return false;
    if (ret_start)
        *ret_start = from;
    if (ret_end)
        *ret_end = to;
    return true;
}

void lint_finding(const struct lint *lint, enum terms_category category, const char *articles,
                  struct terms_finding *ret)
{
    const struct terms_words *row = &words[category];
    *ret = (struct terms_finding){.category = category,
                                  .severity = row->severity,
                                  .why_en = row->why_en,
                                  .why_zh = row->why_zh,
                                  .rewording_en = row->rewording_en,
                                  .rewording_zh = row->rewording_zh,
                                  .hint_en = row->hint_en,
                                  .hint_zh = row->hint_zh};
    while (*articles) {
        struct text code = {articles, strcspn(articles, "|")};
        const struct law_article *article = law_find(code);
        assert(article);
        if (law_in_force(article, lint->day) && ret->article_count < TERMS_ARTICLES_MAX)
            ret->articles[ret->article_count++] = article;
        articles += code.length + (articles[code.length] == '|');
    }
}

static bool is_mark(char c)
{
    return c == '\n' || c == '"' || c == ',' || c == '.' || c == '?' || c == ' ';
}

/* A match without the marks at its ends. */
static void trim(struct text text, size_t *start, size_t *end)
{
    while (*end > *start + 1 && is_mark(text.data[*end - 1]))
        --*end;
    while (*start + 1 < *end && is_mark(text.data[*start]))
        ++*start;
}

static bool overlap(const struct terms_finding *a, const struct terms_finding *b)
{
    return a->offset < b->offset + b->length && b->offset < a->offset + a->length;
}

/* Two findings of one category that overlap are one. */
static void absorb(struct terms_report *report, struct terms_finding *finding)
{
    for (size_t i = 0; i < report->count;) {
        const struct terms_finding other = report->findings[i];
        if (other.category != finding->category || !overlap(&other, finding)) {
            i++;
            continue;
        }
        size_t end = finding->offset + finding->length, other_end = other.offset + other.length;
        finding->offset = other.offset < finding->offset ? other.offset : finding->offset;
        finding->length = (other_end > end ? other_end : end) - finding->offset;
        report->findings[i] = report->findings[--report->count];
        i = 0;
    }
}

void lint_add(struct lint *lint, const struct terms_finding *finding, size_t start, size_t end)
{
    struct terms_report *report = lint->report;
    struct terms_finding added = *finding;
    if ((added.article_count == 0 && added.cited_number == 0) || start == end)
        return;
    added.offset = lint->view.from[start];
    added.length = lint->view.to[end - 1] - added.offset;
    absorb(report, &added);
    if (report->count == TERMS_FINDINGS_MAX)
        report->more = true;
    else
        report->findings[report->count++] = added;
}

/* ---- what takes a finding back ---- */

struct span {
    size_t from, to;
};
struct sentence {
    struct text text;
    size_t offset;      /* in the view */
    size_t next_length; /* of the sentence after it, which may take it back */
    size_t seen;        /* so many bytes at its beginning were the end of the piece before */
    bool is_whole_known, is_whole_taken_back;
    bool is_known[TERMS_CATEGORY_COUNT]; /* whether the category's exceptions were looked for */
    struct span *spans;                  /* theirs, with their categories */
    enum terms_category *span_categories;
    size_t span_count;
};

/* The text before and after a term that count as being about it. */
struct around {
    struct text before, after;
};

/* Where the clause begins in which `at` stands, or what is near enough to it to say something of a term. */
static size_t clause_start(struct text sentence, size_t at)
{
    size_t least = at > BEFORE_BYTES_MAX ? at - BEFORE_BYTES_MAX : 0;
    while (at > least && sentence.data[at - 1] != ',')
        at--;
    while (((unsigned char)sentence.data[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static struct around around(const struct sentence *sentence, size_t start, size_t end)
{
    struct text text = sentence->text;
    size_t quotes = 0, open = 0;
    for (size_t i = 0; i < start; i++)
        if (text.data[i] == '"') {
            quotes++;
            open = i;
        }
    bool is_quoted = quotes % 2 == 1;
    size_t before_end = is_quoted ? open + 1 : start;
    const char *closing = is_quoted ? memchr(text.data + end, '"', text.length - end) : NULL;
    size_t after = closing ? (size_t)(closing - text.data) : end;
    size_t from = clause_start(text, is_quoted ? open : start);
    while (after + 1 < text.length + sentence->next_length && text.data[after] == '.' && text.data[after + 1] == '"')
        after++;
    return (struct around){{text.data + from, before_end - from},
                           {text.data + after, text.length - after + sentence->next_length}};
}

static bool any_matches(struct lint *lint, const struct rules *rules, struct text text)
{
    for (size_t i = 0; i < rules->count; i++)
        if (lint_matches(lint, rules->items[i].pattern, text, 0, NULL, NULL))
            return true;
    return false;
}

static void exceptions_find(struct lint *lint, struct sentence *sentence, enum terms_category category)
{
    const struct rules *excepts = &lint->terms->excepts;
    sentence->is_known[category] = true;
    for (size_t i = 0; i < excepts->count; i++) {
        struct span span;
        if (excepts->items[i].category != category)
            continue;
        for (size_t at = 0; sentence->span_count < SPANS_MAX; at = span.to) {
            if (!lint_matches(lint, excepts->items[i].pattern, sentence->text, at, &span.from, &span.to) ||
                span.to == span.from)
                break;
            sentence->span_categories[sentence->span_count] = category;
            sentence->spans[sentence->span_count++] = span;
        }
    }
}

static bool is_excepted(struct lint *lint, struct sentence *sentence, enum terms_category category, size_t start,
                        size_t end)
{
    if (!sentence->is_known[category])
        exceptions_find(lint, sentence, category);
    for (size_t i = 0; i < sentence->span_count; i++)
        if (sentence->span_categories[i] == category && sentence->spans[i].from < end && start < sentence->spans[i].to)
            return true;
    return false;
}

static bool is_whole_taken_back(struct lint *lint, struct sentence *sentence)
{
    if (!sentence->is_whole_known)
        sentence->is_whole_taken_back = any_matches(lint, &lint->terms->whole, sentence->text);
    sentence->is_whole_known = true;
    return sentence->is_whole_taken_back;
}

static bool is_taken_back(struct lint *lint, struct sentence *sentence, enum terms_category category, size_t start,
                          size_t end)
{
    if (is_whole_taken_back(lint, sentence) || is_excepted(lint, sentence, category, start, end))
        return true;
    struct around near = around(sentence, start, end);
    return any_matches(lint, &lint->terms->before, near.before) || any_matches(lint, &lint->terms->after, near.after);
}

/* ---- going through a text ---- */

static void sentence_lint(struct lint *lint, struct sentence *sentence)
{
    const struct rules *patterns = &lint->terms->patterns;
    for (size_t i = 0; i < patterns->count; i++) {
        const struct rule *rule = &patterns->items[i];
        size_t from, to;
        for (size_t at = 0; at < sentence->text.length && !lint->report->more; at = to) {
            struct terms_finding finding;
            if (!lint_matches(lint, rule->pattern, sentence->text, at, &from, &to) || to == from)
                break;
            size_t start = from, end = to;
            trim(sentence->text, &start, &end);
            if (end <= sentence->seen || is_taken_back(lint, sentence, rule->category, start, end))
                continue;
            lint_finding(lint, rule->category, words[rule->category].articles, &finding);
            lint_add(lint, &finding, sentence->offset + start, sentence->offset + end);
        }
    }
}

/* Where the sentence that begins at `start` ends: at a full stop, or at the last clause of a piece that would be too long.
 * *ret_cut: the piece ends in the middle of a clause. */
static size_t sentence_end(struct text text, size_t start, bool *ret_cut)
{
    size_t clause = start;
    *ret_cut = false;
    for (size_t at = start; at < text.length; at++) {
        if (text.data[at] == '.' || text.data[at] == '?')
            return at + 1;
        if (text.data[at] == ',' || text.data[at] == '\n')
            clause = at + 1;
        bool is_start = ((unsigned char)text.data[at] & 0xc0) != 0x80;
        if (at - start >= SENTENCE_BYTES_MAX && is_start) {
            *ret_cut = clause == start;
            return *ret_cut ? at : clause;
        }
    }
    return text.length;
}

static const struct yield {
    enum terms_category category, other;
} yields[] = {
#define TERM_PATTERN(category, pattern)
#define TERM_EXCEPT(category, pattern)
#define TERM_YIELDS(category, other) {TERMS_##category, TERMS_##other},
#include "law/terms_patterns.def"
#undef TERM_PATTERN
#undef TERM_EXCEPT
#undef TERM_YIELDS
};

static bool is_within_another(const struct terms_report *report, const struct terms_finding *finding)
{
    for (size_t i = 0; i < report->count; i++)
        for (size_t j = 0; j < sizeof yields / sizeof yields[0]; j++)
            if (yields[j].category == finding->category && yields[j].other == report->findings[i].category &&
                overlap(finding, &report->findings[i]))
                return true;
    return false;
}

/* Takes out what a more exact finding says better. */
static void thin_out(struct terms_report *report)
{
    bool goes[TERMS_FINDINGS_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < report->count; i++)
        goes[i] = is_within_another(report, &report->findings[i]);
    for (size_t i = 0; i < report->count; i++)
        if (!goes[i])
            report->findings[kept++] = report->findings[i];
    report->count = kept;
}

static int by_place(const void *a, const void *b)
{
    const struct terms_finding *left = a, *right = b;
    if (left->offset != right->offset)
        return left->offset < right->offset ? -1 : 1;
    return (left->category > right->category) - (left->category < right->category);
}

/* Walks the text once and gives each place its line and column. */
static void places(struct text text, struct terms_report *report)
{
    int line = 1, column = 1;
    for (size_t at = 0; at <= text.length; at++) {
        if (at > 0 && text.data[at - 1] == '\n') {
            line++;
            column = 1;
        }
        for (size_t i = 0; i < report->count; i++) {
            struct terms_finding *finding = &report->findings[i];
            if (finding->offset == at) {
                finding->line = line;
                finding->column = column;
            }
            if (finding->offset + finding->length == at) {
                finding->end_line = line;
                finding->end_column = column;
            }
        }
        if (at < text.length && ((unsigned char)text.data[at] & 0xc0) != 0x80)
            column++;
    }
}

/* Goes through the view; nothing is looked for once there is more than a report holds. */
static void view_lint(struct lint *lint, struct arena *arena)
{
    struct text text = lint->view.text;
    struct span *spans = arena_new_array(arena, struct span, SPANS_MAX);
    enum terms_category *categories = arena_new_array(arena, enum terms_category, SPANS_MAX);
    size_t seen = 0;
    for (size_t at = 0; at < text.length && !lint->given_up && !lint->report->more;) {
        bool is_cut, is_next_cut;
        size_t end = sentence_end(text, at, &is_cut);
        struct sentence sentence = {.text = {text.data + at, end - at},
                                    .offset = at,
                                    .next_length = sentence_end(text, end, &is_next_cut) - end,
                                    .seen = seen,
                                    .spans = spans,
                                    .span_categories = categories};
        sentence_lint(lint, &sentence);
        citations_lint(lint, sentence.text, at);
        at = is_cut ? end - OVERLAP_BYTES : end;
        while (at < end && ((unsigned char)text.data[at] & 0xc0) == 0x80)
            at++;
        seen = end - at;
    }
}

int terms_lint(const struct terms *terms, struct text text, const char *day, struct terms_report *ret,
               struct error *error)
{
    assert(terms);
    assert(ret);
    assert(time_day_is(text_of(day)));
    if (text.length > LIMIT_TERMS_BYTES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "a text of terms has at most %d bytes", LIMIT_TERMS_BYTES);
    if (text_utf8_bad(text) >= 0)
        return error_set(error, ERROR_UTF8_INVALID, "the text must be valid UTF-8");
    struct arena *arena = arena_new(ARENA_BYTES_MAX);
    struct terms_report report = {.count = 0};
    struct lint lint = {.terms = terms, .run = pattern_run_new(), .day = day, .report = &report};
    view_make(terms->folds, arena, text, &lint.view);
    view_lint(&lint, arena);
    report.steps = pattern_run_steps(lint.run);
    pattern_run_free(lint.run);
    arena_free(arena);
    if (lint.given_up)
        return error_set(error, ERROR_TERMS_UNREADABLE, "a sentence of the text cannot be read in reasonable time");
    thin_out(&report);
    qsort(report.findings, report.count, sizeof report.findings[0], by_place);
    places(text, &report);
    for (size_t i = 0; i < report.count; i++) {
        report.findings[i].excerpt = (struct text){text.data + report.findings[i].offset, report.findings[i].length};
        report.void_count += report.findings[i].severity == TERMS_SEVERITY_VOID;
    }
    *ret = report;
    return 0;
}
