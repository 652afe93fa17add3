/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callbacks of payment providers. The ledger's unique key makes a repetition harmless before anything else is written, so
 * the usual case needs no look-up first; state, provider, amount and currency are compared once more in the update itself.
 */
#include "service/shop/payment.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "ledger/ledger.h"
#include "market/market.h"
#include "pay/sandbox.h"
#include "service/internal.h"
#include "service/rows.h"
#include "service/claims/settle.h"

/* What is known of the order that a reference names. */
struct payable {
    char order_id[ID_BYTES], merchant_id[ID_BYTES];
    char currency[4];
    char provider[PAY_NAME_BYTES];
    bool is_open, is_service;
    int64_t amount, quantity;
};

static void copy_name(char *out, size_t out_bytes, struct text in)
{
    size_t length = in.length < out_bytes ? in.length : out_bytes - 1;
    if (length)
        memcpy(out, in.data, length);
    out[length] = 0;
}

static int payable_find(struct service_call *call, const char *reference, struct payable *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_BY_REFERENCE);
    query_bind_string(query, 1, reference);
    int step = query_step(query, error);
    if (step == 1) {
        *ret = (struct payable){.amount = query_int(query, 3), .quantity = query_int(query, 5)};
        service_id_copy(ret->order_id, query_text(query, 0));
        service_id_copy(ret->merchant_id, query_text(query, 1));
        copy_name(ret->provider, sizeof ret->provider, query_text(query, 2));
        copy_name(ret->currency, sizeof ret->currency, query_text(query, 4));
        ret->is_service = text_is(query_text(query, 6), "service");
        ret->is_open = text_is(query_text(query, 7), "created");
    }
    query_end(query);
    if (step == 0) {
        error_set(error, ERROR_PAYMENT_UNKNOWN, "no order has this payment reference");
        return error_hint(error, "check which platform the provider's merchant account belongs to");
    }
    return step < 0 ? -1 : 0;
}

/* The ledger knows the trade: then so must the payment row, with the same content. */
static int repeated(struct service_call *call, const struct pay_notice *notice, const struct payable *payable,
                    enum service_payment_result *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PAYMENT_GET);
    query_bind_string(query, 1, notice->provider);
    query_bind_string(query, 2, notice->number);
    int step = query_step(query, error);
    bool same = step == 1 && text_is(query_text(query, 0), payable->order_id) &&
                query_int(query, 1) == notice->amount.minor && text_is(query_text(query, 2), notice->amount.currency);
    query_end(query);
    if (step < 0)
        return -1;
    if (!same) {
        error_set(error, ERROR_PAY_REFERENCE_CONFLICT, "this trade was booked with other content");
        return error_hint(error, "compare it with the provider's own statement");
    }
    *ret = SERVICE_PAYMENT_REPEATED;
    return 0;
}

static int payment_add(struct service_call *call, const struct pay_notice *notice, const struct payable *payable,
                       bool to_order, int64_t transaction, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PAYMENT_ADD);
    query_bind_string(query, 1, notice->provider);
    query_bind_string(query, 2, notice->number);
    query_bind_string(query, 3, payable->order_id);
    query_bind_int(query, 4, notice->amount.minor);
    query_bind_string(query, 5, notice->amount.currency);
    query_bind_string(query, 6, to_order ? "order" : "suspense");
    query_bind_int(query, 7, transaction);
    query_bind_int(query, 8, call->now_us);
    return query_run(query, error);
}

static int payment_log(struct service_call *call, const struct pay_notice *notice, const struct payable *payable,
                       bool to_order, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 2048);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_integer(&writer, "amount", notice->amount.minor);
    json_member_string(&writer, "currency", notice->amount.currency);
    json_member_string(&writer, "disposition", to_order ? "order" : "suspense");
    json_member_string(&writer, "order", payable->order_id);
    json_member_string(&writer, "provider", notice->provider);
    json_member_string(&writer, "trade", notice->number);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(payable->order_id),
                                .kind = EVIDENCE_KIND_PAYMENT_RECEIVED,
                                .item = buffer_text(&item),
                                .event_us = notice->at_us,
                                .source = "provider"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}

