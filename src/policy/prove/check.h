/* SPDX-License-Identifier: Apache-2.0 */
/* The check with a limit of the caller's choice, for tests and fuzzing. */
#ifndef SHUNTUI_POLICY_PROVE_CHECK_H
#define SHUNTUI_POLICY_PROVE_CHECK_H

#include "policy/policy.h"

int policy_check_within(const struct policy *policy, int64_t boxes_max, struct policy_problems *problems,
                        struct error *error);

#endif
