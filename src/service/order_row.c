/* SPDX-License-Identifier: Apache-2.0 */
/* Loading an order as a value. */
#include <string.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/rows.h"

static int64_t instant(struct query *query, unsigned column)
{
    return query_is_null(query, column) ? 0 : query_int(query, column);
}

static void order_read(struct arena *arena, struct query *query, struct service_order *order)
{
    service_id_copy(order->id, query_text(query, 0));
    service_id_copy(order->product_id, query_text(query, 1));
    service_id_copy(order->merchant_id, query_text(query, 2));
    service_id_copy(order->buyer_id, query_text(query, 3));
    service_id_copy(order->policy_id, query_text(query, 4));
    struct text currency = query_text(query, 5);
    memcpy(order->currency, currency.data, currency.length < 3 ? currency.length : 3);
    order->kind = arena_copy_text(arena, query_text(query, 6));
    order->provider = arena_copy_text(arena, query_text(query, 7));
    order->pay_reference = arena_copy_text(arena, query_text(query, 8));
    order->state = arena_copy_text(arena, query_text(query, 9));
    order->service_state = arena_copy_text(arena, query_text(query, 10));
    order->quantity = query_int(query, 11);
    order->amount = query_int(query, 12);
    order->fee = query_int(query, 13);
    order->refunded = query_int(query, 14);
    order->progress = query_int(query, 15);
    order->has_consent = query_int(query, 16) != 0;
    order->created_at = instant(query, 17);
    order->expires_at = instant(query, 18);
    order->paid_at = instant(query, 19);
    order->promised_at = instant(query, 20);
    order->delivered_at = instant(query, 21);
    order->revealed_at = instant(query, 22);
    order->started_at = instant(query, 23);
    order->handed_over_at = instant(query, 24);
    order->release_at = instant(query, 25);
    order->version = query_int(query, 26);
    service_id_copy(order->pinned_policy_id, query_text(query, 27));
}

int service_order_load(struct service_call *call, struct text order_id, struct service_order *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_GET);
    query_bind_text(query, 1, order_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret = (struct service_order){.quantity = 0};
        order_read(call->arena, query, ret);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such order among yours");
    return step < 0 ? -1 : 0;
}

int service_order_open(struct service_call *call, struct text order_id, struct service_order *ret, struct error *error)
{
    struct service_order order;
    if (service_order_load(call, order_id, &order, error) < 0 ||
        service_may_see_order(call, text_of(order.id), text_of(order.buyer_id), text_of(order.merchant_id), error) < 0)
        return -1;
    *ret = order;
    return 0;
}
