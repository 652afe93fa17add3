/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts, disk errors, a full disk and kill -9 at every point of a run of transactions. Held to: what was answered as
 * committed is there, what was answered as failed is not, and nothing is half there. The same test with synchronous=NORMAL
 * must find losses; otherwise it would prove nothing. SHUNTUI_TEST_THOROUGH=1 tries every damage style at every point.
 */
#include "store/test_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "store/crash_vfs.h"
#include "store/idempotency.h"
#include "store/job.h"
#include "store/store_driver.h"

#define BATCHES 16
#define JOBS_EACH 3
#define JOBS (BATCHES * JOBS_EACH)
#define ROWS_EACH 2

struct crash {
    char base[64], state[128], template[128];
};

struct answer {
    int32_t job, result; /* enum store_result */
};

struct tally {
    unsigned runs, fired, lost, half, phantom, corrupt, unknown, failed;
};

/* --- one job: an idempotency key and two outbox rows; every seventh fails after writing --- */

struct unit {
    struct store_job job; /* first */
    int number, pipe;
    char key[16];
    uint8_t sha256[32];
};

static struct idempotency_key key_of(struct unit *unit)
{
    return (struct idempotency_key){TEXT_LITERAL("crash"), text_of(unit->key), unit->sha256};
}

static int unit_run(struct store_tx *tx, void *argument, struct error *error)
{
    struct unit *unit = argument;
    struct idempotency_key key = key_of(unit);
    char body[700];
    memset(body, 'a' + unit->number % 26, sizeof body);
    for (int i = 0; i < ROWS_EACH; i++) {
        if (job_add(tx, "crash", unit->key, i, error))
            return -1;
    }
    if (idempotency_finish(tx, &key, 200, (struct text){body, sizeof body}, 1, error))
        return -1;
    return unit->number % 7 == 6 ? error_set(error, ERROR_ACCESS_DENIED, "on purpose") : 0;
}

static int unit_lookup(struct store_tx *tx, void *argument)
{
    struct idempotency_key key = key_of(argument);
    return idempotency_lookup(tx, &key);
}

static void unit_done(struct store_job *job, enum store_result result, const struct error *error)
{
    struct unit *unit = (struct unit *)job;
    struct answer answer = {.job = unit->number, .result = (int32_t)result};
    (void)error;
    if (write(unit->pipe, &answer, sizeof answer) != (ssize_t)sizeof answer)
        _exit(9);
}

static void unit_init(struct unit *unit, int number, int pipe)
{
    *unit = (struct unit){.job = {.run = unit_run, .lookup = unit_lookup, .done = unit_done, .argument = unit},
                          .number = number,
                          .pipe = pipe};
    snprintf(unit->key, sizeof unit->key, "k%05d", number);
}

/* --- the process that will crash --- */

static int weak_open(const struct driver_options *options, struct driver_connection **ret_connection,
                     struct error *error)
{
    if (store_driver_sqlite.open(options, ret_connection, error))
        return -1;
    return store_driver_sqlite.script(*ret_connection, "PRAGMA synchronous=NORMAL", error);
}

static void work(struct store *store, int pipe)
{
    static struct unit units[JOBS];
    for (int i = 0; i < JOBS; i++) {
        unit_init(&units[i], i, pipe);
        if (store_submit(store, &units[i].job, NULL))
            _exit(8);
        if (i % JOBS_EACH == JOBS_EACH - 1)
            store_run_pending(store);
    }
}

static void child_run(const char *directory, const struct crash_plan *plan, bool weak, int pipe)
{
    struct store_driver weak_driver = store_driver_sqlite;
    weak_driver.open = weak_open;
    struct store_options options = {.directory = directory,
                                    .unthreaded = true,
                                    .vfs = CRASH_VFS,
                                    .checkpoint_pages = 24,
                                    .read_connections = 1,
                                    .driver = weak ? &weak_driver : NULL};
    struct store *store = NULL;
    crash_register(plan);
    if (store_open(&options, &store, NULL))
        _exit(7);
    crash_arm();
    work(store, pipe);
    store_close(store);
    _exit(crash_hit() ? 1 : 0);
}

