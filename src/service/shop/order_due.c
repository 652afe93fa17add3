/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes due for orders: escrow goes to the merchant when the window has passed. (Unpaid orders: payment_ask.c.) */
#include "service/shop/order.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "ledger/ledger.h"
#include "service/internal.h"
#include "service/shop/order_internal.h"

struct due_order {
    char id[ID_BYTES], merchant_id[ID_BYTES];
    char currency[4];
    int64_t amount, fee;
};

/* Reads them all first: the work on one of them uses the same queries. */
static int due_load(struct service_call *call, int64_t skip, int64_t limit, struct due_order **ret, int64_t *ret_count,
                    struct error *error)
{
    assert(limit > 0 && limit <= 10000);
    struct due_order *orders = arena_new_array(call->arena, struct due_order, (size_t)limit);
    int64_t count = 0;
    struct query *query = store_query(call->tx, QUERY_ORDERS_TO_RELEASE);
    query_bind_int(query, 1, call->now_us);
    query_bind_int(query, 2, limit);
    query_bind_int(query, 3, skip);
    int step;
    while ((step = query_step(query, error)) == 1 && count < limit) {
        struct due_order *order = &orders[count++];
        struct text currency = query_text(query, 2);
        service_id_copy(order->id, query_text(query, 0));
        service_id_copy(order->merchant_id, query_text(query, 1));
        assert(currency.length == 3);
        memcpy(order->currency, currency.data, 3);
        order->amount = query_int(query, 3);
        order->fee = query_int(query, 4);
    }
    query_end(query);
    *ret = orders;
    *ret_count = count;
    return step < 0 ? -1 : 0;
}

static int release(struct service_call *call, const struct due_order *order, struct error *error)
{
    struct text merchant = text_of(order->merchant_id), id = text_of(order->id), no_claim = {NULL, 0};
    struct ledger_plan plan;
    int64_t advances;
    struct query *query = store_query(call->tx, QUERY_ORDER_RELEASE);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the order changed while it was being released");
    /* An asset stands negative: what the merchant owes is the balance with the sign turned. */
    if (service_ledger_balance(call, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, merchant, order->currency, &advances, error) <
            0 ||
        ledger_plan_release(order->amount, order->fee, -advances, order->currency, merchant, id, &plan, NULL, error) <
            0)
        return -1;
    return service_ledger_apply(call, &plan, id, no_claim, NULL, error);
}

int service_orders_release_due(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count,
                               struct error *error)
{
    struct due_order *orders;
    int64_t found;
    if (due_load(call, skip, limit, &orders, &found, error) < 0)
        return -1;
    for (int64_t i = 0; i < found; i++)
        if (release(call, &orders[i], error) < 0)
            return error_prefix(error, "releasing order %s", orders[i].id);
    *ret_count = found;
    return 0;
}
