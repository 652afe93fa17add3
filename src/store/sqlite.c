/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store's driver for SQLite: write-ahead log, synchronous=FULL, strict settings that are read back after setting.
 * Debian's 3.40.1 can lose pages when two connections checkpoint and commit at once (sqlite.org/wal.html#walresetbug),
 * so only the one writing connection ever checkpoints, and the others open the file read-only.
 */
#include "store/sqlite_guard.h"
#include "store/store_driver.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"

#define BUSY_TIMEOUT_MS 5000
#define VALUE_BYTES_MAX (LIMIT_RESPONSE_BYTES + 64 * 1024) /* the largest value is a stored answer */

struct driver_connection {
    sqlite3 *database;
    int log_pages;
    bool disk_error;
};

struct driver_statement {
    sqlite3_stmt *statement;
    struct driver_connection *connection;
    bool begins;
    uint8_t index[DRIVER_PARAMETERS_MAX + 1]; /* $n -> SQLite's own number, which goes by first use */
};

static enum error_code code_of_constraint(int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return ERROR_STORE_UNIQUE;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return ERROR_STORE_REFERENCE;
    case SQLITE_CONSTRAINT_TRIGGER:
        return ERROR_STORE_APPEND_ONLY;
    default: /* CHECK, NOT NULL, type of a strict table */
        return ERROR_STORE_CHECK;
    }
}

static enum error_code code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return code_of_constraint(rc);
    case SQLITE_FULL:
        return ERROR_STORAGE_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
        return ERROR_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERROR_STORE_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_STORE_BUSY;
    case SQLITE_READONLY:
        return ERROR_STORE_READ_ONLY;
    case SQLITE_AUTH:
        return ERROR_STORE_APPEND_ONLY;
    case SQLITE_TOOBIG:
        return ERROR_LIMIT_EXCEEDED;
    default:
        return ERROR_INTERNAL;
    }
}

static bool is_disk_error(int rc)
{
    int class = rc & 0xff;
    return class == SQLITE_FULL || class == SQLITE_IOERR || class == SQLITE_CANTOPEN || class == SQLITE_CORRUPT ||
           class == SQLITE_NOTADB || class == SQLITE_PROTOCOL || class == SQLITE_READONLY;
}

/* "UNIQUE constraint failed: orders.id, orders.x" -> "orders.id, orders.x" */
static void point_at_constraint(struct error *error, const char *message)
{
    const char *detail = strstr(message, "failed: ");
    if (!detail)
        return;
    detail += strlen("failed: ");
    if (!strncmp(detail, "index '", 7))
        error_at(error, "%.*s", (int)strcspn(detail + 7, "'"), detail + 7);
    else
        error_at(error, "%s", detail);
}

