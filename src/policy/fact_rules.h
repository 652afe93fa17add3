/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which facts can be true of one order together (fact_rules.def). Unknown facts stand in nobody's way.
 */
#ifndef SHUNTUI_POLICY_FACT_RULES_H
#define SHUNTUI_POLICY_FACT_RULES_H

#include "policy/policy.h"

struct fact_rule {
    enum fact fact, other;
    int64_t low, high, other_low, other_high;
};
const struct fact_rule *policy_fact_rules(size_t *ret_count);

/* Whether an order can be like this. */
bool policy_facts_possible(const struct policy_facts *facts);

/* The range that the known facts leave to an age or a number that happened. */
void policy_facts_room(const struct policy_facts *facts, enum fact fact, int64_t *ret_low, int64_t *ret_high);

/* Lets the other facts follow the `fixed` ones (a mask): what contradicts them takes the only value that fits, an age or a
 * number the nearest one, and becomes unknown where several would do. Returns false when fixed facts contradict each
 * other; *facts is then of no use. *ret_followed: the facts that were changed so. */
bool policy_facts_settle(struct policy_facts *facts, uint64_t fixed, uint64_t *ret_followed);

#endif
