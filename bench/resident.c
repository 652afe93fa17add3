/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory the server takes, and how soon it answers a preview, with a million orders in its database. One order is bought
 * through the service; its rows are then copied under other ids straight into the database, log included, so that the state
 * opens, serves and pays back as if each had been bought. The real program serves it, as a child that is ended by its id.
 *
 *     resident [ORDERS]     figures of one run, as text; exit status 1 when a request failed
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "child.h"
#include "leaves.h"
#include "load.h"
#include "market/market.h"
#include "service/policies/policies.h"
#include "service/shop/catalogue.h"
#include "service/shop/order.h"
#include "service/shop/payment.h"
#include "service/service.h"
#include "service/shop/stock.h"
#include "service/worker.h"

#define CONNECTIONS 32
#define MIXED_REQUESTS_PER_S 1500 /* below what saturates the machine, so that the figure is of a server at work */
#define MIXED_S 10
#define PREVIEWS_PER_S 1000
#define PREVIEWS (10 * PREVIEWS_PER_S)
#define RETURNED 5000 /* orders that the provider knows and that the load gives back */
#define TIME_LIMIT_S 60
#define SQL_BYTES_MAX 4096

struct resident {
    struct child child;
    char merchant[ID_BYTES], merchant_token[ID_BYTES], policy[ID_BYTES], product[ID_BYTES];
    struct service_order_created order; /* the one that is copied */
    char trade[PAY_NUMBER_BYTES];
    int64_t count;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "resident: %s: %s\n", what, why ? why : "");
    exit(1);
}

/* ---- one purchase through the service ---- */

static int make_merchant(struct service_call *call, void *argument, struct error *error)
{
    struct resident *resident = argument;
    struct service_party_new party = {.role = ROLE_MERCHANT, .name = TEXT_LITERAL("bench")};
    struct service_party_created created;
    if (service_party_create(call, &party, &created, error) < 0)
        return -1;
    memcpy(resident->merchant, created.party_id, ID_BYTES);
    memcpy(resident->merchant_token, created.token, ID_BYTES);
    return 0;
}

static int make_product(struct service_call *call, void *argument, struct error *error)
{
    static const char source[] = "policy \"bench\" version 1\ngoods card_key\n\n"
                                 "clause sealed \"未查看卡密,7 天内全额退\"\n"
                                 "  when card is sealed and purchased within 7 days\n  refund full at once\n\n"
                                 "clause used \"已兑换不退\"\n  when card is redeemed\n  refuse\n\n"
                                 "otherwise review within 48 hours\n";
    struct resident *resident = argument;
    struct text card = TEXT_LITERAL("RESIDENT-0001");
    struct service_stock_imported imported;
    if (service_policy_publish_text(call, text_of(source), resident->policy, error) < 0)
        return -1;
    struct market_listing listing = {.kind = TEXT_LITERAL("card_key"),
                                     .category = TEXT_LITERAL("game_card"),
                                     .title = TEXT_LITERAL("点卡"),
                                     .description = TEXT_LITERAL("点卡"),
                                     .currency = TEXT_LITERAL("CNY"),
                                     .policy_id = text_of(resident->policy),
                                     .price = 9800,
                                     .face_value = 10000,
                                     .delivery_s = 60,
                                     .region = TEXT_LITERAL("中国大陆"),
                                     .redeem_channel = TEXT_LITERAL("官方兑换页")};
    if (service_product_create(call, &listing, resident->product, error) < 0)
        return -1;
    struct service_stock_import import = {.product_id = text_of(resident->product), .cards = &card, .count = 1};
    return service_stock_add(call, &import, &imported, error);
}

static int make_order(struct service_call *call, void *argument, struct error *error)
{
    struct resident *resident = argument;
    struct service_order_new order = {.product_id = text_of(resident->product), .quantity = 1};
    return service_order_create(call, &order, &resident->order, error);
}

static void buy_one(struct resident *resident)
{
    struct service *service;
    struct error error = {0};
    struct service_options options = {.state_path = resident->child.state, .create = true, .fee_per_mille = 20};
    struct service_actor merchant = {.role = ROLE_MERCHANT}, guest = {.role = ROLE_ANONYMOUS};
    if (service_open(&options, &service, &error) < 0 ||
        service_write(service, NULL, make_merchant, resident, &error) < 0)
        fail("the state", error.message);
    memcpy(merchant.party_id, resident->merchant, ID_BYTES);
    if (service_write(service, &merchant, make_product, resident, &error) < 0 ||
        service_write(service, &guest, make_order, resident, &error) < 0 ||
        service_sandbox_pay(service, text_of(resident->order.pay_reference), 0, resident->trade, &error) < 0 ||
        service_work_all(service, 100, NULL, &error) < 0)
        fail("the first purchase", error.message);
    service_close(service);
}

/* ---- its rows, a million times ---- */

static void run_sql(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail("the database", sqlite3_errmsg(database));
}

static void sha256_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    uint8_t hash[HASH_BYTES];
    const unsigned char *text = sqlite3_value_text(values[0]);
    hash_sha256(text, (size_t)sqlite3_value_bytes(values[0]), hash);
    sqlite3_result_blob(context, hash, HASH_BYTES, SQLITE_TRANSIENT);
}