static int failure(struct driver_connection *connection, int rc, struct error *error)
{
    if ((rc & 0xff) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
        abort();
    if (is_disk_error(rc))
        connection->disk_error = true;
    const char *message = sqlite3_errmsg(connection->database);
    error_set(error, code_of(rc), "%s (SQLite %d)", message, rc);
    if ((rc & 0xff) == SQLITE_CONSTRAINT)
        point_at_constraint(error, message);
    return -1;
}

struct pragma {
    const char *name, *value, *reads_as;
    bool writer_only;
};
static const struct pragma pragmas[] = {
    {"journal_mode", "WAL", "wal", true},
    {"synchronous", "FULL", "2", false},
    {"wal_autocheckpoint", "0", "0", false},
    {"foreign_keys", "ON", "1", false},
    {"recursive_triggers", "ON", "1", false},
    {"trusted_schema", "OFF", "0", false},
    {"cell_size_check", "ON", "1", false},
    {"mmap_size", "0", "0", false},
    {"temp_store", "MEMORY", "2", false},
    {"secure_delete", "FAST", "2", true},
    {"journal_size_limit", "67108864", "67108864", true},
};

/* Sets nothing: reads one pragma as text. */
static int pragma_reads(struct driver_connection *connection, const struct pragma *pragma, struct error *error)
{
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA %s", pragma->name);
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(connection->database, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    const char *value = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    int result = 0;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        result = failure(connection, rc, error);
    else if (!value && strcmp(pragma->name, "mmap_size")) /* no row: built without memory mapping, which is as good */
        result = error_set(error, ERROR_STORE_SETTING, "SQLite does not know PRAGMA %s", pragma->name);
    else if (value && strcasecmp(value, pragma->reads_as))
        result =
            error_set(error, ERROR_STORE_SETTING, "PRAGMA %s is %s and not %s", pragma->name, value, pragma->reads_as);
    sqlite3_finalize(statement);
    return result;
}

static int pragma_apply(struct driver_connection *connection, const struct pragma *pragma, struct error *error)
{
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA %s=%s", pragma->name, pragma->value);
    int rc = sqlite3_exec(connection->database, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return failure(connection, rc, error);
    return pragma_reads(connection, pragma, error);
}

static int limits_apply(sqlite3 *database, struct error *error)
{
    static const struct {
        int which, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX},
        {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 100},
        {SQLITE_LIMIT_COMPOUND_SELECT, 20},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 20},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
        {SQLITE_LIMIT_VARIABLE_NUMBER, DRIVER_PARAMETERS_MAX},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        sqlite3_limit(database, limits[i].which, limits[i].value);
        if (sqlite3_limit(database, limits[i].which, -1) > limits[i].value)
            return error_set(error, ERROR_STORE_SETTING, "SQLite limit %d cannot be lowered to %d", limits[i].which,
                             limits[i].value);
    }
    return 0;
}

static int switches_apply(sqlite3 *database, struct error *error)
{
    static const struct {
        int which, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},     {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},         {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        int now = -1;
        if (sqlite3_db_config(database, switches[i].which, switches[i].on, &now) != SQLITE_OK || now != switches[i].on)
            return error_set(error, ERROR_STORE_SETTING, "SQLite switch %d does not hold", switches[i].which);
    }
    return 0;
}

static int settings_apply(struct driver_connection *connection, const struct driver_options *options,
                          struct error *error)
{
    if (limits_apply(connection->database, error) || switches_apply(connection->database, error))
        return -1;
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++) {
        if (!(options->read_only && pragmas[i].writer_only) && pragma_apply(connection, &pragmas[i], error))
            return -1;
    }
    char size[32];
    snprintf(size, sizeof size, "-%u", options->cache_kib);
    return pragma_apply(connection, &(struct pragma){"cache_size", size, size, false}, error);
}

/* Called by SQLite after each COMMIT with the length of the log; it replaces the automatic checkpoint. */
static int log_grew(void *context, sqlite3 *database, const char *name, int pages)
{
    (void)database, (void)name;
    ((struct driver_connection *)context)->log_pages = pages;
    return SQLITE_OK;
}

static void driver_close(struct driver_connection *connection)
{
    if (!connection)
        return;
    int rc = sqlite3_close(connection->database);
    assert(rc == SQLITE_OK); /* a statement was not finalized */
    free(connection);
}

#define LOOKASIDE_SLOT_BYTES 2048 /* cursors and rows of our statements fit; each one saves a malloc and a free */
#define LOOKASIDE_SLOTS 256

/* Process-wide, before the first connection: nobody reads SQLite's memory statistics, and counting takes a mutex each time. */
static void library_configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int driver_open(const struct driver_options *options, struct driver_connection **ret_connection,
                       struct error *error)
{
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, library_configure);
    struct driver_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        abort();
    int flags =
        options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options->create ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(options->path, &connection->database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             options->vfs);
    if (!connection->database)
        abort();
    sqlite3_busy_timeout(connection->database, BUSY_TIMEOUT_MS);
    if (!options->read_only)
        sqlite3_db_config(connection->database, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_SLOT_BYTES, LOOKASIDE_SLOTS);
    if (rc != SQLITE_OK ? failure(connection, rc, error) : settings_apply(connection, options, error)) {
        error_prefix(error, "%s", options->path);
        driver_close(connection);
        return -1;
    }
    if (!options->read_only)
        sqlite3_wal_hook(connection->database, log_grew, connection);
    *ret_connection = connection;
    return 0;
}

static void driver_protect(struct driver_connection *connection)
{
    sqlite_guard(connection->database);
}

