/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the rows of refunds with SQLite's own calls, so that what our layers cost can be told from what the disk costs. */
#include "rows.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store.h"

#define LEAF_BODY_BYTES 620    /* a leaf as the log writes it */
#define FILED_ITEM_BYTES 300   /* what the buyer asked */
#define CERTIFICATE_BYTES 2800 /* the decision, with every fact and condition of a policy of eight clauses */
#define ANSWER_BYTES 1500      /* the stored answer of the request */
#define NOTE_BYTES 240         /* a signed head */
#define CHECKPOINT_PAGES 3000  /* as the store's writer does */
#define SYNC_PROBES 200

/* The market before: 100 merchants, and for each refund an order with its card and the three leaves of its life so far. */
static const char preload_sql[] =
    "CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %u) "
    "SELECT i FROM n;"
    "CREATE TEMP TABLE few AS SELECT i FROM number WHERE i < 100;"
    "INSERT INTO party (id, role, name, created_at) SELECT printf('mch_%%026d', i), 'merchant', 'Merchant', 1 FROM few;"
    "INSERT INTO data_key (id, merchant_id, wrapped, created_at) SELECT i + 1, printf('mch_%%026d', i), x'00', 1 FROM "
    "few;"
    "INSERT INTO policy (id, name, version, goods, sha256, source, leaf_index, published_at) "
    "VALUES ('pol_1', 'rows', 1, 'card_key', x'00', 'policy', 0, 1);"
    "INSERT INTO product (id, merchant_id, kind, category, title, price, currency, policy_id, delivery_s, state, "
    "listing, "
    "listing_sha256, listing_leaf_index, created_at) SELECT printf('prd_%%026d', i), printf('mch_%%026d', i), "
    "'card_key', "
    "'game_card', 'Card', 1000, 'CNY', 'pol_1', 0, 'active', '{}', x'00', 0, 1 FROM few;"
    "INSERT INTO orders (id, secret_hash, product_id, kind, merchant_id, quantity, amount, currency, fee, provider, "
    "pay_reference, policy_id, listing_sha256, state, created_at, expires_at) SELECT printf('ord_%%026d', i), "
    "randomblob(32), "
    "printf('prd_%%026d', i %% 100), 'card_key', printf('mch_%%026d', i %% 100), 1, 1000, 'CNY', 30, 'sandbox', "
    "printf('pay_%%026d', i), 'pol_1', x'00', 'delivered', i, i FROM number;"
    "INSERT INTO card (id, product_id, merchant_id, fingerprint, data_key_id, sealed, salt, import_leaf_index, state, "
    "order_id) "
    "SELECT printf('crd_%%026d', i), printf('prd_%%026d', i %% 100), printf('mch_%%026d', i %% 100), randomblob(32), "
    "i %% 100 + 1, randomblob(60), randomblob(32), 0, 'sealed', printf('ord_%%026d', i) FROM number;"
    "INSERT INTO leaf (leaf_index, subject, sequence, kind, body, salt, item) SELECT i * 3 + s, printf('ord_%%026d', "
    "i), s + 1, "
    "'order', randomblob(620), randomblob(32), randomblob(300) FROM number, (SELECT 0 AS s UNION SELECT 1 UNION SELECT "
    "2);"
    "INSERT INTO ledger_account (id, kind, owner, currency, balance) VALUES (1, 'escrow', '', 'CNY', 0), "
    "(2, 'refunds_in_flight', '', 'CNY', 0);";

enum row {
    ROW_CLAIM,
    ROW_LEAF,
    ROW_EVENT,
    ROW_DECISION,
    ROW_TRANSACTION,
    ROW_POSTING,
    ROW_BALANCE,
    ROW_REFUND,
    ROW_SOURCE,
    ROW_ORDER,
    ROW_CARD,
    ROW_JOB,
    ROW_ANSWER,
    ROW_HEAD,
    ROW_BEGIN,
    ROW_SAVEPOINT,
    ROW_RELEASE,
    ROW_COMMIT,
    ROW_COUNT
};

