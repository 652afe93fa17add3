/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies of card keys in any size, to measure how proofs grow with it, in two shapes that people write. All keep to
 * grown_floor.policy and end with `otherwise review`.
 */
#ifndef SHUNTUI_BENCH_GROWN_H
#define SHUNTUI_BENCH_GROWN_H

#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"

#define GROWN_CLAUSES_MIN 10
#define GROWN_CLAUSES_MAX 116 /* fourteen reasons of eight rungs, and four clauses about any reason */

/* Appends a policy that passes policy_check: for each reason a ladder of clauses by state of the card, time since the
 * reveal and cause. Few of them overlap. The same state of random gives the same text. */
void grown_ladders_write(struct buffer *out, int clauses, struct random *random);

/* Appends a list of rules of which the first that applies counts: the floor's clauses, then rules that each test three or four
 * facts and overlap with most others. Rule n is drawn anew for each value of draws[n], so that the caller can replace
 * those that policy_check calls dead. */
struct grown_list {
    int clauses;
    uint64_t seed;
    uint8_t draws[LIMIT_POLICY_CLAUSES];
};
void grown_list_write(struct buffer *out, const struct grown_list *list, struct text floor);
/* The number of the rule with this id, or -1 for a clause of the floor. */
int grown_list_rule(const char *clause_id);

#endif