static int driver_script(struct driver_connection *connection, const char *sql, struct error *error)
{
    int rc = sqlite3_exec(connection->database, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : failure(connection, rc, error);
}

/* Parameters are $1 … $n without a gap. */
static int parameters_map(struct driver_statement *statement, unsigned *ret_count)
{
    int count = sqlite3_bind_parameter_count(statement->statement);
    if (count > DRIVER_PARAMETERS_MAX)
        return -1;
    for (int n = 1; n <= count; n++) {
        char name[8];
        snprintf(name, sizeof name, "$%d", n);
        int index = sqlite3_bind_parameter_index(statement->statement, name);
        if (index == 0)
            return -1;
        statement->index[n] = (uint8_t)index;
    }
    *ret_count = (unsigned)count;
    return 0;
}

static void driver_finalize(struct driver_statement *statement)
{
    if (!statement)
        return;
    sqlite3_finalize(statement->statement);
    free(statement);
}

static int statement_check(struct driver_statement *statement, const char *tail, const char *sql,
                           struct driver_shape *ret_shape, struct error *error)
{
    if (!statement->statement || tail[strspn(tail, " \t\r\n;")] != '\0')
        return error_set(error, ERROR_STORE_QUERY, "A query is exactly one statement");
    if (sqlite_guard_replaces(sql))
        return error_set(error, ERROR_STORE_QUERY, "OR REPLACE would get round the append-only rules");
    if (parameters_map(statement, &ret_shape->parameters))
        return error_set(error, ERROR_STORE_QUERY, "Parameters must be $1 to $n without a gap");
    ret_shape->columns = (unsigned)sqlite3_column_count(statement->statement);
    return 0;
}

static int driver_prepare(struct driver_connection *connection, const char *sql,
                          struct driver_statement **ret_statement, struct driver_shape *ret_shape, struct error *error)
{
    struct driver_statement *statement = calloc(1, sizeof *statement);
    if (!statement)
        abort();
    statement->connection = connection;
    statement->begins = !strncmp(sql, "BEGIN", 5);
    const char *tail = "";
    int rc = sqlite3_prepare_v3(connection->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->statement, &tail);
    int result = 0;
    if (rc != SQLITE_OK) {
        result = failure(connection, rc, error);
        if (error && error->code == ERROR_INTERNAL)
            error->code = ERROR_STORE_QUERY;
    } else {
        result = statement_check(statement, tail, sql, ret_shape, error);
    }
    if (result) {
        driver_finalize(statement);
        return -1;
    }
    *ret_statement = statement;
    return 0;
}

static void driver_bind(struct driver_statement *statement, unsigned n, const struct driver_value *value)
{
    assert(n >= 1 && n <= DRIVER_PARAMETERS_MAX && statement->index[n] != 0);
    int index = statement->index[n];
    int rc = SQLITE_ERROR;
    const char *bytes = value->bytes.data ? value->bytes.data : "";
    switch (value->type) {
    case DRIVER_NULL:
        rc = sqlite3_bind_null(statement->statement, index);
        break;
    case DRIVER_INT:
        rc = sqlite3_bind_int64(statement->statement, index, value->integer);
        break;
    case DRIVER_TEXT:
        rc = sqlite3_bind_text64(statement->statement, index, bytes, value->bytes.length, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case DRIVER_BLOB:
        rc = sqlite3_bind_blob64(statement->statement, index, bytes, value->bytes.length, SQLITE_STATIC);
        break;
    }
    assert(rc == SQLITE_OK); /* otherwise too large (inputs are limited before) or bound in the middle of a use */
}

static int driver_step(struct driver_statement *statement, struct error *error)
{
    struct driver_connection *connection = statement->connection;
    if (statement->begins)
        connection->disk_error = false;
    int rc = sqlite3_step(statement->statement);
    if (rc == SQLITE_ROW)
        return 1;
    int result = rc == SQLITE_DONE ? 0 : failure(connection, rc, error);
    sqlite3_reset(statement->statement);
    return result;
}

static void driver_column(struct driver_statement *statement, unsigned column, struct driver_value *ret_value)
{
    sqlite3_stmt *s = statement->statement;
    int i = (int)column;
    *ret_value = (struct driver_value){.type = DRIVER_NULL};
    switch (sqlite3_column_type(s, i)) {
    case SQLITE_INTEGER:
        ret_value->type = DRIVER_INT;
        ret_value->integer = sqlite3_column_int64(s, i);
        return;
    case SQLITE_BLOB:
        ret_value->type = DRIVER_BLOB;
        ret_value->bytes.data = sqlite3_column_blob(s, i);
        ret_value->bytes.length = (size_t)sqlite3_column_bytes(s, i);
        return;
    case SQLITE_NULL:
        return;
    default: /* text; a float too, which only an invariant's report would show */
        ret_value->type = DRIVER_TEXT;
        ret_value->bytes.data = (const char *)sqlite3_column_text(s, i);
        ret_value->bytes.length = (size_t)sqlite3_column_bytes(s, i);
        return;
    }
}

static void driver_reset(struct driver_statement *statement)
{
    sqlite3_reset(statement->statement);
}

static int64_t driver_number(struct driver_connection *connection, enum driver_number which)
{
    switch (which) {
    case DRIVER_CHANGES:
        return sqlite3_changes64(connection->database);
    case DRIVER_LAST_ROWID:
        return sqlite3_last_insert_rowid(connection->database);
    case DRIVER_IN_TRANSACTION:
        return !sqlite3_get_autocommit(connection->database);
    case DRIVER_DISK_ERROR:
        return connection->disk_error;
    case DRIVER_LOG_PAGES:
        return connection->log_pages;
    }
    abort();
}

static int driver_checkpoint(struct driver_connection *connection, enum driver_checkpoint mode, struct error *error)
{
    static const int modes[] = {[DRIVER_CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
                                [DRIVER_CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
                                [DRIVER_CHECKPOINT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE};
    int pages = 0, copied = 0;
    int rc = sqlite3_wal_checkpoint_v2(connection->database, "main", modes[mode], &pages, &copied);
    if (rc != SQLITE_OK)
        return failure(connection, rc, error);
    connection->log_pages = pages - copied; /* what could not be copied yet */
    return 0;
}

static int backup_copy(struct driver_connection *connection, sqlite3 *target, struct error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", connection->database, "main");
    if (!backup)
        return error_set(error, ERROR_IO, "The backup cannot start: %s", sqlite3_errmsg(target));
    int rc = sqlite3_backup_step(backup, -1); /* all at once: one snapshot, which writers don't disturb */
    int finish = sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE && finish == SQLITE_OK)
        return 0;
    enum error_code code = rc == SQLITE_DONE ? code_of(finish) : code_of(rc);
    return error_set(error, code, "The backup failed: %s", sqlite3_errstr(rc == SQLITE_DONE ? finish : rc));
}

static int backup_check(sqlite3 *target, struct error *error)
{
    /* Without a log of its own the file stands alone, even on a medium that cannot be written. */
    int rc = sqlite3_exec(target, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return error_set(error, code_of(rc), "The backup cannot be completed: %s", sqlite3_errmsg(target));
    sqlite3_stmt *statement = NULL;
    rc = sqlite3_prepare_v2(target, "PRAGMA integrity_check", -1, &statement, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    bool good = rc == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    return good ? 0 : error_set(error, ERROR_STORE_CORRUPT, "The copy does not pass the integrity check");
}

static int driver_backup(struct driver_connection *connection, const char *path, struct error *error)
{
    sqlite3 *target = NULL;
    int rc = sqlite3_open_v2(path, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL);
    int result = 0;
    if (rc != SQLITE_OK)
        result = error_set(error, code_of(rc), "%s: %s", path, sqlite3_errmsg(target));
    else if (backup_copy(connection, target, error) || backup_check(target, error))
        result = -1;
    sqlite3_close(target);
    return result;
}

const struct store_driver store_driver_sqlite = {
    .open = driver_open,
    .close = driver_close,
    .protect = driver_protect,
    .script = driver_script,
    .prepare = driver_prepare,
    .finalize = driver_finalize,
    .bind = driver_bind,
    .step = driver_step,
    .column = driver_column,
    .reset = driver_reset,
    .number = driver_number,
    .checkpoint = driver_checkpoint,
    .backup = driver_backup,
};
