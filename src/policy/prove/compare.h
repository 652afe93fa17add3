/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two policies over the same situations: what each promises the buyer there, and whether one promises less. Private to this
 * folder; floor.c and diff.c ask.
 */
#ifndef SHUNTUI_POLICY_PROVE_COMPARE_H
#define SHUNTUI_POLICY_PROVE_COMPARE_H

#include "policy/prove/prove.h"
#include "policy/prove/search.h"

/* What governs: a clause, `otherwise`, or `otherwise` for the reason `other`, which goes to a person whatever it says. */
struct compare_side {
    int clause; /* or POLICY_OTHERWISE */
    bool other; /* only with POLICY_OTHERWISE */
};

struct compare {
    struct prove_space *space; /* policy 0 came before, or is the floor; policy 1 is looked at */
    int found_count;           /* of differences, for a caller that bounds them */
    bool over_limit;
};

/* Everything that can govern in the policy, for the space's policy of that index. Returns how many. */
#define COMPARE_SIDES_MAX (LIMIT_POLICY_CLAUSES + 2)
int compare_sides(const struct policy *policy, struct compare_side ret[static COMPARE_SIDES_MAX]);

/* Adds to the goal that this governs in the space's policy of that index. */
void compare_goal(struct prove_goal *goal, int policy, struct compare_side side);

bool compare_amount_equal(const struct policy_amount *a, const struct policy_amount *b);

/* Whether a promise of nothing at all: no policy can undercut it. */
bool compare_promises_nothing(const struct policy *policy, struct compare_side side);

/* Whether there is a situation in which both govern at all: asked first, since most pairs never meet. */
bool compare_meet(struct compare *compare, struct compare_side before, struct compare_side after);

/* Whether there is a situation in which `before` governs in policy 0, `after` in policy 1, and for the buyer the second
 * differs from the first by `change`; then fills *ret_example. */
bool compare_find(struct compare *compare, struct compare_side before, struct compare_side after,
                  enum policy_change change, struct policy_facts *ret_example);

#endif
