/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money that came for no open order: too late, twice, or another amount. It waits in suspense under its own account until an
 * operator sends it back to whoever paid; never is it taken for an order that it doesn't fit.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "ledger/ledger.h"
#include "service/internal.h"
#include "service/shop/payment.h"
#include "store/job.h"

static void code_copy(char out[static 4], struct text currency)
{
    assert(currency.length == 3);
    memcpy(out, currency.data, 3);
    out[3] = 0;
}

int service_suspense_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                          struct error *error)
{
    struct service_list list;
    int64_t before;
    char number[24];
    if (service_page_number(page, &before, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_SUSPENSE_LIST);
    query_bind_int(query, 1, before);
    query_bind_int(query, 2, page->limit + 1);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1) {
        snprintf(number, sizeof number, "%lld", (long long)query_int(query, 7));
        if (!service_list_take(&list, text_of(number)))
            break;
        struct text currency = query_text(query, 4), refund = query_text(query, 6);
        char code[4];
        code_copy(code, currency);
        json_object_begin(ret);
        service_view_money(ret, "amount", query_int(query, 3), code);
        json_member_time(ret, "at", query_int(query, 5));
        json_member_text(ret, "order_id", query_text(query, 2));
        json_member_text(ret, "provider", query_text(query, 0));
        service_view_text_or_null(ret, "refund_id", refund);
        json_member_text(ret, "trade", query_text(query, 1));
        json_object_end(ret);
    }
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}

/* ---- sending it back ---- */

struct waiting {
    char order_id[ID_BYTES];
    int64_t amount;
    char currency[4];
};

static int waiting_find(struct service_call *call, struct text provider, struct text trade, struct waiting *ret,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SUSPENSE_GET);
    query_bind_text(query, 1, provider);
    query_bind_text(query, 2, trade);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(ret->order_id, query_text(query, 0));
        ret->amount = query_int(query, 1);
        code_copy(ret->currency, query_text(query, 2));
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "no such payment waits in suspense");
    return step < 0 ? -1 : 0;
}

/* One refund for each trade until the provider declines it: the row remembers the last, and only one of two operators at once
 * changes it. */
static int waiting_claim(struct service_call *call, struct text provider, struct text trade, const char *refund_id,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SUSPENSE_REFUNDED);
    query_bind_text(query, 1, provider);
    query_bind_text(query, 2, trade);
    query_bind_string(query, 3, refund_id);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) == 1)
        return 0;
    error_set(error, ERROR_LEDGER_DUPLICATE, "this payment was sent back, or is on its way");
    return error_hint(error, "the list of suspense names the refund");
}

static int refund_insert(struct service_call *call, const char *refund_id, const struct waiting *waiting,
                         struct text provider, int64_t transaction, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_REFUND_ADD);
    query_bind_string(query, 1, refund_id);
    query_bind_string(query, 2, waiting->order_id);
    query_bind_null(query, 3);
    query_bind_int(query, 4, waiting->amount);
    query_bind_string(query, 5, waiting->currency);
    query_bind_text(query, 6, provider);
    query_bind_int(query, 7, transaction);
    query_bind_int(query, 8, call->now_us);
    return query_run(query, error);
}

int service_suspense_refund(struct service_call *call, struct text provider, struct text trade,
                            char ret_refund_id[static ID_BYTES], struct error *error)
{
    struct waiting waiting;
    struct ledger_plan plan;
    struct text no_claim = {NULL, 0};
    char refund_id[ID_BYTES];
    int64_t transaction;
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator sends money in suspense back");
    id_make(refund_id, "rfd_", call->now_us, call->service->random);
    if (waiting_find(call, provider, trade, &waiting, error) < 0 ||
        waiting_claim(call, provider, trade, refund_id, error) < 0 ||
        ledger_plan_suspense_refund(waiting.amount, waiting.currency, text_of(refund_id), &plan, error) < 0 ||
        service_ledger_apply(call, &plan, text_of(waiting.order_id), no_claim, &transaction, error) < 0 ||
        refund_insert(call, refund_id, &waiting, provider, transaction, error) < 0 ||
        job_add(call->tx, "refund", refund_id, call->now_us, error) < 0)
        return -1;
    struct service_operator_action action = {.action = "suspense_refund",
                                             .subject = text_of(waiting.order_id),
                                             .currency = text_of(waiting.currency),
                                             .reference = trade,
                                             .amount = waiting.amount};
    if (service_operator_log(call, &action, error) < 0)
        return -1;
    memcpy(ret_refund_id, refund_id, sizeof refund_id);
    return 0;
}
