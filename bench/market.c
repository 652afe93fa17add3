/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marketplace under load, through HTTP, on the machine that also makes the load: orders paid and delivered, sealed cards
 * refunded, eight refunds at once of each of 1,000 orders, previews at a fixed rate. The bare row writes of a refund in SQLite
 * alone are measured in the same run. A child process is the server; it is ended by its id.
 *
 *     market [ORDERS]     figures of one run, as text
 */
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "http/handle.h"
#include "http/http.h"
#include "load.h"
#include "market/market.h"
#include "pay/sandbox.h"
#include "rows.h"
#include "service/catalogue.h"
#include "service/stock.h"
#include "service/worker.h"
#include "store/store.h"

#define CONNECTIONS 64
#define RACED_ORDERS 1000
#define RACERS 8
#define PREVIEWS 10000
#define PREVIEWS_PER_S 1000
#define TIME_LIMIT_S 120

static const char policy_source[] = "policy \"bench\" version 1\n"
                                    "goods card_key\n\n"
                                    "clause sealed \"未查看卡密,7 天内全额退\"\n"
                                    "  when card is sealed and purchased within 7 days\n"
                                    "  refund full at once\n\n"
                                    "clause dead_key \"卡密无效\"\n"
                                    "  when reason is key_invalid or key_already_used\n"
                                    "   and card is revealed or redeemed and revealed within 72 hours\n"
                                    "  needs problem_proof\n"
                                    "  merchant answers within 24 hours, silence accepts\n"
                                    "  refund full\n\n"
                                    "clause used \"已兑换不退\"\n"
                                    "  when card is redeemed\n"
                                    "  refuse\n\n"
                                    "dead_key overrides used\n"
                                    "otherwise review within 48 hours\n";

struct order {
    char id[ID_BYTES], secret[ID_BYTES], reference[ID_BYTES], number[PAY_NUMBER_BYTES];
    int step; /* of the purchase: 0 to be ordered, 1 to be paid, 2 to be called back, 3 delivered */
    int refunded;
};

struct market {
    char folder[300], state[340], product[ID_BYTES];
    uint8_t sandbox_secret[32];
    uint16_t port;
    pid_t server;
    struct order *orders;
    int64_t count, next, errors, server_errors;
    int64_t *ready; /* orders whose next step can be sent */
    int64_t ready_first, ready_last, done;
    int64_t key;
    int64_t raced_twice;
};

static void fail(const char *what, const struct error *error)
{
    fprintf(stderr, "market: %s: %s\n", what, error ? error->message : "");
    exit(1);
}

/* ---- the shop that is sold from ---- */

struct setting_up {
    struct market *market;
    char merchant[ID_BYTES], policy[ID_BYTES];
    int64_t first, count;
};

static int make_merchant(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct service_party_new party = {.role = ROLE_MERCHANT, .name = TEXT_LITERAL("bench")};
    struct service_party_created created;
    if (service_party_create(call, &party, &created, error) < 0 ||
        service_policy_publish(call, text_of(policy_source), up->policy, error) < 0)
        return -1;
    memcpy(up->merchant, created.party_id, ID_BYTES);
    return 0;
}

static int make_product(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct market_listing listing = {.kind = TEXT_LITERAL("card_key"),
                                     .category = TEXT_LITERAL("game_card"),
                                     .title = TEXT_LITERAL("点卡"),
                                     .description = TEXT_LITERAL("点卡"),
                                     .currency = TEXT_LITERAL("CNY"),
                                     .policy_id = text_of(up->policy),
                                     .price = 9800,
                                     .face_value = 10000,
                                     .delivery_s = 60,
                                     .region = TEXT_LITERAL("中国大陆"),
                                     .redeem_channel = TEXT_LITERAL("官方兑换页")};
    return service_product_create(call, &listing, up->market->product, error);
}

