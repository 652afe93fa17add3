/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which question separates what is still possible best: the one with which the expected number of questions is least.
 * Private to this folder; whatif.c asks.
 */
#ifndef SHUNTUI_POLICY_PROVE_PLAN_H
#define SHUNTUI_POLICY_PROVE_PLAN_H

#include "policy/prove/compare.h"

#define PLAN_FACTS_MAX 12     /* that may be asked for together; a policy of forty clauses names six */
#define PLAN_STATES_MAX 65536 /* combinations of answers, also of some of the facts; above it the plan is an estimate */
#define PLAN_BOXES_MAX 100000 /* looked at for one plan; then it is an estimate. Published rules take below 1,500 */
#define PLAN_ONE (INT64_C(1) << 20) /* one question, in the fractions that expectations are counted in */

struct plan_side {
    struct compare_side what;
    int consequence;
};

/* A set of possibilities, by position. */
struct plan_set {
    uint64_t bits[POLICY_POSSIBILITY_WORDS];
};

/* A fact that may be asked for, and its cells that can be. */
struct plan_fact {
    enum fact fact;
    int count;
    int *cells, *weights;
};

struct plan {
    struct prove_space *space;
    const uint64_t *box; /* what agrees with the known facts */
    const struct plan_side *sides;
    int side_count; /* each can govern in the box */
    bool over_limit;
};

/* The best question among the facts of the mask; fact.count is 0 when no question separates anything. */
struct plan_choice {
    struct plan_fact fact;
    bool exact;
    int64_t expected;          /* questions, in PLAN_ONE */
    int64_t *expected_answers; /* afterwards, for each cell of the fact */
};
void plan_choose(struct plan *plan, uint64_t ask, struct plan_choice *ret);

/* What can govern in the box. */
void plan_left(struct plan *plan, const uint64_t *box, struct plan_set *ret);
/* A copy of the box with one cell of the fact. */
void plan_box(const struct plan *plan, const uint64_t *box, enum fact fact, int cell, uint64_t *ret);
/* Facts in undecided conditions of what can govern. */
uint64_t plan_undecided(const struct plan *plan);

static inline bool plan_set_has(const struct plan_set *set, int position)
{
    return set->bits[position / 64] >> (position % 64) & 1;
}

static inline void plan_set_add(struct plan_set *set, int position)
{
    set->bits[position / 64] |= UINT64_C(1) << (position % 64);
}

#endif
