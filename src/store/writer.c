/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer: many jobs in one transaction, each in a savepoint of its own, one COMMIT, then the answers.
 * It never tells a job "done" before COMMIT returned, and never takes a COMMIT that failed for one that was undone.
 */
#include "store/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

#define REOPEN_ATTEMPTS 8
#define REOPEN_FIRST_WAIT_US 20000 /* doubles: about five seconds in all */

enum batch_end {
    BATCH_SETTLED, /* every job has its outcome */
    BATCH_BROKEN,  /* the disk failed before COMMIT: all was undone, nobody has an outcome */
};

/* --- hooks --- */

static void hook_job_begin(struct store *store)
{
    if (store->hooks.job_begin)
        store->hooks.job_begin(store->hooks.context, store->writer);
}

static void hook_job_end(struct store *store, bool kept)
{
    if (store->hooks.job_end)
        store->hooks.job_end(store->hooks.context, kept);
}

static int hook_before_commit(struct store *store, struct error *error)
{
    return store->hooks.before_commit ? store->hooks.before_commit(store->hooks.context, store->writer, error) : 0;
}

static void hook_after_commit(struct store *store, bool committed)
{
    if (store->hooks.after_commit)
        store->hooks.after_commit(store->hooks.context, committed);
}

/* --- the queue --- */

/* Waits at most until `until_us` (monotonic; 0: not at all) for a job. */
static struct store_job *queue_take(struct store *store, int64_t until_us)
{
    pthread_mutex_lock(&store->queue_lock);
    while (!store->queue_head && !store->stopping && until_us > 0 && monotonic_us() < until_us) {
        struct timespec deadline = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
        store->writer_waits = true;
        pthread_cond_timedwait(&store->queue_filled, &store->queue_lock, &deadline);
        store->writer_waits = false;
    }
    struct store_job *job = store->queue_head;
    if (job) {
        store->queue_head = job->next;
        if (!job->next)
            store->queue_tail = &store->queue_head;
        store->queue_length--;
    }
    pthread_mutex_unlock(&store->queue_lock);
    return job;
}

/* False when the store is closing and nothing is left to do. */
static bool queue_wait(struct store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    while (!store->queue_head && !store->stopping) {
        store->writer_waits = true;
        pthread_cond_wait(&store->queue_filled, &store->queue_lock);
        store->writer_waits = false;
    }
    bool more = store->queue_head != NULL;
    pthread_mutex_unlock(&store->queue_lock);
    return more;
}

/* --- outcomes --- */

static void fail(struct outcome *outcome, enum store_result result, const struct error *error)
{
    outcome->result = result;
    outcome->error = *error;
}

static void fail_kept(struct outcome *batch, unsigned count, enum store_result result, const struct error *error)
{
    for (unsigned i = 0; i < count; i++) {
        if (batch[i].result == STORE_COMMITTED)
            fail(&batch[i], result, error);
    }
}

/* --- one job --- */

static bool is_broken(const struct store *store)
{
    const struct store_tx *tx = store->writer;
    return tx->driver->number(tx->connection, DRIVER_DISK_ERROR) ||
           !tx->driver->number(tx->connection, DRIVER_IN_TRANSACTION);
}

/* Ends a savepoint. -1: the transaction is broken. */
static int savepoint_end(struct store *store, bool keep)
{
    connection_end_queries(store->writer);
    if (is_broken(store) || (!keep && connection_control(store->writer, CONTROL_ROLLBACK_TO, NULL)))
        return -1;
    return connection_control(store->writer, CONTROL_RELEASE, NULL);
}

static int record_refusal(struct store *store, struct outcome *outcome)
{
    int status = error_http_status(outcome->error.code);
    if (!outcome->job->refused || status < 400 || status > 499)
        return 0;
    if (connection_control(store->writer, CONTROL_SAVEPOINT, NULL))
        return -1;
    bool keep = outcome->job->refused(store->writer, outcome->job->argument, &outcome->error, NULL) == 0;
    return savepoint_end(store, keep);
}