static int make_stock(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct text cards[500];
    for (int64_t i = 0; i < up->count; i++)
        cards[i] = text_of(arena_printf(call->arena, "BENCH-%012lld", (long long)(up->first + i)));
    struct service_stock_import import = {
        .product_id = text_of(up->market->product), .cards = cards, .count = (size_t)up->count};
    struct service_stock_imported imported;
    return service_stock_add(call, &import, &imported, error);
}

static void shop_make(struct market *market, int64_t cards)
{
    struct service *service;
    struct error error;
    struct setting_up up = {.market = market};
    struct service_options options = {.state_path = market->state, .create = true};
    if (service_open(&options, &service, &error) < 0)
        fail("opening", &error);
    if (service_write(service, NULL, make_merchant, &up, &error) < 0)
        fail("merchant", &error);
    struct service_actor merchant = {.role = ROLE_MERCHANT};
    memcpy(merchant.party_id, up.merchant, ID_BYTES);
    if (service_write(service, &merchant, make_product, &up, &error) < 0)
        fail("product", &error);
    for (up.first = 0; up.first < cards; up.first += up.count) {
        up.count = cards - up.first < 500 ? cards - up.first : 500;
        if (service_write(service, &merchant, make_stock, &up, &error) < 0)
            fail("stock", &error);
    }
    service_close(service);
}

/* ---- the server, a process of its own ---- */

static volatile sig_atomic_t stopping;

static void on_stop(int number)
{
    (void)number;
    stopping = 1;
}

static void report_nothing(void *context, const struct error *error)
{
    (void)context;
    fprintf(stderr, "market: worker: %s\n", error->message);
}

static void serve(const struct market *market, int to_parent)
{
    struct service *service;
    struct http_server *http;
    struct http_options options;
    struct error error;
    struct service_options service_options = {.state_path = market->state,
                                              .threaded = true,
                                              .sandbox_silent = true,
                                              .fee_per_mille = 20,
                                              .read_connections = 3};
    signal(SIGTERM, on_stop);
    if (service_open(&service_options, &service, &error) < 0)
        fail("server", &error);
    struct service_worker *worker = service_worker_start(service, 20, report_nothing, NULL);
    handle_options_init(&options, service, NULL);
    options.threads = 1;
    if (http_server_start(&options, &http, &error) < 0)
        fail("listening", &error);
    uint16_t port = http_server_port(http);
    if (write(to_parent, &port, sizeof port) != sizeof port)
        exit(1);
    while (!stopping)
        pause();
    struct store_stats stats;
    store_stats(service_store(service), &stats);
    printf("  server: %llu jobs in %llu commits (%.1f each), commit mean %.0f us, longest %llu us, checkpoints %llu "
           "longest %llu us\n",
           (unsigned long long)stats.jobs_committed, (unsigned long long)stats.commits,
           (double)stats.jobs_committed / (double)(stats.commits ? stats.commits : 1),
           (double)stats.commit_us_total / (double)(stats.commits ? stats.commits : 1),
           (unsigned long long)stats.commit_us_max, (unsigned long long)stats.checkpoints,
           (unsigned long long)stats.checkpoint_us_max);
    fflush(stdout);
    http_server_stop(http, 5);
    service_worker_stop(worker);
    service_close(service);
    exit(0);
}

static void server_start(struct market *market)
{
    int pipe_ends[2];
    fflush(stdout);
    if (pipe(pipe_ends) < 0)
        fail("pipe", NULL);
    market->server = fork();
    if (market->server == 0) {
        close(pipe_ends[0]);
        serve(market, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    if (read(pipe_ends[0], &market->port, sizeof market->port) != sizeof market->port)
        fail("the server did not start", NULL);
    close(pipe_ends[0]);
}

static void server_stop(struct market *market)
{
    int status;
    kill(market->server, SIGTERM);
    waitpid(market->server, &status, 0);
}

static int64_t server_kib(const struct market *market, const char *row)
{
    char path[64], line[256];
    int64_t kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)market->server);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, row, strlen(row)) == 0)
            kib = strtol(line + strlen(row) + 1, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}

/* ---- purchases: order, pay at the provider, the provider's callback ---- */

