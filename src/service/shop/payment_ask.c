/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callbacks that never come. The provider is asked after unpaid orders now and then while they can be paid, and once more before
 * they give their stock back: an order expires only when the provider says that nobody paid, or has been silent for a day.
 * An order that the buyer gave up can be paid at the provider all the same until it expires: a job asks once after that.
 * The provider is asked between transactions, never inside one.
 */
#include "service/shop/payment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pay/sandbox.h"
#include "service/internal.h"
#include "service/shop/order.h"
#include "service/shop/order_internal.h"

#define ASK_PORTION 64
#define ASK_EVERY_S 10                /* between two looks for orders that wait for their callback */
#define ASK_SILENT_MAX_S (TIME_DAY_S) /* a provider that is silent for longer does not hold stock any more */

/* How long after its creation an unpaid order is asked about. Most payments are called back within seconds. */
static const int64_t ask_after_s[SERVICE_ASK_COUNT] = {2 * 60, 6 * 60};

struct unpaid {
    char order_id[ID_BYTES], reference[PAY_REFERENCE_BYTES], provider[PAY_NAME_BYTES];
    int64_t expires_at;
    bool is_paid, is_settled; /* settled: the provider says that it is unpaid, or what was paid is booked */
    struct pay_notice notice; /* when it is paid */
    enum service_payment_result result;
};
struct batch {
    int64_t after, until; /* expires_at in (after, until] */
    int count;
    struct unpaid items[ASK_PORTION];
};

static void copy_text(char *out, size_t out_bytes, struct text in)
{
    assert(in.length < out_bytes);
    memcpy(out, in.data, in.length);
    out[in.length] = 0;
}