/* ---- delivery ---- */

static int cards_deliver(struct service_call *call, const struct payable *payable, struct json_writer *writer,
                         struct error *error)
{
    int64_t count = 0;
    struct query *query = store_query(call->tx, QUERY_CARD_DELIVER);
    query_bind_string(query, 1, payable->order_id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        json_add_text(writer, query_text(query, 0));
        count++;
    }
    query_end(query);
    if (step < 0)
        return -1;
    if (count != payable->quantity)
        return error_set(error, ERROR_DELIVERY_BROKEN, "%lld cards were reserved for an order of %lld",
                         (long long)count, (long long)payable->quantity);
    return 0;
}

/* The cards of a card order become its own, still sealed, in the transaction of its payment. */
static int deliver(struct service_call *call, const struct payable *payable, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 16 * 1024);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_key(&writer, "cards");
    json_array_begin(&writer);
    int result = cards_deliver(call, payable, &writer, error);
    json_array_end(&writer);
    json_member_string(&writer, "order", payable->order_id);
    json_member_string(&writer, "state", "sealed");
    json_object_end(&writer);
    json_writer_done(&writer);
    if (result == 0)
        result = buffer_check(&item, error);
    if (result == 0) {
        struct service_leaf leaf = {
            .subject = text_of(payable->order_id), .kind = EVIDENCE_KIND_DELIVERY_RECORD, .item = buffer_text(&item)};
        result = service_log_append(call, &leaf, NULL, error);
    }
    buffer_done(&item);
    return result;
}

static int order_paid(struct service_call *call, const struct pay_notice *notice, const struct payable *payable,
                      struct error *error)
{
    struct query *query = store_query(call->tx, payable->is_service ? QUERY_ORDER_PAID_SERVICE : QUERY_ORDER_PAID_CARD);
    query_bind_string(query, 1, payable->order_id);
    query_bind_int(query, 2, call->now_us);
    query_bind_string(query, 3, notice->provider);
    query_bind_int(query, 4, notice->amount.minor);
    query_bind_string(query, 5, notice->amount.currency);
    if (!payable->is_service)
        query_bind_int(query, 6, market_release_us(call->now_us));
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the order changed while it was being paid");
    return payable->is_service ? 0 : deliver(call, payable, error);
}

static int payment_take(struct service_call *call, const struct pay_notice *notice, const struct payable *payable,
                        enum service_payment_result *ret, struct error *error)
{
    bool to_order = payable->is_open && notice->amount.minor == payable->amount &&
                    strcmp(notice->amount.currency, payable->currency) == 0;
    struct text order_id = text_of(payable->order_id), no_claim = {NULL, 0};
    struct ledger_plan plan;
    struct error local;
    int64_t transaction;
    if (ledger_plan_pay(notice->amount.minor, notice->amount.currency, text_of(notice->provider),
                        text_of(notice->number), to_order, &plan, error) < 0)
        return -1;
    if (service_ledger_apply(call, &plan, order_id, no_claim, &transaction, &local) < 0) {
        if (local.code == ERROR_LEDGER_DUPLICATE)
            return repeated(call, notice, payable, ret, error);
        if (error)
            *error = local;
        return -1;
    }
    if (payment_add(call, notice, payable, to_order, transaction, error) < 0 ||
        payment_log(call, notice, payable, to_order, error) < 0 ||
        (to_order && order_paid(call, notice, payable, error) < 0))
        return -1;
    *ret = to_order ? SERVICE_PAYMENT_TAKEN : SERVICE_PAYMENT_SUSPENSE;
    return 0;
}

static int notice_amount_check(const struct pay_notice *notice, struct error *error)
{
    if (notice->amount.minor <= 0 || notice->amount.minor > MONEY_MAXIMUM) {
        error_set(error, ERROR_FIELD_RANGE, "a payment is a positive amount");
        return error_at(error, "/amount");
    }
    return currency_check(text_of(notice->amount.currency), error);
}

