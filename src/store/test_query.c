/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: all compile, constraints come back as their own codes, append-only tables stay as they are. */
#include "store/test_helper.h"

#include <sqlite3.h>

#include "store/migrate.h"
#include "store/setting.h"
#include "store/store_driver.h"

/* Runs SQL text, which the store itself never does outside queries.def, on a connection set up like the writer's. */
struct raw {
    struct driver_connection *connection;
    const struct store_driver *driver;
};

static void raw_open(struct raw *raw, const char *directory, bool protect)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", directory, STORE_DATABASE_NAME);
    struct driver_options options = {.path = path, .cache_kib = 1024};
    raw->driver = &store_driver_sqlite;
    assert_int_equal(raw->driver->open(&options, &raw->connection, NULL), 0);
    if (protect)
        raw->driver->protect(raw->connection);
}

static int raw_run(struct raw *raw, const char *sql, struct error *error)
{
    struct driver_statement *statement = NULL;
    struct driver_shape shape;
    error_clear(error);
    if (raw->driver->prepare(raw->connection, sql, &statement, &shape, error))
        return -1;
    int step;
    while ((step = raw->driver->step(statement, error)) == 1) {
    }
    raw->driver->finalize(statement);
    return step;
}

static void raw_good(struct raw *raw, const char *sql)
{
    struct error error = {0};
    if (raw_run(raw, sql, &error))
        fail_msg("%s: %s", sql, error.message);
}

static void raw_bad(struct raw *raw, const char *sql, enum error_code code, const char *pointer)
{
    struct error error = {0};
    assert_int_equal(raw_run(raw, sql, &error), -1);
    if (error.code != code)
        fail_msg("%s: %s %s", sql, error_wire(error.code), error.message);
    if (pointer)
        assert_string_equal(error.pointer, pointer);
}

static void every_query_compiles(void **state)
{
    struct fixture *fixture = *state;
    struct raw raw;
    raw_open(&raw, fixture->directory, true);
    for (int i = 0; i < QUERY_COUNT; i++) {
        struct driver_statement *statement = NULL;
        struct driver_shape shape;
        struct error error = {0};
        if (raw.driver->prepare(raw.connection, query_sql((enum query_id)i), &statement, &shape, &error))
            fail_msg("%s: %s", query_name((enum query_id)i), error.message);
        raw.driver->finalize(statement);
    }
    raw.driver->close(raw.connection);
}

/* Tables with a row for each order, claim, leaf, posting … */
static const char *const growing[] = {"orders",   "card",        "claim",         "claim_event",        "claim_fact",
                                      "evidence", "message",     "offer",         "decision",           "leaf",
                                      "payment",  "refund",      "refund_source", "ledger_transaction", "token",
                                      "job",      "idempotency", "service_event"};

static bool scans_a_growing_table(const char *plan_line)
{
    if (strncmp(plan_line, "SCAN ", 5))
        return false;
    size_t length = strcspn(plan_line + 5, " ");
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        if (strlen(growing[i]) == length && !strncmp(growing[i], plan_line + 5, length))
            return true;
    }
    return false;
}

static void no_query_reads_a_whole_growing_table(void **state)
{
    struct fixture *fixture = *state;
    char path[400], sql[20000];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (int i = 0; i < QUERY_COUNT; i++) {
        sqlite3_stmt *statement = NULL;
        const char *text = query_sql((enum query_id)i);
        assert_true((size_t)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", text) < sizeof sql);
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *line = (const char *)sqlite3_column_text(statement, 3);
            /* A simulation walks the claims on purpose, newest first along their ids, as far as its limit. The system page sums
             * the sizes of all files on purpose, once a minute. */
            bool on_purpose = i == QUERY_PAST_CLAIMS_ALL || i == QUERY_EVIDENCE_TOTALS;
            if (!on_purpose && scans_a_growing_table(line))
                fail_msg("%s: %s", query_name((enum query_id)i), line);
        }
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
}

/* What a page shows of every product or merchant: read from an index made for it, however much was ever sold. */
static void figures_of_pages_are_read_from_their_own_index(void **state)
{
    static const struct {
        enum query_id query;
        const char *index;
    } rows[] = {{QUERY_CARD_STOCK_COUNT, "card_stock"},
                {QUERY_CARD_STOCK_UPTO, "card_stock"},
                {QUERY_DESK_LOW_STOCK, "card_stock"},
                {QUERY_MERCHANT_ORDER_FIGURES, "COVERING INDEX orders_paid"},
                {QUERY_MERCHANT_OPEN_AMOUNT, "COVERING INDEX orders_open"}};
    struct fixture *fixture = *state;
    char path[400], sql[20000];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sqlite3_stmt *statement = NULL;
        bool found = false;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query_sql(rows[i].query));
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW)
            found = found || strstr((const char *)sqlite3_column_text(statement, 3), rows[i].index);
        sqlite3_finalize(statement);
        if (!found)
            fail_msg("%s does not use %s", query_name(rows[i].query), rows[i].index);
    }
    sqlite3_close(database);
}