static int batch_load(struct service_call *call, void *argument, struct error *error)
{
    struct batch *batch = argument;
    batch->count = 0;
    struct query *query = store_query(call->tx, QUERY_ORDERS_UNPAID);
    query_bind_int(query, 1, batch->after);
    query_bind_int(query, 2, batch->until);
    query_bind_int(query, 3, ASK_PORTION);
    int step;
    while ((step = query_step(query, error)) == 1 && batch->count < ASK_PORTION) {
        struct unpaid *order = &batch->items[batch->count++];
        *order = (struct unpaid){.expires_at = query_int(query, 3)};
        service_id_copy(order->order_id, query_text(query, 0));
        copy_text(order->provider, sizeof order->provider, query_text(query, 1));
        copy_text(order->reference, sizeof order->reference, query_text(query, 2));
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* Returns 0 when the provider gave an answer. */
static int ask(struct service *service, struct unpaid *order)
{
    struct pay_channel channel = pay_sandbox_channel(service->sandbox);
    struct pay_payment payment;
    struct error error;
    if (channel.provider->query(channel.self, order->reference, &payment, &error) < 0) {
        order->is_settled = error.code == ERROR_PAY_NUMBER_UNKNOWN;
        return order->is_settled ? 0 : -1;
    }
    order->is_paid = payment.state == PAY_PAYMENT_PAID;
    order->is_settled = payment.state == PAY_PAYMENT_CLOSED; /* while it is open, money can still come */
    order->notice =
        (struct pay_notice){.kind = PAY_NOTICE_PAYMENT, .amount = payment.amount, .payment_state = PAY_PAYMENT_PAID};
    memcpy(order->notice.provider, order->provider, sizeof order->provider);
    memcpy(order->notice.number, payment.number, sizeof payment.number);
    memcpy(order->notice.reference, order->reference, sizeof order->reference);
    return 0;
}

static int take(struct service_call *call, void *argument, struct error *error)
{
    struct unpaid *order = argument;
    return service_payment_notice(call, &order->notice, &order->result, error);
}

/* Each payment is a transaction of its own: one that cannot be booked must not keep the others waiting. */
static void ask_and_take(struct service *service, struct unpaid *order, struct service_asked *asked)
{
    static const struct service_actor provider_actor = {.role = ROLE_PROVIDER};
    struct error error;
    int result = ask(service, order);
    if (result == 0 && order->is_paid) {
        result = service_write(service, &provider_actor, take, order, &error);
        order->is_settled = result == 0;
        asked->taken += result == 0 && order->result != SERVICE_PAYMENT_REPEATED;
    }
    asked->failures += result < 0;
}

static void batch_ask(struct service *service, struct batch *batch, struct service_asked *asked)
{
    for (int i = 0; i < batch->count; i++)
        ask_and_take(service, &batch->items[i], asked);
}

/* Orders that can still be paid. Which ones were asked about is kept in memory: after a restart they are asked about again. */
static int ask_early(struct service *service, struct batch *batch, int64_t now_us, struct service_asked *asked,
                     struct error *error)
{
    for (int i = 0; i < SERVICE_ASK_COUNT; i++) {
        batch->until = now_us + (SERVICE_ORDER_PAY_S - ask_after_s[i]) * TIME_SECOND_US;
        batch->after = service->asked_until[i] > now_us ? service->asked_until[i] : now_us;
        if (batch->after >= batch->until)
            continue;
        if (service_read(service, NULL, batch_load, batch, error) < 0)
            return -1;
        batch_ask(service, batch, asked);
        service->asked_until[i] = batch->count == ASK_PORTION ? batch->items[ASK_PORTION - 1].expires_at : batch->until;
    }
    return 0;
}

struct expiry {
    struct batch *batch;
    int64_t expired;
};

/* A payment that came with a wrong amount waits in suspense by now, and its order is as unpaid as before. */
static int expire(struct service_call *call, void *argument, struct error *error)
{
    struct expiry *expiry = argument;
    int64_t silent_before = call->now_us - ASK_SILENT_MAX_S * TIME_SECOND_US;
    expiry->expired = 0;
    for (int i = 0; i < expiry->batch->count; i++) {
        const struct unpaid *order = &expiry->batch->items[i];
        bool changed;
        if (!order->is_settled && order->expires_at > silent_before)
            continue;
        if (service_order_give_back(call, text_of(order->order_id), &changed, error) < 0)
            return -1;
        expiry->expired += changed;
    }
    return 0;
}

static int ask_last(struct service *service, struct batch *batch, int64_t now_us, struct service_asked *asked,
                    struct error *error)
{
    static const struct service_actor clock_actor = {.role = ROLE_CLOCK};
    struct expiry expiry = {.batch = batch};
    batch->after = 0;
    batch->until = now_us - 1; /* at the very moment the provider still takes money */
    if (service_read(service, NULL, batch_load, batch, error) < 0)
        return -1;
    if (batch->count == 0)
        return 0;
    batch_ask(service, batch, asked);
    if (service_write(service, &clock_actor, expire, &expiry, error) < 0)
        return -1;
    asked->expired += expiry.expired;
    return 0;
}

/* ---- one order ---- */

static int unpaid_load(struct service_call *call, void *argument, struct error *error)
{
    struct unpaid *order = argument;
    struct service_order row;
    if (service_order_load(call, text_of(order->order_id), &row, error) < 0)
        return -1;
    order->expires_at = row.expires_at;
    copy_text(order->provider, sizeof order->provider, row.provider);
    copy_text(order->reference, sizeof order->reference, row.pay_reference);
    return 0;
}

bool service_payment_ask(struct service *service, struct text order_id, struct service_asked *asked)
{
    struct unpaid order = {.is_paid = false};
    struct error error;
    service_id_copy(order.order_id, order_id);
    if (service_read(service, NULL, unpaid_load, &order, &error) < 0)
        return false;
    ask_and_take(service, &order, asked);
    return order.is_settled;
}

/* ---- everything that is due ---- */

int service_payments_ask(struct service *service, struct service_asked *ret, struct error *error)
{
    assert(service && ret);
    struct service_asked asked = {.taken = 0};
    int64_t now_us = service_now(service);
    int result = 0;
    struct batch *batch = malloc(sizeof *batch);
    if (!batch)
        abort();
    if (now_us >= service->ask_at_us) {
        service->ask_at_us = now_us + ASK_EVERY_S * TIME_SECOND_US;
        result = ask_early(service, batch, now_us, &asked, error);
    }
    if (result == 0)
        result = ask_last(service, batch, now_us, &asked, error);
    free(batch);
    *ret = asked;
    return result;
}
