/* SPDX-License-Identifier: Apache-2.0 */
/* Numbered migrations, forward only, embedded from sql/ at build time. Each runs in a transaction of its own and is
 * recorded with its hash; a database that records another hash or a number beyond ours is refused. */
#ifndef SHUNTUI_STORE_MIGRATE_H
#define SHUNTUI_STORE_MIGRATE_H

#include <stdbool.h>
#include <stdint.h>

struct driver_connection;
struct error;
struct store_driver;

struct migration {
    unsigned number; /* 1, 2, 3 … */
    const char *name, *sha256, *sql;
};
extern const struct migration migrations[];
extern const unsigned migrations_count;

/* Brings the database up to `count` migrations. Returns 0, or -1 with STATE_VERSION or what the disk said. */
int migrate(const struct store_driver *driver, struct driver_connection *connection, const struct migration *rows,
            unsigned count, int64_t now_us, struct error *error);
/* Only looks: 0 when the database has exactly these or a first part of them. */
int migrate_verify(const struct store_driver *driver, struct driver_connection *connection,
                   const struct migration *rows, unsigned count, unsigned *ret_applied, struct error *error);

#endif
