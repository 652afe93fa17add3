/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values at which the money of one or two clauses can go wrong. Amounts grow or fall evenly in what was paid, in progress and
 * in the part affected, so a comparison is decided at the ends of a box and at the sums that the rules name; progress
 * is tried value by value. Private to this folder.
 */
#ifndef SHUNTUI_POLICY_PROVE_AMOUNTS_H
#define SHUNTUI_POLICY_PROVE_AMOUNTS_H

#include "policy/prove/search.h"

/* Says whether these values show what is looked for. */
typedef bool (*amounts_predicate)(const void *context, const struct policy_facts *facts);

/* Tries the values of the box in an order in which readable ones come first; on success fills *pick with those that the
 * amounts depend on. `b` may be NULL. */
bool amounts_try(const struct prove_space *space, const uint64_t *box, const struct policy_amount *a,
                 const struct policy_amount *b, amounts_predicate predicate, const void *context,
                 struct prove_pick *pick);

#endif
