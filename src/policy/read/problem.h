/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the problems of a policy: bounded, each with its place, in both languages. */
#ifndef SHUNTUI_POLICY_READ_PROBLEM_H
#define SHUNTUI_POLICY_READ_PROBLEM_H

#include "policy/policy.h"

struct policy_place {
    struct text source;
    size_t start, length; /* bytes */
};

/* Adds a problem; both formats take the same arguments. Returns it for a hint, or NULL when the list is full. */
struct policy_problem *policy_problem_add(struct policy_problems *problems, enum policy_problem_kind kind,
                                          const struct policy_place *place, const char *format_en,
                                          const char *format_zh, ...);
/* The same with ready sentences. */
struct policy_problem *policy_problem_add_words(struct policy_problems *problems, enum policy_problem_kind kind,
                                                const struct policy_place *place, const char *message_en,
                                                const char *message_zh);
/* Names the place that belongs to it. */
void policy_problem_relate(struct policy_problem *problem, const struct policy_place *other);
/* Makes it a warning: shown, stops nothing. Warnings are added after all errors. */
void policy_problem_warn(struct policy_problems *problems, struct policy_problem *problem);
void policy_problem_hint(struct policy_problem *problem, const char *format_en, const char *format_zh, ...);
/* Puts them in the order of the text. */
void policy_problems_sort(struct policy_problems *problems);
/* Sets *error from the first problem. Returns -1. */
int policy_problems_fail(const struct policy_problems *problems, struct error *error);

/* Where a clause stands: its id. POLICY_OTHERWISE gives the `otherwise` line or, without one, the head. */
struct policy_place policy_place_of(const struct policy *policy, int clause);
struct policy_spot policy_spot_of(const struct policy_place *place);
enum error_code policy_problem_code(enum policy_problem_kind kind);
/* One problem as JSON. policy is NULL when the text is none. */
void policy_problem_write(struct json_writer *writer, const struct policy *policy, const struct policy_problem *problem,
                          const char *file_name);
/* Columns that a text takes on a terminal: East Asian characters take two. */
int policy_display_width(struct text t);

/* The candidate closest to `word`, or NULL when none is close enough to suggest. */
const char *policy_suggest(struct text word, const char *const *candidates, size_t count);

#endif
