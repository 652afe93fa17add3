/* SPDX-License-Identifier: Apache-2.0 */
/* The copies: one row of a temporary table says what becomes what, and each table's copy is one INSERT … SELECT over it. */
#include "grow.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "leaves.h"

#define GROW_SEED 20261129
#define SHIFT_US_MAX (60 * TIME_DAY_S * TIME_SECOND_US)
#define SQL_BYTES_MAX 8192

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "grow: %s: %s\n", what, why ? why : "");
    exit(1);
}

static void run_sql(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(database));
}

/* ---- functions of SQL ---- */

static void sha256_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    uint8_t hash[HASH_BYTES];
    const unsigned char *text = sqlite3_value_text(values[0]);
    hash_sha256(text, (size_t)sqlite3_value_bytes(values[0]), hash);
    sqlite3_result_blob(context, hash, HASH_BYTES, SQLITE_TRANSIENT);
}

/* new_id('ord_', at): ids are in time order, and figures of the last 90 days are ranges of ids. */
static void id_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    char id[ID_BYTES];
    id_make(id, (const char *)sqlite3_value_text(values[0]), sqlite3_value_int64(values[1]),
            sqlite3_user_data(context));
    sqlite3_result_text(context, id, -1, SQLITE_TRANSIENT);
}

/* ---- rows ---- */

/* $N: how many orders are wanted. An order whose money is still held keeps its time, or it would be due at once. */
static const char *const plans[] = {
    "CREATE TEMP TABLE template AS SELECT row_number() OVER (ORDER BY id) - 1 AS number, id, created_at, CASE WHEN "
    "state "
    "IN ('paid', 'delivered', 'disputed') THEN 0 ELSE 1 END AS moves FROM orders",
    "CREATE TEMP TABLE copy AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $N - (SELECT "
    "COUNT(*) FROM template)) SELECT i, t.id AS old, -t.moves * (abs(random()) % $S) AS shift, t.created_at AS at FROM "
    "n "
    "JOIN template AS t ON t.number = n.i % (SELECT COUNT(*) FROM template)",
    "ALTER TABLE copy ADD COLUMN new TEXT",
    "UPDATE copy SET new = new_id('ord_', at + shift)",
    "CREATE INDEX temp.copy_old ON copy (old)",
    "CREATE TEMP TABLE moved AS SELECT c.i, c.new, t.id AS old_id, (SELECT MAX(id) FROM ledger_transaction) + "
    "row_number() OVER () AS new_id, c.shift FROM copy AS c JOIN ledger_transaction AS t ON t.order_id = c.old",
    "CREATE INDEX temp.moved_key ON moved (i, old_id)",
    "CREATE INDEX temp.moved_old ON moved (old_id)",
};

/* Copies of a table: its rows of an old order, with these columns said anew; those that end in _at move with the order. */
struct table_copy {
    const char *table, *join; /* how a row t is found from a copy c */
    struct {
        const char *column, *value;
    } changes[8];
};
static const struct table_copy table_copies[] = {
    {"orders",
     "copy AS c JOIN orders AS t ON t.id = c.old",
     {{"id", "c.new"},
      {"secret_hash", "sha256(printf('key_%026d', c.i))"},
      {"pay_reference", "printf('pay_%026d', c.i)"}}},
    {"card",
     "copy AS c JOIN card AS t ON t.order_id = c.old",
     {{"id", "new_id('crd_', c.at + c.shift)"},
      {"fingerprint", "sha256(printf('crd_%026d', c.i))"},
      {"order_id", "c.new"}}},
    {"claim",
     "copy AS c JOIN claim AS t ON t.order_id = c.old",
     {{"id", "new_id('clm_', t.filed_at + c.shift)"}, {"order_id", "c.new"}}},
    {"ledger_transaction",
     "moved AS c JOIN ledger_transaction AS t ON t.id = c.old_id",
     {{"id", "c.new_id"},
      {"order_id", "c.new"},
      {"unique_key", "t.unique_key || ':' || c.i"},
      {"at", "t.at + c.shift"}}},
    {"ledger_posting",
     "moved AS c JOIN ledger_posting AS t ON t.transaction_id = c.old_id",
     {{"transaction_id", "c.new_id"}}},
    {"payment",
     "copy AS c JOIN payment AS t ON t.order_id = c.old",
     {{"trade", "printf('sbt_%032d', c.i)"},
      {"order_id", "c.new"},
      {"transaction_id", "(SELECT new_id FROM moved WHERE moved.i = c.i AND moved.old_id = t.transaction_id)"},
      {"at", "t.at + c.shift"}}},
    {"refund",
     "copy AS c JOIN refund AS t ON t.order_id = c.old",
     {{"id", "new_id('rfd_', t.created_at + c.shift)"},
      {"order_id", "c.new"},
      {"claim_id", "(SELECT id FROM claim WHERE claim.order_id = c.new)"},
      {"transaction_id", "(SELECT new_id FROM moved WHERE moved.i = c.i AND moved.old_id = t.transaction_id)"}}},
    {"service_event",
     "copy AS c JOIN service_event AS t ON t.order_id = c.old",
     {{"order_id", "c.new"}, {"at", "t.at + c.shift"}}},
};

