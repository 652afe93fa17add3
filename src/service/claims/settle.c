/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paying back. The decision and its postings are one transaction; the provider is asked outside it, with the refund's id as
 * idempotency key, and its answer comes back as another transaction. A refund is never made twice, whatever is repeated.
 */
#include "service/claims/settle.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "service/claims/claims.h"
#include "service/internal.h"
#include "store/job.h"

static int balances_load(struct service_call *call, struct ledger_refund_request *request, struct error *error)
{
    if (request->in_escrow && request->bearer != LEDGER_BEARER_GOODWILL)
        return 0; /* the plan needs none of them: escrow holds the order's money */
    struct text none = {NULL, 0};
    if (service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_PAYABLE, request->merchant, request->currency,
                               &request->payable, error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, request->merchant, request->currency, &request->bond,
                               error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_GOODWILL, none, request->currency, &request->goodwill, error);
}

static int refund_row_add(struct service_call *call, const char *refund_id, struct text order_id, struct text claim_id,
                          int64_t amount, const char *currency, struct text provider, int64_t transaction,
                          struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_REFUND_ADD);
    query_bind_string(query, 1, refund_id);
    query_bind_text(query, 2, order_id);
    if (claim_id.length)
        query_bind_text(query, 3, claim_id);
    else
        query_bind_null(query, 3);
    query_bind_int(query, 4, amount);
    query_bind_string(query, 5, currency);
    query_bind_text(query, 6, provider);
    query_bind_int(query, 7, transaction);
    query_bind_int(query, 8, call->now_us);
    return query_run(query, error);
}

static int sources_add(struct service_call *call, const char *refund_id, const struct ledger_sources *sources,
                       struct error *error)
{
    for (int i = 0; i < sources->count; i++) {
        struct query *query = store_query(call->tx, QUERY_REFUND_SOURCE_ADD);
        query_bind_string(query, 1, refund_id);
        query_bind_int(query, 2, i + 1);
        query_bind_string(query, 3, ledger_source_name(sources->items[i].kind)->wire);
        query_bind_int(query, 4, sources->items[i].amount);
        if (query_run(query, error) < 0)
            return -1;
    }
    return 0;
}

/* Compare-and-swap on the order's version: two decisions at once cannot both move its money. */
static int order_settle(struct service_call *call, struct service_order *order, int64_t amount, struct error *error)
{
    bool whole = order->refunded + amount == order->amount;
    struct query *query = store_query(call->tx, QUERY_ORDER_REFUNDED);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, order->version);
    query_bind_int(query, 3, amount);
    query_bind_string(query, 4, whole ? "refunded" : "split");
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the order has changed meanwhile");
    order->version++;
    order->refunded += amount;
    order->state = text_of(whole ? "refunded" : "split");
    return 0;
}

static int cards_revoke(struct service_call *call, const struct service_order *order, int64_t *ret, struct error *error)
{
    *ret = 0;
    if (!text_is(order->kind, "card_key") || order->refunded != order->amount)
        return 0;
    struct query *query = store_query(call->tx, QUERY_CARDS_REVOKE);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    *ret = query_changes(call->tx);
    return 0;
}

static bool holds_escrow(const struct service_order *order)
{
    return text_is(order->state, "paid") || text_is(order->state, "delivered") || text_is(order->state, "disputed");
}

int service_refund_create(struct service_call *call, const struct service_refund_new *in,
                          struct service_refund_made *ret, struct error *error)
{
    struct service_order *order = in->order;
    struct service_refund_made made = {.revoked = 0};
    struct ledger_plan plan;
    int64_t transaction;
    if (in->amount <= 0 || in->amount > order->amount - order->refunded) {
        error_set(error, ERROR_REFUND_EXCEEDS, "%lld cannot be paid back, %lld of the payment are left",
                  (long long)in->amount, (long long)(order->amount - order->refunded));
        return error_hint(error, "refunds together never exceed what was paid");
    }
    id_make(made.refund_id, "rfd_", call->now_us, call->service->random);
    struct ledger_refund_request request = {
        .amount = in->amount,
        .order_amount = order->amount,
        .refunded = order->refunded,
        .fee = order->fee,
        .in_escrow = holds_escrow(order),
        .bearer = in->bearer,
        .merchant = text_of(order->merchant_id),
        .provider = order->provider,
        .currency = order->currency,
        .key = text_of(made.refund_id),
    };
    if (balances_load(call, &request, error) < 0 || ledger_plan_refund(&request, &plan, &made.sources, error) < 0 ||
        service_ledger_apply(call, &plan, text_of(order->id), in->claim_id, &transaction, error) < 0 ||
        refund_row_add(call, made.refund_id, text_of(order->id), in->claim_id, in->amount, order->currency,
                       order->provider, transaction, error) < 0 ||
        sources_add(call, made.refund_id, &made.sources, error) < 0 ||
        order_settle(call, order, in->amount, error) < 0 || cards_revoke(call, order, &made.revoked, error) < 0 ||
        job_add(call->tx, "refund", made.refund_id, call->now_us, error) < 0)
        return -1;
    *ret = made;
    return 0;
}

/* ---- the provider's side ---- */

struct refund_row {
    char order_id[ID_BYTES], claim_id[ID_BYTES], provider[PAY_NAME_BYTES];
    struct money amount;
    bool pending, failed;
};

static void name_copy(char *out, size_t out_bytes, struct text in)
{
    size_t length = in.length < out_bytes ? in.length : out_bytes - 1;
    memcpy(out, in.data, length);
    out[length] = 0;
}