/* --- what is left --- */

static void copy_file(const char *from, const char *to)
{
    static char bytes[4 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0 && out >= 0);
    ssize_t length = read(in, bytes, sizeof bytes);
    assert_true(length > 0 && length < (ssize_t)sizeof bytes);
    assert_int_equal(write(out, bytes, (size_t)length), length);
    close(in);
    close(out);
}

static void path_in(char *out, size_t size, const char *directory, const char *suffix)
{
    snprintf(out, size, "%s/%s%s", directory, STORE_DATABASE_NAME, suffix);
}

static void reset_state(const struct crash *crash)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    char path[256];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        path_in(path, sizeof path, crash->state, suffixes[i]);
        unlink(path);
    }
    path_in(path, sizeof path, crash->state, "");
    copy_file(crash->template, path);
}

static void count_into(sqlite3 *database, const char *sql, int *counts)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(statement, 0);
        long number = strtol(key + 1, NULL, 10);
        assert_true(number >= 0 && number < JOBS);
        counts[number] = sqlite3_column_int(statement, 1);
    }
    sqlite3_finalize(statement);
}

static bool integrity_ok(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    bool good = sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    return good;
}

static void inspect(const struct crash *crash, const int *answers, struct tally *tally)
{
    char path[256];
    sqlite3 *database = NULL;
    int keys[JOBS] = {0}, rows[JOBS] = {0};
    path_in(path, sizeof path, crash->state, "");
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_exec(database, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    tally->corrupt += !integrity_ok(database);
    count_into(database, "SELECT key, COUNT(*) FROM idempotency GROUP BY key", keys);
    count_into(database, "SELECT reference, COUNT(*) FROM job GROUP BY reference", rows);
    sqlite3_close(database);
    for (int i = 0; i < JOBS; i++) {
        tally->half += rows[i] != keys[i] * ROWS_EACH;
        tally->lost += answers[i] == STORE_COMMITTED && !keys[i];
        tally->phantom += answers[i] == STORE_FAILED && keys[i];
        tally->failed += answers[i] == STORE_FAILED;
        tally->unknown += answers[i] == STORE_UNKNOWN;
    }
}

/* Returns false when the run ended before the planned operation. */
static bool run_once(const struct crash *crash, const struct crash_plan *plan, bool weak, struct tally *tally)
{
    int ends[2], status = 0, answers[JOBS];
    for (int i = 0; i < JOBS; i++)
        answers[i] = -1;
    reset_state(crash);
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        child_run(crash->state, plan, weak, ends[1]);
    }
    close(ends[1]);
    struct answer answer;
    while (read(ends[0], &answer, sizeof answer) == (ssize_t)sizeof answer)
        answers[answer.job] = answer.result;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    int code = WEXITSTATUS(status);
    assert_true(code == CRASH_EXIT || code <= 1);
    tally->runs++;
    tally->fired += code != 0;
    inspect(crash, answers, tally);
    return code != 0;
}

static bool thorough(void)
{
    return getenv("SHUNTUI_TEST_THOROUGH") != NULL;
}

static void print_tally(const char *name, const struct tally *tally)
{
    print_message("# %s: %u runs, %u hit; lost %u, half %u, phantom %u, corrupt %u; answered failed %u, unknown %u\n",
                  name, tally->runs, tally->fired, tally->lost, tally->half, tally->phantom, tally->corrupt,
                  tally->failed, tally->unknown);
}

/* Cuts the power at every operation. */
static struct tally power_cuts(const struct crash *crash, bool weak, unsigned stride)
{
    struct tally tally = {0};
    bool more = true;
    unsigned styles = thorough() ? CRASH_STYLE_COUNT : 1;
    for (unsigned at = 1; more; at += thorough() ? 1 : stride) {
        more = false;
        for (unsigned i = 0; i < styles; i++) {
            struct crash_plan plan = {
                .power_at = at, .style = (enum crash_style)((at + i) % CRASH_STYLE_COUNT), .seed = at};
            more |= run_once(crash, &plan, weak, &tally);
        }
    }
    return tally;
}