static const char *change_of(const struct table_copy *copy, const char *column)
{
    for (size_t i = 0; i < sizeof copy->changes / sizeof copy->changes[0] && copy->changes[i].column; i++)
        if (strcmp(copy->changes[i].column, column) == 0)
            return copy->changes[i].value;
    return NULL;
}

static bool is_time(const char *column)
{
    size_t length = strlen(column);
    return length > 3 && strcmp(column + length - 3, "_at") == 0;
}

static void table_copy(sqlite3 *database, const struct table_copy *copy)
{
    char query[200];
    sqlite3_stmt *columns;
    struct buffer names, values;
    snprintf(query, sizeof query, "SELECT name FROM pragma_table_info('%s')", copy->table);
    if (sqlite3_prepare_v2(database, query, -1, &columns, NULL) != SQLITE_OK)
        fail(copy->table, sqlite3_errmsg(database));
    buffer_init(&names, SQL_BYTES_MAX);
    buffer_init(&values, SQL_BYTES_MAX);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        const char *change = change_of(copy, name), *comma = names.length ? ", " : "";
        buffer_addf(&names, "%s%s", comma, name);
        if (change)
            buffer_addf(&values, "%s%s", comma, change);
        else
            buffer_addf(&values, "%st.%s%s", comma, name, is_time(name) ? " + c.shift" : "");
    }
    sqlite3_finalize(columns);
    struct buffer sql;
    buffer_init(&sql, SQL_BYTES_MAX);
    buffer_addf(&sql, "INSERT INTO %s (%s) SELECT %s FROM %s", copy->table, names.data, values.data, copy->join);
    run_sql(database, sql.data);
    buffer_done(&sql);
    buffer_done(&names);
    buffer_done(&values);
}

static void rows_copy(sqlite3 *database, int64_t orders)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct buffer sql;
        buffer_init(&sql, SQL_BYTES_MAX);
        for (const char *at = plans[i]; *at; at++) {
            if (*at != '$')
                buffer_add_char(&sql, *at);
            else
                buffer_add_int(&sql, *++at == 'N' ? orders : SHIFT_US_MAX);
        }
        run_sql(database, sql.data);
        buffer_done(&sql);
    }
    for (size_t i = 0; i < sizeof table_copies / sizeof *table_copies; i++)
        table_copy(database, &table_copies[i]);
    run_sql(database, "UPDATE ledger_account SET balance = (SELECT COALESCE(SUM(amount), 0) FROM ledger_posting WHERE "
                      "account_id = ledger_account.id)");
}

static void leaves_grow(sqlite3 *database, const char *state)
{
    struct leaves *leaves = leaves_open(database, state);
    sqlite3_stmt *copies;
    char chosen[ID_BYTES] = "";
    if (sqlite3_prepare_v2(database, "SELECT old, new, i FROM copy ORDER BY old", -1, &copies, NULL) != SQLITE_OK)
        fail("the copies", sqlite3_errmsg(database));
    while (sqlite3_step(copies) == SQLITE_ROW) {
        const char *old = (const char *)sqlite3_column_text(copies, 0);
        if (strcmp(chosen, old) != 0) {
            snprintf(chosen, sizeof chosen, "%s", old);
            leaves_choose(leaves, chosen);
        }
        leaves_copy(leaves, (const char *)sqlite3_column_text(copies, 1), sqlite3_column_int64(copies, 2));
    }
    sqlite3_finalize(copies);
    leaves_close(leaves);
}

static void session_add(sqlite3 *database, struct grown_session *ret)
{
    static const char sql[] =
        "INSERT INTO token (hash, id, party_id, kind, scope, label, created_at, expires_at, limit_at, used_at) SELECT "
        "sha256('ses_00000000000000000000000001'), 'tkn_00000000000000000000000001', merchant_id, 'session', 'full', "
        "'bench', MAX(created_at), 9000000000000000, 9000000000000000, 9000000000000000 FROM (SELECT merchant_id, "
        "created_at FROM orders) GROUP BY merchant_id ORDER BY COUNT(*) DESC LIMIT 1 RETURNING party_id";
    sqlite3_stmt *add;
    if (sqlite3_prepare_v2(database, sql, -1, &add, NULL) != SQLITE_OK || sqlite3_step(add) != SQLITE_ROW)
        fail("the session", sqlite3_errmsg(database));
    snprintf(ret->party, sizeof ret->party, "%s", (const char *)sqlite3_column_text(add, 0));
    snprintf(ret->secret, sizeof ret->secret, "ses_00000000000000000000000001");
    sqlite3_finalize(add);
}

void grow_demo(const char *state, int64_t orders, struct grown_session *ret)
{
    char path[400];
    sqlite3 *database;
    struct random_seeded random;
    random_seeded_init(&random, GROW_SEED);
    snprintf(path, sizeof path, "%s/shuntui.db", state);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail(path, "cannot be opened");
    sqlite3_create_function(database, "sha256", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sha256_function, NULL,
                            NULL);
    sqlite3_create_function(database, "new_id", 2, SQLITE_UTF8, &random.random, id_function, NULL, NULL);
    run_sql(database, "PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; PRAGMA wal_autocheckpoint=20000; BEGIN");
    rows_copy(database, orders);
    leaves_grow(database, state);
    session_add(database, ret);
    run_sql(database, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(database);
}
