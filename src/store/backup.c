/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the database, and checks of what is in it. Always from inside the process: a second program with write access
 * to a live database could lose committed pages. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int sync_file_and_directory(const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd)) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        return error_set(error, ERROR_IO, "%s: cannot sync: %s", path, strerror(saved));
    }
    close(fd);
    char *copy = strdup(path);
    if (!copy)
        abort();
    int result = state_directory_sync(dirname(copy), error);
    free(copy);
    return result;
}

/* link(2) and not rename(2): it never takes the place of a file that appeared meanwhile. */
static int put_in_place(const char *partial, const char *target, struct error *error)
{
    if (chmod(partial, 0600) || link(partial, target)) {
        int saved = errno;
        return error_set(error, saved == EEXIST ? ERROR_STATE_EXISTS : ERROR_IO, "%s: %s", target, strerror(saved));
    }
    unlink(partial);
    return sync_file_and_directory(target, error);
}

struct backup {
    const struct store_driver *driver;
    const char *path;
};

static int backup_run(struct store_tx *tx, void *argument, struct error *error)
{
    const struct backup *backup = argument;
    return tx->driver->backup(tx->connection, backup->path, error);
}

int store_backup(struct store *store, const char *target_path, struct error *error)
{
    if (file_exists(target_path)) {
        error_set(error, ERROR_STATE_EXISTS, "%s exists already", target_path);
        return error_hint(error, "A backup never overwrites a file. Choose another name.");
    }
    char *partial = NULL;
    if (asprintf(&partial, "%s.partial", target_path) < 0)
        abort();
    unlink(partial);
    struct backup backup = {.driver = store->driver, .path = partial};
    int result = store_read(store, backup_run, &backup, error);
    if (result == 0)
        result = put_in_place(partial, target_path, error);
    unlink(partial);
    free(partial);
    return result;
}

int store_restore(const char *backup_path, const char *directory, struct error *error)
{
    struct store *source = NULL;
    if (store_open_file_readonly(backup_path, &source, error))
        return error_prefix(error, "The backup cannot be used");
    int lock = -1, result = -1;
    char *target = NULL;
    if (asprintf(&target, "%s/%s", directory, STORE_DATABASE_NAME) < 0)
        abort();
    if (store_check_integrity(source, error) == 0 && state_directory_make(directory, error) == 0 &&
        state_directory_lock(directory, &lock, error) == 0)
        result = store_backup(source, target, error);
    if (lock >= 0)
        close(lock);
    free(target);
    store_close(source);
    return result;
}

/* --- checks --- */

typedef int row_reader(void *context, struct store_tx *tx, struct driver_statement *statement, unsigned columns);

/* Runs constant SQL of the program. Stops when `read` returns non-zero. */
static int rows_read(struct store_tx *tx, const char *sql, row_reader *read, void *context, struct error *error)
{
    struct driver_statement *statement = NULL;
    struct driver_shape shape;
    if (tx->driver->prepare(tx->connection, sql, &statement, &shape, error))
        return -1;
    int step;
    while ((step = tx->driver->step(statement, error)) == 1 && read(context, tx, statement, shape.columns) == 0) {
    }
    tx->driver->finalize(statement);
    return step < 0 ? -1 : 0;
}

static void add_value(struct buffer *row, const struct driver_value *value)
{
    switch (value->type) {
    case DRIVER_NULL:
        buffer_add_string(row, "NULL");
        break;
    case DRIVER_INT:
        buffer_add_int(row, value->integer);
        break;
    case DRIVER_TEXT:
        buffer_add_text(row, value->bytes);
        break;
    case DRIVER_BLOB:
        buffer_add_hex(row, value->bytes.data, value->bytes.length);
        break;
    }
}

static void add_row(struct buffer *row, struct store_tx *tx, struct driver_statement *statement, unsigned columns)
{
    for (unsigned i = 0; i < columns; i++) {
        struct driver_value value;
        tx->driver->column(statement, i, &value);
        if (i > 0)
            buffer_add_string(row, " | ");
        add_value(row, &value);
    }
}

static int integrity_row(void *context, struct store_tx *tx, struct driver_statement *statement, unsigned columns)
{
    struct buffer *first = context;
    buffer_clear(first);
    add_row(first, tx, statement, columns);
    return 1;
}

static int integrity_run(struct store_tx *tx, void *argument, struct error *error)
{
    (void)argument;
    struct buffer first;
    buffer_init(&first, 64 * 1024);
    int result = rows_read(tx, "PRAGMA integrity_check(1)", integrity_row, &first, error);
    if (result == 0 && !text_is(buffer_text(&first), "ok"))
        result = error_set(error, ERROR_STORE_CORRUPT, "The database is damaged: %.*s", TEXT_ARG(buffer_text(&first)));
    buffer_clear(&first);
    if (result == 0)
        result = rows_read(tx, "PRAGMA foreign_key_check", integrity_row, &first, error);
    if (result == 0 && first.length > 0)
        result = error_set(error, ERROR_STORE_CORRUPT, "A row refers to one that does not exist: %.*s",
                           TEXT_ARG(buffer_text(&first)));
    buffer_done(&first);
    return result;
}

int store_check_integrity(struct store *store, struct error *error)
{
    return store_read(store, integrity_run, NULL, error);
}

struct invariants {
    const struct store_invariant *rows, *current;
    size_t count;
    unsigned rows_max, rows_seen;
    int violated;
    store_invariant_report *report;
    void *context;
};

#define INVARIANT_ROW_BYTES_MAX 4096

static int invariant_row(void *context, struct store_tx *tx, struct driver_statement *statement, unsigned columns)
{
    struct invariants *invariants = context;
    invariants->rows_seen++;
    if (invariants->report) {
        struct buffer row;
        buffer_init(&row, INVARIANT_ROW_BYTES_MAX);
        add_row(&row, tx, statement, columns);
        invariants->report(invariants->context, invariants->current, buffer_text(&row));
        buffer_done(&row);
    }
    return invariants->rows_seen >= invariants->rows_max;
}

static int invariants_run(struct store_tx *tx, void *argument, struct error *error)
{
    struct invariants *invariants = argument;
    for (size_t i = 0; i < invariants->count; i++) {
        invariants->current = &invariants->rows[i];
        invariants->rows_seen = 0;
        if (rows_read(tx, invariants->current->sql, invariant_row, invariants, error))
            return error_prefix(error, "Invariant %s", invariants->current->name);
        invariants->violated += invariants->rows_seen > 0;
    }
    return 0;
}

int store_invariants_check(struct store_tx *tx, const struct store_invariant *rows, size_t count, unsigned rows_max,
                           store_invariant_report *report, void *context, struct error *error)
{
    struct invariants invariants = {
        .rows = rows, .count = count, .rows_max = rows_max ? rows_max : 1, .report = report, .context = context};
    return invariants_run(tx, &invariants, error) ? -1 : invariants.violated;
}

int store_invariants_run(struct store *store, const struct store_invariant *rows, size_t count, unsigned rows_max,
                         store_invariant_report *report, void *context, struct error *error)
{
    struct invariants invariants = {
        .rows = rows, .count = count, .rows_max = rows_max ? rows_max : 1, .report = report, .context = context};
    return store_read(store, invariants_run, &invariants, error) ? -1 : invariants.violated;
}
