/* SPDX-License-Identifier: Apache-2.0 */
/* Orders as their parties see them: the pinned receipt as it is in the log, states, times, and the counted-down promises. */
#include "service/shop/order.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "service/clarify/clarify.h"
#include "service/internal.h"
#include "service/shop/order_page.h"

static void states_write(struct json_writer *writer, const struct service_order *order)
{
    json_member_text(writer, "kind", order->kind);
    json_member_integer(writer, "progress", order->progress);
    service_view_text_or_null(writer, "service_state", order->service_state);
    json_member_text(writer, "state", order->state);
    json_member_integer(writer, "version", order->version);
}

static void times_write(struct service_call *call, struct json_writer *writer, const struct service_order *order)
{
    bool is_service = text_is(order->kind, "service");
    int64_t done = is_service ? order->handed_over_at : order->delivered_at;
    json_member_time(writer, "created_at", order->created_at);
    json_member_time(writer, "delivered_at", order->delivered_at);
    json_member_time(writer, "expires_at", order->expires_at);
    json_member_time(writer, "handed_over_at", order->handed_over_at);
    json_member_boolean(writer, "overdue", order->paid_at && market_overdue(order->promised_at, done, call->now_us));
    json_member_time(writer, "paid_at", order->paid_at);
    json_member_time(writer, "promised_at", order->promised_at);
    json_member_time(writer, "release_at", order->release_at);
    json_member_time(writer, "revealed_at", order->revealed_at);
    json_member_time(writer, "started_at", order->started_at);
}

static void order_members(struct service_call *call, struct json_writer *writer, const struct service_order *order)
{
    service_view_money(writer, "amount", order->amount, order->currency);
    json_member_string(writer, "id", order->id);
    json_member_string(writer, "merchant_id", order->merchant_id);
    json_member_string(writer, "policy_id", order->pinned_policy_id);
    json_member_string(writer, "product_id", order->product_id);
    json_member_integer(writer, "quantity", order->quantity);
    service_view_money(writer, "refunded", order->refunded, order->currency);
    states_write(writer, order);
    times_write(call, writer, order);
}

static int receipt_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_RECEIPT);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    json_key(writer, "receipt");
    if (step == 1 && !query_is_null(query, 1))
        json_add_raw(writer, query_blob(query, 1));
    else
        json_add_null(writer);
    json_member_integer(writer, "receipt_leaf", step == 1 ? query_int(query, 0) : -1);
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* The batch that a card came in is the merchant's own note: for the merchant alone. */
static int batch_write(struct service_call *call, int64_t import_leaf, struct json_writer *writer, struct error *error)
{
    if (call->actor.role != ROLE_MERCHANT)
        return 0;
    struct query *query = store_query(call->tx, QUERY_BATCH_OF_IMPORT);
    query_bind_int(query, 1, import_leaf);
    int step = query_step(query, error);
    json_key(writer, "batch");
    if (step == 1) {
        json_object_begin(writer);
        json_member_text(writer, "id", query_text(query, 0));
        json_member_text(writer, "name", query_text(query, 1));
        json_object_end(writer);
    } else {
        json_add_null(writer);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int cards_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                       struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARDS_OF_ORDER);
    query_bind_string(query, 1, order->id);
    json_key(writer, "cards");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        json_object_begin(writer);
        if (batch_write(call, query_int(query, 5), writer, error) < 0) {
            step = -1;
            break;
        }
        json_member_text(writer, "id", query_text(query, 0));
        json_member_integer(writer, "import_leaf", query_int(query, 5));
        json_member_time(writer, "redeemed_at", query_int(query, 6));
        json_member_time(writer, "revealed_at", query_int(query, 4));
        json_member_time(writer, "revoked_at", query_int(query, 7));
        json_member_text(writer, "state", query_text(query, 1));
        json_object_end(writer);
    }
    query_end(query);
    json_array_end(writer);
    return step < 0 ? -1 : 0;
}

static int events_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SERVICE_EVENTS);
    query_bind_string(query, 1, order->id);
    json_key(writer, "service_events");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        json_object_begin(writer);
        json_member_time(writer, "at", query_int(query, 4));
        json_member_text(writer, "kind", query_text(query, 1));
        json_member_integer(writer, "leaf", query_int(query, 5));
        json_member_text(writer, "note", query_text(query, 3));
        json_member_integer(writer, "progress", query_int(query, 2));
        json_member_integer(writer, "sequence", query_int(query, 0));
        json_object_end(writer);
    }
    query_end(query);
    json_array_end(writer);
    return step < 0 ? -1 : 0;
}

/* How to pay, for the buyer of an order that is not paid yet. */
static void payment_write(struct service_call *call, const struct service_order *order, struct json_writer *writer)
{
    json_key(writer, "payment");
    if (call->actor.role != ROLE_BUYER || !text_is(order->state, "created")) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_time(writer, "expires_at", order->expires_at);
    json_member_text(writer, "provider", order->provider);
    json_member_text(writer, "reference", order->pay_reference);
    json_object_end(writer);
}

int service_order_write(struct service_call *call, struct text order_id, struct json_writer *ret, int64_t *ret_version,
                        struct error *error)
{
    struct service_order order;
    if (service_order_open(call, order_id, &order, error) < 0)
        return -1;
    json_object_begin(ret);
    order_members(call, ret, &order);
    payment_write(call, &order, ret);
    int result = receipt_write(call, &order, ret, error);
    if (result == 0)
        result = text_is(order.kind, "service") ? events_write(call, &order, ret, error)
                                                : cards_write(call, &order, ret, error);
    if (result == 0)
        result = service_clarifications_write(call, &order, ret, error);
    if (result == 0)
        result = service_order_page_write(call, &order, ret, error);
    json_object_end(ret);
    if (result == 0 && ret_version)
        *ret_version = order.version;
    return result;
}