/* Returns -1 when the whole transaction is broken; outcome->error then says why. */
static int job_run(struct store *store, struct outcome *outcome)
{
    struct store_job *job = outcome->job;
    error_clear(&outcome->error);
    hook_job_begin(store);
    int result = -1;
    if (connection_control(store->writer, CONTROL_SAVEPOINT, &outcome->error) == 0) {
        result = job->run(store->writer, job->argument, &outcome->error);
        if (result && outcome->error.code == ERROR_NONE)
            error_set(&outcome->error, ERROR_INTERNAL, "A job failed without saying why");
    }
    bool kept = result == 0 && !is_broken(store);
    int ended = savepoint_end(store, kept);
    hook_job_end(store, kept && ended == 0);
    outcome->result = kept ? STORE_COMMITTED : STORE_FAILED;
    if (ended) {
        outcome->result = STORE_FAILED;
        if (outcome->error.code == ERROR_NONE)
            error_set(&outcome->error, ERROR_IO, "The database failed while the job ran");
        return -1;
    }
    return kept ? 0 : record_refusal(store, outcome);
}

/* --- after a COMMIT that failed --- */

/* Makes the end of the log definite: what is visible after this is durable, and what is not visible never returns. Frames
 * of the failed COMMIT may be whole in the file without being in force; a crash would then bring them back. Writing
 * over or after them, and then moving everything into the database itself with a sync of its own, settles both. */
static int settle(struct store *store, struct error *error)
{
    struct store_tx *tx = store->writer;
    if (connection_control(tx, CONTROL_BEGIN_WRITE, error))
        return -1;
    char now[32];
    struct buffer text;
    buffer_init(&text, sizeof now);
    buffer_add_int(&text, store->clock->now_us(store->clock));
    struct query *query = store_query(tx, QUERY_SETTING_PUT);
    query_bind_string(query, 1, "store_settled_at");
    query_bind_text(query, 2, buffer_text(&text));
    int result = query_run(query, error);
    buffer_done(&text);
    if (result || connection_control(tx, CONTROL_COMMIT, error)) {
        connection_rollback(tx);
        return -1;
    }
    return tx->driver->checkpoint(tx->connection, DRIVER_CHECKPOINT_TRUNCATE, error);
}

int writer_open(struct store *store, struct error *error)
{
    struct driver_options options = {.path = store->path, .cache_kib = STORE_WRITER_CACHE_KIB, .vfs = store->vfs};
    if (connection_open(store->driver, &options, &store->writer, error))
        return -1;
    store->driver->protect(store->writer->connection);
    if (connection_prepare_all(store->writer, error) == 0)
        return 0;
    connection_close(store->writer);
    store->writer = NULL;
    return -1;
}

static int reopened(struct store *store, struct error *error)
{
    if (!store->hooks.reopened)
        return 0;
    if (connection_control(store->writer, CONTROL_BEGIN_READ, error))
        return -1;
    int result = store->hooks.reopened(store->hooks.context, store->writer, error);
    return connection_rollback(store->writer) || result ? -1 : 0;
}

static int reopen(struct store *store, struct error *error)
{
    if (writer_open(store, error))
        return -1;
    if (settle(store, error) == 0 && reopened(store, error) == 0) {
        atomic_store(&store->writable, true);
        return 0;
    }
    connection_close(store->writer);
    store->writer = NULL;
    return -1;
}

static void stop_writing(struct store *store)
{
    atomic_store(&store->writable, false);
    connection_close(store->writer);
    store->writer = NULL;
}

static int reopen_patiently(struct store *store, struct error *error)
{
    int64_t wait_us = REOPEN_FIRST_WAIT_US;
    for (int attempt = 0; attempt < REOPEN_ATTEMPTS; attempt++, wait_us *= 2) {
        if (reopen(store, error) == 0)
            return 0;
        if (store->threaded)
            nanosleep(&(struct timespec){.tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000}, NULL);
    }
    return -1;
}

static void look_up(struct store *store, struct outcome *outcome, const struct error *cause)
{
    int found = outcome->job->lookup ? outcome->job->lookup(store->writer, outcome->job->argument) : -1;
    connection_end_queries(store->writer);
    if (found == 1)
        return;
    if (found == 0)
        fail(outcome, STORE_FAILED, cause);
    else
        outcome->result = STORE_UNKNOWN;
}

