/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store needs from a database: the line between the generic writer and SQLite (or another engine).
 * A connection is used by one thread at a time. Tests put a driver that fails on demand in front of the real one.
 */
#ifndef SHUNTUI_STORE_STORE_DRIVER_H
#define SHUNTUI_STORE_STORE_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct driver_connection;
struct driver_statement;
struct error;

struct driver_options {
    const char *path;
    bool create, read_only;
    unsigned cache_kib; /* page cache of this connection */
    const char *vfs;    /* NULL: the default */
};

enum driver_type { DRIVER_NULL, DRIVER_INT, DRIVER_TEXT, DRIVER_BLOB };
struct driver_value {
    enum driver_type type;
    int64_t integer;
    struct text bytes; /* of text and blobs */
};

struct driver_shape {
    unsigned parameters; /* $1 … $n */
    unsigned columns;
};

enum driver_number {
    DRIVER_CHANGES,        /* rows changed by the last statement */
    DRIVER_LAST_ROWID,     /* of the last INSERT */
    DRIVER_IN_TRANSACTION, /* 0 after the engine rolled back by itself */
    DRIVER_DISK_ERROR,     /* 1 when a statement failed on the disk (full, I/O, damage) since the last BEGIN */
    DRIVER_LOG_PAGES,      /* pages in the write-ahead log */
};

enum driver_checkpoint {
    DRIVER_CHECKPOINT_PASSIVE,  /* as far as readers allow */
    DRIVER_CHECKPOINT_RESTART,  /* waits for readers, so that the log starts again */
    DRIVER_CHECKPOINT_TRUNCATE, /* and empties it: every page is then synced in the database itself */
};

#define DRIVER_PARAMETERS_MAX 63

struct store_driver {
    /* Opens and sets everything that durability rests on, and reads it back (STORE_SETTING). */
    int (*open)(const struct driver_options *options, struct driver_connection **ret_connection, struct error *error);
    void (*close)(struct driver_connection *connection);
    /* From now on: no change to append-only tables, no change of the schema, no pragma but the checks. */
    void (*protect)(struct driver_connection *connection);
    /* Several statements without parameters: migrations. */
    int (*script)(struct driver_connection *connection, const char *sql, struct error *error);
    /* Fails with STORE_QUERY. */
    int (*prepare)(struct driver_connection *connection, const char *sql, struct driver_statement **ret_statement,
                   struct driver_shape *ret_shape, struct error *error);
    void (*finalize)(struct driver_statement *statement); /* NULL is a no-op */
    /* n from 1. The bytes stay the caller's until reset. */
    void (*bind)(struct driver_statement *statement, unsigned n, const struct driver_value *value);
    /* 1 row, 0 end, -1 failure. */
    int (*step)(struct driver_statement *statement, struct error *error);
    void (*column)(struct driver_statement *statement, unsigned column, struct driver_value *ret_value);
    void (*reset)(struct driver_statement *statement);
    int64_t (*number)(struct driver_connection *connection, enum driver_number which);
    int (*checkpoint)(struct driver_connection *connection, enum driver_checkpoint mode, struct error *error);
    /* One snapshot into a new file that stands alone, checked. */
    int (*backup)(struct driver_connection *connection, const char *path, struct error *error);
};

extern const struct store_driver store_driver_sqlite;

#endif
