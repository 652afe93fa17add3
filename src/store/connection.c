/* SPDX-License-Identifier: Apache-2.0 */
/* A connection with its prepared statements, and the statement calls that callers use. */
#include "store/internal.h"

#include <assert.h>
#include <stdlib.h>

static const char *const names[QUERY_COUNT] = {
#define QUERY(name, sql) [QUERY_##name] = #name,
#include "store/queries.def"
#undef QUERY
};

static const char *const texts[QUERY_COUNT] = {
#define QUERY(name, sql) [QUERY_##name] = sql,
#include "store/queries.def"
#undef QUERY
};

static const char *const control_texts[CONTROL_COUNT] = {
    [CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE", [CONTROL_BEGIN_READ] = "BEGIN",        [CONTROL_COMMIT] = "COMMIT",
    [CONTROL_ROLLBACK] = "ROLLBACK",           [CONTROL_SAVEPOINT] = "SAVEPOINT job", [CONTROL_RELEASE] = "RELEASE job",
    [CONTROL_ROLLBACK_TO] = "ROLLBACK TO job",
};

const char *query_name(enum query_id id)
{
    assert(id < QUERY_COUNT);
    return names[id];
}

const char *query_sql(enum query_id id)
{
    assert(id < QUERY_COUNT);
    return texts[id];
}

static int controls_prepare(struct store_tx *tx, struct error *error)
{
    for (int i = 0; i < CONTROL_COUNT; i++) {
        struct driver_shape shape;
        if (tx->driver->prepare(tx->connection, control_texts[i], &tx->controls[i], &shape, error))
            return -1;
    }
    return 0;
}

int connection_open(const struct store_driver *driver, const struct driver_options *options, struct store_tx **ret_tx,
                    struct error *error)
{
    struct store_tx *tx = calloc(1, sizeof *tx);
    if (!tx)
        abort();
    tx->driver = driver;
    tx->write = !options->read_only;
    if (driver->open(options, &tx->connection, error) || controls_prepare(tx, error)) {
        connection_close(tx);
        return -1;
    }
    *ret_tx = tx;
    return 0;
}

void connection_close(struct store_tx *tx)
{
    if (!tx)
        return;
    for (int i = 0; i < CONTROL_COUNT; i++)
        tx->driver->finalize(tx->controls[i]);
    for (int i = 0; i < QUERY_COUNT; i++)
        tx->driver->finalize(tx->queries[i].statement);
    if (tx->connection)
        tx->driver->close(tx->connection);
    free(tx);
}

static int query_prepare(struct store_tx *tx, enum query_id id, struct error *error)
{
    struct query *query = &tx->queries[id];
    query->tx = tx;
    if (tx->driver->prepare(tx->connection, texts[id], &query->statement, &query->shape, error))
        return error_prefix(error, "Query %s", names[id]);
    return 0;
}

int connection_prepare_all(struct store_tx *tx, struct error *error)
{
    for (int i = 0; i < QUERY_COUNT; i++) {
        if (!tx->queries[i].statement && query_prepare(tx, (enum query_id)i, error))
            return -1;
    }
    return 0;
}

int connection_control(struct store_tx *tx, enum control control, struct error *error)
{
    return tx->driver->step(tx->controls[control], error) < 0 ? -1 : 0;
}

void connection_end_queries(struct store_tx *tx)
{
    for (struct query *query = tx->touched, *next; query; query = next) {
        next = query->touched_next;
        query_end(query);
        query->touched = false;
        query->touched_next = NULL;
    }
    tx->touched = NULL;
}

int connection_rollback(struct store_tx *tx)
{
    connection_end_queries(tx);
    if (!tx->driver->number(tx->connection, DRIVER_IN_TRANSACTION))
        return 0;
    connection_control(tx, CONTROL_ROLLBACK, NULL);
    return tx->driver->number(tx->connection, DRIVER_IN_TRANSACTION) ? -1 : 0;
}

bool store_tx_is_write(const struct store_tx *tx)
{
    return tx->write;
}

struct query *store_query(struct store_tx *tx, enum query_id id)
{
    assert(tx);
    assert(id < QUERY_COUNT);
    struct query *query = &tx->queries[id];
    struct error error = {0};
    /* The writer compiled every query when the store opened, so here only the memory of a new statement is at stake. */
    if (!query->statement && query_prepare(tx, id, &error))
        query->tx = tx;
    query_end(query);
    query->bound = 0;
    query->open = true;
    if (!query->touched) {
        query->touched = true;
        query->touched_next = tx->touched;
        tx->touched = query;
    }
    return query;
}

static void bind(struct query *query, unsigned n, struct driver_value value)
{
    assert(query->open);
    if (!query->statement)
        return;
    assert(n >= 1 && n <= query->shape.parameters);
    query->tx->driver->bind(query->statement, n, &value);
    query->bound |= UINT64_C(1) << n;
}

void query_bind_int(struct query *query, unsigned n, int64_t value)
{
    bind(query, n, (struct driver_value){.type = DRIVER_INT, .integer = value});
}

void query_bind_int_or_null(struct query *query, unsigned n, int64_t value, bool is_null)
{
    bind(query, n, (struct driver_value){.type = is_null ? DRIVER_NULL : DRIVER_INT, .integer = value});
}

void query_bind_text(struct query *query, unsigned n, struct text value)
{
    bind(query, n, (struct driver_value){.type = DRIVER_TEXT, .bytes = value});
}

void query_bind_string(struct query *query, unsigned n, const char *value)
{
    bind(query, n, (struct driver_value){.type = value ? DRIVER_TEXT : DRIVER_NULL, .bytes = text_of(value)});
}

void query_bind_blob(struct query *query, unsigned n, const void *data, size_t length)
{
    bind(query, n, (struct driver_value){.type = DRIVER_BLOB, .bytes = {data, length}});
}

void query_bind_null(struct query *query, unsigned n)
{
    bind(query, n, (struct driver_value){.type = DRIVER_NULL});
}

int query_step(struct query *query, struct error *error)
{
    assert(query->open);
    if (!query->statement) /* compile again for its message */
        return query_prepare(query->tx, (enum query_id)(query - query->tx->queries), error)
                   ? -1
                   : error_set(error, ERROR_STORE_BUSY, "The query could not be compiled at first; try again");
    uint64_t all = ((UINT64_C(1) << query->shape.parameters) - 1) << 1;
    assert(query->bound == all); /* a parameter was forgotten */
    int result = query->tx->driver->step(query->statement, error);
    if (result < 0)
        error_prefix(error, "%s", names[query - query->tx->queries]);
    return result;
}

int query_run(struct query *query, struct error *error)
{
    int step;
    while ((step = query_step(query, error)) == 1) {
    }
    query_end(query);
    return step;
}

static struct driver_value column(struct query *query, unsigned n)
{
    assert(query->open);
    assert(n < query->shape.columns);
    struct driver_value value;
    query->tx->driver->column(query->statement, n, &value);
    return value;
}

int64_t query_int(struct query *query, unsigned n)
{
    struct driver_value value = column(query, n);
    assert(value.type == DRIVER_INT || value.type == DRIVER_NULL);
    return value.integer;
}

struct text query_text(struct query *query, unsigned n)
{
    struct driver_value value = column(query, n);
    assert(value.type == DRIVER_TEXT || value.type == DRIVER_NULL);
    return value.bytes;
}

struct text query_blob(struct query *query, unsigned n)
{
    struct driver_value value = column(query, n);
    assert(value.type == DRIVER_BLOB || value.type == DRIVER_NULL);
    return value.bytes;
}

bool query_is_null(struct query *query, unsigned n)
{
    return column(query, n).type == DRIVER_NULL;
}

void query_end(struct query *query)
{
    if (!query->open)
        return;
    query->open = false;
    if (query->statement)
        query->tx->driver->reset(query->statement);
}

int64_t query_changes(struct store_tx *tx)
{
    return tx->driver->number(tx->connection, DRIVER_CHANGES);
}

int64_t store_last_rowid(struct store_tx *tx)
{
    return tx->driver->number(tx->connection, DRIVER_LAST_ROWID);
}
