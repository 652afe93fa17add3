/* SPDX-License-Identifier: Apache-2.0 */
/* A situation in the words of the policy language. Private to this folder. */
#ifndef SHUNTUI_POLICY_PROVE_SITUATION_H
#define SHUNTUI_POLICY_PROVE_SITUATION_H

#include "policy/policy.h"

#define SITUATION_CONDITIONS_MAX (2 * FACT_COUNT) /* a number may have two bounds */

struct situation {
    int count;
    const char *conditions[SITUATION_CONDITIONS_MAX]; /* in the arena */
};

/* Facts that the policy does not tell apart give no condition, nor does money of another currency. */
void situation_make(struct arena *arena, const struct policy *policy, const struct policy_facts *facts,
                    struct situation *ret);
/* "3 days", as the language writes whole minutes. */
void situation_duration_write(struct buffer *out, int64_t seconds);

#endif