/* A COMMIT that failed is unknown, not undone: open again, then look. */
static void commit_failed(struct store *store, struct outcome *batch, unsigned count, const struct error *cause)
{
    pthread_mutex_lock(&store->stats_lock);
    store->stats.commit_failures++;
    pthread_mutex_unlock(&store->stats_lock);
    struct error unknown;
    error_set(&unknown, ERROR_OUTCOME_UNKNOWN, "Whether this was written is not known: %s", cause->message);
    error_hint(&unknown, "Send the same request again with the same Idempotency-Key.");
    stop_writing(store);
    bool can_look =
        reopen_patiently(store, NULL) == 0 && connection_control(store->writer, CONTROL_BEGIN_READ, NULL) == 0;
    for (unsigned i = 0; i < count; i++) {
        if (batch[i].result != STORE_COMMITTED)
            continue;
        if (can_look)
            look_up(store, &batch[i], cause);
        else
            batch[i].result = STORE_UNKNOWN;
        if (batch[i].result == STORE_UNKNOWN)
            batch[i].error = unknown;
    }
    if (can_look && connection_rollback(store->writer))
        stop_writing(store);
}

/* --- the transaction --- */

static void undo(struct store *store)
{
    if (connection_rollback(store->writer))
        stop_writing(store);
    hook_after_commit(store, false);
}

/* Runs the given jobs and, when `more` is set, whatever else arrives until the batch is full. */
static int jobs_run(struct store *store, struct outcome *batch, unsigned *count, bool more, bool *ret_write)
{
    int64_t until_us = more && store->batch_wait_us ? monotonic_us() + store->batch_wait_us : 0;
    for (unsigned i = 0; i < store->batch_max; i++) {
        if (i == *count) {
            struct store_job *job = more ? queue_take(store, until_us) : NULL;
            if (!job)
                break;
            batch[(*count)++] = (struct outcome){.job = job, .result = STORE_FAILED};
        }
        if (job_run(store, &batch[i]))
            return -1;
        if (batch[i].result == STORE_COMMITTED || batch[i].job->refused)
            *ret_write = true;
    }
    return 0;
}

static int commit(struct store *store, struct error *error)
{
    int64_t start_us = monotonic_us();
    int result = connection_control(store->writer, CONTROL_COMMIT, error);
    uint64_t took_us = (uint64_t)(monotonic_us() - start_us);
    pthread_mutex_lock(&store->stats_lock);
    store->stats.commits += result == 0;
    store->stats.commit_us_total += took_us;
    if (took_us > store->stats.commit_us_max)
        store->stats.commit_us_max = took_us;
    pthread_mutex_unlock(&store->stats_lock);
    return result;
}

/* A COMMIT may also be refused for a rule that is only checked then; that is definite, and the transaction still open. */
static bool is_refusal(enum error_code code)
{
    return code == ERROR_STORE_REFERENCE || code == ERROR_STORE_CHECK || code == ERROR_STORE_UNIQUE;
}

/* The writing connection is there, or nothing of the batch is tried. */
static int begin(struct store *store, struct error *error)
{
    if (!store->writer && reopen(store, error)) {
        struct error cause = *error;
        error_set(error, ERROR_STORE_STOPPED, "Writing has stopped: %s", cause.message);
        return error_hint(error, "%s", "Nothing was written. See to the disk, then try again.");
    }
    return connection_control(store->writer, CONTROL_BEGIN_WRITE, error);
}

