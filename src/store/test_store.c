/* SPDX-License-Identifier: Apache-2.0 */
/* The store from outside: opening, locking, migrating, jobs in savepoints, group commit, and what is refused. */
#include "store/test_helper.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "store/migrate.h"
#include "store/setting.h"

static void a_new_directory_is_private_and_migrated(void **state)
{
    struct fixture *fixture = *state;
    struct stat status;
    assert_int_equal(stat(fixture->directory, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(count_rows(fixture->store, "SELECT number FROM schema_migration"), (int)migrations_count);
}

static void a_second_server_on_the_same_directory_is_refused_with_the_pid(void **state)
{
    struct fixture *fixture = *state;
    struct store *second = NULL;
    struct error error = {0};
    assert_int_equal(store_open(&fixture->options, &second, &error), -1);
    assert_int_equal(error.code, ERROR_STATE_IN_USE);
    char pid[32];
    snprintf(pid, sizeof pid, "Process %ld ", (long)getpid());
    assert_non_null(strstr(error.hint, pid));
}

static void a_missing_database_is_not_made_unless_asked(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL;
    struct error error = {0};
    struct store_options options = {.directory = "/nonexistent-state"};
    assert_int_equal(store_open(&options, &store, &error), -1);
    assert_int_equal(error.code, ERROR_STATE_MISSING);
    options.read_only = true;
    assert_int_equal(store_open(&options, &store, &error), -1);
    assert_int_equal(error.code, ERROR_STATE_MISSING);
    (void)fixture;
}

static void what_was_written_is_there_after_a_restart_and_migrations_do_not_run_again(void **state)
{
    struct fixture *fixture = *state;
    write_setting(fixture->store, "a", "1");
    fixture_reopen(fixture);
    assert_string_equal(read_setting(fixture, "a"), "1");
    assert_int_equal(count_rows(fixture->store, "SELECT number FROM schema_migration"), (int)migrations_count);
}

static void alter(struct fixture *fixture, const char *sql)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void a_database_of_a_newer_or_altered_program_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const changes[] = {
        "INSERT INTO schema_migration VALUES (999, 'future', 'x', 0)",
        "DELETE FROM schema_migration WHERE number = 999; UPDATE schema_migration SET sha256 = 'x' WHERE number = 1",
        "DELETE FROM schema_migration WHERE number = 1",
    };
    store_close(fixture->store);
    fixture->store = NULL;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        alter(fixture, changes[i]);
        struct error error = {0};
        assert_int_equal(store_open(&fixture->options, &fixture->store, &error), -1);
        assert_int_equal(error.code, ERROR_STATE_VERSION);
    }
}

/* --- jobs --- */

static void a_failing_job_leaves_no_row_while_its_neighbours_commit_together(void **state)
{
    struct fixture *fixture = *state;
    struct probe probes[3] = {
        {.name = "first"}, {.name = "second", .fail_with = ERROR_ACCESS_DENIED}, {.name = "third"}};
    for (int i = 0; i < 3; i++)
        probe_submit(fixture->store, &probes[i]);
    assert_int_equal(store_run_pending(fixture->store), 3);
    struct store_stats stats;
    store_stats(fixture->store, &stats);
    assert_int_equal(stats.commits, 1);
    assert_int_equal(probes[0].result, STORE_COMMITTED);
    assert_int_equal(probes[1].result, STORE_FAILED);
    assert_int_equal(probes[1].error.code, ERROR_ACCESS_DENIED);
    assert_int_equal(probes[2].result, STORE_COMMITTED);
    assert_int_equal(count_rows(fixture->store, "SELECT name FROM setting WHERE name IN ('first', 'third')"), 2);
    assert_int_equal(count_rows(fixture->store, "SELECT name FROM setting WHERE name = 'second'"), 0);
}

static void a_batch_is_no_longer_than_its_maximum(void **state)
{
    struct fixture *fixture = *state;
    struct probe probes[130];
    for (int i = 0; i < 130; i++) {
        probes[i] = (struct probe){.name = "x"};
        probe_submit(fixture->store, &probes[i]);
    }
    assert_int_equal(store_run_pending(fixture->store), 130);
    struct store_stats stats;
    store_stats(fixture->store, &stats);
    assert_int_equal(stats.commits, 3); /* 64 + 64 + 2 */
}

static void a_full_queue_refuses_and_forgets_the_job(void **state)
{
    struct fixture *fixture = *state;
    struct probe probes[9];
    for (int i = 0; i < 9; i++)
        probes[i] = (struct probe){.name = "x"};
    store_close(fixture->store);
    fixture->options.queue_max = 8;
    fixture_open(fixture);
    for (int i = 0; i < 8; i++)
        probe_submit(fixture->store, &probes[i]);
    struct error error = {0};
    probe_prepare(&probes[8]);
    assert_int_equal(store_submit(fixture->store, &probes[8].job, &error), -1);
    assert_int_equal(error.code, ERROR_STORE_BUSY);
    assert_int_equal(store_run_pending(fixture->store), 8);
    assert_int_equal(probes[8].answers, 0);
}

static void what_is_queued_at_closing_is_still_answered(void **state)
{
    struct fixture *fixture = *state;
    struct probe probe = {.name = "late"};
    probe_submit(fixture->store, &probe);
    store_close(fixture->store);
    fixture_open(fixture);
    assert_int_equal(probe.answers, 1);
    assert_string_equal(read_setting(fixture, "late"), "value");
}

static int remember_refusal(struct store_tx *tx, void *argument, const struct error *refusal, struct error *error)
{
    (void)argument;
    return setting_put(tx, "refusal", text_of(error_wire(refusal->code)), error);
}

