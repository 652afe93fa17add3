/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui policy check, explain, prose: what a policy text says, whether it holds together, and what it decides. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "policy/policy.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024) /* the largest policy parses into about 2 MiB */
#define FACTS_BYTES_MAX (64 * 1024)

/* One policy file, read and parsed. */
struct policy_file {
    const char *path;
    struct arena *arena;
    struct buffer source;
    const struct policy *policy; /* NULL when it is not one */
    struct policy_problems problems;
};

/* Returns 0 when the file could be read, whatever it says; -1 with *error otherwise. */
static int file_open(struct policy_file *file, const char *path, struct error *error)
{
    memset(file, 0, sizeof *file);
    file->path = path;
    file->arena = arena_new(ARENA_BYTES_MAX);
    buffer_init(&file->source, LIMIT_POLICY_BYTES + 1);
    if (cli_read(path, LIMIT_POLICY_BYTES, &file->source, error) < 0)
        return -1;
    if (policy_parse(file->arena, buffer_text(&file->source), &file->policy, &file->problems, NULL) < 0)
        file->policy = NULL;
    return 0;
}

static void file_close(struct policy_file *file)
{
    buffer_done(&file->source);
    arena_free(file->arena);
}

static enum policy_language language_of(const struct cli_call *call)
{
    return call->chinese ? POLICY_LANGUAGE_ZH : POLICY_LANGUAGE_EN;
}

/* ---- check ---- */

static void check_words(struct cli_call *call, const struct policy_file *file, bool clean)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (clean)
        fprintf(call->out,
                call->chinese ? "%s: 通过 (%s,版本 %lld,%d 条)\n" : "%s: ok (%s, version %lld, %d clauses)\n",
                file->path, policy_name(file->policy), (long long)policy_version(file->policy),
                policy_clause_count(file->policy));
    else
        policy_problems_print(&out, &file->problems, file->path, language_of(call));
    if (out.length)
        fwrite(out.data, 1, out.length, call->err);
    buffer_done(&out);
}

enum cli_exit cli_policy_check(struct cli_call *call)
{
    struct buffer out;
    struct json_writer writer;
    bool clean = true;
    if (call->json) {
        cli_json_begin(&writer, &out);
        json_key(&writer, "files");
        json_array_begin(&writer);
    }
    for (int i = 0; i < call->args->operand_count; i++) {
        struct policy_file file;
        struct error error = {0};
        if (file_open(&file, call->args->operands[i], &error) < 0) {
            file_close(&file);
            if (call->json) {
                json_array_end(&writer);
                json_object_end(&writer);
                json_writer_done(&writer);
                buffer_done(&out);
            }
            return cli_fail(call, CLI_EXIT_INPUT, &error);
        }
        bool ok = file.policy && policy_check(file.policy, &file.problems, NULL) == 0;
        clean = clean && ok;
        if (call->json)
            policy_check_report(&writer, file.policy, &file.problems, file.path);
        else
            check_words(call, &file, ok);
        file_close(&file);
    }
    if (!call->json)
        return clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE;
    json_array_end(&writer);
    json_member_boolean(&writer, "ok", clean);
    return cli_json_end(call, &writer, clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE);
}

/* ---- prose and explain ---- */

/* For commands that need a policy that parses: says what is wrong with it, and returns INPUT. */
static enum cli_exit refuse_policy(struct cli_call *call, const struct policy_file *file)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        policy_check_report(&writer, NULL, &file->problems, file->path);
        json_writer_done(&writer);
        return cli_print(call, &out, CLI_EXIT_INPUT);
    }
    policy_problems_print(&out, &file->problems, file->path, language_of(call));
    if (out.length)
        fwrite(out.data, 1, out.length, call->err);
    buffer_done(&out);
    return CLI_EXIT_INPUT;
}

