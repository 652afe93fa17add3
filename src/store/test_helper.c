/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of this folder share. */
#include "store/test_helper.h"

#include <ftw.h>

#include "store/job.h"
#include "store/setting.h"

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fixture_open(struct fixture *fixture)
{
    struct error error = {0};
    if (store_open(&fixture->options, &fixture->store, &error))
        fail_msg("store_open: %s (%s)", error.message, error.hint);
}

void fixture_reopen(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
    fixture_open(fixture);
}

int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char base[] = "/tmp/shuntui-store-XXXXXX";
    assert_non_null(fixture);
    assert_non_null(mkdtemp(base));
    snprintf(fixture->directory, sizeof fixture->directory, "%s/state", base);
    fixture->options = (struct store_options){.directory = fixture->directory, .create = true, .unthreaded = true};
    fixture_open(fixture);
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    *strrchr(fixture->directory, '/') = '\0';
    remove_tree(fixture->directory);
    free(fixture);
    return 0;
}

int probe_run(struct store_tx *tx, void *argument, struct error *error)
{
    struct probe *probe = argument;
    probe->runs++;
    if (probe->unnamed ? job_add(tx, "test", "reference", 1, error)
                       : setting_put(tx, probe->name, TEXT_LITERAL("value"), error))
        return -1;
    if (probe->fail_with)
        return error_set(error, (enum error_code)probe->fail_with, "as told");
    return 0;
}

static void probe_done(struct store_job *job, enum store_result result, const struct error *error)
{
    struct probe *probe = (struct probe *)job;
    probe->answers++;
    probe->result = result;
    assert_true((result == STORE_COMMITTED) == (error == NULL));
    if (error)
        probe->error = *error;
}

void probe_prepare(struct probe *probe)
{
    if (!probe->job.run)
        probe->job.run = probe_run;
    probe->job.done = probe_done;
    probe->job.argument = probe;
}

void probe_submit(struct store *store, struct probe *probe)
{
    probe_prepare(probe);
    struct error error = {0};
    if (store_submit(store, &probe->job, &error))
        fail_msg("store_submit: %s", error.message);
}

struct pair {
    const char *name, *value;
};

static int write_pair(struct store_tx *tx, void *argument, struct error *error)
{
    struct pair *pair = argument;
    return setting_put(tx, pair->name, text_of(pair->value), error);
}

void write_setting(struct store *store, const char *name, const char *value)
{
    struct error error = {0};
    if (store_write(store, write_pair, &(struct pair){name, value}, &error))
        fail_msg("write_setting: %s", error.message);
}

struct reading {
    const char *name;
    struct buffer value;
};

static int read_one(struct store_tx *tx, void *argument, struct error *error)
{
    struct reading *reading = argument;
    return setting_find(tx, reading->name, &reading->value, error) < 0 ? -1 : 0;
}

const char *read_setting(struct fixture *fixture, const char *name)
{
    struct reading reading = {.name = name};
    buffer_init(&reading.value, sizeof fixture->value - 1);
    assert_int_equal(store_read(fixture->store, read_one, &reading, NULL), 0);
    snprintf(fixture->value, sizeof fixture->value, "%.*s", TEXT_ARG(buffer_text(&reading.value)));
    buffer_done(&reading.value);
    return fixture->value;
}

static void count_one(void *context, const struct store_invariant *invariant, struct text row)
{
    (void)invariant, (void)row;
    (*(int *)context)++;
}

int count_rows(struct store *store, const char *sql)
{
    int count = 0;
    struct error error = {0};
    if (store_invariants_run(store, &(struct store_invariant){"count", sql}, 1, 1000000, count_one, &count, &error) < 0)
        fail_msg("count_rows: %s", error.message);
    return count;
}
