/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of merchants. Rates are of the orders of the last 90 days and come with an interval, because two refunds of three orders
 * say less than twenty of thirty. The bond stands beside what it has to cover.
 */
#include "service/shop/figures.h"

#include <string.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/view.h"

#define FIGURES_S (90 * TIME_DAY_S)
#define MONTH_S (30 * TIME_DAY_S)
#define LARGE_ORDERS 1000       /* so many take a while to count, and one more or less says nothing */
#define FIGURES_ORDERS_MAX 5000 /* a large shop's public page reads no more than its newest orders */
#define FIGURES_ANSWERS_MAX 500 /* newest answers: their median is sure long before */

_Static_assert(sizeof(struct service_figures) <= SERVICE_RECENT_BYTES, "figures are kept for a minute");

int service_merchant_load(struct service_call *call, struct text merchant_id, struct service_merchant *ret,
                          struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_text(query, 1, merchant_id);
    int step = query_step(query, error);
    bool is_merchant = step == 1 && text_is(query_text(query, 1), "merchant");
    if (is_merchant)
        *ret = (struct service_merchant){.name = arena_copy_text(call->arena, query_text(query, 2)),
                                         .created_at = query_int(query, 5)};
    query_end(query);
    if (step < 0)
        return -1;
    return is_merchant ? 0 : error_set(error, ERROR_NOT_FOUND, "there is no such merchant");
}

static void fill_zero(struct random *random, void *out, size_t bytes)
{
    (void)random;
    memset(out, 0, bytes);
}

void service_id_since(char out[static ID_BYTES], const char *prefix, int64_t at_us)
{
    struct random zero = {fill_zero};
    id_make(out, prefix, at_us > 0 ? at_us : 0, &zero);
}

/* Of whom, and since when: ids are in time order. */
struct window {
    struct text merchant_id;
    char orders[ID_BYTES], claims[ID_BYTES];
};

static struct window window_of(const struct service_call *call, struct text merchant_id, int64_t seconds)
{
    struct window window = {.merchant_id = merchant_id};
    service_id_since(window.orders, "ord_", call->now_us - seconds * TIME_SECOND_US);
    service_id_since(window.claims, "clm_", call->now_us - seconds * TIME_SECOND_US);
    return window;
}

static int order_counts_load(struct service_call *call, const struct window *window, struct service_figures *ret,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_MERCHANT_ORDER_FIGURES);
    query_bind_text(query, 1, window->merchant_id);
    query_bind_string(query, 2, window->orders);
    int step = query_step(query, error);
    if (step == 1) {
        ret->counts.orders = query_int(query, 0);
        ret->counts.refunded = query_int(query, 1);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int claim_counts_load(struct service_call *call, const struct window *window, struct service_figures *ret,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_MERCHANT_CLAIM_FIGURES);
    query_bind_text(query, 1, window->merchant_id);
    query_bind_string(query, 2, window->claims);
    int step = query_step(query, error);
    if (step == 1) {
        /* A claim may be of an order that is older than the window; a rate is never above one. */
        ret->counts.disputed = query_int(query, 0) < ret->counts.orders ? query_int(query, 0) : ret->counts.orders;
        ret->counts.judged = query_int(query, 1);
        ret->counts.lost = query_int(query, 2);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int answers_load(struct service_call *call, const struct window *window, struct service_figures *ret,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_MERCHANT_ANSWERS);
    query_bind_text(query, 1, window->merchant_id);
    query_bind_string(query, 2, window->claims);
    query_bind_int(query, 3, FIGURES_ANSWERS_MAX);
    int64_t rising_s[FIGURES_ANSWERS_MAX];
    size_t count = 0;
    int step;
    while ((step = query_step(query, error)) == 1)
        rising_s[count++] = query_int(query, 0);
    query_end(query);
    market_span(rising_s, count, &ret->answers);
    return step < 0 ? -1 : 0;
}

int service_open_amount_load(struct service_call *call, struct text merchant_id, const char *since, int64_t limit,
                             int64_t *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_MERCHANT_OPEN_AMOUNT);
    query_bind_text(query, 1, merchant_id);
    query_bind_string(query, 2, since);
    query_bind_int(query, 3, limit);
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int counts_load(struct service_call *call, const struct window *window, struct service_figures *ret,
                       struct error *error)
{
    *ret = (struct service_figures){.counts = {.orders = 0}};
    return order_counts_load(call, window, ret, error) < 0 || claim_counts_load(call, window, ret, error) < 0
               ? -1
               : answers_load(call, window, ret, error);
}

int service_figures_load(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                         struct error *error)
{
    struct window window = window_of(call, merchant_id, FIGURES_S);
    if (counts_load(call, &window, ret, error) < 0 ||
        service_open_amount_load(call, merchant_id, window.orders, FIGURES_ORDERS_MAX, &ret->counts.open_orders_amount,
                                 error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, merchant_id, SERVICE_CURRENCY_USUAL,
                                  &ret->counts.bond, error);
}

int service_figures_page(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                         struct error *error)
{
    bool found = service_recent_find(call->service->recent, merchant_id, call->now_us, ret, sizeof *ret);
    if (found && ret->counts.orders >= LARGE_ORDERS)
        return 0;
    if (service_figures_load(call, merchant_id, ret, error) < 0)
        return -1;
    if (!store_tx_is_write(call->tx))
        service_recent_put(call->service->recent, merchant_id, call->now_us, ret, sizeof *ret);
    return 0;
}

int service_figures_recent(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                           struct error *error)
{
    if (service_recent_find(call->service->recent, merchant_id, call->now_us, ret, sizeof *ret))
        return 0;
    if (service_figures_load(call, merchant_id, ret, error) < 0)
        return -1;
    if (!store_tx_is_write(call->tx))
        service_recent_put(call->service->recent, merchant_id, call->now_us, ret, sizeof *ret);
    return 0;
}

void service_figures_judge(const struct service_call *call, const struct service_figures *figures, int64_t created_at,
                           struct market_reputation *ret)
{
    struct market_counts counts = figures->counts;
    counts.opened_us = created_at;
    market_reputation(&counts, call->now_us, ret);
}

void service_rate_write(struct json_writer *writer, const char *key, const struct market_rate *rate)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "high_per_mille", rate->high_per_mille);
    json_member_integer(writer, "low_per_mille", rate->low_per_mille);
    json_member_integer(writer, "of", rate->total);
    json_member_integer(writer, "per_mille", rate->per_mille);
    json_member_string(writer, "sure_en", rate->sure_en);
    json_member_string(writer, "sure_zh", rate->sure_zh);
    json_object_end(writer);
}

