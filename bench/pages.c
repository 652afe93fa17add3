/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How soon the server answers with a page: HTML with the page's first data in it, on the demonstration marketplace grown to 100,000
 * orders. The real program serves it, as a child that is ended by its id; requests come at a fixed rate for a fixed time.
 *
 *     pages [ORDERS [RATE [SECONDS]]]     figures for each page, as text; exit status 1 when one of them failed
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "grow.h"
#include "load.h"

#define CONNECTIONS 32
#define SAMPLES_MAX 2000000
#define IDS_MAX 4096

struct ids {
    char id[IDS_MAX][ID_BYTES];
    int count;
};

struct bench {
    struct child child;
    int64_t orders, rate_per_s, seconds;
    struct grown_session session;
    struct ids products, policies, own_orders;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "pages: %s: %s\n", what, why ? why : "");
    exit(1);
}

/* ---- what is asked for ---- */

/* %s is an id of that list. share: of a hundred requests. */
static const struct kind {
    const char *name, *path;
    int share;
    bool signed_in;
    enum { NO_ID, PRODUCT, POLICY, OWN_ORDER } id;
} kinds[] = {
    {"home", "/", 30, false, NO_ID},
    {"search", "/?q=%%E7%%82%%B9%%E5%%8D%%A1", 10, false, NO_ID},
    {"product", "/p/%s", 30, false, PRODUCT},
    {"rule", "/rules/%s", 8, false, POLICY},
    {"sign in", "/signin", 4, false, NO_ID},
    {"home, signed in", "/", 3, true, NO_ID},
    {"merchant's desk", "/m", 4, true, NO_ID},
    {"merchant's orders", "/m/orders", 3, true, NO_ID},
    {"merchant's order", "/m/orders/%s", 5, true, OWN_ORDER},
    {"merchant's claims", "/m/refunds", 3, true, NO_ID},
};
#define KINDS (sizeof kinds / sizeof *kinds)

struct tally {
    int64_t count, errors, bytes;
    int32_t *latencies_us;
};
struct run {
    const struct bench *bench;
    int64_t total, next;
    uint64_t random;
    struct tally tallies[KINDS];
};

/* Any of them, so that no cache holds what is asked for (a linear congruential generator, Knuth's constants). */
static uint64_t draw(struct run *run, uint64_t limit)
{
    run->random = run->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (run->random >> 33) % limit;
}

static size_t kind_draw(struct run *run)
{
    int share = (int)draw(run, 100);
    size_t kind = 0;
    while (share >= kinds[kind].share)
        share -= kinds[kind++].share;
    return kind;
}

static const char *id_draw(struct run *run, const struct kind *kind)
{
    const struct ids *lists[] = {NULL, &run->bench->products, &run->bench->policies, &run->bench->own_orders};
    const struct ids *list = lists[kind->id];
    return list ? list->id[draw(run, (uint64_t)list->count)] : "";
}

static bool next_page(void *context, int64_t *ret_request, struct buffer *out)
{
    struct run *run = context;
    if (run->next == run->total)
        return false;
    run->next++;
    size_t index = kind_draw(run);
    const struct kind *kind = &kinds[index];
    *ret_request = (int64_t)index;
    buffer_add_string(out, "GET ");
    buffer_addf(out, kind->path, id_draw(run, kind));
    buffer_add_string(out,
                      " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n");
    if (kind->signed_in)
        buffer_addf(out, "Cookie: shuntui_session=%s\r\n", run->bench->session.secret);
    buffer_add_string(out, "\r\n");
    return true;
}

static void page_answered(void *context, const struct load_answer *answer)
{
    struct run *run = context;
    struct tally *tally = &run->tallies[answer->request];
    if (answer->status != 200 && tally->errors++ < 1)
        fprintf(stderr, "pages: %s: %d\n", kinds[answer->request].name, answer->status);
    if (tally->count < SAMPLES_MAX)
        tally->latencies_us[tally->count++] = (int32_t)answer->latency_us;
    tally->bytes += (int64_t)answer->body.length;
}

/* ---- figures ---- */

static int number_compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static double at_ms(const struct tally *tally, int per_mille)
{
    int64_t index = (tally->count * per_mille + 999) / 1000;
    return tally->count ? (double)tally->latencies_us[index > 0 ? index - 1 : 0] / 1000 : 0;
}

