/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one command line: language, help, the command, and one way of saying what went wrong. */
#include "cli/cli.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum cli_exit cli_exit_of(const struct error *error)
{
    if (error->code == ERROR_OUTCOME_UNKNOWN)
        return CLI_EXIT_UNKNOWN;
    return CLI_EXIT_STATE;
}

void cli_error_write(struct json_writer *writer, const struct error *error)
{
    json_object_begin(writer);
    json_member_string(writer, "code", error_wire(error->code));
    json_member_string(writer, "message", error->message);
    if (error->hint[0])
        json_member_string(writer, "hint", error->hint);
    if (error->pointer[0])
        json_member_string(writer, "pointer", error->pointer);
    if (error->line) {
        json_member_integer(writer, "line", error->line);
        json_member_integer(writer, "column", error->column);
    }
    json_object_end(writer);
}

enum cli_exit cli_print(struct cli_call *call, struct buffer *out, enum cli_exit status)
{
    if (out->failed) {
        fprintf(call->err, "shuntui: the answer is too large to print\n");
        status = CLI_EXIT_STATE;
    } else if (out->length) {
        fwrite(out->data, 1, out->length, call->out);
        if (out->data[out->length - 1] != '\n')
            fputc('\n', call->out);
    }
    buffer_done(out);
    return status;
}

enum cli_exit cli_fail(struct cli_call *call, enum cli_exit status, const struct error *error)
{
    if (call->json) {
        struct buffer out;
        struct json_writer writer;
        cli_json_begin(&writer, &out);
        json_key(&writer, "error");
        cli_error_write(&writer, error);
        json_member_boolean(&writer, "ok", false);
        return cli_json_end(call, &writer, status);
    }
    fprintf(call->err, "shuntui: %s%s%s", call->chinese ? error_title_zh(error->code) : "", call->chinese ? ": " : "",
            error->message);
    if (error->line)
        fprintf(call->err, " (%d:%d)", error->line, error->column);
    if (error->pointer[0])
        fprintf(call->err, " [%s]", error->pointer);
    fputc('\n', call->err);
    if (error->hint[0])
        fprintf(call->err, "%s%s\n", call->chinese ? "提示: " : "hint: ", error->hint);
    return status;
}

void cli_json_begin(struct json_writer *writer, struct buffer *out)
{
    buffer_init(out, CLI_OUTPUT_BYTES_MAX);
    json_writer_init(writer, out);
    json_object_begin(writer);
}

enum cli_exit cli_json_end(struct cli_call *call, struct json_writer *writer, enum cli_exit status)
{
    struct buffer *out = writer->out;
    json_object_end(writer);
    json_writer_done(writer);
    return cli_print(call, out, status);
}

int cli_read(const char *path, size_t bytes_max, struct buffer *ret, struct error *error)
{
    if (strcmp(path, "-") != 0)
        return file_read_all(path, bytes_max, ret, error);
    char part[4096];
    size_t got, total = 0;
    while ((got = fread(part, 1, sizeof part, stdin)) > 0) {
        total += got;
        if (total > bytes_max)
            return error_set(error, ERROR_LIMIT_EXCEEDED, "standard input is longer than %zu bytes", bytes_max);
        buffer_add(ret, part, got);
    }
    return ferror(stdin) ? error_set(error, ERROR_IO, "standard input could not be read") : buffer_check(ret, error);
}

const char *cli_input_name(const struct cli_call *call, const char *path, enum cli_option_id stdin_name)
{
    const char *name = call->args->values[stdin_name];
    return name && strcmp(path, "-") == 0 ? name : path;
}

static bool environment_is_chinese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

static int choose_language(struct cli_call *call, struct error *error)
{
    const char *lang = call->args->values[CLI_OPTION_ANY_LANG];
    if (!lang)
        return 0;
    if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
        return error_set(error, ERROR_CLI_USAGE, "--lang is zh or en, not \"%.40s\"", lang);
    call->chinese = lang[0] == 'z';
    return 0;
}

static enum cli_exit run(struct cli_call *call, int argc, char *const *argv, struct cli_args *args)
{
    struct error error = {0};
    int parsed = cli_parse(argc, argv, args, &error);
    call->json = args->given[CLI_OPTION_ANY_JSON];
    if (parsed < 0 || choose_language(call, &error) < 0)
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    if (args->given[CLI_OPTION_ANY_HELP]) {
        cli_help(call->out, args->command, call->chinese);
        return CLI_EXIT_OK;
    }
    if (args->command == CLI_COMMAND_ANY) {
        cli_help(call->err, CLI_COMMAND_ANY, call->chinese);
        return CLI_EXIT_USAGE;
    }
    return cli_commands[args->command].run(call);
}

enum cli_exit cli_main(int argc, char *const *argv, FILE *out, FILE *err)
{
    assert(out && err);
    struct cli_args args;
    struct cli_call call = {.args = &args, .chinese = environment_is_chinese(), .out = out, .err = err};
    enum cli_exit status = run(&call, argc, argv, &args);
    if (fflush(out) != 0 || ferror(out)) {
        fprintf(err, "shuntui: the answer could not be written\n");
        return CLI_EXIT_STATE;
    }
    return status;
}