static void span_write(struct json_writer *writer, const char *key, const struct market_span *span)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "high_s", span->high_s);
    json_member_integer(writer, "low_s", span->low_s);
    json_member_integer(writer, "median_s", span->median_s);
    json_member_integer(writer, "of", span->total);
    json_member_string(writer, "sure_en", span->sure_en);
    json_member_string(writer, "sure_zh", span->sure_zh);
    json_object_end(writer);
}

void service_figures_members(struct service_call *call, struct text merchant_id,
                             const struct service_merchant *merchant, const struct service_figures *figures,
                             struct json_writer *writer)
{
    struct market_reputation reputation;
    service_figures_judge(call, figures, merchant->created_at, &reputation);
    span_write(writer, "answer_time", &figures->answers);
    service_view_money(writer, "bond", figures->counts.bond, SERVICE_CURRENCY_USUAL);
    json_member_integer(writer, "cover_per_mille", reputation.cover_per_mille);
    json_member_integer(writer, "days_open", reputation.days_open);
    service_rate_write(writer, "dispute_rate", &reputation.disputes);
    json_member_text(writer, "id", merchant_id);
    service_rate_write(writer, "lost_rate", &reputation.lost);
    json_member_text(writer, "name", merchant->name);
    service_view_money(writer, "open_orders", figures->counts.open_orders_amount, SERVICE_CURRENCY_USUAL);
    json_member_integer(writer, "orders_90_days", figures->counts.orders);
    service_rate_write(writer, "refund_rate", &reputation.refunds);
}

static int month_write(struct service_call *call, struct text merchant_id, struct json_writer *writer,
                       struct error *error)
{
    struct window window = window_of(call, merchant_id, MONTH_S);
    struct service_figures figures;
    struct market_reputation reputation;
    if (counts_load(call, &window, &figures, error) < 0)
        return -1;
    service_figures_judge(call, &figures, call->now_us, &reputation);
    json_object_begin(writer);
    span_write(writer, "answer_time", &figures.answers);
    service_rate_write(writer, "dispute_rate", &reputation.disputes);
    service_rate_write(writer, "lost_rate", &reputation.lost);
    service_rate_write(writer, "refund_rate", &reputation.refunds);
    json_object_end(writer);
    return 0;
}

int service_merchant_figures_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                                   struct error *error)
{
    struct service_merchant merchant;
    struct service_figures figures;
    if (service_merchant_load(call, merchant_id, &merchant, error) < 0 ||
        service_figures_page(call, merchant_id, &figures, error) < 0)
        return -1;
    service_figures_members(call, merchant_id, &merchant, &figures, ret);
    return 0;
}

int service_merchant_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                           struct error *error)
{
    json_object_begin(ret);
    int result = service_merchant_figures_write(call, merchant_id, ret, error);
    json_object_end(ret);
    return result;
}

int service_merchant_own_figures_write(struct service_call *call, struct json_writer *ret, struct error *error)
{
    struct text own = text_of(call->actor.party_id);
    json_object_begin(ret);
    json_key(ret, "figures");
    int result = service_merchant_write(call, own, ret, error);
    json_key(ret, "last_30_days");
    if (result == 0)
        result = month_write(call, own, ret, error);
    json_object_end(ret);
    return result;
}
