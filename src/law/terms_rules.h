/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled rows of the lint, as terms.c and citations.c use them. Not for other folders. */
#ifndef SHUNTUI_LAW_TERMS_RULES_H
#define SHUNTUI_LAW_TERMS_RULES_H

#include "law/pattern.h"
#include "law/terms.h"
#include "law/view.h"

struct rule {
    enum terms_category category; /* TERMS_CATEGORY_COUNT: of all */
    struct pattern *pattern;
};
struct rules {
    struct rule *items;
    size_t count;
};

struct terms {
    struct view_folds *folds;
    struct rules patterns, excepts, before, after, whole; /* whole: of a sentence */
    struct citations *citations;
};

/* One lint under way. */
struct lint {
    const struct terms *terms;
    struct pattern_run *run;
    struct view view;
    const char *day;
    struct terms_report *report;
    bool given_up; /* a match took too long */
};

/* Whether the pattern matches in the text at or after `start`; *ret_start and *ret_end may be NULL. */
bool lint_matches(struct lint *lint, const struct pattern *pattern, struct text text, size_t start, size_t *ret_start,
                  size_t *ret_end);
/* The words of a category and those of its articles that were in force on the day. */
void lint_finding(const struct lint *lint, enum terms_category category, const char *articles,
                  struct terms_finding *ret);
/* Adds a finding that covers these bytes of the view. One with neither an article nor a citation has no ground and is not added. */
void lint_add(struct lint *lint, const struct terms_finding *finding, size_t start, size_t end);

/* The names under which laws are cited, and the rows of citations.def. */
struct citations *citations_new(const struct view_folds *folds, bool counted);
void citations_free(struct citations *citations);
/* Finds wrong citations in one sentence, which begins at `offset` of the view. */
void citations_lint(struct lint *lint, struct text sentence, size_t offset);

#endif
