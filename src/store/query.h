/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of store/queries.def: bind, step, read. The same calls serve write and read transactions.
 * SQL text never appears outside queries.def, and values never inside SQL text.
 *
 *     struct query *query = store_query(tx, QUERY_SETTING_GET);
 *     query_bind_string(query, 1, "log_origin");
 *     int step = query_step(query, error);
 *     if (step == 1)
 *         value = arena_copy_text(arena, query_text(query, 0));
 *     query_end(query);
 */
#ifndef SHUNTUI_STORE_QUERY_H
#define SHUNTUI_STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;
struct query;
struct store_tx;

enum query_id {
#define QUERY(name, sql) QUERY_##name,
#include "store/queries.def"
#undef QUERY
    QUERY_COUNT
};

const char *query_name(enum query_id id); /* "SETTING_GET" */
const char *query_sql(enum query_id id);

/* Ready to bind; what an earlier use of the same query left open is dropped, so don't nest two uses of one query.
 * Never NULL. Belongs to the transaction. */
struct query *store_query(struct store_tx *tx, enum query_id id);

/* n is the number in "$n". Every parameter must be bound before the first step. The memory of text and blobs must stay
 * as it is until query_end or the end of the transaction. */
void query_bind_int(struct query *query, unsigned n, int64_t value);
void query_bind_int_or_null(struct query *query, unsigned n, int64_t value, bool is_null);
void query_bind_text(struct query *query, unsigned n, struct text value);   /* empty text is '', not NULL */
void query_bind_string(struct query *query, unsigned n, const char *value); /* NULL pointer binds NULL */
void query_bind_blob(struct query *query, unsigned n, const void *data, size_t length);
void query_bind_null(struct query *query, unsigned n);

/* Returns 1 for a row, 0 at the end, -1 on failure: STORE_UNIQUE, STORE_CHECK or STORE_REFERENCE (the transaction goes
 * on; error->pointer names "table.column", the index or the check), STORE_APPEND_ONLY, STORAGE_FULL, IO, STORE_CORRUPT. */
int query_step(struct query *query, struct error *error);
/* Steps to the end and ends the query. Returns 0 or -1. */
int query_run(struct query *query, struct error *error);

/* Columns count from 0. Views are valid until the next step or query_end; a NULL reads as 0 or as the empty text. */
int64_t query_int(struct query *query, unsigned column);
struct text query_text(struct query *query, unsigned column);
struct text query_blob(struct query *query, unsigned column);
bool query_is_null(struct query *query, unsigned column);
void query_end(struct query *query);

int64_t query_changes(struct store_tx *tx);    /* rows changed by the last INSERT, UPDATE or DELETE */
int64_t store_last_rowid(struct store_tx *tx); /* of the last INSERT */

#endif