static const char *const texts[ROW_COUNT] = {
    [ROW_CLAIM] =
        "INSERT INTO claim (id, order_id, merchant_id, reason, statement, stage, waiting_for, deadline_at, "
        "deadline_default, asked_amount, policy_id, clause, computed_outcome, computed_amount, filed_at, outer_at, "
        "event_count) VALUES (?1, ?2, ?3, 'changed_mind', 'I do not need it any more', 'settlement', 'provider', ?4, "
        "'settlement_late', 1000, 'pol_1', 'sealed', 'refund', 1000, ?4, ?4, 1)",
    [ROW_LEAF] =
        "INSERT INTO leaf (leaf_index, subject, sequence, kind, body, salt, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [ROW_EVENT] =
        "INSERT INTO claim_event (claim_id, sequence, event, from_stage, to_stage, actor_role, detail, leaf_index, at) "
        "VALUES (?1, 1, 'file', '-', 'settlement', 'buyer', ?2, ?3, ?4)",
    [ROW_DECISION] =
        "INSERT INTO decision (id, claim_id, basis, outcome, amount, clause, bearer, state, certificate_sha256, "
        "leaf_index, at) VALUES (?1, ?2, 'rule', 'refund', 1000, 'sealed', 'merchant', 'final', ?3, ?4, ?5)",
    [ROW_TRANSACTION] = "INSERT INTO ledger_transaction (id, kind, order_id, claim_id, at, unique_key) "
                        "VALUES (?1, 'refund', ?2, ?3, ?4, ?5)",
    [ROW_POSTING] = "INSERT INTO ledger_posting (transaction_id, line, account_id, currency, amount) "
                    "VALUES (?1, ?2, ?3, 'CNY', ?4)",
    [ROW_BALANCE] = "UPDATE ledger_account SET balance = balance + ?2 WHERE id = ?1",
    [ROW_REFUND] =
        "INSERT INTO refund (id, order_id, claim_id, amount, currency, state, provider, transaction_id, created_at) "
        "VALUES (?1, ?2, ?3, 1000, 'CNY', 'pending', 'sandbox', ?4, ?5)",
    [ROW_SOURCE] = "INSERT INTO refund_source (refund_id, line, source, amount) VALUES (?1, 1, 'escrow', 1000)",
    [ROW_ORDER] = "UPDATE orders SET refunded = refunded + 1000, state = 'refunded', version = version + 1 "
                  "WHERE id = ?1 AND version = 1",
    [ROW_CARD] =
        "UPDATE card SET state = 'revoked', revoked_at = ?2 WHERE order_id = ?1 AND state IN ('sealed', 'revealed')",
    [ROW_JOB] = "INSERT INTO job (kind, reference, state, run_at) VALUES ('refund', ?1, 'due', ?2)",
    [ROW_ANSWER] =
        "INSERT INTO idempotency (scope, key, request_sha256, status, body, at) VALUES (?1, ?2, ?3, 201, ?4, ?5)",
    [ROW_HEAD] = "INSERT INTO checkpoint (size, root, note, at) VALUES (?1, ?2, ?3, ?4)",
    [ROW_BEGIN] = "BEGIN IMMEDIATE",
    [ROW_SAVEPOINT] = "SAVEPOINT job",
    [ROW_RELEASE] = "RELEASE job",
    [ROW_COMMIT] = "COMMIT",
};

