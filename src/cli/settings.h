/* SPDX-License-Identifier: Apache-2.0 */
/* The server's settings, read from options, environment and defaults, and checked before anything is opened. */
#ifndef SHUNTUI_CLI_SETTINGS_H
#define SHUNTUI_CLI_SETTINGS_H

#include <stdint.h>

#include "cli/cli.h"

struct cli_settings {
    const char *state, *log_origin, *floors, *web; /* floors: empty for none; web: empty for the program's own */
    char address[64];
    uint16_t port;
    int64_t threads, readers, fee_per_mille, work_interval_ms, drain_s, session_s, sandbox_faults;
    bool rate_limit, behind_proxy;
};

/* Fails with CLI_USAGE; the message names the option or the variable that is wrong. */
int cli_settings_read(const struct cli_args *args, struct cli_settings *ret, struct error *error);
/* For help and tests: name, variable, default of setting i, or NULL past the end. */
struct cli_setting {
    const char *name, *variable, *fallback;
};
const struct cli_setting *cli_setting(size_t i);

#endif
