/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui policy explain, prose: what a policy decides, and what it says in plain words. */
#include "cli/policy_file.h"
#include "policy/prove/prove.h"

enum cli_exit cli_policy_prose(struct cli_call *call)
{
    struct policy_file file;
    struct error error = {0};
    enum cli_exit status;
    if (policy_file_open(&file, call->args->operands[0], &error) < 0) {
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    } else if (!file.policy) {
        status = policy_file_refuse(call, &file);
    } else {
        struct buffer out;
        struct json_writer writer;
        buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
        if (call->json) {
            json_writer_init(&writer, &out);
            policy_prose_report(&writer, file.policy);
            json_writer_done(&writer);
        } else {
            policy_prose(&out, file.policy, policy_file_language(call));
        }
        status = cli_print(call, &out, CLI_EXIT_OK);
    }
    policy_file_close(&file);
    return status;
}

/* The question that brings a decision nearest, where the facts are of a policy and a situation that can be. */
static void best_question(const struct policy *policy, const struct policy_facts *facts,
                          struct policy_decision *decision)
{
    struct policy_whatif found;
    struct arena *arena = arena_new(POLICY_WHATIF_BYTES);
    if (decision->disposition == POLICY_OPEN &&
        policy_whatif(arena, policy, facts, policy_askable(), &found, NULL) == 0 && found.question >= 0) {
        decision->fact_best = found.question;
        decision->facts_wanted |= UINT64_C(1) << found.question;
    }
    arena_free(arena);
}

static enum cli_exit explain(struct cli_call *call, const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    struct buffer out;
    policy_evaluate(policy, facts, &decision);
    best_question(policy, facts, &decision);
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        policy_explain_report(&writer, policy, facts, &decision);
        json_writer_done(&writer);
    } else {
        policy_explain(&out, policy, facts, &decision, policy_file_language(call));
    }
    return cli_print(call, &out, CLI_EXIT_OK);
}

enum cli_exit cli_policy_explain(struct cli_call *call)
{
    struct policy_file file;
    struct policy_facts facts;
    struct error error = {0};
    enum cli_exit status;
    if (policy_file_open(&file, call->args->operands[0], &error) < 0)
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    else if (!file.policy)
        status = policy_file_refuse(call, &file);
    else if (policy_facts_of_call(call, 1, call->args->values[CLI_OPTION_POLICY_EXPLAIN_FACTS], &facts, &error) < 0)
        status = cli_fail(call, error.code == ERROR_CLI_USAGE ? CLI_EXIT_USAGE : CLI_EXIT_INPUT, &error);
    else
        status = explain(call, file.policy, &facts);
    policy_file_close(&file);
    return status;
}