/* Pages of lists that grow without end: one that had to sort would cost more with every claim, order and line. */
static void a_page_of_a_long_list_comes_in_the_order_of_an_index(void **state)
{
    static const enum query_id lists[] = {
        QUERY_CLAIM_LIST_ALL,     QUERY_CLAIM_LIST_MERCHANT, QUERY_CLAIM_DUE_ALL,       QUERY_CLAIM_DUE_WAITING,
        QUERY_CLAIM_DUE_MERCHANT, QUERY_ORDER_LIST_BUYER,    QUERY_ORDER_LIST_MERCHANT, QUERY_ORDER_LIST_PRODUCT,
        QUERY_ORDER_LIST_ALL,     QUERY_PRODUCT_LIST,        QUERY_LEDGER_LINES_ALL,    QUERY_LEDGER_LINES_ACCOUNT,
        QUERY_AUDIT_ALL,          QUERY_AUDIT_SUBJECT,       QUERY_BATCH_LIST,          QUERY_PARTY_LIST,
        QUERY_MERCHANT_LIST};
    struct fixture *fixture = *state;
    char path[400], sql[20000];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        sqlite3_stmt *statement = NULL;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query_sql(lists[i]));
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *line = (const char *)sqlite3_column_text(statement, 3);
            if (strstr(line, "TEMP B-TREE"))
                fail_msg("%s: %s", query_name(lists[i]), line);
        }
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
}

static void what_is_no_single_plain_statement_does_not_compile(void **state)
{
    struct fixture *fixture = *state;
    struct raw raw;
    raw_open(&raw, fixture->directory, true);
    static const char *const bad[] = {
        "SELECT valu FROM setting",
        "SELECT 1; SELECT 2",
        "",
        "SELECT $1, $3",
        "SELECT ?",
        "INSERT OR REPLACE INTO setting (name, value) VALUES ('a', 'b')",
        "replace into setting (name, value) VALUES ('a', 'b')",
        "SELECT \"not a column\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        raw_bad(&raw, bad[i], ERROR_STORE_QUERY, NULL);
    static const char *const forbidden[] = {
        "DROP TABLE setting",         "CREATE TABLE x (a)",          "PRAGMA synchronous=OFF",
        "ATTACH ':memory:' AS other", "DROP TRIGGER leaf_no_delete", "PRAGMA recursive_triggers=OFF",
    };
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        raw_bad(&raw, forbidden[i], ERROR_STORE_APPEND_ONLY, NULL);
    raw.driver->close(raw.connection);
}

static void broken_rules_of_the_data_come_back_as_their_own_codes(void **state)
{
    struct fixture *fixture = *state;
    struct raw raw;
    raw_open(&raw, fixture->directory, true);
    raw_good(&raw, "INSERT INTO party (id, role, name, created_at) VALUES ('usr_1', 'buyer', 'x', 1)");
    raw_bad(&raw, "INSERT INTO party (id, role, name, created_at) VALUES ('usr_1', 'buyer', 'x', 1)",
            ERROR_STORE_UNIQUE, "party.id");
    raw_bad(&raw, "INSERT INTO party (id, role, name, created_at) VALUES ('usr_2', 'king', 'x', 1)", ERROR_STORE_CHECK,
            NULL);
    raw_bad(&raw, "INSERT INTO party (id, role, name, created_at) VALUES ('usr_2', 'buyer', NULL, 1)",
            ERROR_STORE_CHECK, "party.name");
    raw_bad(&raw, "INSERT INTO party (id, role, name, created_at) VALUES ('usr_2', 'buyer', 'x', 'soon')",
            ERROR_STORE_CHECK, NULL);
    raw_bad(
        &raw,
        "INSERT INTO token (hash, id, party_id, kind, scope, label, created_at, expires_at, limit_at) VALUES (x'00', "
        "'tkn_9', 'usr_9', 'token', 'full', '', 1, 2, 2)",
        ERROR_STORE_REFERENCE, NULL);
    raw_good(&raw, "INSERT INTO policy (id, name, version, goods, sha256, source, leaf_index, published_at) "
                   "VALUES ('pol_1', 'p', 1, 'card_key', x'00', 's', 0, 1)");
    raw_bad(&raw,
            "INSERT INTO policy (id, name, version, goods, sha256, source, leaf_index, published_at) "
            "VALUES ('pol_2', 'p', 1, 'card_key', x'00', 's', 0, 1)",
            ERROR_STORE_UNIQUE, "policy_version");
    raw.driver->close(raw.connection);
}

/* --- append-only --- */

static const char leaf_insert[] = "INSERT INTO leaf (leaf_index, subject, sequence, kind, body, salt, item) "
                                  "VALUES (0, 'ord_1', 1, 'x', x'01', x'02', x'03')";

static void the_authorizer_lets_a_leaf_be_erased_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    struct raw raw;
    raw_open(&raw, fixture->directory, true);
    raw_good(&raw, leaf_insert);
    raw_bad(&raw, "UPDATE leaf SET body = x'ff'", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "UPDATE leaf SET salt = x'ff'", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "UPDATE leaf SET salt = NULL", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "DELETE FROM leaf", ERROR_STORE_APPEND_ONLY, NULL);
    raw_good(&raw, "UPDATE leaf SET salt = NULL, item = NULL WHERE leaf_index = 0");
    raw_bad(&raw, "UPDATE ledger_posting SET amount = 1", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "DELETE FROM orders", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "UPDATE decision SET amount = 1", ERROR_STORE_APPEND_ONLY, NULL);
    raw_good(&raw, "UPDATE decision SET state = 'final' WHERE id = 'dec_1'");
    raw.driver->close(raw.connection);
}

