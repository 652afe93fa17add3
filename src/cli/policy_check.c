/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui policy check, diff: whether a policy may be published, and what a new version changes for buyers. */
#include <string.h>

#include "cli/policy_file.h"
#include "policy/prove/prove.h"
#include "policy/words/difference.h"

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
    policy_problems_print(&out, &file->problems, file->path, policy_file_language(call));
    if (out.length)
        fwrite(out.data, 1, out.length, call->err);
    buffer_done(&out);
}

/* Checks one policy alone and, when a floor is given, against it. The warnings of the first are kept. */
static bool check_one(struct policy_file *file, const struct policy *floor)
{
    struct policy_problems below;
    if (!file->policy || policy_check(file->policy, &file->problems, NULL) < 0)
        return false;
    if (!floor || policy_floor_prove(file->policy, floor, &below, NULL) == 0)
        return true;
    file->problems = below;
    return false;
}

static enum cli_exit check_all(struct cli_call *call, const struct policy *floor)
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
        if (policy_file_open(&file, call->args->operands[i], &error) < 0) {
            policy_file_close(&file);
            if (call->json) {
                json_array_end(&writer);
                json_object_end(&writer);
                json_writer_done(&writer);
                buffer_done(&out);
            }
            return cli_fail(call, CLI_EXIT_INPUT, &error);
        }
        file.path = cli_input_name(call, file.path, CLI_OPTION_POLICY_CHECK_STDIN_NAME);
        bool ok = check_one(&file, floor);
        clean = clean && ok;
        if (call->json)
            policy_check_report(&writer, file.policy, &file.problems, file.path);
        else
            check_words(call, &file, ok);
        policy_file_close(&file);
    }
    if (!call->json)
        return clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE;
    json_array_end(&writer);
    json_member_boolean(&writer, "ok", clean);
    return cli_json_end(call, &writer, clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE);
}

enum cli_exit cli_policy_check(struct cli_call *call)
{
    const char *path = call->args->values[CLI_OPTION_POLICY_CHECK_FLOOR];
    struct policy_file floor;
    struct error error = {0};
    enum cli_exit status;
    if (!path)
        return check_all(call, NULL);
    if (policy_file_open(&floor, path, &error) < 0)
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    else if (!floor.policy || policy_check(floor.policy, &floor.problems, NULL) < 0)
        status = policy_file_refuse(call, &floor);
    else
        status = check_all(call, floor.policy);
    policy_file_close(&floor);
    return status;
}

/* ---- diff ---- */

static enum cli_exit differences_print(struct cli_call *call, const struct policy *before, const struct policy *after,
                                       const struct policy_differences *differences)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        policy_difference_report(&writer, before, after, differences);
        json_writer_done(&writer);
    } else {
        policy_difference_words(&out, before, after, differences, policy_file_language(call));
    }
    return cli_print(call, &out, differences->count ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
}

static enum cli_exit compare(struct cli_call *call, struct policy_file *before, struct policy_file *after)
{
    struct policy_file *const both[] = {before, after};
    struct policy_differences differences;
    struct error error = {0};
    for (size_t i = 0; i < 2; i++)
        if (!both[i]->policy || policy_check(both[i]->policy, &both[i]->problems, NULL) < 0)
            return policy_file_refuse(call, both[i]);
    if (policy_diff(before->arena, before->policy, after->policy, &differences, &error) < 0)
        return cli_fail(call, CLI_EXIT_INPUT, &error);
    return differences_print(call, before->policy, after->policy, &differences);
}

enum cli_exit cli_policy_diff(struct cli_call *call)
{
    struct policy_file before, after;
    struct error error = {0};
    enum cli_exit status = CLI_EXIT_INPUT;
    memset(&after, 0, sizeof after);
    if (policy_file_open(&before, call->args->operands[0], &error) < 0 ||
        policy_file_open(&after, call->args->operands[1], &error) < 0)
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    else
        status = compare(call, &before, &after);
    policy_file_close(&before);
    if (after.arena)
        policy_file_close(&after);
    return status;
}