/* $O, $T, $K: what the template's rows are found by; $N: how many. Copies have numbers where ids are random. */
static const char *const copies[] = {
    "CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $N) SELECT i "
    "FROM n",
    "INSERT INTO orders (id, secret_hash, product_id, kind, merchant_id, quantity, amount, currency, fee, provider, "
    "pay_reference, policy_id, listing_sha256, state, created_at, expires_at, paid_at, promised_at, delivered_at, "
    "release_at, version) SELECT printf('ord_%026d', i), sha256(printf('key_%026d', i)), product_id, kind, "
    "merchant_id, "
    "quantity, amount, currency, fee, provider, printf('pay_%026d', i), policy_id, listing_sha256, state, created_at, "
    "expires_at, paid_at, promised_at, delivered_at, release_at, version FROM number, orders WHERE id = '$O'",
    "INSERT INTO card (id, product_id, merchant_id, fingerprint, data_key_id, sealed, salt, import_leaf_index, state, "
    "order_id) SELECT printf('crd_%026d', i), product_id, merchant_id, sha256(printf('crd_%026d', i)), data_key_id, "
    "sealed, "
    "salt, import_leaf_index, state, printf('ord_%026d', i) FROM number, card WHERE order_id = '$O'",
    "INSERT INTO ledger_transaction (id, kind, order_id, at, unique_key) SELECT i + t.id, t.kind, printf('ord_%026d', "
    "i), "
    "t.at, printf('pay:sandbox:sbt_%032d', i) FROM number, ledger_transaction t WHERE t.order_id = '$O'",
    "INSERT INTO ledger_posting SELECT i + t.id, p.line, p.account_id, p.currency, p.amount FROM number, "
    "ledger_transaction t "
    "JOIN ledger_posting p ON p.transaction_id = t.id WHERE t.order_id = '$O'",
    "INSERT INTO payment (provider, trade, order_id, amount, currency, disposition, transaction_id, at) SELECT "
    "provider, "
    "printf('sbt_%032d', i), printf('ord_%026d', i), amount, currency, disposition, i + transaction_id, at FROM "
    "number, "
    "payment WHERE order_id = '$O'",
    "UPDATE ledger_account SET balance = balance * ($N + 1)",
    "INSERT INTO idempotency (scope, key, request_sha256, status, body, at) SELECT 'anonymous::ORDER_CREATE', "
    "printf('key-of-a-purchase-%010d', i), randomblob(32), 201, randomblob(380), created_at FROM number, orders "
    "WHERE id = '$O'",
};

static void copy_rows(const struct resident *resident, sqlite3 *database)
{
    for (size_t c = 0; c < sizeof copies / sizeof *copies; c++) {
        struct buffer sql;
        buffer_init(&sql, SQL_BYTES_MAX);
        for (const char *at = copies[c]; *at; at++) {
            if (*at != '$')
                buffer_add_char(&sql, *at);
            else if (*++at == 'O')
                buffer_add_string(&sql, resident->order.order_id);
            else
                buffer_add_int(&sql, resident->count);
        }
        buffer_add(&sql, "", 1);
        run_sql(database, sql.data);
        buffer_done(&sql);
    }
}

/* ---- the leaves of each, in one log ---- */

static void copy_leaves(struct resident *resident, sqlite3 *database)
{
    struct leaves *leaves = leaves_open(database, resident->child.state);
    leaves_choose(leaves, resident->order.order_id);
    for (int64_t order = 1; order <= resident->count; order++) {
        char id[ID_BYTES];
        snprintf(id, sizeof id, "ord_%026lld", (long long)order);
        leaves_copy(leaves, id, order);
    }
    leaves_close(leaves);
}

/* What the provider would have written down of the orders that are given back. */
static void copy_trades(const struct resident *resident)
{
    char path[400];
    snprintf(path, sizeof path, "%s/sandbox.jsonl", resident->child.state);
    FILE *file = fopen(path, "ae");
    for (int64_t i = 1; file && i <= RETURNED && i <= resident->count; i++)
        fprintf(file,
                "{\"amount\":9800,\"currency\":\"CNY\",\"expires_at\":%lld,\"number\":\"sbt_%032lld\",\"paid\":9800,"
                "\"record\":\"trade\",\"reference\":\"pay_%026lld\",\"refunded\":0}\n",
                (long long)resident->order.expires_at, (long long)i, (long long)i);
    if (!file || fclose(file) != 0)
        fail(path, "cannot be written");
}

static void copy_all(struct resident *resident)
{
    char path[400];
    sqlite3 *database;
    snprintf(path, sizeof path, "%s/shuntui.db", resident->child.state);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail(path, "cannot be opened");
    sqlite3_create_function(database, "sha256", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sha256_function, NULL,
                            NULL);
    run_sql(database, "PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000; PRAGMA wal_autocheckpoint=20000; BEGIN");
    copy_rows(resident, database);
    copy_leaves(resident, database);
    run_sql(database, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(database);
    copy_trades(resident);
    sync(); /* the server must not wait for what was written here */
}

/* ---- the server ---- */

static int64_t server_kib(const struct resident *resident, const char *row)
{
    char path[64], line[256];
    int64_t kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)resident->child.pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, row, strlen(row)) == 0)
            kib = strtol(line + strlen(row) + 1, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}

