/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database of one state directory: one writer that commits many jobs at once, and a pool of read connections.
 * Nobody is told "done" before it is durable. SQLite stays behind store_driver.h; its types never appear here.
 */
#ifndef SHUNTUI_STORE_STORE_H
#define SHUNTUI_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/query.h"

struct clock;
struct error;
struct store;
struct store_driver;
struct store_job;
struct store_tx;

#define STORE_DATABASE_NAME "shuntui.db"
#define STORE_LOCK_NAME "lock"

/* Lets the service keep memory (the Merkle range) in step with the transaction. All are called on the thread that
 * writes; each may be NULL. */
struct store_hooks {
    void *context;
    /* Before a job runs in its savepoint: remember the state. */
    void (*job_begin)(void *context, struct store_tx *tx);
    /* After it: kept is false when its writes were undone: go back to the remembered state. */
    void (*job_end)(void *context, bool kept);
    /* Just before COMMIT, in the same transaction: the place for a signed checkpoint. -1 undoes the whole batch. */
    int (*before_commit)(void *context, struct store_tx *tx, struct error *error);
    /* committed: the state is now durable. Otherwise everything since the last commit was undone: go back to it. */
    void (*after_commit)(void *context, bool committed);
    /* A COMMIT failed and the connection was opened again: read the state afresh. -1 keeps the store stopped. */
    int (*reopened)(void *context, struct store_tx *tx, struct error *error);
};

struct store_options {
    const char *directory;     /* of the state; made with mode 0700 when create is set */
    struct clock *clock;       /* NULL: the system's; stamps migrations */
    unsigned read_connections; /* 0: 4 */
    unsigned queue_max;        /* waiting jobs; 0: 4096. More are refused with STORE_BUSY. */
    unsigned batch_max;        /* jobs that share one COMMIT; 0: 64 */
    unsigned batch_wait_us;    /* how long a batch that is not full waits for company; 0: not at all */
    unsigned checkpoint_pages; /* length of the log at which the writer moves it into the database; 0: 3000 */
    bool create;               /* make the directory and the database when missing; else STATE_MISSING */
    bool read_only;            /* no lock, no migration, no writer: store_read only */
    bool unthreaded;           /* no writer thread: store_run_pending does the work on the caller's thread */
    struct store_hooks hooks;
    const char *vfs;                   /* SQLite VFS, for tests; NULL: the default */
    const struct store_driver *driver; /* for tests; NULL: SQLite */
};

/* Opens, locks and migrates. STATE_IN_USE when another process has the directory (its pid is in the hint),
 * STATE_VERSION when the database is from a newer or an altered program, STORE_QUERY when a query does not compile,
 * STORE_SETTING when a durability setting does not hold. Returns 0 or -1. */
int store_open(const struct store_options *options, struct store **ret_store, struct error *error);
/* One database file (a backup, or the file of a running server) for reading only. */
int store_open_file_readonly(const char *path, struct store **ret_store, struct error *error);
void store_close(struct store *store); /* finishes what is queued; NULL is a no-op */

enum store_result {
    STORE_COMMITTED, /* durable */
    STORE_FAILED,    /* nothing of it was written */
    STORE_UNKNOWN,   /* COMMIT failed and nobody could tell; ask again with the same idempotency key */
};

/* One unit of work for the writer. The memory is the caller's and must live until `done` was called. */
struct store_job {
    /* Runs inside a savepoint. 0 keeps its writes, -1 (with the error set) undoes them. It may run more than once when the
     * disk fails or fills up in the middle of a batch, so it starts from its input each time. */
    int (*run)(struct store_tx *tx, void *argument, struct error *error);
    /* Optional: `run` failed with a 4xx code and was undone; may write what must be remembered of the refusal (the stored
     * answer of an idempotency key), and no leaves. `refusal` is the error of `run`. Failing here only loses the record. */
    int (*refused)(struct store_tx *tx, void *argument, const struct error *refusal, struct error *error);
    /* Optional, after a COMMIT that failed: 1 it is there, 0 it is not, -1 cannot say. Only reads. */
    int (*lookup)(struct store_tx *tx, void *argument);
    /* Called once, on the writer's thread, after the COMMIT. `error` is NULL for STORE_COMMITTED. Must be quick and must
     * not call store_write. */
    void (*done)(struct store_job *job, enum store_result result, const struct error *error);
    void *argument;

    struct store_job *next; /* the store's own while the job is queued */
};

/* Hands a job over. From any thread. 0: `done` will be called. -1: STORE_BUSY or STORE_STOPPED, and it will not. */
int store_submit(struct store *store, struct store_job *job, struct error *error);
/* Submits and waits. 0: durable. -1: the error of `run`, or OUTCOME_UNKNOWN. Not from `run` or `done`. */
int store_write(struct store *store, int (*run)(struct store_tx *tx, void *argument, struct error *error),
                void *argument, struct error *error);
/* Unthreaded stores: runs and commits everything queued. Returns the number of jobs that got their answer. */
unsigned store_run_pending(struct store *store);

/* Runs `run` in a read transaction (one snapshot) of its own connection; from any thread. Returns what run returned. */
int store_read(struct store *store, int (*run)(struct store_tx *tx, void *argument, struct error *error),
               void *argument, struct error *error);

bool store_tx_is_write(const struct store_tx *tx);

struct store_stats {
    uint64_t jobs_committed, jobs_failed, jobs_unknown, jobs_refused_busy;
    uint64_t commits, commit_failures, commit_us_total, commit_us_max;
    uint64_t checkpoints, checkpoint_us_total, checkpoint_us_max; /* the writer stands still meanwhile */
    uint64_t queue_length, wal_pages;
};
void store_stats(struct store *store, struct store_stats *ret_stats);
bool store_is_writable(struct store *store); /* false while a failed COMMIT keeps the writer stopped */

/* A consistent copy of the live database into a new file: copied, synced, integrity-checked, then named. */
int store_backup(struct store *store, const char *target_path, struct error *error);
/* The reverse: puts a checked copy of a backup into a state directory that has no database yet. */
int store_restore(const char *backup_path, const char *directory, struct error *error);
/* PRAGMA integrity_check and foreign_key_check. 0, or -1 with STORE_CORRUPT. */
int store_check_integrity(struct store *store, struct error *error);

/* An invariant is a query that returns no row when all is well. Constant text of the program, never of a user. */
struct store_invariant {
    const char *name, *sql;
};
/* For every violating row (at most `rows_max` for each invariant): the row's columns joined by " | ". */
typedef void store_invariant_report(void *context, const struct store_invariant *invariant, struct text row);
/* Runs them on one snapshot. Returns the number of violated invariants, or -1 when one could not be run. */
int store_invariants_run(struct store *store, const struct store_invariant *invariants, size_t count, unsigned rows_max,
                         store_invariant_report *report, void *context, struct error *error);
/* The same within a transaction that is open already. */
int store_invariants_check(struct store_tx *tx, const struct store_invariant *invariants, size_t count,
                           unsigned rows_max, store_invariant_report *report, void *context, struct error *error);

#endif
