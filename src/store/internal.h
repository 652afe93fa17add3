/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share and nobody else may see: connections, the queue, the writer's state. */
#ifndef SHUNTUI_STORE_INTERNAL_H
#define SHUNTUI_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "store/migrate.h"
#include "store/store.h"
#include "store/store_driver.h"

#define STORE_READ_CONNECTIONS 4
#define STORE_QUEUE_MAX 4096
#define STORE_BATCH_MAX 64
#define STORE_CHECKPOINT_PAGES 3000        /* 12 MiB of log: a stall of about 30 ms, every 200 or more transactions */
#define STORE_CHECKPOINT_RESTART_FACTOR 10 /* so much longer: readers kept the log from starting again, wait for them */
#define STORE_WRITER_CACHE_KIB 16384       /* a full batch stays in memory until COMMIT */
#define STORE_READER_CACHE_KIB 2048

enum control {
    CONTROL_BEGIN_WRITE,
    CONTROL_BEGIN_READ,
    CONTROL_COMMIT,
    CONTROL_ROLLBACK,
    CONTROL_SAVEPOINT,
    CONTROL_RELEASE,
    CONTROL_ROLLBACK_TO,
    CONTROL_COUNT
};

struct query {
    struct driver_statement *statement; /* NULL until first used on this connection */
    struct store_tx *tx;
    struct query *touched_next;
    struct driver_shape shape;
    uint64_t bound;
    bool touched; /* on the connection's list */
    bool open;    /* between store_query and its end */
};

/* One connection; as a transaction it is what callers see. */
struct store_tx {
    const struct store_driver *driver;
    struct driver_connection *connection;
    struct query *touched;
    struct store_tx *next_free;
    bool write;
    struct driver_statement *controls[CONTROL_COUNT];
    struct query queries[QUERY_COUNT];
};

int connection_open(const struct store_driver *driver, const struct driver_options *options, struct store_tx **ret_tx,
                    struct error *error);
void connection_close(struct store_tx *tx); /* NULL is a no-op */
int connection_prepare_all(struct store_tx *tx, struct error *error);
int connection_control(struct store_tx *tx, enum control control, struct error *error);
void connection_end_queries(struct store_tx *tx);
/* Leaves no transaction open. -1: it cannot be left; the connection must be closed. */
int connection_rollback(struct store_tx *tx);

struct outcome {
    struct store_job *job;
    enum store_result result;
    struct error error;
};

struct store {
    const struct store_driver *driver;
    char *path; /* of the database */
    char *vfs;
    struct clock *clock;
    struct store_hooks hooks;
    bool read_only, threaded;
    unsigned queue_max, batch_max, batch_wait_us, checkpoint_pages;
    int lock_fd;

    /* The writing connection and the batch belong to the thread that writes. */
    struct store_tx *writer; /* NULL after a failed COMMIT until it could be opened again */
    struct outcome *batch;
    pthread_t thread;
    bool thread_started;
    _Atomic bool writable;

    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct store_job *queue_head, **queue_tail;
    unsigned queue_length;
    bool writer_waits, stopping;

    pthread_mutex_t readers_lock;
    pthread_cond_t reader_returned;
    struct store_tx *readers_free;
    unsigned readers_count;

    pthread_mutex_t stats_lock;
    struct store_stats stats;
};

/* writer.c */
void *writer_main(void *store);
unsigned writer_run_batch(struct store *store);
int writer_open(struct store *store, struct error *error);

/* directory.c */
int state_directory_make(const char *path, struct error *error);
int state_directory_lock(const char *path, int *ret_fd, struct error *error);
int state_directory_sync(const char *path, struct error *error); /* so that new names in it survive a power cut */
bool file_exists(const char *path);

int64_t monotonic_us(void);

#endif