static void the_triggers_hold_without_the_authorizer_and_against_or_replace(void **state)
{
    struct fixture *fixture = *state;
    struct raw raw;
    raw_open(&raw, fixture->directory, false);
    raw_good(&raw, leaf_insert);
    raw_bad(&raw, "UPDATE leaf SET body = x'ff'", ERROR_STORE_APPEND_ONLY, NULL);
    raw_bad(&raw, "DELETE FROM leaf", ERROR_STORE_APPEND_ONLY, NULL);
    struct error error = {0};
    assert_int_equal(raw.driver->script(raw.connection,
                                        "INSERT OR REPLACE INTO leaf (leaf_index, subject, sequence, kind, body) "
                                        "VALUES (0, 'ord_1', 1, 'x', x'ff')",
                                        &error),
                     -1);
    assert_int_equal(error.code, ERROR_STORE_APPEND_ONLY);
    raw.driver->close(raw.connection);
}

struct keep {
    const char *table, *columns;
};
static const struct keep keeps[] = {
#define KEEP_ROWS(table, columns) {#table, columns},
#include "store/append_only.def"
#undef KEEP_ROWS
};

/* A trigger's own text must name the column, or no column at all. */
static bool trigger_covers(sqlite3 *database, const char *table, const char *column)
{
    sqlite3_stmt *statement = NULL;
    static const char sql[] =
        "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 AND sql LIKE '%BEFORE UPDATE%'";
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    bool covered = false;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = strstr((const char *)sqlite3_column_text(statement, 0), "BEFORE UPDATE");
        const char *end = strstr(text, " ON ");
        const char *at = strstr(text, column);
        bool any = strncmp(text, "BEFORE UPDATE OF", 16) != 0;
        for (; at && at < end; at = strstr(at + 1, column)) {
            if ((at[-1] == ' ') && strchr(", ", at[strlen(column)]))
                covered = true;
        }
        covered = covered || any;
    }
    sqlite3_finalize(statement);
    return covered;
}

static void every_column_that_may_not_change_has_a_trigger(void **state)
{
    struct fixture *fixture = *state;
    char path[400];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    int seen = 0;
    for (size_t i = 0; i < sizeof keeps / sizeof *keeps; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", keeps[i].table);
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *column = (const char *)sqlite3_column_text(statement, 0);
            bool may = keeps[i].columns && (!strcmp(keeps[i].columns, "*") || strstr(keeps[i].columns, column));
            if (!may && !trigger_covers(database, keeps[i].table, column))
                fail_msg("%s.%s may change: no trigger of sql/ covers it", keeps[i].table, column);
            seen++;
        }
        sqlite3_finalize(statement);
        snprintf(sql, sizeof sql, "SELECT 1 FROM sqlite_schema WHERE name = '%s_no_delete' AND tbl_name = '%s'",
                 keeps[i].table, keeps[i].table);
        assert_int_equal(count_rows(fixture->store, sql), 1);
    }
    assert_true(seen > 100);
    sqlite3_close(database);
}

/* --- settings --- */