int service_payment_notice(struct service_call *call, const struct pay_notice *notice, enum service_payment_result *ret,
                           struct error *error)
{
    assert(call && notice && ret);
    struct payable payable;
    if (notice->kind == PAY_NOTICE_REFUND) {
        *ret = SERVICE_PAYMENT_REFUND;
        return service_refund_notice(call, text_of(notice->refund_id), notice->refund_state,
                                     text_of(notice->refund_number), &notice->amount, error);
    }
    if (notice->payment_state != PAY_PAYMENT_PAID) {
        *ret = SERVICE_PAYMENT_IGNORED;
        return 0;
    }
    if (notice_amount_check(notice, error) < 0 || payable_find(call, notice->reference, &payable, error) < 0)
        return -1;
    if (strcmp(payable.provider, notice->provider) != 0) {
        error_set(error, ERROR_PAY_PROVIDER_MISMATCH, "the order is to be paid through another provider");
        return error_hint(error, "no money was booked");
    }
    return payment_take(call, notice, &payable, ret, error);
}

int service_payment_callback(struct service_call *call, struct text provider, const struct pay_callback *callback,
                             enum service_payment_result *ret, struct error *error)
{
    struct pay_notice notice;
    if (!text_is(provider, "sandbox"))
        return error_set(error, ERROR_NOT_FOUND, "there is no such payment provider");
    struct pay_channel channel = pay_sandbox_channel(call->service->sandbox);
    if (channel.provider->verify(channel.self, callback, call->now_us, &notice, error) < 0)
        return -1;
    if (!text_is(provider, notice.provider))
        return error_set(error, ERROR_PAY_PROVIDER_MISMATCH, "the callback is from another provider");
    return service_payment_notice(call, &notice, ret, error);
}

/* ---- the sandbox in this process ---- */

static int deliver_run(struct service_call *call, void *argument, struct error *error)
{
    enum service_payment_result result;
    return service_payment_callback(call, TEXT_LITERAL("sandbox"), argument, &result, error);
}

int service_payment_deliver(void *context, const struct pay_callback *callback)
{
    static const struct service_actor actor = {.role = ROLE_PROVIDER};
    struct pay_callback copy = *callback;
    struct error error;
    return service_write(context, &actor, deliver_run, &copy, &error);
}

struct sandbox_order {
    struct text reference;
    struct money amount;
    int64_t expires_at;
};

static int sandbox_order_read(struct service_call *call, void *argument, struct error *error)
{
    struct sandbox_order *order = argument;
    struct query *query = store_query(call->tx, QUERY_ORDER_TO_PAY);
    query_bind_text(query, 1, order->reference);
    int step = query_step(query, error);
    if (step == 1) {
        order->amount.minor = query_int(query, 0);
        copy_name(order->amount.currency, sizeof order->amount.currency, query_text(query, 1));
        order->expires_at = query_int(query, 2);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_PAYMENT_UNKNOWN, "no order has this payment reference");
    return step < 0 ? -1 : 0;
}

int service_sandbox_pay(struct service *service, struct text pay_reference, int64_t amount_minor,
                        char ret_number[static PAY_NUMBER_BYTES], struct error *error)
{
    assert(service);
    struct sandbox_order order = {.reference = pay_reference};
    char reference[PAY_REFERENCE_BYTES];
    struct pay_created created;
    if (pay_reference.length >= sizeof reference)
        return error_set(error, ERROR_PAYMENT_UNKNOWN, "no order has this payment reference");
    copy_name(reference, sizeof reference, pay_reference);
    if (service_read(service, NULL, sandbox_order_read, &order, error) < 0)
        return -1;
    /* The trade is made when the buyer opens the provider's page: the reference makes a second opening the same trade. */
    struct pay_channel channel = pay_sandbox_channel(service->sandbox);
    struct pay_request request = {.reference = reference, .amount = order.amount, .expires_at_us = order.expires_at};
    if (channel.provider->create(channel.self, &request, &created, error) < 0 ||
        pay_sandbox_pay(service->sandbox, reference, amount_minor, error) < 0)
        return -1;
    memcpy(ret_number, created.number, PAY_NUMBER_BYTES);
    return 0;
}
