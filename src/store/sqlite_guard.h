/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled statement may do on a protected connection: the authorizer of SQLite. */
#ifndef SHUNTUI_STORE_SQLITE_GUARD_H
#define SHUNTUI_STORE_SQLITE_GUARD_H

#include <sqlite3.h>
#include <stdbool.h>

void sqlite_guard(sqlite3 *database);
/* OR REPLACE deletes rows on the way and is therefore never used. */
bool sqlite_guard_replaces(const char *sql);

#endif
