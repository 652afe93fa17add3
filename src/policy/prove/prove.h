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
#define POLICY_DIFFERENCES_MAX 4096 /* of two versions; nobody reads more, and each has a situation of a kilobyte */
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

/* What may still govern, with a situation that agrees with what is known. */
struct policy_possibility {
    int governing; /* clause, or POLICY_OTHERWISE */
    enum policy_outcome outcome;
    int consequence;             /* two with the same number come to the same for the buyer: 0, 1, 2 … */
    struct policy_facts example; /* the facts that are known and those that would have to be so */
};
#define POLICY_POSSIBILITIES_MAX                                                                                       \
    (LIMIT_POLICY_CLAUSES + 2) /* `otherwise` twice: for the reason `other`, and for others */
#define POLICY_POSSIBILITY_WORDS ((POLICY_POSSIBILITIES_MAX + 63) / 64)

/* One answer to the question: values that the policy does not tell apart. */
struct policy_answer {
    uint64_t values;                         /* of an enumeration */
    int64_t low, high;                       /* of a number */
    int weight;                              /* out of the sum of all answers' weights */
    uint64_t left[POLICY_POSSIBILITY_WORDS]; /* bit: position in `items` of what stays possible */
    int64_t steps_milli;                     /* expected afterwards */
};

enum policy_question_purpose {
    POLICY_QUESTION_NONE,    /* nothing is left to ask, or nobody can be asked */
    POLICY_QUESTION_OUTCOME, /* the question separates what is possible */
    POLICY_QUESTION_AMOUNT   /* what follows is clear; the amount needs this fact */
};
struct policy_whatif {
    int count;                        /* 0: the known facts cannot be together */
    struct policy_possibility *items; /* in the arena, in the order of the policy, `otherwise` last */
    int consequence_count;
    enum policy_question_purpose purpose;
    int question; /* enum fact, or -1 */
    int answer_count;
    struct policy_answer *answers; /* in the arena; none when the purpose is AMOUNT: it is a number */
    bool exact;          /* steps_milli is the least that any order of questions can reach; else an estimate */
    int64_t steps_milli; /* expected questions until nothing more can be told apart, in thousandths */
    uint64_t depends;    /* unknown facts that may still decide and that nobody is asked for */
};

#define POLICY_WHATIF_BYTES ((size_t)4 << 20) /* of the arena: an example for each of 130 possibilities */
/* The facts that somebody can be asked for: those with a question, and of the proofs those that the buyer can bring. */
uint64_t policy_askable(void);

/* What can still govern given the known facts (exact: what the facts exclude together is left out), and which of the
 * facts in `ask` to ask for next. Possibilities that come to the same for the buyer need not be told apart. The measure
 * is in docs/whatif.md; the policy must pass policy_check. Fails with POLICY_LIMIT. */
int policy_whatif(struct arena *arena, const struct policy *policy, const struct policy_facts *facts, uint64_t ask,
                  struct policy_whatif *ret, struct error *error);

#endif
