/* SPDX-License-Identifier: Apache-2.0 */
/* The proofs with a limit of the caller's choice, for tests and fuzzing. */
#ifndef SHUNTUI_POLICY_PROVE_CHECK_H
#define SHUNTUI_POLICY_PROVE_CHECK_H

#include "policy/policy.h"

/* Of one proof: two policies of the largest size take a few hundred KiB, a deep search of theirs a few MiB. */
#define PROVE_ARENA_BYTES ((size_t)64 << 20)

int policy_check_within(const struct policy *policy, int64_t boxes_max, struct policy_problems *problems,
                        struct error *error);
int policy_floor_prove_within(const struct policy *policy, const struct policy *floor, int64_t boxes_max,
                              struct policy_problems *problems, struct error *error);

#endif