struct rows {
    sqlite3 *database;
    sqlite3_stmt *statements[ROW_COUNT];
    int64_t leaf;
    int log_pages;
    char noise[4096]; /* what bodies are filled with */
    char note[NOTE_BYTES + 1];
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t percentile(int64_t *values, size_t count, unsigned percent)
{
    qsort(values, count, sizeof *values, compare);
    return count ? values[(count - 1) * percent / 100] : 0;
}

static int failure(struct rows *rows, const char *what, struct error *error)
{
    return error_set(error, ERROR_IO, "%.60s: %s", what, sqlite3_errmsg(rows->database));
}

static int script(struct rows *rows, const char *sql, struct error *error)
{
    return sqlite3_exec(rows->database, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failure(rows, sql, error);
}

/* Runs one statement with values for ?1, ?2 …: i int64_t, s string, b bytes of the noise (int). */
static int put(struct rows *rows, enum row row, struct error *error, const char *format, ...)
{
    sqlite3_stmt *statement = rows->statements[row];
    va_list arguments;
    va_start(arguments, format);
    for (int n = 1; format[n - 1]; n++) {
        if (format[n - 1] == 'i')
            sqlite3_bind_int64(statement, n, va_arg(arguments, int64_t));
        else if (format[n - 1] == 's')
            sqlite3_bind_text(statement, n, va_arg(arguments, const char *), -1, SQLITE_STATIC);
        else
            sqlite3_bind_blob(statement, n, rows->noise, va_arg(arguments, int), SQLITE_STATIC);
    }
    va_end(arguments);
    int rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE ? 0 : failure(rows, texts[row], error);
}

struct names {
    char order[40], claim[40], decision[40], refund[40], merchant[40], key[48], scope[64], unique[64],
        detail[FILED_ITEM_BYTES + 1];
};

static void names_make(struct names *names, unsigned i)
{
    uint64_t random;
    sqlite3_randomness((int)sizeof random, &random);
    snprintf(names->order, sizeof names->order, "ord_%026u", i);
    snprintf(names->claim, sizeof names->claim, "clm_%026u", i);
    snprintf(names->decision, sizeof names->decision, "dec_%026u", i);
    snprintf(names->refund, sizeof names->refund, "rfd_%026u", i);
    snprintf(names->merchant, sizeof names->merchant, "mch_%026u", i % 100);
    snprintf(names->key, sizeof names->key, "%016llx%016llx", (unsigned long long)random, (unsigned long long)i);
    snprintf(names->scope, sizeof names->scope, "%s POST claims", names->order);
    snprintf(names->unique, sizeof names->unique, "refund:%s", names->refund);
    memset(names->detail, 'd', FILED_ITEM_BYTES);
    names->detail[FILED_ITEM_BYTES] = '\0';
}

static int case_put(struct rows *rows, const struct names *names, int64_t at, struct error *error)
{
    int64_t filed = rows->leaf++, ruled = rows->leaf++;
    return put(rows, ROW_CLAIM, error, "sssi", names->claim, names->order, names->merchant, at) ||
                   put(rows, ROW_LEAF, error, "isisbbb", filed, names->order, INT64_C(4), "claim_filed",
                       LEAF_BODY_BYTES, 32, FILED_ITEM_BYTES) ||
                   put(rows, ROW_EVENT, error, "ssii", names->claim, names->detail, filed, at) ||
                   put(rows, ROW_LEAF, error, "isisbbb", ruled, names->order, INT64_C(5), "ruling", LEAF_BODY_BYTES, 32,
                       CERTIFICATE_BYTES) ||
                   put(rows, ROW_DECISION, error, "ssbii", names->decision, names->claim, 32, ruled, at)
               ? -1
               : 0;
}

static int money_put(struct rows *rows, const struct names *names, int64_t number, struct error *error)
{
    return put(rows, ROW_TRANSACTION, error, "issis", number, names->order, names->claim, number, names->unique) ||
                   put(rows, ROW_POSTING, error, "iiii", number, INT64_C(1), INT64_C(1), INT64_C(-1000)) ||
                   put(rows, ROW_BALANCE, error, "ii", INT64_C(1), INT64_C(-1000)) ||
                   put(rows, ROW_POSTING, error, "iiii", number, INT64_C(2), INT64_C(2), INT64_C(1000)) ||
                   put(rows, ROW_BALANCE, error, "ii", INT64_C(2), INT64_C(1000)) ||
                   put(rows, ROW_REFUND, error, "sssii", names->refund, names->order, names->claim, number, number) ||
                   put(rows, ROW_SOURCE, error, "s", names->refund) || put(rows, ROW_ORDER, error, "s", names->order) ||
                   put(rows, ROW_CARD, error, "si", names->order, number) ||
                   put(rows, ROW_JOB, error, "si", names->refund, number) ||
                   put(rows, ROW_ANSWER, error, "ssbbi", names->scope, names->key, 32, ANSWER_BYTES, number)
               ? -1
               : 0;
}

static int refund_put(struct rows *rows, unsigned i, struct error *error)
{
    struct names names;
    names_make(&names, i);
    return put(rows, ROW_SAVEPOINT, error, "") || case_put(rows, &names, INT64_C(1000000) + i, error) ||
                   money_put(rows, &names, INT64_C(1) + i, error) || put(rows, ROW_RELEASE, error, "")
               ? -1
               : 0;
}

/* --- the database --- */

static int log_grew(void *context, sqlite3 *database, const char *name, int pages)
{
    (void)database, (void)name;
    ((struct rows *)context)->log_pages = pages;
    return SQLITE_OK;
}

static int schema_make(const char *directory, struct error *error)
{
    struct store *store = NULL;
    struct store_options options = {.directory = directory, .create = true, .unthreaded = true, .read_connections = 1};
    if (store_open(&options, &store, error))
        return -1;
    store_close(store);
    return 0;
}

static int database_open(struct rows *rows, const struct rows_options *options, struct error *error)
{
    char path[4096], sql[sizeof preload_sql + 64];
    snprintf(path, sizeof path, "%s/%s", options->directory, STORE_DATABASE_NAME);
    snprintf(sql, sizeof sql, preload_sql, options->refunds);
    if (schema_make(options->directory, error))
        return -1;
    if (sqlite3_open(path, &rows->database) != SQLITE_OK)
        return failure(rows, path, error);
    if (script(rows, "PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; BEGIN", error) || script(rows, sql, error) ||
        script(
            rows,
            "COMMIT; DROP TABLE temp.number; DROP TABLE temp.few; PRAGMA wal_checkpoint(TRUNCATE); "
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON; "
            "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST; PRAGMA wal_autocheckpoint=0; "
            "PRAGMA cache_size=-16384",
            error))
        return -1;
    for (int i = 0; i < ROW_COUNT; i++) {
        if (sqlite3_prepare_v3(rows->database, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &rows->statements[i], NULL) !=
            SQLITE_OK)
            return failure(rows, texts[i], error);
    }
    sqlite3_wal_hook(rows->database, log_grew, rows);
    rows->leaf = INT64_C(3) * options->refunds;
    sqlite3_randomness((int)sizeof rows->noise, rows->noise);
    memset(rows->note, 'n', NOTE_BYTES);
    return 0;
}

static void database_close(struct rows *rows)
{
    for (int i = 0; i < ROW_COUNT; i++)
        sqlite3_finalize(rows->statements[i]);
    sqlite3_close(rows->database);
}

/* --- measuring --- */

static int batch_put(struct rows *rows, unsigned first, unsigned count, int64_t *ret_commit_us, struct error *error)
{
    if (put(rows, ROW_BEGIN, error, ""))
        return -1;
    for (unsigned i = first; i < first + count; i++) {
        if (refund_put(rows, i, error))
            return -1;
    }
    if (put(rows, ROW_HEAD, error, "ibsi", rows->leaf, 32, rows->note, rows->leaf))
        return -1;
    int64_t start_us = now_us();
    if (put(rows, ROW_COMMIT, error, ""))
        return -1;
    if (rows->log_pages >= CHECKPOINT_PAGES) {
        if (sqlite3_wal_checkpoint_v2(rows->database, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) != SQLITE_OK)
            return failure(rows, "checkpoint", error);
        rows->log_pages = 0;
    }
    *ret_commit_us = now_us() - start_us;
    return 0;
}

static int sync_probe(const char *directory, int64_t *ret_p50_us, struct error *error)
{
    char path[4096];
    static const char page[4096];
    int64_t took_us[SYNC_PROBES];
    snprintf(path, sizeof path, "%s/probe", directory);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, ERROR_IO, "%s cannot be made", path);
    int result = 0;
    for (int i = -1; i < SYNC_PROBES && result == 0; i++) {
        int64_t start_us = now_us();
        if (pwrite(fd, page, sizeof page, 0) != (ssize_t)sizeof page || fdatasync(fd))
            result = error_set(error, ERROR_IO, "%s cannot be written", path);
        if (i >= 0) /* the first one makes the file longer */
            took_us[i] = now_us() - start_us;
    }
    close(fd);
    unlink(path);
    if (result == 0)
        *ret_p50_us = percentile(took_us, SYNC_PROBES, 50);
    return result;
}

static int measure(struct rows *rows, const struct rows_options *options, struct rows_result *ret, struct error *error)
{
    int64_t *commits_us = calloc(options->refunds, sizeof *commits_us);
    if (!commits_us)
        abort();
    unsigned commits = 0;
    int result = sync_probe(options->directory, &ret->sync_p50_us, error);
    int64_t start_us = now_us();
    for (unsigned i = 0; i < options->refunds && result == 0; i += options->batch) {
        unsigned left = options->refunds - i;
        result = batch_put(rows, i, left < options->batch ? left : options->batch, &commits_us[commits++], error);
    }
    double seconds = (double)(now_us() - start_us) / 1e6;
    ret->refunds_per_s = seconds > 0 ? options->refunds / seconds : 0;
    ret->commit_p50_us = percentile(commits_us, commits, 50);
    ret->commit_p99_us = percentile(commits_us, commits, 99);
    free(commits_us);
    return result;
}

int rows_run(const struct rows_options *options, struct rows_result *ret, struct error *error)
{
    if (!options->refunds || !options->batch)
        return error_set(error, ERROR_FIELD_RANGE, "refunds and batch are at least 1");
    struct rows rows = {0};
    int result = database_open(&rows, options, error);
    if (result == 0)
        result = measure(&rows, options, ret, error);
    database_close(&rows);
    return result;
}
