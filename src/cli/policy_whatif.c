/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui policy whatif: which outcomes some facts leave open, and the question that separates them best. */
#include "cli/policy_file.h"
#include "policy/words/whatif.h"

static enum cli_exit whatif_print(struct cli_call *call, const struct policy *policy, const struct policy_facts *facts,
                                  const struct policy_whatif *whatif)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        policy_whatif_report(&writer, policy, facts, whatif);
        json_writer_done(&writer);
    } else {
        policy_whatif_words(&out, policy, facts, whatif, policy_file_language(call));
    }
    return cli_print(call, &out, whatif->count ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE);
}

/* A policy that does not pass the check would be answered as if its gaps and conflicts were meant. */
static enum cli_exit whatif_ask(struct cli_call *call, struct policy_file *file)
{
    struct policy_facts facts;
    struct policy_whatif whatif;
    struct error error = {0};
    const char *path = call->args->values[CLI_OPTION_POLICY_WHATIF_FACTS];
    if (!file->policy || policy_check(file->policy, &file->problems, NULL) < 0)
        return policy_file_refuse(call, file);
    if (policy_facts_of_call(call, 1, path, &facts, &error) < 0)
        return cli_fail(call, error.code == ERROR_CLI_USAGE ? CLI_EXIT_USAGE : CLI_EXIT_INPUT, &error);
    if (policy_whatif(file->arena, file->policy, &facts, policy_askable(), &whatif, &error) < 0)
        return cli_fail(call, CLI_EXIT_INPUT, &error);
    return whatif_print(call, file->policy, &facts, &whatif);
}

enum cli_exit cli_policy_whatif(struct cli_call *call)
{
    struct policy_file file;
    struct error error = {0};
    enum cli_exit status = policy_file_open(&file, call->args->operands[0], &error) < 0
                               ? cli_fail(call, CLI_EXIT_INPUT, &error)
                               : whatif_ask(call, &file);
    policy_file_close(&file);
    return status;
}
