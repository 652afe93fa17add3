/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration's policies, put into the program by the build from policies/. */
#ifndef SHUNTUI_CLI_EMBEDDED_POLICIES_H
#define SHUNTUI_CLI_EMBEDDED_POLICIES_H

#include <stddef.h>

extern const unsigned char embedded_cards_standard[], embedded_activation_strict[], embedded_topup_instant[],
    embedded_boosting_milestones[];
extern const size_t embedded_cards_standard_length, embedded_activation_strict_length, embedded_topup_instant_length,
    embedded_boosting_milestones_length;

#endif
