/* SPDX-License-Identifier: Apache-2.0 */
/* Opening policy files and reading facts, for all commands of `shuntui policy`. */
#include "cli/policy_file.h"

#include <string.h>

#include "base/limits.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024) /* the largest policy parses into about 2 MiB */
#define FACTS_BYTES_MAX (64 * 1024)

int policy_file_open(struct policy_file *file, const char *path, struct error *error)
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

void policy_file_close(struct policy_file *file)
{
    buffer_done(&file->source);
    arena_free(file->arena);
}

enum policy_language policy_file_language(const struct cli_call *call)
{
    return call->chinese ? POLICY_LANGUAGE_ZH : POLICY_LANGUAGE_EN;
}

enum cli_exit policy_file_refuse(struct cli_call *call, const struct policy_file *file)
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
    policy_problems_print(&out, &file->problems, file->path, policy_file_language(call));
    if (out.length)
        fwrite(out.data, 1, out.length, call->err);
    buffer_done(&out);
    return CLI_EXIT_INPUT;
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

int policy_facts_of_call(const struct cli_call *call, int first, const char *facts_path, struct policy_facts *ret,
                         struct error *error)
{
    policy_facts_init(ret);
    if (facts_path && facts_from_json(ret, facts_path, error) < 0)
        return -1;
    for (int i = first; i < call->args->operand_count; i++) {
        if (fact_from_word(ret, call->args->operands[i], error) < 0)
            return -1;
    }
    return 0;
}
