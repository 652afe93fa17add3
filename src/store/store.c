/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, handing jobs over, reading, closing. The writing itself is in writer.c. */
#include "store/internal.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

static void *allocate(size_t count, size_t bytes_each)
{
    void *memory = calloc(count, bytes_each);
    if (!memory)
        abort();
    return memory;
}

static char *copy(const char *text)
{
    char *memory = text ? strdup(text) : NULL;
    if (text && !memory)
        abort();
    return memory;
}

static struct store *store_new(const struct store_options *options)
{
    struct store *store = allocate(1, sizeof *store);
    store->driver = options->driver ? options->driver : &store_driver_sqlite;
    store->vfs = copy(options->vfs);
    store->clock = options->clock ? options->clock : clock_system();
    store->hooks = options->hooks;
    store->read_only = options->read_only;
    store->threaded = !options->unthreaded && !options->read_only;
    store->queue_max = options->queue_max ? options->queue_max : STORE_QUEUE_MAX;
    store->batch_max = options->batch_max ? options->batch_max : STORE_BATCH_MAX;
    store->batch_wait_us = options->batch_wait_us;
    store->checkpoint_pages = options->checkpoint_pages ? options->checkpoint_pages : STORE_CHECKPOINT_PAGES;
    store->lock_fd = -1;
    store->queue_tail = &store->queue_head;
    store->batch = allocate(store->batch_max, sizeof *store->batch);
    pthread_mutex_init(&store->queue_lock, NULL);
    pthread_mutex_init(&store->readers_lock, NULL);
    pthread_mutex_init(&store->stats_lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&store->queue_filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&store->reader_returned, NULL);
    return store;
}

static void store_free(struct store *store)
{
    /* Readers first: the last connection to close moves the log into the database, and that may only be the writer. */
    while (store->readers_free) {
        struct store_tx *reader = store->readers_free;
        store->readers_free = reader->next_free;
        connection_close(reader);
    }
    connection_close(store->writer);
    if (store->lock_fd >= 0)
        close(store->lock_fd);
    pthread_cond_destroy(&store->reader_returned);
    pthread_cond_destroy(&store->queue_filled);
    pthread_mutex_destroy(&store->stats_lock);
    pthread_mutex_destroy(&store->readers_lock);
    pthread_mutex_destroy(&store->queue_lock);
    free(store->batch);
    free(store->vfs);
    free(store->path);
    free(store);
}

static int readers_open(struct store *store, unsigned count, struct error *error)
{
    struct driver_options options = {
        .path = store->path, .read_only = true, .cache_kib = STORE_READER_CACHE_KIB, .vfs = store->vfs};
    for (unsigned i = 0; i < count; i++) {
        struct store_tx *reader = NULL;
        if (connection_open(store->driver, &options, &reader, error))
            return -1;
        store->driver->protect(reader->connection);
        reader->next_free = store->readers_free;
        store->readers_free = reader;
        store->readers_count++;
    }
    return 0;
}

static int schema_verify(struct store *store, struct error *error)
{
    struct store_tx *reader = store->readers_free;
    unsigned applied = 0;
    return migrate_verify(store->driver, reader->connection, migrations, migrations_count, &applied, error);
}

/* The first connection makes the file and migrates it; only then is it protected and used. */
static int database_prepare(struct store *store, bool create, struct error *error)
{
    struct driver_options options = {
        .path = store->path, .create = create, .cache_kib = STORE_WRITER_CACHE_KIB, .vfs = store->vfs};
    struct driver_connection *connection = NULL;
    if (store->driver->open(&options, &connection, error))
        return -1;
    int result =
        migrate(store->driver, connection, migrations, migrations_count, store->clock->now_us(store->clock), error);
    store->driver->close(connection);
    return result;
}

static int open_for_writing(struct store *store, const struct store_options *options, struct error *error)
{
    if (options->create && state_directory_make(options->directory, error))
        return -1;
    if (!options->create && !file_exists(store->path)) {
        error_set(error, ERROR_STATE_MISSING, "There is no database in %s", options->directory);
        return error_hint(error, "Is this the right state directory? A new one is made on the first start.");
    }
    if (state_directory_lock(options->directory, &store->lock_fd, error) ||
        database_prepare(store, options->create, error) || state_directory_sync(options->directory, error) ||
        writer_open(store, error))
        return -1;
    unsigned readers = options->read_connections ? options->read_connections : STORE_READ_CONNECTIONS;
    if (readers_open(store, readers, error))
        return -1;
    atomic_store(&store->writable, true);
    if (store->threaded) {
        if (pthread_create(&store->thread, NULL, writer_main, store))
            return error_set(error, ERROR_INTERNAL, "The writer's thread cannot start");
        store->thread_started = true;
    }
    return 0;
}

static int open_for_reading(struct store *store, unsigned connections, struct error *error)
{
    if (!file_exists(store->path))
        return error_set(error, ERROR_STATE_MISSING, "There is no database at %s", store->path);
    return readers_open(store, connections ? connections : 1, error) || schema_verify(store, error) ? -1 : 0;
}

int store_open(const struct store_options *options, struct store **ret_store, struct error *error)
{
    assert(options);
    assert(options->directory);
    assert(ret_store);
    struct store *store = store_new(options);
    if (asprintf(&store->path, "%s/%s", options->directory, STORE_DATABASE_NAME) < 0)
        abort();
    int result = options->read_only ? open_for_reading(store, options->read_connections, error)
                                    : open_for_writing(store, options, error);
    if (result) {
        store_free(store);
        return -1;
    }
    *ret_store = store;
    return 0;
}

