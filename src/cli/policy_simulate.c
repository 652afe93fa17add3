/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui policy simulate: a policy text tried on the past claims of a state directory, also beside a running server. The database is
 * opened for reading only; one snapshot answers. docs/simulate.md says what is compared.
 */
#include "cli/policy_simulate.h"

#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/policy_file.h"
#include "store/store.h"

#define ARENA_BYTES_MAX (256 * 1024 * 1024) /* tables of POLICY_SUMS_MAX rows, thrice */
#define QUIET_US (TIME_SECOND_US / 2)       /* work that takes longer shows how far it is */

struct run {
    struct cli_call *call;
    struct arena *arena;
    const struct policy *policy;
    struct service_simulation_scope scope;
    int64_t started_us;
    bool shown; /* a progress line stands on the terminal */
    struct buffer *out;
};

static void progress(void *context, int64_t looked_at)
{
    struct run *run = context;
    struct clock *clock = clock_system();
    if (!isatty(fileno(run->call->err)) || clock->now_us(clock) - run->started_us < QUIET_US)
        return;
    fprintf(run->call->err, run->call->chinese ? "\r已查看 %lld 件申请 " : "\r%lld claims ", (long long)looked_at);
    fflush(run->call->err);
    run->shown = true;
}

static int simulate(struct store_tx *tx, void *argument, struct error *error)
{
    struct run *run = argument;
    struct service_call call = {.tx = tx, .arena = run->arena, .actor = {.role = ROLE_SYSTEM}};
    struct service_simulation *simulation = arena_new_object(run->arena, struct service_simulation);
    if (service_policy_simulate(&call, run->policy, &run->scope, simulation, error) < 0)
        return -1;
    if (!run->call->json)
        return cli_simulation_words(&call, run->policy, &run->scope, simulation, run->call->chinese, run->out, error);
    struct json_writer writer;
    json_writer_init(&writer, run->out);
    int result = service_simulation_write(&call, run->policy, &run->scope, simulation, &writer, error);
    if (result < 0)
        writer.depth = 0; /* an answer that failed stops in the middle of an object */
    json_writer_done(&writer);
    return result;
}

static enum cli_exit run_on_state(struct run *run, const char *state)
{
    struct store *store = NULL;
    struct error error = {0};
    struct buffer out;
    const struct store_options options = {.directory = state, .read_only = true, .read_connections = 1};
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    run->out = &out;
    run->started_us = clock_system()->now_us(clock_system());
    int result = store_open(&options, &store, &error);
    if (result == 0)
        result = store_read(store, simulate, run, &error);
    store_close(store);
    if (run->shown)
        fputs("\r\033[K", run->call->err);
    if (result == 0)
        return cli_print(run->call, &out, CLI_EXIT_OK);
    buffer_done(&out);
    return cli_fail(run->call, error.code == ERROR_NOT_FOUND ? CLI_EXIT_INPUT : cli_exit_of(&error), &error);
}

/* Without an answer to what is wrong with the new policy no comparison means anything. */
static enum cli_exit run_on_policy(struct run *run, const char *path, const char *state)
{
    struct policy_file file;
    struct error error = {0};
    enum cli_exit status;
    if (policy_file_open(&file, path, &error) < 0)
        status = cli_fail(run->call, CLI_EXIT_INPUT, &error);
    else if (!file.policy || policy_check(file.policy, &file.problems, NULL) < 0)
        status = policy_file_refuse(run->call, &file);
    else {
        run->policy = file.policy;
        status = run_on_state(run, state);
    }
    policy_file_close(&file);
    return status;
}

enum cli_exit cli_policy_simulate(struct cli_call *call)
{
    const char *const *values = call->args->values;
    const char *state = values[CLI_OPTION_POLICY_SIMULATE_AGAINST], *since = values[CLI_OPTION_POLICY_SIMULATE_SINCE];
    struct run run = {.call = call,
                      .scope = {.merchant_id = text_of(values[CLI_OPTION_POLICY_SIMULATE_MERCHANT]),
                                .policy_name = text_of(values[CLI_OPTION_POLICY_SIMULATE_POLICY]),
                                .progress = progress,
                                .context = &run}};
    struct error error = {0};
    if (!state) {
        error_set(&error, ERROR_CLI_USAGE, "--against DIR says on whose past claims");
        error_hint(&error, "shuntui policy simulate NEW --against STATE");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    if (since && time_day_parse(text_of(since), &run.scope.since_us, &error) < 0) {
        error_hint(&error, "--since 2026-11-01");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    run.arena = arena_new(ARENA_BYTES_MAX);
    enum cli_exit status = run_on_policy(&run, call->args->operands[0], state);
    arena_free(run.arena);
    return status;
}
