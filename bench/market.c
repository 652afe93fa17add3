/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marketplace under load, through HTTP, on the machine that also makes the load: orders paid and delivered, sealed cards
 * refunded, eight refunds at once of each of 1,000 orders, previews at a fixed rate. The bare row writes of a refund in SQLite
 * alone are measured in the same run. A child process is the server; it is ended by its id.
 *
 *     market [ORDERS]     figures of one run, as text
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "base/time.h"
#include "load.h"
#include "pay/sandbox.h"
#include "rows.h"
#include "shop.h"

#define CONNECTIONS 64
#define RACED_ORDERS 1000
#define RACERS 8
#define PREVIEWS 10000
#define PREVIEWS_PER_S 1000
#define TIME_LIMIT_S 120

struct order {
    char id[ID_BYTES], secret[ID_BYTES], reference[ID_BYTES], number[PAY_NUMBER_BYTES];
    int step; /* of the purchase: 0 to be ordered, 1 to be paid, 2 to be called back, 3 delivered */
    int refunded;
};

struct market {
    char folder[300];
    struct shop shop;
    struct order *orders;
    int64_t count, next, errors, server_errors;
    int64_t *ready; /* orders whose next step can be sent */
    int64_t ready_first, ready_last, done;
    int64_t key;
    int64_t raced_twice;
};

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
    pay_sandbox_sign((struct text){(const char *)market->shop.sandbox_secret, 32}, &notice, now_us, &body, &headers);
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
        snprintf(body, sizeof body, "{\"product_id\":\"%s\",\"quantity\":1}", market->shop.product);
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
    struct load load = {.port = market->shop.port,
                        .connections = CONNECTIONS,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = market,
                        .next = purchase_next,
                        .answered = purchase_answered};
    struct load_result result, rest;
    if (load_run(&load, &result) < 0)
        bench_fail("orders: the load did not end in time", NULL);
    /* Connections that found nothing to do have ended; the last steps of the last orders are sent now. */
    while (market->ready_first < market->ready_last) {
        if (load_run(&load, &rest) < 0)
            bench_fail("orders: the load did not end in time", NULL);
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
    struct load load = {.port = market->shop.port,
                        .connections = CONNECTIONS,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = &refunds,
                        .next = refund_next,
                        .answered = refund_answered};
    struct load_result result;
    if (load_run(&load, &result) < 0)
        bench_fail("refunds: the load did not end in time", NULL);
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
    struct load load = {.port = market->shop.port,
                        .connections = 16,
                        .rate_per_s = PREVIEWS_PER_S,
                        .time_limit_s = TIME_LIMIT_S,
                        .context = &previews,
                        .next = preview_next,
                        .answered = preview_answered};
    struct load_result result;
    if (load_run(&load, &result) < 0)
        bench_fail("previews: the load did not end in time", NULL);
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

static double rows_alone(const struct market *market, unsigned batch, int64_t count)
{
    char folder[400];
    struct rows_result result;
    struct error error;
    snprintf(folder, sizeof folder, "%s/rows-%u", market->folder, batch);
    if (mkdir(folder, 0700) < 0)
        bench_fail("a folder", NULL);
    struct rows_options options = {.directory = folder, .refunds = (unsigned)count, .batch = batch};
    if (rows_run(&options, &result, &error) < 0)
        bench_fail("rows alone", &error);
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
        bench_fail("no temporary folder", NULL);
    snprintf(market.shop.state, sizeof market.shop.state, "%s/state", market.folder);
    market.orders = calloc((size_t)market.count, sizeof *market.orders);
    market.ready = calloc((size_t)market.count * 3, sizeof *market.ready);
    shop_make(&market.shop, market.count);
    shop_serve(&market.shop);
    purchases_run(&market);
    int64_t measured = market.count - RACED_ORDERS - 100;
    double through_http = refunds_run(&market, RACED_ORDERS + 100, measured, 1);
    refunds_run(&market, 100, RACED_ORDERS, RACERS);
    previews_run(&market, 0);
    printf("server: %lld KiB resident, peak %lld KiB\n", (long long)shop_server_kib(&market.shop, "VmRSS"),
           (long long)shop_server_kib(&market.shop, "VmHWM"));
    shop_stop(&market.shop);
    double alone = rows_alone(&market, 64, measured < 20000 ? measured : 20000);
    printf("ratio of refunds through HTTP to the row writes alone: %.2f\n", through_http / alone);
    nftw(market.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(market.orders);
    free(market.ready);
    return market.errors ? 1 : 0;
}
