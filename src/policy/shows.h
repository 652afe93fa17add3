/* SPDX-License-Identifier: Apache-2.0 */
/* What a proof must show: the words beside the picture that a buyer is asked for (proof_shows.def). */
#ifndef SHUNTUI_POLICY_SHOWS_H
#define SHUNTUI_POLICY_SHOWS_H

#include "policy/policy.h"

struct policy_shows {
    const char *time_en, *time_zh;         /* when */
    const char *platform_en, *platform_zh; /* where */
    const char *user_en, *user_zh;         /* whose */
};
const struct policy_shows *policy_proof_shows(enum fact fact); /* NULL for a fact that is no proof */

#endif