static void a_refusal_can_be_remembered_though_the_job_was_undone(void **state)
{
    struct fixture *fixture = *state;
    struct probe refused = {.name = "undone", .fail_with = ERROR_ACCESS_DENIED, .job.refused = remember_refusal};
    probe_submit(fixture->store, &refused);
    store_run_pending(fixture->store);
    assert_int_equal(refused.result, STORE_FAILED);
    assert_string_equal(read_setting(fixture, "refusal"), "access_denied");
    assert_int_equal(count_rows(fixture->store, "SELECT name FROM setting WHERE name = 'undone'"), 0);
}

static void a_failure_of_our_own_is_never_remembered_as_a_refusal(void **state)
{
    struct fixture *fixture = *state;
    struct probe failed = {.name = "undone", .fail_with = ERROR_INTERNAL, .job.refused = remember_refusal};
    probe_submit(fixture->store, &failed);
    store_run_pending(fixture->store);
    assert_int_equal(count_rows(fixture->store, "SELECT name FROM setting WHERE name = 'refusal'"), 0);
}

/* --- hooks: a number in memory that must equal the number of rows --- */

struct mirror {
    int now, at_job, at_commit;
};

static void mirror_begin(void *context, struct store_tx *tx)
{
    struct mirror *mirror = context;
    mirror->at_job = mirror->now;
    (void)tx;
}

static void mirror_end(void *context, bool kept)
{
    struct mirror *mirror = context;
    if (!kept)
        mirror->now = mirror->at_job;
}

static int mirror_before(void *context, struct store_tx *tx, struct error *error)
{
    struct mirror *mirror = context;
    char number[16];
    snprintf(number, sizeof number, "%d", mirror->now);
    return mirror->now == 13 ? error_set(error, ERROR_KEY_FILE, "no key")
                             : setting_put(tx, "count", text_of(number), error);
}

static void mirror_after(void *context, bool committed)
{
    struct mirror *mirror = context;
    if (committed)
        mirror->at_commit = mirror->now;
    else
        mirror->now = mirror->at_commit;
}

static int count_up(struct store_tx *tx, void *argument, struct error *error)
{
    struct probe *probe = argument;
    ((struct mirror *)probe->context)->now += probe->step;
    return probe_run(tx, argument, error);
}

static void hooks_keep_memory_in_step_with_the_database(void **state)
{
    struct fixture *fixture = *state;
    struct mirror mirror = {0};
    store_close(fixture->store);
    fixture->options.hooks = (struct store_hooks){&mirror, mirror_begin, mirror_end, mirror_before, mirror_after, NULL};
    fixture_open(fixture);
    struct probe probes[3] = {
        {.name = "a", .step = 1}, {.name = "b", .step = 1, .fail_with = ERROR_ACCESS_DENIED}, {.name = "c", .step = 1}};
    for (int i = 0; i < 3; i++) {
        probes[i].context = &mirror;
        probes[i].job.run = count_up;
        probe_submit(fixture->store, &probes[i]);
    }
    store_run_pending(fixture->store);
    assert_int_equal(mirror.now, 2);
    assert_string_equal(read_setting(fixture, "count"), "2");
    struct probe unlucky = {.name = "d", .step = 11, .context = &mirror, .job.run = count_up};
    probe_submit(fixture->store, &unlucky);
    store_run_pending(fixture->store);
    assert_int_equal(unlucky.result, STORE_FAILED);
    assert_int_equal(unlucky.error.code, ERROR_KEY_FILE);
    assert_int_equal(mirror.now, 2);
    assert_string_equal(read_setting(fixture, "count"), "2");
    assert_int_equal(count_rows(fixture->store, "SELECT name FROM setting WHERE name = 'd'"), 0);
}

/* --- threads --- */

#define THREADS 16
#define WRITES_EACH 40

static void *write_many(void *argument)
{
    struct fixture *fixture = argument;
    for (int i = 0; i < WRITES_EACH; i++) {
        struct probe probe = {.unnamed = true};
        assert_int_equal(store_write(fixture->store, probe_run, &probe, NULL), 0);
    }
    return NULL;
}

static void writers_of_many_threads_share_commits_and_lose_nothing(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    fixture->options.unthreaded = false;
    fixture_open(fixture);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, write_many, fixture);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct store_stats stats;
    store_stats(fixture->store, &stats);
    assert_int_equal(stats.jobs_committed, THREADS * WRITES_EACH);
    assert_true(stats.commits < THREADS * WRITES_EACH / 2);
    assert_int_equal(count_rows(fixture->store, "SELECT id FROM job"), THREADS * WRITES_EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_new_directory_is_private_and_migrated),
        STORE_TEST(a_second_server_on_the_same_directory_is_refused_with_the_pid),
        STORE_TEST(a_missing_database_is_not_made_unless_asked),
        STORE_TEST(what_was_written_is_there_after_a_restart_and_migrations_do_not_run_again),
        STORE_TEST(a_database_of_a_newer_or_altered_program_is_refused),
        STORE_TEST(a_failing_job_leaves_no_row_while_its_neighbours_commit_together),
        STORE_TEST(a_batch_is_no_longer_than_its_maximum),
        STORE_TEST(a_full_queue_refuses_and_forgets_the_job),
        STORE_TEST(what_is_queued_at_closing_is_still_answered),
        STORE_TEST(a_refusal_can_be_remembered_though_the_job_was_undone),
        STORE_TEST(a_failure_of_our_own_is_never_remembered_as_a_refusal),
        STORE_TEST(hooks_keep_memory_in_step_with_the_database),
        STORE_TEST(writers_of_many_threads_share_commits_and_lose_nothing),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
