/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy of eight clauses that the programs of this folder share, and claims on which it decides. The text is
 * engines/eight.policy, built into the programs.
 */
#ifndef SHUNTUI_BENCH_EIGHT_H
#define SHUNTUI_BENCH_EIGHT_H

#include "base/random.h"
#include "policy/policy.h"

/* Parsed and checked; lives in the arena. The text is part of the program, so a mistake in it stops the program. */
const struct policy *eight_policy(struct arena *arena);
/* A claim on an order of card keys: every fact that a condition tests is known, proofs are there or not. Each clause
 * governs for some claim. */
void eight_facts_make(struct policy_facts *facts, struct random *random);

#endif