static void memory_print(const struct resident *resident, const char *when)
{
    printf("server %s: %.1f MiB resident, peak %.1f MiB\n", when, (double)server_kib(resident, "VmRSS") / 1024,
           (double)server_kib(resident, "VmHWM") / 1024);
    fflush(stdout);
}

/* ---- load ---- */

struct mix {
    const struct resident *resident;
    int64_t total, next, returned, errors;
    bool previews_only;
    uint64_t random;
};

/* Any order of all, so that no cache holds what is asked for (a linear congruential generator, Knuth's constants). */
static int64_t any_order(struct mix *mix)
{
    mix->random = mix->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int64_t first = mix->resident->count > 2 * RETURNED ? RETURNED : 0;
    return first + 1 + (int64_t)((mix->random >> 33) % (uint64_t)(mix->resident->count - first));
}

static void get_add(struct buffer *out, const char *path, const char *header)
{
    buffer_addf(out, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", path, header, *header ? "\r\n" : "");
}

static bool mix_next(void *context, int64_t *ret_request, struct buffer *out)
{
    struct mix *mix = context;
    char path[120], secret[80], token[80], key[40];
    if (mix->next == mix->total)
        return false;
    int64_t turn = mix->previews_only ? 4 : mix->next % 10, order = any_order(mix);
    if (turn == 7 && mix->returned < RETURNED && mix->returned < mix->resident->count)
        order = ++mix->returned;
    *ret_request = mix->next++;
    snprintf(secret, sizeof secret, "Shuntui-Order-Secret: key_%026lld", (long long)order);
    snprintf(token, sizeof token, "Authorization: Bearer %s", mix->resident->merchant_token);
    snprintf(key, sizeof key, "resident-%016lld", (long long)mix->next);
    if (turn < 4) {
        snprintf(path, sizeof path, "/v1/orders/ord_%026lld", (long long)order);
        get_add(out, path, secret);
    } else if (turn < 8) {
        snprintf(path, sizeof path, "/v1/orders/ord_%026lld/claims%s", (long long)order, turn == 7 ? "" : "/preview");
        load_request_post(out, path, secret, turn == 7 ? key : NULL, TEXT_LITERAL("{\"reason\":\"changed_mind\"}"));
    } else if (turn == 8) {
        get_add(out, "/v1/orders?limit=20", token);
    } else {
        snprintf(path, sizeof path, "/v1/products/%s", mix->resident->product);
        get_add(out, path, "");
    }
    return true;
}

static void mix_answered(void *context, const struct load_answer *answer)
{
    struct mix *mix = context;
    if (answer->status >= 300 && mix->errors++ < 3)
        fprintf(stderr, "resident: %d %.*s\n", answer->status, TEXT_ARG(answer->body));
}

static int64_t load_print(const struct resident *resident, const char *what, struct mix mix, int64_t rate_per_s)
{
    struct load load = {.port = resident->child.port,
                        .connections = CONNECTIONS,
                        .rate_per_s = rate_per_s,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = &mix,
                        .next = mix_next,
                        .answered = mix_answered};
    struct load_result result;
    mix.resident = resident;
    if (load_run(&load, &result) < 0)
        fail(what, "the load did not end in time");
    printf("%s at %lld/s: %lld answered, p50 %.2f ms, p99 %.2f ms, longest %.2f ms, %lld errors\n", what,
           (long long)rate_per_s, (long long)result.answered, (double)result.p50_us / 1000,
           (double)result.p99_us / 1000, (double)result.max_us / 1000, (long long)mix.errors);
    fflush(stdout);
    return mix.errors;
}

/* ---- the run ---- */

int main(int argc, char **argv)
{
    struct resident resident = {.count = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000};
    char path[400];
    struct stat status;
    if (resident.count < 1)
        fail("usage", "resident [ORDERS]");
    child_place(&resident.child, argv[0]);
    buy_one(&resident);
    copy_all(&resident);
    snprintf(path, sizeof path, "%s/shuntui.db", resident.child.state);
    printf("database: %lld orders, %.2f GiB\n", (long long)resident.count,
           stat(path, &status) == 0 ? (double)status.st_size / (1 << 30) : 0);
    child_serve(&resident.child);
    memory_print(&resident, "at rest");
    int64_t errors =
        load_print(&resident, "previews", (struct mix){.total = PREVIEWS, .previews_only = true}, PREVIEWS_PER_S);
    memory_print(&resident, "after the previews");
    errors += load_print(&resident, "views, previews, refunds, lists, product pages",
                         (struct mix){.total = MIXED_S * MIXED_REQUESTS_PER_S}, MIXED_REQUESTS_PER_S);
    memory_print(&resident, "after the mixed load");
    int ended = child_end(&resident.child);
    return errors || ended ? 1 : 0;
}
