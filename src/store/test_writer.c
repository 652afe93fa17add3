/* SPDX-License-Identifier: Apache-2.0 */
/* The writer when the database fails: a driver in front of SQLite that fails a chosen COMMIT or statement. */
#include "store/test_helper.h"

#include "store/setting.h"
#include "store/store_driver.h"

#define STATEMENTS_MAX 4096

/* Tests run one after the other on one thread, so the driver's plan may be static. */
static struct {
    struct driver_statement *commits[STATEMENTS_MAX], *begins[STATEMENTS_MAX];
    unsigned commit_count, begin_count;
    int fail_commit;    /* the n-th from now; 0: none */
    bool but_committed; /* the failing COMMIT does its work first */
    int fail_step;      /* the n-th other step from now */
    bool for_good;      /* and every one after it */
    enum error_code with;
    int fail_open; /* so many of the next opens */
    bool disk_error;
    int commits_tried;
} plan;

static int fault_open(const struct driver_options *options, struct driver_connection **ret_connection,
                      struct error *error)
{
    if (plan.fail_open > 0 && plan.fail_open--)
        return error_set(error, ERROR_IO, "injected: cannot open");
    return store_driver_sqlite.open(options, ret_connection, error);
}

static void remember(struct driver_statement **list, unsigned *count, struct driver_statement *statement)
{
    assert_true(*count < STATEMENTS_MAX);
    list[(*count)++] = statement;
}

static bool forget(struct driver_statement **list, unsigned *count, struct driver_statement *statement, bool remove)
{
    for (unsigned i = 0; i < *count; i++) {
        if (list[i] == statement) {
            if (remove)
                list[i] = list[--*count];
            return true;
        }
    }
    return false;
}

static int fault_prepare(struct driver_connection *connection, const char *sql, struct driver_statement **ret_statement,
                         struct driver_shape *ret_shape, struct error *error)
{
    if (store_driver_sqlite.prepare(connection, sql, ret_statement, ret_shape, error))
        return -1;
    if (!strcmp(sql, "COMMIT"))
        remember(plan.commits, &plan.commit_count, *ret_statement);
    if (!strcmp(sql, "BEGIN IMMEDIATE"))
        remember(plan.begins, &plan.begin_count, *ret_statement);
    return 0;
}

static void fault_finalize(struct driver_statement *statement)
{
    forget(plan.commits, &plan.commit_count, statement, true);
    forget(plan.begins, &plan.begin_count, statement, true);
    store_driver_sqlite.finalize(statement);
}

static int fault_step(struct driver_statement *statement, struct error *error)
{
    if (forget(plan.begins, &plan.begin_count, statement, false))
        plan.disk_error = false;
    if (forget(plan.commits, &plan.commit_count, statement, false)) {
        plan.commits_tried++;
        if (plan.fail_commit > 0 && --plan.fail_commit == 0) {
            if (plan.but_committed)
                store_driver_sqlite.step(statement, NULL);
            return error_set(error, ERROR_IO, "injected: COMMIT failed");
        }
    } else if (plan.fail_step > 0 && --plan.fail_step == 0) {
        plan.fail_step = plan.for_good;
        plan.disk_error = true;
        return error_set(error, plan.with, "injected: the disk");
    }
    return store_driver_sqlite.step(statement, error);
}

static int64_t fault_number(struct driver_connection *connection, enum driver_number which)
{
    if (which == DRIVER_DISK_ERROR && plan.disk_error)
        return 1;
    return store_driver_sqlite.number(connection, which);
}

static struct store_driver fault_driver;

static int fault_setup(void **state)
{
    memset(&plan, 0, sizeof plan);
    fault_driver = store_driver_sqlite;
    fault_driver.open = fault_open;
    fault_driver.prepare = fault_prepare;
    fault_driver.finalize = fault_finalize;
    fault_driver.step = fault_step;
    fault_driver.number = fault_number;
    fixture_setup(state);
    struct fixture *fixture = *state;
    store_close(fixture->store);
    fixture->options.driver = &fault_driver;
    fixture_open(fixture);
    return 0;
}

static int look_for_setting(struct store_tx *tx, void *argument)
{
    struct probe *probe = argument;
    struct buffer value;
    buffer_init(&value, 100);
    int found = setting_find(tx, probe->name, &value, NULL);
    buffer_done(&value);
    return found;
}

static void put(struct fixture *fixture, struct probe *probe, const char *name, bool with_lookup)
{
    probe->name = name;
    if (with_lookup)
        probe->job.lookup = look_for_setting;
    probe_submit(fixture->store, probe);
}

static void a_failed_commit_that_is_not_there_is_a_failure_and_writing_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct probe one = {0}, two = {0};
    plan.fail_commit = 1;
    put(fixture, &one, "one", true);
    store_run_pending(fixture->store);
    assert_int_equal(one.result, STORE_FAILED);
    assert_int_equal(one.answers, 1);
    assert_true(store_is_writable(fixture->store));
    put(fixture, &two, "two", true);
    store_run_pending(fixture->store);
    assert_int_equal(two.result, STORE_COMMITTED);
    fixture_reopen(fixture);
    assert_int_equal(count_rows(fixture->store, "SELECT 1 FROM setting WHERE name = 'one'"), 0);
    assert_int_equal(count_rows(fixture->store, "SELECT 1 FROM setting WHERE name = 'two'"), 1);
}

