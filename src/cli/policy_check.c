/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui policy check, diff: whether a policy may be published, and what a new version changes for buyers. */
#include <string.h>

#include "base/time.h"
#include "cli/policy_file.h"
#include "policy/prove/prove.h"
#include "policy/words/difference.h"
#include "service/policies/floors.h"

#define FLOORS_ARENA_BYTES ((size_t)64 << 20) /* six small texts, parsed anew for each file that is checked */

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

/* The floor to prove against: a policy of a file, or a name of those that the program carries, in the version of a day. */
struct floor_choice {
    const struct policy *policy; /* or NULL */
    const char *name;            /* or NULL */
    char day[TIME_DAY_TEXT_BYTES];
    struct arena *arena;
};

/* NULL when the program carries no floor of that name for these goods and that day. */
static const struct policy *floor_carried(const struct floor_choice *choice, enum policy_goods goods)
{
    const struct policy *best = NULL, *policy;
    struct policy_problems *problems = arena_new_object(choice->arena, struct policy_problems);
    for (size_t i = 0; service_floor_text(i).data; i++) {
        if (policy_parse(choice->arena, service_floor_text(i), &policy, problems, NULL) < 0 ||
            policy_goods(policy) != goods || strcmp(policy_name(policy), choice->name) != 0 ||
            strcmp(policy_effective(policy), choice->day) > 0)
            continue;
        if (!best || policy_version(policy) > policy_version(best))
            best = policy;
    }
    return best;
}

/* Checks one policy alone and, when a floor is given, against it. The warnings of the first are kept. */
static bool check_one(struct policy_file *file, const struct floor_choice *choice, const struct policy **ret_floor)
{
    struct policy_problems below;
    const struct policy *floor = choice->policy;
    if (file->policy && choice->name)
        floor = floor_carried(choice, policy_goods(file->policy));
    *ret_floor = floor;
    if (!file->policy || policy_check(file->policy, &file->problems, NULL) < 0)
        return false;
    if (!floor || policy_floor_prove(file->policy, floor, &below, NULL) == 0)
        return true;
    file->problems = below;
    return false;
}

/* One file, opened. A floor that was asked for by a name that nothing carries is the caller's mistake. */
static int check_file(struct cli_call *call, struct policy_file *file, const struct floor_choice *choice,
                      struct json_writer *writer, bool *clean, struct error *error)
{
    const struct policy *floor;
    file->path = cli_input_name(call, file->path, CLI_OPTION_POLICY_CHECK_STDIN_NAME);
    bool ok = check_one(file, choice, &floor);
    if (choice->name && file->policy && !floor) {
        error_set(error, ERROR_POLICY_FLOOR_UNKNOWN, "there is no floor \"%.64s\" for %s goods on %s", choice->name,
                  policy_goods_word(policy_goods(file->policy)), choice->day);
        return error_hint(error,
                          "name cn-consumer or platform-baseline, or a file with a slash or a point in its name");
    }
    *clean = *clean && ok;
    if (call->json)
        policy_check_report(writer, file->policy, &file->problems, file->path);
    else
        check_words(call, file, ok);
    return 0;
}

static enum cli_exit check_all(struct cli_call *call, const struct floor_choice *choice)
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
        if (policy_file_open(&file, call->args->operands[i], &error) < 0 ||
            check_file(call, &file, choice, &writer, &clean, &error) < 0) {
            policy_file_close(&file);
            if (call->json) {
                json_array_end(&writer);
                json_object_end(&writer);
                json_writer_done(&writer);
                buffer_done(&out);
            }
            return cli_fail(call, CLI_EXIT_INPUT, &error);
        }
        policy_file_close(&file);
    }
    if (!call->json)
        return clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE;
    json_array_end(&writer);
    json_member_boolean(&writer, "ok", clean);
    return cli_json_end(call, &writer, clean ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE);
}

/* The day of --on, else today in Beijing. */
static int day_take(const struct cli_call *call, char ret_day[static TIME_DAY_TEXT_BYTES], struct error *error)
{
    const char *day = call->args->values[CLI_OPTION_POLICY_CHECK_ON];
    int64_t day_us = clock_system()->now_us(clock_system());
    if (day && time_day_parse(text_of(day), &day_us, NULL) < 0) {
        error_set(error, ERROR_CLI_USAGE, "--on takes a day such as 2026-11-24");
        return -1;
    }
    time_day_format(day_us, ret_day);
    return 0;
}

enum cli_exit cli_policy_check(struct cli_call *call)
{
    const char *path = call->args->values[CLI_OPTION_POLICY_CHECK_FLOOR];
    struct floor_choice choice = {.policy = NULL};
    struct policy_file floor;
    struct error error = {0};
    enum cli_exit status;
    if (day_take(call, choice.day, &error) < 0)
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    if (!path)
        return check_all(call, &choice);
    if (!strpbrk(path, "./")) {
        choice.name = path;
        choice.arena = arena_new(FLOORS_ARENA_BYTES);
        status = check_all(call, &choice);
        arena_free(choice.arena);
        return status;
    }
    if (policy_file_open(&floor, path, &error) < 0) {
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    } else if (!floor.policy || policy_check(floor.policy, &floor.problems, NULL) < 0) {
        status = policy_file_refuse(call, &floor);
    } else {
        choice.policy = floor.policy;
        status = check_all(call, &choice);
    }
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
