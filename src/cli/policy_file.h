/* SPDX-License-Identifier: Apache-2.0 */
/* A policy file of the user's, as the commands of `shuntui policy` open it. */
#ifndef SHUNTUI_CLI_POLICY_FILE_H
#define SHUNTUI_CLI_POLICY_FILE_H

#include "base/arena.h"
#include "cli/cli.h"
#include "policy/policy.h"

/* One policy file, read and parsed. */
struct policy_file {
    const char *path;
    struct arena *arena;
    struct buffer source;
    const struct policy *policy; /* NULL when it is not one */
    struct policy_problems problems;
};

/* Returns 0 when the file could be read, whatever it says; -1 with *error otherwise. "-" is standard input. Close it either way. */
int policy_file_open(struct policy_file *file, const char *path, struct error *error);
void policy_file_close(struct policy_file *file);
enum policy_language policy_file_language(const struct cli_call *call);
/* For commands that need a policy that parses: says what is wrong with it, and returns INPUT. */
enum cli_exit policy_file_refuse(struct cli_call *call, const struct policy_file *file);
/* Facts of the command line, FACT=VALUE from the operand `first` on, on top of those of the JSON file, if any. */
int policy_facts_of_call(const struct cli_call *call, int first, const char *facts_path, struct policy_facts *ret,
                         struct error *error);

#endif
