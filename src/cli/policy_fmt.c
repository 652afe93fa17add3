/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui policy fmt: puts policies into canonical layout. All files are read and laid out before the first is written, so
 * that one that is no policy leaves the others as they were.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "policy/policy.h"

struct fmt_file {
    const char *path, *name;
    struct arena *arena;
    struct buffer source;
    struct policy_problems *problems;
    struct text laid; /* data is NULL when the source is no policy */
    bool changed;
};
struct fmt {
    struct cli_call *call;
    bool check, print;
    struct fmt_file files[CLI_OPERANDS_MAX];
    int count, refused, changed;
};

static bool is_printed(const struct fmt *fmt, const struct fmt_file *file)
{
    return !fmt->check && (fmt->print || strcmp(file->path, "-") == 0);
}

/* ---- reading ---- */

/* 0 when the file could be read, whatever it says. */
static int file_lay(struct fmt *fmt, const char *path, struct error *error)
{
    struct fmt_file *file = &fmt->files[fmt->count++];
    *file = (struct fmt_file){.path = path, .arena = arena_new(POLICY_ARENA_BYTES_MAX)};
    file->name = cli_input_name(fmt->call, path, CLI_OPTION_POLICY_FMT_STDIN_NAME);
    file->problems = arena_new_object(file->arena, struct policy_problems);
    buffer_init(&file->source, LIMIT_POLICY_BYTES + 1);
    if (cli_read(path, LIMIT_POLICY_BYTES, &file->source, error) < 0)
        return -1;
    struct text source = buffer_text(&file->source);
    if (policy_format(file->arena, source, &file->laid, file->problems, NULL) < 0)
        fmt->refused++;
    else
        file->changed = !text_equal(file->laid, source);
    fmt->changed += file->changed;
    return 0;
}

/* ---- writing ---- */

/* Through a symbolic link: the link stays, and what it leads to is written. */
static int file_replace(const struct fmt_file *file, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    if (!realpath(file->path, path) || stat(path, &status) != 0)
        return error_set(error, ERROR_IO, "Cannot find %.200s again", file->path);
    return file_write_durable(path, file->laid, status.st_mode & 07777, error);
}

static int files_replace(const struct fmt *fmt, struct error *error)
{
    for (int i = 0; i < fmt->count; i++)
        if (fmt->files[i].changed && !fmt->check && !is_printed(fmt, &fmt->files[i]) &&
            file_replace(&fmt->files[i], error) < 0)
            return -1;
    return 0;
}

/* ---- telling ---- */

static void hash_member(struct json_writer *writer, const char *key, struct text text)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_HEX_BYTES];
    hash_sha256(text.data, text.length, hash);
    hash_hex(hash, hex);
    json_member_string(writer, key, hex);
}

static void file_report(struct json_writer *writer, const struct fmt *fmt, const struct fmt_file *file)
{
    if (!file->laid.data) {
        policy_check_report(writer, NULL, file->problems, file->name);
        return;
    }
    json_object_begin(writer);
    json_member_boolean(writer, "changed", file->changed);
    json_member_string(writer, "file", file->name);
    json_member_boolean(writer, "ok", true);
    hash_member(writer, "sha256", file->laid);
    hash_member(writer, "sha256_before", buffer_text(&file->source));
    if (is_printed(fmt, file))
        json_member_text(writer, "text", file->laid);
    json_object_end(writer);
}

static enum cli_exit report(const struct fmt *fmt, enum cli_exit status)
{
    struct buffer out;
    struct json_writer writer;
    cli_json_begin(&writer, &out);
    json_key(&writer, "files");
    json_array_begin(&writer);
    for (int i = 0; i < fmt->count; i++)
        file_report(&writer, fmt, &fmt->files[i]);
    json_array_end(&writer);
    json_member_boolean(&writer, "ok", status == CLI_EXIT_OK);
    return cli_json_end(fmt->call, &writer, status);
}

static void problems_say(const struct fmt *fmt, const struct fmt_file *file)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    policy_problems_print(&out, file->problems, file->name,
                          fmt->call->chinese ? POLICY_LANGUAGE_ZH : POLICY_LANGUAGE_EN);
    fwrite(out.data, 1, out.length, fmt->call->err);
    buffer_done(&out);
}

static enum cli_exit say(const struct fmt *fmt, enum cli_exit status)
{
    bool zh = fmt->call->chinese, rewritten = false;
    FILE *out = fmt->call->out;
    for (int i = 0; i < fmt->count; i++) {
        const struct fmt_file *file = &fmt->files[i];
        if (!file->laid.data) {
            problems_say(fmt, file);
        } else if (fmt->refused) {
            continue;
        } else if (is_printed(fmt, file)) {
            fwrite(file->laid.data, 1, file->laid.length, out);
        } else if (file->changed) {
            rewritten = !fmt->check;
            fprintf(out, "%s: %s\n", file->name,
                    zh ? (fmt->check ? "需要排版" : "已重新排版")
                       : (fmt->check ? "not in canonical layout" : "laid out anew"));
        }
    }
    if (rewritten)
        fprintf(out, "%s\n",
                zh ? "文本变了，哈希也随之改变：已发布的规则保持原样，要发布新文本须用新的版本号。"
                   : "A new text has a new hash: what is published stays as it is; to publish this text, give it a new "
                     "version.");
    return status;
}

static enum cli_exit run(struct fmt *fmt)
{
    const struct cli_args *args = fmt->call->args;
    struct error error = {0};
    if (fmt->check && fmt->print) {
        error_set(&error, ERROR_CLI_USAGE, "--check prints no policy; leave --stdout out");
        return cli_fail(fmt->call, CLI_EXIT_USAGE, &error);
    }
    for (int i = 0; i < args->operand_count; i++)
        if (file_lay(fmt, args->operands[i], &error) < 0)
            return cli_fail(fmt->call, CLI_EXIT_INPUT, &error);
    if (!fmt->refused && files_replace(fmt, &error) < 0)
        return cli_fail(fmt->call, CLI_EXIT_STATE, &error);
    enum cli_exit status = fmt->refused ? CLI_EXIT_INPUT : CLI_EXIT_OK;
    if (fmt->check && fmt->changed && !fmt->refused)
        status = CLI_EXIT_NEGATIVE;
    return fmt->call->json ? report(fmt, status) : say(fmt, status);
}

enum cli_exit cli_policy_fmt(struct cli_call *call)
{
    struct fmt fmt = {.call = call,
                      .check = call->args->given[CLI_OPTION_POLICY_FMT_CHECK],
                      .print = call->args->given[CLI_OPTION_POLICY_FMT_STDOUT]};
    enum cli_exit status = run(&fmt);
    for (int i = 0; i < fmt.count; i++) {
        buffer_done(&fmt.files[i].source);
        arena_free(fmt.files[i].arena);
    }
    return status;
}
