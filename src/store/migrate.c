/* SPDX-License-Identifier: Apache-2.0 */
/* Applies migrations in order. What is applied is never run again, and never changes under a database. */
#include "store/migrate.h"

#include <assert.h>

#include "base/error.h"
#include "base/text.h"
#include "store/store_driver.h"

static const char table_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";

/* The row just read against our own list. */
static int row_check(const struct store_driver *driver, struct driver_statement *statement,
                     const struct migration *rows, unsigned count, unsigned expected, struct error *error)
{
    struct driver_value number, sha256;
    driver->column(statement, 0, &number);
    driver->column(statement, 1, &sha256);
    if (number.integer > (int64_t)count) {
        error_set(error, ERROR_STATE_VERSION, "The database has migration %lld, this program knows %u",
                  (long long)number.integer, count);
        return error_hint(error, "It was used by a newer version. Install that version, or restore a backup.");
    }
    if (number.integer != (int64_t)expected)
        return error_set(error, ERROR_STATE_VERSION, "Migration %u is not recorded in the database", expected);
    if (!text_is(sha256.bytes, rows[expected - 1].sha256)) {
        error_set(error, ERROR_STATE_VERSION, "Migration %u (%s) is not the one that made this database", expected,
                  rows[expected - 1].name);
        return error_hint(error, "A migration never changes after it was released; add a new one instead.");
    }
    return 0;
}

int migrate_verify(const struct store_driver *driver, struct driver_connection *connection,
                   const struct migration *rows, unsigned count, unsigned *ret_applied, struct error *error)
{
    struct driver_statement *statement = NULL;
    struct driver_shape shape;
    if (driver->prepare(connection, "SELECT number, sha256 FROM schema_migration ORDER BY number", &statement, &shape,
                        error)) {
        if (error && error->code != ERROR_STORE_QUERY)
            return -1;
        return error_set(error, ERROR_STATE_VERSION, "This is not a database of Shuntui: it records no migrations");
    }
    unsigned applied = 0;
    int step;
    while ((step = driver->step(statement, error)) == 1) {
        if (row_check(driver, statement, rows, count, applied + 1, error)) {
            step = -1;
            break;
        }
        applied++;
    }
    driver->finalize(statement);
    if (step < 0)
        return -1;
    *ret_applied = applied;
    return 0;
}

static int record(const struct store_driver *driver, struct driver_connection *connection, const struct migration *row,
                  int64_t now_us, struct error *error)
{
    struct driver_statement *statement = NULL;
    struct driver_shape shape;
    if (driver->prepare(connection,
                        "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)",
                        &statement, &shape, error))
        return -1;
    driver->bind(statement, 1, &(struct driver_value){.type = DRIVER_INT, .integer = row->number});
    driver->bind(statement, 2, &(struct driver_value){.type = DRIVER_TEXT, .bytes = text_of(row->name)});
    driver->bind(statement, 3, &(struct driver_value){.type = DRIVER_TEXT, .bytes = text_of(row->sha256)});
    driver->bind(statement, 4, &(struct driver_value){.type = DRIVER_INT, .integer = now_us});
    int step = driver->step(statement, error);
    driver->finalize(statement);
    return step < 0 ? -1 : 0;
}

static int apply(const struct store_driver *driver, struct driver_connection *connection, const struct migration *row,
                 int64_t now_us, struct error *error)
{
    if (driver->script(connection, "BEGIN IMMEDIATE", error))
        return -1;
    if (driver->script(connection, row->sql, error) || record(driver, connection, row, now_us, error) ||
        driver->script(connection, "COMMIT", error)) {
        if (driver->number(connection, DRIVER_IN_TRANSACTION))
            driver->script(connection, "ROLLBACK", NULL);
        return error_prefix(error, "Migration %u (%s)", row->number, row->name);
    }
    return 0;
}

int migrate(const struct store_driver *driver, struct driver_connection *connection, const struct migration *rows,
            unsigned count, int64_t now_us, struct error *error)
{
    assert(driver);
    assert(connection);
    unsigned applied = 0;
    if (driver->script(connection, table_sql, error) ||
        migrate_verify(driver, connection, rows, count, &applied, error))
        return -1;
    for (; applied < count; applied++) {
        if (apply(driver, connection, &rows[applied], now_us, error))
            return -1;
    }
    return 0;
}