static void durability_settings_hold_on_a_live_connection(void **state)
{
    struct fixture *fixture = *state;
    char path[400];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, STORE_DATABASE_NAME);
    struct driver_options options = {.path = path, .cache_kib = 1024};
    struct driver_connection *connection = NULL;
    assert_int_equal(store_driver_sqlite.open(&options, &connection, NULL), 0);
    static const struct {
        const char *sql;
        int64_t value;
    } cases[] = {{"PRAGMA synchronous", 2},    {"PRAGMA foreign_keys", 1},       {"PRAGMA recursive_triggers", 1},
                 {"PRAGMA trusted_schema", 0}, {"PRAGMA wal_autocheckpoint", 0}, {"PRAGMA cell_size_check", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_statement *statement = NULL;
        struct driver_shape shape;
        struct driver_value value;
        assert_int_equal(store_driver_sqlite.prepare(connection, cases[i].sql, &statement, &shape, NULL), 0);
        assert_int_equal(store_driver_sqlite.step(statement, NULL), 1);
        store_driver_sqlite.column(statement, 0, &value);
        assert_int_equal(value.integer, cases[i].value);
        store_driver_sqlite.finalize(statement);
    }
    store_driver_sqlite.close(connection);
}

static int write_in_a_read(struct store_tx *tx, void *argument, struct error *error)
{
    (void)argument;
    assert_false(store_tx_is_write(tx));
    return setting_put(tx, "x", TEXT_LITERAL("y"), error);
}

static void a_read_transaction_cannot_write(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    assert_int_equal(store_read(fixture->store, write_in_a_read, NULL, &error), -1);
    assert_int_equal(error.code, ERROR_STORE_READ_ONLY);
}

/* --- copies --- */

static void a_backup_stands_alone_and_restores_into_an_empty_directory(void **state)
{
    struct fixture *fixture = *state;
    char backup[128], restored[128];
    snprintf(backup, sizeof backup, "%s/backup.db", fixture->directory);
    snprintf(restored, sizeof restored, "%s/restored", fixture->directory);
    write_setting(fixture->store, "kept", "yes");
    struct error error = {0};
    assert_int_equal(store_backup(fixture->store, backup, &error), 0);
    assert_int_equal(store_backup(fixture->store, backup, &error), -1);
    assert_int_equal(error.code, ERROR_STATE_EXISTS);
    write_setting(fixture->store, "kept", "changed later");

    struct store *copy = NULL;
    assert_int_equal(store_open_file_readonly(backup, &copy, NULL), 0);
    assert_int_equal(store_check_integrity(copy, NULL), 0);
    assert_int_equal(count_rows(copy, "SELECT value FROM setting WHERE name = 'kept' AND value = 'yes'"), 1);
    store_close(copy);

    assert_int_equal(store_restore(backup, restored, &error), 0);
    assert_int_equal(store_restore(backup, restored, &error), -1);
    assert_int_equal(error.code, ERROR_STATE_EXISTS);
    struct store_options options = {.directory = restored, .unthreaded = true};
    assert_int_equal(store_open(&options, &copy, NULL), 0);
    write_setting(copy, "more", "works");
    assert_int_equal(count_rows(copy, "SELECT value FROM setting WHERE name = 'kept' AND value = 'yes'"), 1);
    store_close(copy);
}

static void a_file_that_is_no_database_of_ours_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/other.db", fixture->directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("not a database ", file);
    fclose(file);
    struct store *store = NULL;
    struct error error = {0};
    assert_int_equal(store_open_file_readonly(path, &store, &error), -1);
    assert_int_equal(error.code, ERROR_STORE_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(every_query_compiles),
        STORE_TEST(no_query_reads_a_whole_growing_table),
        STORE_TEST(figures_of_pages_are_read_from_their_own_index),
        STORE_TEST(a_page_of_a_long_list_comes_in_the_order_of_an_index),
        STORE_TEST(what_is_no_single_plain_statement_does_not_compile),
        STORE_TEST(broken_rules_of_the_data_come_back_as_their_own_codes),
        STORE_TEST(the_authorizer_lets_a_leaf_be_erased_and_nothing_else),
        STORE_TEST(the_triggers_hold_without_the_authorizer_and_against_or_replace),
        STORE_TEST(every_column_that_may_not_change_has_a_trigger),
        STORE_TEST(durability_settings_hold_on_a_live_connection),
        STORE_TEST(a_read_transaction_cannot_write),
        STORE_TEST(a_backup_stands_alone_and_restores_into_an_empty_directory),
        STORE_TEST(a_file_that_is_no_database_of_ours_is_refused),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