static void a_power_cut_at_any_operation_loses_nothing_that_was_answered(void **state)
{
    struct tally tally = power_cuts(*state, false, 1);
    print_tally("power cuts, FULL", &tally);
    assert_true(tally.fired > 150);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.half, 0);
    assert_int_equal(tally.phantom, 0);
    assert_int_equal(tally.corrupt, 0);
}

static void the_same_cuts_find_the_loss_when_commits_are_not_synced(void **state)
{
    struct tally tally = power_cuts(*state, true, 5);
    print_tally("power cuts, NORMAL", &tally);
    assert_true(tally.lost > 0);
    assert_int_equal(tally.half, 0);
}

static void a_disk_error_at_any_operation_is_answered_truthfully(void **state)
{
    static const enum crash_fault faults[] = {CRASH_IO, CRASH_FULL};
    struct tally tally = {0};
    bool more = true;
    for (unsigned at = 1; more; at += thorough() ? 1 : 7) {
        more = false;
        for (int i = 0; i < 4; i++) {
            struct crash_plan plan = {
                .fault = faults[i % 2], .fault_at = at + (unsigned)i, .fault_for_good = i >= 2, .seed = at};
            more |= run_once(*state, &plan, false, &tally);
        }
    }
    print_tally("disk errors", &tally);
    assert_true(tally.fired > 150);
    assert_true(tally.failed > 0);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.half, 0);
    assert_int_equal(tally.phantom, 0);
    assert_int_equal(tally.corrupt, 0);
}

/* After a failed sync Linux may call pages clean that never reached the disk; reading them back proves nothing. */
static void a_failed_sync_and_then_a_power_cut_is_answered_truthfully(void **state)
{
    struct tally tally = {0};
    bool more = true;
    for (unsigned at = 1; more; at++) {
        more = false;
        for (unsigned later = 1; later <= 100; later = later * 2 + at % 3) {
            struct crash_plan plan = {.forgetful_sync = at,
                                      .power_after = later,
                                      .style = (enum crash_style)((at + later) % 3),
                                      .seed = at + later};
            more |= run_once(*state, &plan, false, &tally);
            if (!thorough() && later > 1)
                later *= 2;
        }
    }
    print_tally("failed sync, then power cut", &tally);
    assert_true(tally.fired > 50);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.half, 0);
    assert_int_equal(tally.phantom, 0);
    assert_int_equal(tally.corrupt, 0);
}

/* --- the first start --- */

static void first_start(const char *directory, const struct crash_plan *plan)
{
    struct store_options options = {
        .directory = directory, .create = true, .unthreaded = true, .vfs = CRASH_VFS, .read_connections = 1};
    struct store *store = NULL;
    crash_register(plan);
    crash_arm();
    if (store_open(&options, &store, NULL))
        _exit(7);
    store_close(store);
    _exit(crash_hit() ? 1 : 0);
}

static void a_power_cut_during_the_first_start_does_not_stop_the_second(void **state)
{
    struct crash *crash = *state;
    char directory[128];
    int code = CRASH_EXIT;
    snprintf(directory, sizeof directory, "%s/first", crash->base);
    for (unsigned at = 1; code == CRASH_EXIT; at += thorough() ? 1 : 5) {
        struct crash_plan plan = {.power_at = at, .style = (enum crash_style)(at % CRASH_STYLE_COUNT), .seed = at};
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            first_start(directory, &plan);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        code = WEXITSTATUS(status);
        struct store_options options = {
            .directory = directory, .create = true, .unthreaded = true, .read_connections = 1};
        struct store *store = NULL;
        struct error error = {0};
        if (store_open(&options, &store, &error))
            fail_msg("operation %u: %s", at, error.message);
        assert_int_equal(store_check_integrity(store, NULL), 0);
        store_close(store);
        remove_tree(directory);
    }
    assert_int_equal(code, 0);
}