static const char *key_make(struct market *market, char out[static 40])
{
    /* In time order, as the documentation advises: a random key touches another page of the database each time. */
    snprintf(out, 40, "bench-%016lld", (long long)++market->key);
    return out;
}

static void callback_write(struct market *market, const struct order *order, struct buffer *out)
{
    struct pay_notice notice = {.kind = PAY_NOTICE_PAYMENT, .payment_state = PAY_PAYMENT_PAID, .amount = {9800, "CNY"}};
    struct pay_sandbox_signed headers;
    struct buffer body;
    int64_t now_us = clock_system()->now_us(clock_system());
    snprintf(notice.number, sizeof notice.number, "%s", order->number);
    snprintf(notice.reference, sizeof notice.reference, "%s", order->reference);
    snprintf(notice.event_id, sizeof notice.event_id, "evt_%s", order->number);
    notice.at_us = now_us;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign((struct text){(const char *)market->sandbox_secret, 32}, &notice, now_us, &body, &headers);
    buffer_addf(out,
                "POST /v1/payments/sandbox/callback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    for (int i = 0; i < 3; i++)
        buffer_addf(out, "%.*s: %.*s\r\n", TEXT_ARG(headers.headers[i].name), TEXT_ARG(headers.headers[i].value));
    buffer_addf(out, "Content-Length: %zu\r\n\r\n", body.length);
    buffer_add_text(out, buffer_text(&body));
    buffer_done(&body);
}

static bool purchase_next(void *context, int64_t *ret_request, struct buffer *out)
{
    struct market *market = context;
    char key[40], body[120], path[120];
    int64_t index;
    if (market->ready_first < market->ready_last)
        index = market->ready[market->ready_first++];
    else if (market->next < market->count)
        index = market->next++;
    else
        return false;
    struct order *order = &market->orders[index];
    *ret_request = index;
    if (order->step == 0) {
        snprintf(body, sizeof body, "{\"product_id\":\"%s\",\"quantity\":1}", market->product);
        load_request_post(out, "/v1/orders", NULL, key_make(market, key), text_of(body));
    } else if (order->step == 1) {
        snprintf(path, sizeof path, "/v1/sandbox/payments/%s/pay", order->reference);
        buffer_addf(out, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", path);
    } else {
        callback_write(market, order, out);
    }
    return true;
}

static void member_copy(struct text body, const char *name, char *out, size_t bytes)
{
    char pattern[40];
    snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    const char *found = memmem(body.data, body.length, pattern, strlen(pattern));
    out[0] = 0;
    if (!found)
        return;
    found += strlen(pattern);
    const char *end = memchr(found, '"', (size_t)(body.data + body.length - found));
    if (end && (size_t)(end - found) < bytes) {
        memcpy(out, found, (size_t)(end - found));
        out[end - found] = 0;
    }
}

static void purchase_answered(void *context, const struct load_answer *answer)
{
    struct market *market = context;
    struct order *order = &market->orders[answer->request];
    if (answer->status >= 300) {
        if (market->errors++ < 3)
            fprintf(stderr, "market: step %d: %d %.*s\n", order->step, answer->status, TEXT_ARG(answer->body));
        return;
    }
    if (order->step == 0) {
        member_copy(answer->body, "id", order->id, sizeof order->id);
        member_copy(answer->body, "order_secret", order->secret, sizeof order->secret);
        member_copy(answer->body, "reference", order->reference, sizeof order->reference);
    } else if (order->step == 1) {
        member_copy(answer->body, "number", order->number, sizeof order->number);
    }
    if (++order->step < 3)
        market->ready[market->ready_last++] = answer->request;
    else
        market->done++;
}

static void purchases_run(struct market *market)
{
    struct load load = {.port = market->port,
                        .connections = CONNECTIONS,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = market,
                        .next = purchase_next,
                        .answered = purchase_answered};
    struct load_result result, rest;
    if (load_run(&load, &result) < 0)
        fail("orders: the load did not end in time", NULL);
    /* Connections that found nothing to do have ended; the last steps of the last orders are sent now. */
    while (market->ready_first < market->ready_last) {
        if (load_run(&load, &rest) < 0)
            fail("orders: the load did not end in time", NULL);
        result.seconds += rest.seconds;
    }
    printf("orders paid and delivered: %lld in %.2f s = %.0f/s (three requests each; p50 %.1f ms, p99 %.1f ms), %lld "
           "errors\n",
           (long long)market->done, result.seconds, (double)market->done / result.seconds, (double)result.p50_us / 1000,
           (double)result.p99_us / 1000, (long long)market->errors);
}

/* ---- refunds ---- */

struct refunds {
    struct market *market;
    int64_t first, count, next; /* request number: order first + next / repeat */
    int repeat;
    int64_t paid, refused, errors, server_errors;
};

static bool refund_next(void *context, int64_t *ret_request, struct buffer *out)
{
    struct refunds *refunds = context;
    char key[40], path[120], header[80];
    if (refunds->next == refunds->count * refunds->repeat)
        return false;
    int64_t index = refunds->first + refunds->next++ / refunds->repeat;
    struct order *order = &refunds->market->orders[index];
    *ret_request = index;
    snprintf(path, sizeof path, "/v1/orders/%s/claims", order->id);
    snprintf(header, sizeof header, "Shuntui-Order-Secret: %s", order->secret);
    load_request_post(out, path, header, key_make(refunds->market, key), TEXT_LITERAL("{\"reason\":\"changed_mind\"}"));
    return true;
}

static void refund_answered(void *context, const struct load_answer *answer)
{
    struct refunds *refunds = context;
    if (answer->status == 201) {
        refunds->paid++;
        if (++refunds->market->orders[answer->request].refunded > 1)
            refunds->market->raced_twice++;
    } else if (answer->status == 409) {
        refunds->refused++;
    } else if (refunds->errors++ < 3) {
        fprintf(stderr, "market: refund: %d %.*s\n", answer->status, TEXT_ARG(answer->body));
    }
    if (answer->status >= 500)
        refunds->server_errors++;
}

static double refunds_run(struct market *market, int64_t first, int64_t count, int repeat)
{
    struct refunds refunds = {.market = market, .first = first, .count = count, .repeat = repeat};
    struct load load = {.port = market->port,
                        .connections = CONNECTIONS,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = &refunds,
                        .next = refund_next,
                        .answered = refund_answered};
    struct load_result result;
    if (load_run(&load, &result) < 0)
        fail("refunds: the load did not end in time", NULL);
    double per_s = (double)refunds.paid / result.seconds;
    if (repeat == 1)
        printf("durable refunds of sealed cards: %lld in %.2f s = %.0f/s (p50 %.1f ms, p99 %.1f ms), %lld errors\n",
               (long long)refunds.paid, result.seconds, per_s, (double)result.p50_us / 1000,
               (double)result.p99_us / 1000, (long long)(refunds.errors + refunds.refused));
    else
        printf("%d refunds at once of each of %lld orders: %lld paid, %lld refused (409), %lld paid twice, %lld "
               "answered 5xx\n",
               repeat, (long long)count, (long long)refunds.paid, (long long)refunds.refused,
               (long long)market->raced_twice, (long long)refunds.server_errors);
    if (repeat > 1 && (refunds.paid != count || market->raced_twice || refunds.server_errors))
        market->errors++;
    return per_s;
}

/* ---- previews ---- */

struct previews {
    struct market *market;
    int64_t first, next, errors;
};

static bool preview_next(void *context, int64_t *ret_request, struct buffer *out)
{
    struct previews *previews = context;
    char path[120], header[80];
    if (previews->next == PREVIEWS)
        return false;
    struct order *order = &previews->market->orders[previews->first + previews->next % 100];
    *ret_request = previews->next++;
    snprintf(path, sizeof path, "/v1/orders/%s/claims/preview", order->id);
    snprintf(header, sizeof header, "Shuntui-Order-Secret: %s", order->secret);
    load_request_post(out, path, header, NULL, TEXT_LITERAL("{\"reason\":\"changed_mind\"}"));
    return true;
}

static void preview_answered(void *context, const struct load_answer *answer)
{
    struct previews *previews = context;
    if (answer->status != 200 && previews->errors++ < 3)
        fprintf(stderr, "market: preview: %d %.*s\n", answer->status, TEXT_ARG(answer->body));
}

static void previews_run(struct market *market, int64_t first)
{
    struct previews previews = {.market = market, .first = first};
    struct load load = {.port = market->port,
                        .connections = 16,
                        .rate_per_s = PREVIEWS_PER_S,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = &previews,
                        .next = preview_next,
                        .answered = preview_answered};
    struct load_result result;
    if (load_run(&load, &result) < 0)
        fail("previews: the load did not end in time", NULL);
    printf("previews at %d/s: p50 %.2f ms, p99 %.2f ms, longest %.2f ms, %lld errors\n", PREVIEWS_PER_S,
           (double)result.p50_us / 1000, (double)result.p99_us / 1000, (double)result.max_us / 1000,
           (long long)previews.errors);
}

/* ---- the run ---- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void secret_read(struct market *market)
{
    char path[400];
    struct buffer hex;
    struct error error;
    size_t length;
    snprintf(path, sizeof path, "%s/keys/sandbox.key", market->state);
    buffer_init(&hex, 100);
    if (file_read_all(path, 100, &hex, &error) < 0 ||
        hex_decode((struct text){hex.data, 64}, market->sandbox_secret, 32, &length) < 0)
        fail("the sandbox's key", &error);
    buffer_done(&hex);
}

static double rows_alone(const struct market *market, unsigned batch, int64_t count)
{
    char folder[400];
    struct rows_result result;
    struct error error;
    snprintf(folder, sizeof folder, "%s/rows-%u", market->folder, batch);
    if (mkdir(folder, 0700) < 0)
        fail("a folder", NULL);
    struct rows_options options = {.directory = folder, .refunds = (unsigned)count, .batch = batch};
    if (rows_run(&options, &result, &error) < 0)
        fail("rows alone", &error);
    printf(
        "the same %d row writes in SQLite alone, batches of %u: %.0f/s (commit p50 %lld us, 4 KiB sync p50 %lld us)\n",
        ROWS_EACH, batch, result.refunds_per_s, (long long)result.commit_p50_us, (long long)result.sync_p50_us);
    return result.refunds_per_s;
}

int main(int argc, char **argv)
{
    struct market market = {.count = argc > 1 ? strtol(argv[1], NULL, 10) : 20000};
    const char *base = getenv("TMPDIR");
    if (market.count < 2 * RACED_ORDERS)
        market.count = 2 * RACED_ORDERS;
    snprintf(market.folder, sizeof market.folder, "%s/shuntui-bench-XXXXXX", base && base[0] ? base : "/var/tmp");
    if (!mkdtemp(market.folder))
        fail("no temporary folder", NULL);
    snprintf(market.state, sizeof market.state, "%s/state", market.folder);
    market.orders = calloc((size_t)market.count, sizeof *market.orders);
    market.ready = calloc((size_t)market.count * 3, sizeof *market.ready);
    shop_make(&market, market.count);
    secret_read(&market);
    server_start(&market);
    purchases_run(&market);
    int64_t measured = market.count - RACED_ORDERS - 100;
    double through_http = refunds_run(&market, RACED_ORDERS + 100, measured, 1);
    refunds_run(&market, 100, RACED_ORDERS, RACERS);
    previews_run(&market, 0);
    printf("server: %lld KiB resident, peak %lld KiB\n", (long long)server_kib(&market, "VmRSS"),
           (long long)server_kib(&market, "VmHWM"));
    server_stop(&market);
    double alone = rows_alone(&market, 64, measured < 20000 ? measured : 20000);
    printf("ratio of refunds through HTTP to the row writes alone: %.2f\n", through_http / alone);
    nftw(market.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(market.orders);
    free(market.ready);
    return market.errors ? 1 : 0;
}