static void a_failed_commit_that_is_there_after_all_is_a_success(void **state)
{
    struct fixture *fixture = *state;
    struct probe probes[2] = {[1] = {.fail_with = ERROR_ACCESS_DENIED}};
    plan.fail_commit = 1;
    plan.but_committed = true;
    put(fixture, &probes[0], "one", true);
    put(fixture, &probes[1], "two", true);
    store_run_pending(fixture->store);
    assert_int_equal(probes[0].result, STORE_COMMITTED);
    assert_int_equal(probes[1].result, STORE_FAILED);
    assert_int_equal(probes[1].error.code, ERROR_ACCESS_DENIED);
    assert_int_equal(probes[0].runs, 1);
}

static void without_a_way_to_look_a_failed_commit_stays_unknown(void **state)
{
    struct fixture *fixture = *state;
    struct probe one = {0};
    plan.fail_commit = 1;
    put(fixture, &one, "one", false);
    store_run_pending(fixture->store);
    assert_int_equal(one.result, STORE_UNKNOWN);
    assert_int_equal(one.error.code, ERROR_OUTCOME_UNKNOWN);
}

static void while_the_database_cannot_be_opened_again_nothing_is_accepted_and_then_it_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct probe one = {0}, two = {0}, three = {0};
    plan.fail_commit = 1;
    plan.fail_open = 9; /* all of the writer's attempts, and the first of the next job */
    put(fixture, &one, "one", true);
    store_run_pending(fixture->store);
    assert_int_equal(one.result, STORE_UNKNOWN);
    assert_false(store_is_writable(fixture->store));
    put(fixture, &two, "two", true);
    store_run_pending(fixture->store);
    assert_int_equal(two.result, STORE_FAILED);
    assert_int_equal(two.error.code, ERROR_STORE_STOPPED);
    assert_int_equal(two.runs, 0);
    put(fixture, &three, "three", true);
    store_run_pending(fixture->store);
    assert_int_equal(three.result, STORE_COMMITTED);
    assert_true(store_is_writable(fixture->store));
}

static int reads_again;

static int read_again(void *context, struct store_tx *tx, struct error *error)
{
    (void)context, (void)tx, (void)error;
    reads_again++;
    return 0;
}

static void memory_is_read_afresh_after_a_failed_commit(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    fixture->options.hooks.reopened = read_again;
    fixture_open(fixture);
    reads_again = 0;
    struct probe one = {0};
    plan.fail_commit = 1;
    put(fixture, &one, "one", true);
    store_run_pending(fixture->store);
    assert_int_equal(reads_again, 1);
}

/* Fails every statement of a batch of three in turn, once or for good. */
static void a_full_disk_inside_a_batch_leaves_nothing_half_written(void **state)
{
    struct fixture *fixture = *state;
    for (int at = 1; at <= 40; at++) {
        for (int for_good = 0; for_good <= 1; for_good++) {
            struct probe probes[3] = {0};
            char names[3][32];
            plan.with = at % 2 ? ERROR_STORAGE_FULL : ERROR_IO;
            plan.fail_step = at;
            plan.for_good = for_good;
            for (int i = 0; i < 3; i++) {
                snprintf(names[i], sizeof names[i], "at%d-%d-%d", at, for_good, i);
                put(fixture, &probes[i], names[i], true);
            }
            store_run_pending(fixture->store);
            plan.fail_step = 0;
            plan.disk_error = false;
            for (int i = 0; i < 3; i++) {
                assert_int_equal(probes[i].answers, 1);
                char sql[100];
                snprintf(sql, sizeof sql, "SELECT 1 FROM setting WHERE name = '%s'", names[i]);
                assert_int_equal(count_rows(fixture->store, sql), probes[i].result == STORE_COMMITTED);
                if (probes[i].result != STORE_COMMITTED)
                    assert_true(probes[i].error.code == plan.with || probes[i].error.code == ERROR_STORE_STOPPED);
            }
        }
    }
}

static void one_job_that_hits_the_full_disk_does_not_take_its_neighbours_along(void **state)
{
    struct fixture *fixture = *state;
    struct probe probes[3] = {0};
    static const char *const names[] = {"a", "b", "c"};
    plan.with = ERROR_STORAGE_FULL;
    plan.fail_step = 6; /* BEGIN; SAVEPOINT, INSERT, RELEASE; SAVEPOINT, INSERT */
    for (int i = 0; i < 3; i++)
        put(fixture, &probes[i], names[i], true);
    store_run_pending(fixture->store);
    for (int i = 0; i < 3; i++)
        assert_int_equal(probes[i].result, STORE_COMMITTED); /* once is survived by running each alone */
    assert_int_equal(probes[0].runs, 2);
    assert_int_equal(count_rows(fixture->store, "SELECT 1 FROM setting WHERE name IN ('a', 'b', 'c')"), 3);
}

#define FAULT_TEST(function) cmocka_unit_test_setup_teardown(function, fault_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST(a_failed_commit_that_is_not_there_is_a_failure_and_writing_goes_on),
        FAULT_TEST(a_failed_commit_that_is_there_after_all_is_a_success),
        FAULT_TEST(without_a_way_to_look_a_failed_commit_stays_unknown),
        FAULT_TEST(while_the_database_cannot_be_opened_again_nothing_is_accepted_and_then_it_recovers),
        FAULT_TEST(memory_is_read_afresh_after_a_failed_commit),
        FAULT_TEST(a_full_disk_inside_a_batch_leaves_nothing_half_written),
        FAULT_TEST(one_job_that_hits_the_full_disk_does_not_take_its_neighbours_along),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