/* --- kill -9, on the real disk, with threads --- */

static void *hammer(void *argument)
{
    struct unit *unit = argument;
    struct store *store = (struct store *)unit->job.next;
    unit->job.next = NULL;
    struct error error = {0};
    struct answer answer = {.job = unit->number, .result = STORE_COMMITTED};
    if (store_write(store, unit_run, unit, &error))
        answer.result = STORE_FAILED;
    if (write(unit->pipe, &answer, sizeof answer) != (ssize_t)sizeof answer)
        _exit(9);
    return NULL;
}

static void threads_run(const char *directory, int pipe)
{
    struct store_options options = {.directory = directory, .checkpoint_pages = 24};
    static struct unit units[JOBS];
    pthread_t threads[JOBS];
    struct store *store = NULL;
    if (store_open(&options, &store, NULL))
        _exit(7);
    for (int first = 0; first < JOBS; first += 6) {
        for (int i = first; i < first + 6; i++) {
            unit_init(&units[i], i, pipe);
            units[i].job.next = (struct store_job *)store;
            pthread_create(&threads[i], NULL, hammer, &units[i]);
        }
        for (int i = first; i < first + 6; i++)
            pthread_join(threads[i], NULL);
    }
    _exit(0);
}

static void a_killed_process_loses_nothing_that_was_answered(void **state)
{
    struct tally tally = {0};
    for (int round = 0; round < 20; round++) {
        int ends[2], status = 0, answers[JOBS];
        for (int i = 0; i < JOBS; i++)
            answers[i] = -1;
        reset_state(*state);
        assert_int_equal(pipe(ends), 0);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            threads_run(((struct crash *)*state)->state, ends[1]);
        close(ends[1]);
        struct answer answer;
        int wanted = round * 2; /* so many answers, then the kill */
        for (int got = 0; read(ends[0], &answer, sizeof answer) == (ssize_t)sizeof answer; got++) {
            answers[answer.job] = answer.result;
            if (got == wanted)
                kill(child, SIGKILL);
        }
        close(ends[0]);
        waitpid(child, &status, 0);
        tally.runs++;
        tally.fired += WIFSIGNALED(status);
        inspect(*state, answers, &tally);
    }
    print_tally("kill -9", &tally);
    assert_true(tally.fired > 10);
    assert_int_equal(tally.lost + tally.half + tally.phantom + tally.corrupt, 0);
}

/* --- a migrated database to start each run from --- */

static int crash_setup(void **state)
{
    struct crash *crash = calloc(1, sizeof *crash);
    assert_non_null(crash);
    snprintf(crash->base, sizeof crash->base, "/tmp/shuntui-crash-XXXXXX");
    assert_non_null(mkdtemp(crash->base));
    snprintf(crash->state, sizeof crash->state, "%s/state", crash->base);
    snprintf(crash->template, sizeof crash->template, "%s/template.db", crash->base);
    struct store_options options = {.directory = crash->state, .create = true, .unthreaded = true};
    struct store *store = NULL;
    char path[256];
    assert_int_equal(store_open(&options, &store, NULL), 0);
    store_close(store);
    path_in(path, sizeof path, crash->state, "");
    copy_file(path, crash->template);
    *state = crash;
    return 0;
}

static int crash_teardown(void **state)
{
    struct crash *crash = *state;
    remove_tree(crash->base);
    free(crash);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_cut_at_any_operation_loses_nothing_that_was_answered),
        cmocka_unit_test(the_same_cuts_find_the_loss_when_commits_are_not_synced),
        cmocka_unit_test(a_disk_error_at_any_operation_is_answered_truthfully),
        cmocka_unit_test(a_failed_sync_and_then_a_power_cut_is_answered_truthfully),
        cmocka_unit_test(a_power_cut_during_the_first_start_does_not_stop_the_second),
        cmocka_unit_test(a_killed_process_loses_nothing_that_was_answered),
    };
    return cmocka_run_group_tests_name("crash", tests, crash_setup, crash_teardown);
}
