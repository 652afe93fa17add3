/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: a table of commands, a table of options, and what the commands share.
 * Commands print results on standard output and complaints on standard error, and say in the exit status how it went.
 */
#ifndef SHUNTUI_CLI_CLI_H
#define SHUNTUI_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

enum cli_exit {
#define EXIT_ROW(name, status, en, zh) CLI_EXIT_##name = status,
#include "cli/exits.def"
#undef EXIT_ROW
};

enum cli_command_id {
#define COMMAND_ROW(name, words, operands, least, most, run, en, zh) CLI_COMMAND_##name,
#include "cli/commands.def"
#undef COMMAND_ROW
    CLI_COMMAND_ANY /* also the number of commands */
};

enum cli_option_id {
#define OPTION_ROW(command, name, long_name, value, en, zh) CLI_OPTION_##command##_##name,
#include "cli/options.def"
#undef OPTION_ROW
    CLI_OPTION_COUNT
};

struct cli_option {
    enum cli_command_id command;
    const char *name, *value, *en, *zh;
};
extern const struct cli_option cli_options[CLI_OPTION_COUNT];

#define CLI_OPERANDS_MAX 64
#define CLI_OUTPUT_BYTES_MAX (16 * 1024 * 1024) /* a report on a bundle with thousands of findings is about 2 MiB */

struct cli_args {
    enum cli_command_id command; /* CLI_COMMAND_ANY when only --help or nothing was said */
    bool given[CLI_OPTION_COUNT];
    const char *values[CLI_OPTION_COUNT]; /* NULL unless given with a value */
    const char *operands[CLI_OPERANDS_MAX];
    int operand_count;
};

/* One run of one command. */
struct cli_call {
    const struct cli_args *args;
    bool json, chinese;
    FILE *out, *err;
};

typedef enum cli_exit cli_run_fn(struct cli_call *call);

struct cli_command {
    const char *words, *operands;
    int least, most;
    cli_run_fn *run;
    const char *en, *zh;
};
extern const struct cli_command cli_commands[CLI_COMMAND_ANY];

#define COMMAND_ROW(name, words, operands, least, most, run, en, zh) cli_run_fn run;
#include "cli/commands.def"
#undef COMMAND_ROW

/* Reads the command line into *ret. Fails with CLI_USAGE; *ret then still tells the command, as far as it was understood. */
int cli_parse(int argc, char *const *argv, struct cli_args *ret, struct error *error);
/* Parses, runs, flushes; the whole program but for the process. */
enum cli_exit cli_main(int argc, char *const *argv, FILE *out, FILE *err);
/* Help for one command, or for the program when command is CLI_COMMAND_ANY. */
void cli_help(FILE *out, enum cli_command_id command, bool chinese);

/* Says what went wrong (words on err, or {"error":{…},"ok":false} on out) and returns status. */
enum cli_exit cli_fail(struct cli_call *call, enum cli_exit status, const struct error *error);
/* The status that fits a failure of opening or changing a state directory: STATE, INPUT or UNKNOWN. */
enum cli_exit cli_exit_of(const struct error *error);
/* Writes the members of *error as a JSON object. */
void cli_error_write(struct json_writer *writer, const struct error *error);
/* Prints what is in *out and frees it. Returns status, or STATE when it could not be written. */
enum cli_exit cli_print(struct cli_call *call, struct buffer *out, enum cli_exit status);
/* Appends a file of the user's, or standard input for "-". Fails with IO or LIMIT_EXCEEDED. */
int cli_read(const char *path, size_t bytes_max, struct buffer *ret, struct error *error);
/* What to call an input in reports: its path or, for standard input, what the command's --stdin-name says. */
const char *cli_input_name(const struct cli_call *call, const char *path, enum cli_option_id stdin_name);
/* For --json: begins and ends the one object of the answer; the caller's members come between. */
void cli_json_begin(struct json_writer *writer, struct buffer *out);
enum cli_exit cli_json_end(struct cli_call *call, struct json_writer *writer, enum cli_exit status);

#endif