static int64_t tallies_print(struct run *run)
{
    int64_t errors = 0;
    printf("%-20s %8s %9s %9s %9s %10s %7s\n", "page", "answers", "p50 ms", "p99 ms", "max ms", "bytes", "errors");
    for (size_t i = 0; i < KINDS; i++) {
        struct tally *tally = &run->tallies[i];
        qsort(tally->latencies_us, (size_t)tally->count, sizeof *tally->latencies_us, number_compare);
        printf("%-20s %8lld %9.2f %9.2f %9.2f %10lld %7lld\n", kinds[i].name, (long long)tally->count,
               at_ms(tally, 500), at_ms(tally, 990), at_ms(tally, 1000),
               (long long)(tally->count ? tally->bytes / tally->count : 0), (long long)tally->errors);
        errors += tally->errors;
        free(tally->latencies_us);
    }
    return errors;
}

/* Processor time of the server so far, which other programs on the machine do not lengthen as they do latencies. */
static double server_cpu_s(const struct bench *bench)
{
    char path[64], line[1024] = "";
    long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)bench->child.pid);
    FILE *file = fopen(path, "re");
    if (file) {
        if (!fgets(line, sizeof line, file))
            line[0] = '\0';
        fclose(file);
    }
    char *at = strrchr(line, ')');
    for (int field = 2; at && field < 14; field++)
        at = strchr(at + 1, ' ');
    if (at) {
        user = strtoll(at, &at, 10);
        system = strtoll(at, &at, 10);
    }
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int64_t load_print(const struct bench *bench)
{
    struct run run = {.bench = bench, .total = bench->rate_per_s * bench->seconds, .random = 1};
    struct load load = {.port = bench->child.port,
                        .connections = CONNECTIONS,
                        .rate_per_s = bench->rate_per_s,
                        .time_limit_s = bench->seconds * 3 + 10,
                        .context = &run,
                        .next = next_page,
                        .answered = page_answered};
    struct load_result result;
    for (size_t i = 0; i < KINDS; i++)
        if (!(run.tallies[i].latencies_us = calloc(SAMPLES_MAX, sizeof(int32_t))))
            abort();
    double before = server_cpu_s(bench);
    if (load_run(&load, &result) < 0)
        fail("load", "it did not end in time");
    double cpu_s = server_cpu_s(bench) - before;
    int64_t errors = tallies_print(&run);
    printf("all at %lld/s: %lld answered in %.1f s, p50 %.2f ms, p99 %.2f ms, longest %.2f ms; %.2f ms of processor "
           "time each\n",
           (long long)bench->rate_per_s, (long long)result.answered, result.seconds, (double)result.p50_us / 1000,
           (double)result.p99_us / 1000, (double)result.max_us / 1000, cpu_s * 1000 / (double)result.answered);
    return errors;
}

/* ---- the marketplace and its server ---- */

static void ids_read(sqlite3 *database, const char *sql, const char *party, struct ids *ret)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(database, sql, -1, &query, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(database));
    sqlite3_bind_text(query, 1, party, -1, SQLITE_STATIC);
    while (ret->count < IDS_MAX && sqlite3_step(query) == SQLITE_ROW)
        snprintf(ret->id[ret->count++], ID_BYTES, "%s", (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    if (!ret->count)
        fail(sql, "there is none");
}

static void market_read(struct bench *bench)
{
    char path[400];
    sqlite3 *database;
    snprintf(path, sizeof path, "%s/shuntui.db", bench->child.state);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        fail(path, "cannot be opened");
    ids_read(database, "SELECT id FROM product WHERE ?1 IS NOT NULL", "", &bench->products);
    ids_read(database, "SELECT id FROM policy WHERE ?1 IS NOT NULL", "", &bench->policies);
    ids_read(database, "SELECT id FROM orders WHERE merchant_id = ?1 ORDER BY substr(id, 20)", bench->session.party,
             &bench->own_orders);
    sqlite3_close(database);
}

static int64_t number_of(int argc, char **argv, int index, int64_t fallback)
{
    return argc > index ? strtoll(argv[index], NULL, 10) : fallback;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bench.orders = number_of(argc, argv, 1, 100000);
    bench.rate_per_s = number_of(argc, argv, 2, 500);
    bench.seconds = number_of(argc, argv, 3, 20);
    if (bench.orders < 1000 || bench.rate_per_s < 1 || bench.seconds < 1 || bench.seconds > 600)
        fail("usage", "pages [ORDERS [RATE [SECONDS]]]");
    child_place(&bench.child, argv[0]);
    const char *const load[] = {bench.child.program, "demo", "--load", "--state", bench.child.state, NULL};
    child_run(&bench.child, load);
    grow_demo(bench.child.state, bench.orders, &bench.session);
    market_read(&bench);
    sync(); /* the server must not wait for what was written here */
    child_serve(&bench.child);
    int64_t errors = load_print(&bench);
    int ended = child_end(&bench.child);
    return errors || ended ? 1 : 0;
}
