/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact search for a situation that meets a goal: which clauses must and must not apply, which proofs are there. Works by
 * narrowing a box as far as the goal forces it, then splitting it along one condition that is still undecided; each
 * branch decides at least one condition, and no situation is lost. Private to this folder and to policy/words.
 */
#ifndef SHUNTUI_POLICY_PROVE_SEARCH_H
#define SHUNTUI_POLICY_PROVE_SEARCH_H

#include "policy/prove/space.h"

#define PROVE_WANTS_MAX (2 * (LIMIT_POLICY_CLAUSES + 1) + 2 * POLICY_NEEDS_MAX)

struct prove_goal {
    struct prove_space *space;
    int want_count;
    struct {
        uint16_t node;
        bool holds;
    } wants[PROVE_WANTS_MAX];
    uint64_t *box; /* where to look; everything at first */
    bool empty;    /* nothing can meet it */
};

/* One goal at a time for a space: beginning another ends the one before. */
void prove_goal_begin(struct prove_goal *goal, struct prove_space *space);
void prove_goal_applies(struct prove_goal *goal, int policy, int clause, bool applies);
/* The clause governs; POLICY_OTHERWISE: none applies. */
void prove_goal_governs(struct prove_goal *goal, int policy, int clause);
/* At least one of the proofs is accepted, or none of them is. */
void prove_goal_proofs(struct prove_goal *goal, uint64_t any_of, bool accepted);
void prove_goal_range(struct prove_goal *goal, enum fact fact, int64_t low, int64_t high);
void prove_goal_values(struct prove_goal *goal, enum fact fact, uint64_t mask);
/* Keeps to the situations that agree with what is known. */
void prove_goal_known(struct prove_goal *goal, const struct policy_facts *facts);

enum prove_result { PROVE_NONE, PROVE_FOUND, PROVE_LIMIT };

/* Called for each box in which the goal is decided and that can be; all situations of the goal lie in one of them. Returns
 * true to take the box (and picks values in it that can be together), false to go on. */
struct prove_judge {
    bool (*take)(const void *context, const struct prove_space *space, const uint64_t *box, struct prove_pick *pick);
    const void *context;
};

/* Looks for a possible situation that meets the goal (and that the judge takes, if there is one). On FOUND fills
 * *ret_example (unless NULL) with the fewest facts that show it, and readable values for them. */
enum prove_result prove_find(struct prove_goal *goal, const struct prove_judge *judge,
                             struct policy_facts *ret_example);

#endif
