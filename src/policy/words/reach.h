/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From one situation to the nearest one in which a clause governs: fewest changed facts first. Used for "what would have been
 * refunded" and for the worked examples of the prose. Allocates nothing.
 */
#ifndef SHUNTUI_POLICY_WORDS_REACH_H
#define SHUNTUI_POLICY_WORDS_REACH_H

#include "policy/model.h"

#define REACH_STEPS_MAX 4000 /* situations looked at for one text; a rule of ten clauses takes some hundred */

struct reach_question {
    const struct policy *policy;
    const struct policy_facts *from;
    uint64_t may_change;           /* facts that may be changed; what follows from them changes too */
    struct policy_clause_set aims; /* one of these must govern … */
    bool paid;                     /* … and, once its evidence is there, money must come back */
    bool typical;                  /* new values are round ones from the middle, else the nearest */
    int changes_max;               /* by choice, not counting what follows */
    int64_t steps_max;
};

struct reach_answer {
    int clause;
    uint64_t changed, followed; /* facts that were changed, and those that had to follow */
    int count;                  /* of these, facts that the policy tests; of a typical one, those that were changed */
    struct policy_facts facts;
    int64_t steps;
    bool exact; /* false: the limit of steps was reached, a nearer one may exist */
};

/* Returns whether one was found; *ret->exact is set either way. Exact: in no situation that will do are fewer facts otherwise, of those
 * that the policy tests; of those with as few, the one that takes the least (see change_cost in reach.c). */
bool policy_reach(const struct reach_question *question, struct reach_answer *ret);

#endif
