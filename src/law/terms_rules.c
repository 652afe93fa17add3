/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles the rows of the lint once. */
#include "law/terms_rules.h"

#include <stdlib.h>

struct row {
    enum terms_category category;
    const char *pattern;
};
static const struct row pattern_rows[] = {
#define TERM_PATTERN(category, pattern) {TERMS_##category, pattern},
#define TERM_EXCEPT(category, pattern)
#define TERM_YIELDS(category, other)
#include "law/terms_patterns.def"
#undef TERM_PATTERN
#undef TERM_EXCEPT
#undef TERM_YIELDS
};
static const struct row except_rows[] = {
#define TERM_PATTERN(category, pattern)
#define TERM_EXCEPT(category, pattern) {TERMS_##category, pattern},
#define TERM_YIELDS(category, other)
#include "law/terms_patterns.def"
#undef TERM_PATTERN
#undef TERM_EXCEPT
#undef TERM_YIELDS
};
#define TERM_BEFORE(pattern)
#define TERM_AFTER(pattern)
#define TERM_SENTENCE(pattern)
static const struct row before_rows[] = {
#undef TERM_BEFORE
#define TERM_BEFORE(pattern) {TERMS_CATEGORY_COUNT, pattern},
#include "law/terms_guards.def"
#undef TERM_BEFORE
#define TERM_BEFORE(pattern)
};
static const struct row after_rows[] = {
#undef TERM_AFTER
#define TERM_AFTER(pattern) {TERMS_CATEGORY_COUNT, pattern},
#include "law/terms_guards.def"
#undef TERM_AFTER
#define TERM_AFTER(pattern)
};
static const struct row sentence_rows[] = {
#undef TERM_SENTENCE
#define TERM_SENTENCE(pattern) {TERMS_CATEGORY_COUNT, pattern},
#include "law/terms_guards.def"
#undef TERM_SENTENCE
};

static void rules_new(struct rules *rules, const struct row *rows, size_t count, bool counted)
{
    rules->items = calloc(count + 1, sizeof *rules->items);
    if (!rules->items)
        abort();
    for (; rules->count < count; rules->count++)
        rules->items[rules->count] =
            (struct rule){rows[rules->count].category, pattern_new(rows[rules->count].pattern, counted)};
}
#define RULES_NEW(rules, rows, counted) rules_new((rules), (rows), sizeof(rows) / sizeof((rows)[0]), (counted))

static void rules_free(struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        pattern_free(rules->items[i].pattern);
    free(rules->items);
}

struct terms *terms_new(bool counted)
{
    struct terms *terms = calloc(1, sizeof *terms);
    if (!terms)
        abort();
    terms->folds = view_folds_new();
    RULES_NEW(&terms->patterns, pattern_rows, counted);
    RULES_NEW(&terms->excepts, except_rows, counted);
    RULES_NEW(&terms->before, before_rows, counted);
    RULES_NEW(&terms->after, after_rows, counted);
    RULES_NEW(&terms->whole, sentence_rows, counted);
    terms->citations = citations_new(terms->folds, counted);
    return terms;
}

void terms_free(struct terms *terms)
{
    if (!terms)
        return;
    view_folds_free(terms->folds);
    rules_free(&terms->patterns);
    rules_free(&terms->excepts);
    rules_free(&terms->before);
    rules_free(&terms->after);
    rules_free(&terms->whole);
    citations_free(terms->citations);
    free(terms);
}
