/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger check, for commands that must not go on with a database that fails it. */
#ifndef SHUNTUI_CLI_CHECK_H
#define SHUNTUI_CLI_CHECK_H

#include "cli/cli.h"

/* Integrity and every invariant. 0 with the number of violated invariants, or -1 with *error. */
int cli_check_database(const char *path, int *ret_violated, struct error *error);

#endif