int store_open_file_readonly(const char *path, struct store **ret_store, struct error *error)
{
    assert(path);
    struct store *store = store_new(&(struct store_options){.read_only = true});
    store->path = copy(path);
    if (open_for_reading(store, 1, error)) {
        store_free(store);
        return -1;
    }
    *ret_store = store;
    return 0;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    pthread_mutex_lock(&store->queue_lock);
    store->stopping = true;
    pthread_cond_signal(&store->queue_filled);
    pthread_mutex_unlock(&store->queue_lock);
    if (store->thread_started)
        pthread_join(store->thread, NULL);
    else if (!store->read_only)
        store_run_pending(store);
    store_free(store);
}

int store_submit(struct store *store, struct store_job *job, struct error *error)
{
    assert(job->run);
    assert(job->done);
    if (store->read_only)
        return error_set(error, ERROR_STORE_READ_ONLY, "The database is open for reading only");
    pthread_mutex_lock(&store->queue_lock);
    bool stopping = store->stopping, full = store->queue_length >= store->queue_max;
    if (!stopping && !full) {
        job->next = NULL;
        *store->queue_tail = job;
        store->queue_tail = &job->next;
        store->queue_length++;
        if (store->writer_waits)
            pthread_cond_signal(&store->queue_filled);
    }
    pthread_mutex_unlock(&store->queue_lock);
    if (stopping)
        return error_set(error, ERROR_STORE_STOPPED, "The store is closing");
    if (!full)
        return 0;
    pthread_mutex_lock(&store->stats_lock);
    store->stats.jobs_refused_busy++;
    pthread_mutex_unlock(&store->stats_lock);
    error_set(error, ERROR_STORE_BUSY, "%u changes are waiting already", store->queue_max);
    return error_hint(error, "Nothing was written. Try again in a moment.");
}

unsigned store_run_pending(struct store *store)
{
    assert(!store->thread_started);
    unsigned total = 0, count;
    while ((count = writer_run_batch(store)) > 0)
        total += count;
    return total;
}

struct waiter {
    struct store_job job;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool finished;
    enum store_result result;
    struct error *error;
};

static void waiter_done(struct store_job *job, enum store_result result, const struct error *error)
{
    struct waiter *waiter = (struct waiter *)job; /* its first member */
    pthread_mutex_lock(&waiter->lock);
    waiter->finished = true;
    waiter->result = result;
    if (error && waiter->error)
        *waiter->error = *error;
    pthread_cond_signal(&waiter->changed);
    pthread_mutex_unlock(&waiter->lock);
}

int store_write(struct store *store, int (*run)(struct store_tx *tx, void *argument, struct error *error),
                void *argument, struct error *error)
{
    assert(!store->thread_started || !pthread_equal(pthread_self(), store->thread));
    struct waiter waiter = {.job = {.run = run, .done = waiter_done, .argument = argument}, .error = error};
    pthread_mutex_init(&waiter.lock, NULL);
    pthread_cond_init(&waiter.changed, NULL);
    int result = store_submit(store, &waiter.job, error);
    if (result == 0) {
        if (!store->threaded)
            store_run_pending(store);
        pthread_mutex_lock(&waiter.lock);
        while (!waiter.finished)
            pthread_cond_wait(&waiter.changed, &waiter.lock);
        pthread_mutex_unlock(&waiter.lock);
        result = waiter.result == STORE_COMMITTED ? 0 : -1;
    }
    pthread_cond_destroy(&waiter.changed);
    pthread_mutex_destroy(&waiter.lock);
    return result;
}

static struct store_tx *reader_borrow(struct store *store)
{
    pthread_mutex_lock(&store->readers_lock);
    while (!store->readers_free)
        pthread_cond_wait(&store->reader_returned, &store->readers_lock);
    struct store_tx *reader = store->readers_free;
    store->readers_free = reader->next_free;
    pthread_mutex_unlock(&store->readers_lock);
    return reader;
}

static void reader_return(struct store *store, struct store_tx *reader)
{
    pthread_mutex_lock(&store->readers_lock);
    reader->next_free = store->readers_free;
    store->readers_free = reader;
    pthread_cond_signal(&store->reader_returned);
    pthread_mutex_unlock(&store->readers_lock);
}

int store_read(struct store *store, int (*run)(struct store_tx *tx, void *argument, struct error *error),
               void *argument, struct error *error)
{
    struct store_tx *reader = reader_borrow(store);
    int result = connection_control(reader, CONTROL_BEGIN_READ, error);
    if (result == 0) {
        result = run(reader, argument, error);
        int left = connection_rollback(reader);
        assert(left == 0); /* a read transaction has nothing to write that could fail */
    }
    reader_return(store, reader);
    return result;
}

void store_stats(struct store *store, struct store_stats *ret_stats)
{
    pthread_mutex_lock(&store->stats_lock);
    *ret_stats = store->stats;
    pthread_mutex_unlock(&store->stats_lock);
    pthread_mutex_lock(&store->queue_lock);
    ret_stats->queue_length = store->queue_length;
    pthread_mutex_unlock(&store->queue_lock);
}

bool store_is_writable(struct store *store)
{
    return atomic_load(&store->writable);
}