static enum batch_end transaction(struct store *store, struct outcome *batch, unsigned *count, bool more)
{
    struct error error = {0};
    if (begin(store, &error)) {
        for (unsigned i = 0; i < *count; i++)
            fail(&batch[i], STORE_FAILED, &error);
        if (store->writer && connection_rollback(store->writer))
            stop_writing(store);
        return BATCH_SETTLED;
    }
    bool write = false;
    if (jobs_run(store, batch, count, more, &write)) {
        undo(store);
        return BATCH_BROKEN;
    }
    if (write && hook_before_commit(store, &error)) {
        bool broken = is_broken(store);
        undo(store);
        fail_kept(batch, *count, STORE_FAILED, &error);
        return broken ? BATCH_BROKEN : BATCH_SETTLED;
    }
    connection_end_queries(store->writer);
    if (!write || is_broken(store)) {
        bool broken = write;
        if (broken)
            fail_kept(batch, *count, STORE_FAILED, &(struct error){.code = ERROR_IO, .message = "The database failed"});
        undo(store);
        return broken ? BATCH_BROKEN : BATCH_SETTLED;
    }
    if (commit(store, &error) == 0) {
        hook_after_commit(store, true);
    } else if (is_refusal(error.code)) {
        undo(store);
        fail_kept(batch, *count, STORE_FAILED, &error);
        return *count > 1 ? BATCH_BROKEN : BATCH_SETTLED;
    } else {
        commit_failed(store, batch, *count, &error);
    }
    return BATCH_SETTLED;
}

/* --- afterwards --- */

static void answer(struct store *store, struct outcome *batch, unsigned count)
{
    uint64_t totals[3] = {0};
    for (unsigned i = 0; i < count; i++)
        totals[batch[i].result]++;
    pthread_mutex_lock(&store->stats_lock);
    store->stats.jobs_committed += totals[STORE_COMMITTED];
    store->stats.jobs_failed += totals[STORE_FAILED];
    store->stats.jobs_unknown += totals[STORE_UNKNOWN];
    pthread_mutex_unlock(&store->stats_lock);
    for (unsigned i = 0; i < count; i++) {
        struct store_job *job = batch[i].job;
        job->done(job, batch[i].result, batch[i].result == STORE_COMMITTED ? NULL : &batch[i].error);
    }
}

static void count_checkpoint(struct store *store, uint64_t took_us)
{
    pthread_mutex_lock(&store->stats_lock);
    store->stats.checkpoints++;
    store->stats.checkpoint_us_total += took_us;
    if (took_us > store->stats.checkpoint_us_max)
        store->stats.checkpoint_us_max = took_us;
    pthread_mutex_unlock(&store->stats_lock);
}

/* After the answers, so that nobody waits for it who is already durable. A failure loses nothing yet. But a sync that
 * failed may have left pages of the log unwritten that the system calls clean, and a later COMMIT behind such a gap would
 * not survive a power cut: so writing only goes on after everything was settled again. */
static void checkpoint(struct store *store)
{
    int64_t pages = store->writer ? store->driver->number(store->writer->connection, DRIVER_LOG_PAGES) : 0;
    pthread_mutex_lock(&store->stats_lock);
    store->stats.wal_pages = (uint64_t)pages;
    pthread_mutex_unlock(&store->stats_lock);
    if (pages < (int64_t)store->checkpoint_pages)
        return;
    bool long_overdue = pages >= (int64_t)store->checkpoint_pages * STORE_CHECKPOINT_RESTART_FACTOR;
    int64_t start_us = monotonic_us();
    int result = store->driver->checkpoint(store->writer->connection,
                                           long_overdue ? DRIVER_CHECKPOINT_RESTART : DRIVER_CHECKPOINT_PASSIVE, NULL);
    count_checkpoint(store, (uint64_t)(monotonic_us() - start_us));
    if (result && store->driver->number(store->writer->connection, DRIVER_DISK_ERROR))
        stop_writing(store);
}

unsigned writer_run_batch(struct store *store)
{
    struct store_job *first = queue_take(store, 0);
    if (!first)
        return 0;
    unsigned count = 1;
    store->batch[0] = (struct outcome){.job = first, .result = STORE_FAILED};
    if (transaction(store, store->batch, &count, true) == BATCH_BROKEN) {
        /* One of them met a full or failing disk. Alone, each either fits or fails by itself. */
        for (unsigned i = 0; i < count; i++) {
            unsigned one = 1;
            transaction(store, &store->batch[i], &one, false);
        }
    }
    answer(store, store->batch, count);
    checkpoint(store);
    return count;
}

void *writer_main(void *argument)
{
    struct store *store = argument;
    while (queue_wait(store))
        writer_run_batch(store);
    return NULL;
}
