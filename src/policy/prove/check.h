/* SPDX-License-Identifier: Apache-2.0 */
/* The proofs with a limit of the caller's choice, for tests and fuzzing, and for a policy that a clarification was added to. */
#ifndef SHUNTUI_POLICY_PROVE_CHECK_H
#define SHUNTUI_POLICY_PROVE_CHECK_H

#include "policy/policy.h"

/* Of one proof: two policies of the largest size take a few hundred KiB, a deep search of theirs a few MiB. */
#define PROVE_ARENA_BYTES ((size_t)64 << 20)

int policy_check_within(const struct policy *policy, int64_t boxes_max, struct policy_problems *problems,
                        struct error *error);
/* A clarification may leave a clause that it overrides without a situation of its own. */
int policy_check_clarified(const struct policy *policy, const struct policy_clause_set *may_be_dead,
                           struct policy_problems *problems, struct error *error);
int policy_floor_prove_within(const struct policy *policy, const struct policy *floor, int64_t boxes_max,
                              struct policy_problems *problems, struct error *error);

#endif
