/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is proved about policies: that one keeps to a floor, and how two versions differ. Exact over every situation that the
 * policies tell apart; each finding carries the smallest situation that shows it. (policy_check, in policy.h, is the third.)
 */
#ifndef SHUNTUI_POLICY_PROVE_PROVE_H
#define SHUNTUI_POLICY_PROVE_PROVE_H

#include "policy/policy.h"

/* ---- floors ---- */

/* Proves that the policy is nowhere less generous than the floor: in no situation a lower outcome (refund full ≥ part ≥
 * review ≥ refuse; parts by their money), harder evidence, a shorter window or a slower deadline. Both must pass
 * policy_check and have the same goods. Returns 0, or -1 with *problems filled (kind FLOOR, each with its situation, both
 * clauses and the articles behind the floor's clause; or LIMIT) and *error set (POLICY_FLOOR or POLICY_LIMIT). */
int policy_floor_prove(const struct policy *policy, const struct policy *floor, struct policy_problems *problems,
                       struct error *error);

/* ---- differences between two versions ---- */

/* One group: all situations that moved from one clause to another with the same change. */
struct policy_difference {
    enum policy_change change;
    int before, after;           /* governing clauses, or POLICY_OTHERWISE */
    struct policy_facts example; /* the smallest situation of the group */
};
struct policy_differences {
    int count;
    struct policy_difference *items; /* in the arena; worse ones first */
    bool harms_buyer;                /* some WORSE, HARDER or SLOWER: buyers' important rights are affected */
};
/* Both must pass policy_check and have the same goods. Returns 0 (count 0: no buyer can tell them apart), or -1 with
 * *error (POLICY_MEANING when the goods differ, POLICY_LIMIT). */
int policy_diff(struct arena *arena, const struct policy *before, const struct policy *after,
                struct policy_differences *ret, struct error *error);

/* ---- what is still possible ---- */

/* One clause that may still govern, with a situation that agrees with what is known. */
struct policy_possibility {
    int governing; /* clause, or POLICY_OTHERWISE */
    enum policy_outcome outcome;
    struct policy_facts example; /* the facts that are known and those that would have to be so */
};
struct policy_whatif {
    int count;
    struct policy_possibility *items; /* in the arena, in the order of the policy, `otherwise` last */
    int question;        /* enum fact that separates them best, or -1 when one is left or nobody can be asked */
    int64_t steps_milli; /* expected questions until one is left, in thousandths, asking the best each time */
};
/* Which clauses can still govern given the known facts (exact: possibilities that hang-together facts exclude are left
 * out), and what to ask next. The policy must pass policy_check. Fails with POLICY_LIMIT. */
int policy_whatif(struct arena *arena, const struct policy *policy, const struct policy_facts *facts,
                  struct policy_whatif *ret, struct error *error);

#endif