enum cli_exit cli_policy_prose(struct cli_call *call)
{
    struct policy_file file;
    struct error error = {0};
    enum cli_exit status;
    if (file_open(&file, call->args->operands[0], &error) < 0) {
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    } else if (!file.policy) {
        status = refuse_policy(call, &file);
    } else {
        struct buffer out;
        struct json_writer writer;
        buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
        if (call->json) {
            json_writer_init(&writer, &out);
            policy_prose_report(&writer, file.policy);
            json_writer_done(&writer);
        } else {
            policy_prose(&out, file.policy, language_of(call));
        }
        status = cli_print(call, &out, CLI_EXIT_OK);
    }
    file_close(&file);
    return status;
}

static int facts_from_json(struct policy_facts *facts, const char *path, struct error *error)
{
    struct buffer source;
    struct json *document = NULL;
    buffer_init(&source, FACTS_BYTES_MAX + 1);
    int result = cli_read(path, FACTS_BYTES_MAX, &source, error);
    if (result == 0)
        result = json_parse(buffer_text(&source), FACTS_BYTES_MAX, &document, error);
    if (result == 0)
        result = policy_facts_read(facts, document, error);
    if (result < 0)
        error_prefix(error, "%.80s", path);
    json_free(document);
    buffer_done(&source);
    return result;
}

static enum fact_source first_source(enum fact fact)
{
    unsigned sources = fact_info(fact)->sources;
    int source = 0;
    while (source < FACT_SOURCE_COUNT - 1 && !(sources & (1u << source)))
        source++;
    return (enum fact_source)source;
}

/* "reason=key_invalid" */
static int fact_from_word(struct policy_facts *facts, const char *word, struct error *error)
{
    const char *equals = strchr(word, '=');
    if (!equals) {
        error_set(error, ERROR_CLI_USAGE, "\"%.60s\" is not FACT=VALUE", word);
        return error_hint(error, "for example reason=key_invalid card=revealed amount=1250");
    }
    struct text name = {word, (size_t)(equals - word)};
    int fact = fact_find(name);
    if (fact < 0) {
        const char *names[FACT_COUNT];
        for (int i = 0; i < FACT_COUNT; i++)
            names[i] = fact_info((enum fact)i)->word;
        const char *nearest = json_nearest(name, names, FACT_COUNT);
        error_set(error, ERROR_FIELD_UNKNOWN, "there is no fact \"%.*s\"", (int)(name.length < 60 ? name.length : 60),
                  word);
        return nearest ? error_hint(error, "did you mean %s?", nearest) : -1;
    }
    return policy_facts_set_word(facts, (enum fact)fact, text_of(equals + 1), first_source((enum fact)fact), -1, error);
}

static int facts_of_call(const struct cli_call *call, struct policy_facts *facts, struct error *error)
{
    const char *path = call->args->values[CLI_OPTION_POLICY_EXPLAIN_FACTS];
    policy_facts_init(facts);
    if (path && facts_from_json(facts, path, error) < 0)
        return -1;
    for (int i = 1; i < call->args->operand_count; i++) {
        if (fact_from_word(facts, call->args->operands[i], error) < 0)
            return -1;
    }
    return 0;
}

static enum cli_exit explain(struct cli_call *call, const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    struct buffer out;
    policy_evaluate(policy, facts, &decision);
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        policy_explain_report(&writer, policy, facts, &decision);
        json_writer_done(&writer);
    } else {
        policy_explain(&out, policy, facts, &decision, language_of(call));
    }
    return cli_print(call, &out, CLI_EXIT_OK);
}

enum cli_exit cli_policy_explain(struct cli_call *call)
{
    struct policy_file file;
    struct policy_facts facts;
    struct error error = {0};
    enum cli_exit status;
    if (file_open(&file, call->args->operands[0], &error) < 0)
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    else if (!file.policy)
        status = refuse_policy(call, &file);
    else if (facts_of_call(call, &facts, &error) < 0)
        status = cli_fail(call, error.code == ERROR_CLI_USAGE ? CLI_EXIT_USAGE : CLI_EXIT_INPUT, &error);
    else
        status = explain(call, file.policy, &facts);
    file_close(&file);
    return status;
}
