/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `shuntui policy simulate` in words. */
#ifndef SHUNTUI_CLI_POLICY_SIMULATE_H
#define SHUNTUI_CLI_POLICY_SIMULATE_H

#include "cli/cli.h"
#include "service/policies/simulate.h"

/* Appends the report. Looks up the names of merchants. */
int cli_simulation_words(struct service_call *call, const struct policy *policy,
                         const struct service_simulation_scope *scope, const struct service_simulation *simulation,
                         bool chinese, struct buffer *out, struct error *error);

#endif