static int refund_row_get(struct service_call *call, struct text refund_id, struct refund_row *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_REFUND_GET);
    query_bind_text(query, 1, refund_id);
    int step = query_step(query, error);
    if (step == 1) {
        struct text state = query_text(query, 2);
        struct refund_row row = {.pending = text_is(state, "pending"), .failed = text_is(state, "failed")};
        service_id_copy(row.order_id, query_text(query, 0));
        service_id_copy(row.claim_id, query_text(query, 1));
        row.amount.minor = query_int(query, 3);
        name_copy(row.amount.currency, sizeof row.amount.currency, query_text(query, 4));
        name_copy(row.provider, sizeof row.provider, query_text(query, 5));
        *ret = row;
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such refund");
    return step < 0 ? -1 : 0;
}

static int refund_finish(struct service_call *call, struct text refund_id, const struct refund_row *row, bool succeeded,
                         struct text number, struct error *error)
{
    struct ledger_plan plan;
    int planned = succeeded
                      ? ledger_plan_refund_confirmed(row->amount.minor, row->amount.currency, text_of(row->provider),
                                                     refund_id, &plan, error)
                      : ledger_plan_refund_failed(row->amount.minor, row->amount.currency, refund_id, &plan, error);
    if (planned < 0 ||
        service_ledger_apply(call, &plan, text_of(row->order_id), text_of(row->claim_id), NULL, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_REFUND_SETTLE);
    query_bind_text(query, 1, refund_id);
    query_bind_string(query, 2, succeeded ? "succeeded" : "failed");
    query_bind_text(query, 3, number);
    query_bind_int(query, 4, call->now_us);
    return query_run(query, error);
}

static int refund_log(struct service_call *call, struct text refund_id, const struct refund_row *row, bool succeeded,
                      struct text number, int64_t *ret_leaf, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 2048);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_integer(&writer, "amount", row->amount.minor);
    json_member_string(&writer, "currency", row->amount.currency);
    json_member_text(&writer, "number", number);
    json_member_string(&writer, "provider", row->provider);
    json_member_text(&writer, "refund", refund_id);
    json_member_string(&writer, "state", succeeded ? "succeeded" : "failed");
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(row->order_id),
                                .kind = EVIDENCE_KIND_REFUND_EXECUTED,
                                .item = buffer_text(&item),
                                .source = "provider"};
    int result = service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

/* A payment in suspense whose way back was declined is in suspense again, and an operator can send it back again. */
static int suspense_waits_again(struct service_call *call, struct text refund_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SUSPENSE_WAITS_AGAIN);
    query_bind_text(query, 1, refund_id);
    return query_run(query, error);
}

int service_refund_notice(struct service_call *call, struct text refund_id, enum pay_refund_state state,
                          struct text refund_number, const struct money *amount, struct error *error)
{
    struct refund_row row;
    int64_t leaf;
    if (refund_row_get(call, refund_id, &row, error) < 0)
        return -1;
    if (row.failed && state == PAY_REFUND_SUCCEEDED) {
        error_set(error, ERROR_PAY_REFERENCE_CONFLICT,
                  "the provider says that a refund went out which it had declined");
        return error_hint(error,
                          "a declined refund is made again under a new id: compare with the provider's statement");
    }
    if (!row.pending || state == PAY_REFUND_PROCESSING)
        return 0;
    if (amount && (amount->minor != row.amount.minor || strcmp(amount->currency, row.amount.currency) != 0))
        return error_set(error, ERROR_REFUND_AMOUNT, "the provider names another amount for this refund");
    bool succeeded = state == PAY_REFUND_SUCCEEDED;
    if (refund_finish(call, refund_id, &row, succeeded, refund_number, error) < 0 ||
        refund_log(call, refund_id, &row, succeeded, refund_number, &leaf, error) < 0)
        return -1;
    if (!row.claim_id[0])
        return succeeded ? 0 : suspense_waits_again(call, refund_id, error);
    return service_claim_settled(call, text_of(row.claim_id), succeeded, error);
}

int service_refund_again(struct service_call *call, struct text refund_id, int64_t run_at_us, struct error *error)
{
    struct refund_row row;
    struct ledger_plan plan;
    int64_t transaction;
    char again[ID_BYTES];
    if (refund_row_get(call, refund_id, &row, error) < 0)
        return -1;
    id_make(again, "rfd_", call->now_us, call->service->random);
    if (ledger_plan_suspense_refund(row.amount.minor, row.amount.currency, text_of(again), &plan, error) < 0 ||
        service_ledger_apply(call, &plan, text_of(row.order_id), text_of(row.claim_id), &transaction, error) < 0 ||
        refund_row_add(call, again, text_of(row.order_id), text_of(row.claim_id), row.amount.minor, row.amount.currency,
                       text_of(row.provider), transaction, error) < 0)
        return -1;
    return job_add(call->tx, "refund", again, run_at_us, error);
}

int service_refund_due_get(struct service_call *call, struct text refund_id, struct service_refund_due *ret,
                           struct error *error)
{
    struct refund_row row;
    if (refund_row_get(call, refund_id, &row, error) < 0)
        return -1;
    struct service_refund_due due = {.amount = row.amount, .pending = row.pending};
    service_id_copy(due.refund_id, refund_id);
    memcpy(due.provider, row.provider, sizeof due.provider);
    struct query *query = store_query(call->tx, QUERY_REFUND_TRADE);
    query_bind_text(query, 1, refund_id);
    int step = query_step(query, error);
    if (step == 1) {
        name_copy(due.trade, sizeof due.trade, query_text(query, 0));
        due.of_claim = query_int(query, 1) != 0;
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "the refund's payment is not known");
    if (step < 0)
        return -1;
    *ret = due;
    return 0;
}
