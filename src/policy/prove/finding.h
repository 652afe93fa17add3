/* SPDX-License-Identifier: Apache-2.0 */
/* A finding of the proofs: a problem with the situation that shows it, in words and as facts. Private to this folder. */
#ifndef SHUNTUI_POLICY_PROVE_FINDING_H
#define SHUNTUI_POLICY_PROVE_FINDING_H

#include "policy/prove/search.h"
#include "policy/read/problem.h"

/* What the parts of policy_check share. */
struct prove_check {
    const struct policy *policy;
    struct prove_space *space;
    struct policy_problems *problems;
    const struct policy_clause_set *may_be_dead; /* clauses that another may have made void; NULL: none */
    bool over_limit;
};

/* Runs the search unless the limit was reached before. */
bool prove_check_find(struct prove_check *check, struct prove_goal *goal, const struct prove_judge *judge,
                      struct policy_facts *ret_example);

/* Adds a problem at the clause (POLICY_OTHERWISE: at the `otherwise` line or the head). Both formats take the same arguments; the example, if any, is
 * appended in words. Returns it for a hint, or NULL when the list is full. */
struct policy_problem *prove_finding(struct prove_check *check, enum policy_problem_kind kind, int clause,
                                     const struct policy_facts *example, const char *format_en, const char *format_zh,
                                     ...);

/* The same with ready words. */
#define PROVE_MESSAGE_BYTES 1200
struct policy_problem *prove_finding_words(struct prove_check *check, enum policy_problem_kind kind, int clause,
                                           const struct policy_facts *example, const char *words_en,
                                           const char *words_zh);

/* ---- the parts of policy_check; each adds what it finds ---- */

void prove_evidence(struct prove_check *check);
void prove_deadlines(struct prove_check *check);
void prove_destinations(struct prove_check *check);
void prove_amounts(struct prove_check *check);
void prove_laws(struct prove_check *check);
void prove_late_windows(struct prove_check *check); /* warnings from here on */
void prove_untested(struct prove_check *check);

/* Numbers at which these parts need facts to be split. */
#define PROVE_CHECK_BOUNDS_MAX 4
int prove_check_bounds(struct prove_bound ret[static PROVE_CHECK_BOUNDS_MAX]);

#endif
