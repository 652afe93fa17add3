/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact search over the situations that a policy can tell apart. The values of each fact fall into cells that no
 * condition of the policy splits; a situation is a choice of cells. Facts that do not matter stay open, so one box
 * covers all their values.
 */
#ifndef SHUNTUI_POLICY_PROVE_SITUATION_H
#define SHUNTUI_POLICY_PROVE_SITUATION_H

#include "policy/model.h"

struct situation_cell {
    int64_t low, high; /* of numbers and durations; for enumerations the position of one value */
    uint64_t mask;     /* of enumerations: all values that the policy treats alike */
};

struct situation_goal {
    struct policy_clause_set must_apply, must_not_apply;
    bool reason_not_other; /* leave out what goes to a person anyway */
};

enum situation_result { SITUATION_NONE, SITUATION_FOUND, SITUATION_LIMIT };

struct situation_search;
struct situation_search *situation_search_new(struct arena *arena, const struct policy *policy, int64_t boxes_max);
/* Looks for a possible situation that meets the goal; on FOUND fills *ret_example with the facts that matter and
 * readable values for them. Boxes count over all calls of one search. */
enum situation_result situation_find(struct situation_search *search, const struct situation_goal *goal,
                                     struct policy_facts *ret_example);

#endif
