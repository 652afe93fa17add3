/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pattern of the lint, over a view (law/view.h). PCRE2 does the matching and appears nowhere else; every match has limits, so that no
 * text can hold the program up. A pattern is a Perl-compatible regular expression with three additions:
 *   <name>  the words of that name in law/terms_words.def
 *   ~8      at most eight characters of the same clause, none of them a negation, as few as possible
 *   &8      at most eight characters of the same sentence, as few as possible
 * Between two wide characters a quotation mark, a line break or '、' may stand: a seller breaks lines and quotes as he likes. Not in a
 * look-behind.
 */
#ifndef SHUNTUI_LAW_PATTERN_H
#define SHUNTUI_LAW_PATTERN_H

#include "base/text.h"

struct pattern;
struct pattern_run; /* what one thread needs to match: one for each lint */

/* Stops the program when the pattern is malformed: patterns are rows of ours. counted: every step of a match is counted, which is
 * slower. */
struct pattern *pattern_new(const char *source, bool counted);
void pattern_free(struct pattern *pattern);

struct pattern_run *pattern_run_new(void);
void pattern_run_free(struct pattern_run *run);
int64_t pattern_run_steps(const struct pattern_run *run);

enum pattern_result {
    PATTERN_NONE,
    PATTERN_FOUND,
    PATTERN_LIMIT
}; /* LIMIT: the match took too long and was given up */
/* The first match in the subject at or after `start`; what stands before `start` is seen by look-behinds. */
enum pattern_result pattern_find(const struct pattern *pattern, struct pattern_run *run, struct text subject,
                                 size_t start, size_t *ret_start, size_t *ret_end);

#endif
