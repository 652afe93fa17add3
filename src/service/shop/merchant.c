/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of merchants. Rates are of the orders of the last 90 days and come with an interval, because two refunds of three orders
 * say less than twenty of thirty. The bond stands beside what it has to cover.
 */
#include "service/shop/merchant.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/money.h"
#include "ledger/ledger.h"
#include "market/market.h"
#include "service/internal.h"

#define FIGURES_S (90 * TIME_DAY_S)
#define FIGURES_ORDERS_MAX 5000 /* a large shop's public page reads no more than its newest orders */
#define CURRENCY_USUAL "CNY"

struct figures {
    struct text name;
    int64_t created_at;
    int64_t orders, refunded, disputed, appeals, overturned, open_amount, bond;
};

static int party_load(struct service_call *call, struct text merchant_id, struct figures *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_text(query, 1, merchant_id);
    int step = query_step(query, error);
    bool is_merchant = step == 1 && text_is(query_text(query, 1), "merchant");
    if (is_merchant) {
        ret->name = arena_copy_text(call->arena, query_text(query, 2));
        ret->created_at = query_int(query, 5);
    }
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

/* Below every id of that type that was made since: ids are in time order, so a range of ids is a range of time. */
static void id_since(char out[static ID_BYTES], const char *prefix, int64_t at_us)
{
    struct random zero = {fill_zero};
    id_make(out, prefix, at_us > 0 ? at_us : 0, &zero);
}

static int order_counts_load(struct service_call *call, struct text merchant_id, struct figures *ret,
                             struct error *error)
{
    char since[ID_BYTES];
    id_since(since, "ord_", call->now_us - FIGURES_S * TIME_SECOND_US);
    struct query *query = store_query(call->tx, QUERY_MERCHANT_ORDER_FIGURES);
    query_bind_text(query, 1, merchant_id);
    query_bind_string(query, 2, since);
    int step = query_step(query, error);
    if (step == 1) {
        ret->orders = query_int(query, 0);
        ret->refunded = query_int(query, 1);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int claim_counts_load(struct service_call *call, struct text merchant_id, struct figures *ret,
                             struct error *error)
{
    char since[ID_BYTES];
    id_since(since, "clm_", call->now_us - FIGURES_S * TIME_SECOND_US);
    struct query *query = store_query(call->tx, QUERY_MERCHANT_CLAIM_FIGURES);
    query_bind_text(query, 1, merchant_id);
    query_bind_string(query, 2, since);
    int step = query_step(query, error);
    if (step == 1) {
        /* A claim may be of an order that is older than the window; a rate is never above one. */
        ret->disputed = query_int(query, 0) < ret->orders ? query_int(query, 0) : ret->orders;
        ret->appeals = query_int(query, 1);
        ret->overturned = query_int(query, 2) < ret->appeals ? query_int(query, 2) : ret->appeals;
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* What the escrow holds of this merchant's orders, among the newest `limit` orders since `since`. */
static int open_amount_load(struct service_call *call, struct text merchant_id, const char *since, int64_t limit,
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

static int figures_load(struct service_call *call, struct text merchant_id, struct figures *ret, struct error *error)
{
    *ret = (struct figures){.orders = 0};
    char since[ID_BYTES];
    id_since(since, "ord_", call->now_us - FIGURES_S * TIME_SECOND_US);
    if (party_load(call, merchant_id, ret, error) < 0 || order_counts_load(call, merchant_id, ret, error) < 0 ||
        claim_counts_load(call, merchant_id, ret, error) < 0 ||
        open_amount_load(call, merchant_id, since, FIGURES_ORDERS_MAX, &ret->open_amount, error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, merchant_id, CURRENCY_USUAL, &ret->bond, error);
}

static void rate_write(struct json_writer *writer, const char *key, const struct market_rate *rate)
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

static void figures_write(struct service_call *call, struct text merchant_id, const struct figures *figures,
                          struct json_writer *writer)
{
    struct market_reputation reputation;
    market_reputation(figures->orders, figures->refunded, figures->disputed, figures->appeals, figures->overturned,
                      figures->created_at, call->now_us, figures->bond, figures->open_amount, &reputation);
    service_view_money(writer, "bond", figures->bond, CURRENCY_USUAL);
    json_member_integer(writer, "cover_per_mille", reputation.cover_per_mille);
    json_member_integer(writer, "days_open", reputation.days_open);
    rate_write(writer, "dispute_rate", &reputation.disputes);
    json_member_text(writer, "id", merchant_id);
    json_member_text(writer, "name", figures->name);
    service_view_money(writer, "open_orders", figures->open_amount, CURRENCY_USUAL);
    json_member_integer(writer, "orders_90_days", figures->orders);
    rate_write(writer, "overturned_rate", &reputation.overturned);
    rate_write(writer, "refund_rate", &reputation.refunds);
}

int service_merchant_figures_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                                   struct error *error)
{
    struct figures figures;
    if (figures_load(call, merchant_id, &figures, error) < 0)
        return -1;
    figures_write(call, merchant_id, &figures, ret);
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

/* ---- the desk ---- */

static int balance_write(struct service_call *call, struct json_writer *writer, const char *key,
                         enum ledger_account_kind kind, struct error *error)
{
    int64_t balance;
    if (service_ledger_balance(call, kind, text_of(call->actor.party_id), CURRENCY_USUAL, &balance, error) < 0)
        return -1;
    service_view_money(writer, key, kind == LEDGER_ACCOUNT_ADVANCES_RECEIVABLE ? -balance : balance, CURRENCY_USUAL);
    return 0;
}

static int open_claims_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    int64_t open = 0, waiting = 0;
    struct query *query = store_query(call->tx, QUERY_MERCHANT_OPEN_CLAIMS);
    query_bind_string(query, 1, call->actor.party_id);
    int step = query_step(query, error);
    if (step == 1) {
        open = query_int(query, 0);
        waiting = query_int(query, 1);
    }
    query_end(query);
    json_key(writer, "claims");
    json_object_begin(writer);
    json_member_integer(writer, "open", open);
    json_member_integer(writer, "waiting_for_you", waiting);
    json_object_end(writer);
    return step < 0 ? -1 : 0;
}

int service_merchant_desk_write(struct service_call *call, struct json_writer *ret, struct error *error)
{
    if (call->actor.role != ROLE_MERCHANT)
        return error_set(error, ERROR_ACCESS_DENIED, "only a merchant has a desk");
    json_object_begin(ret);
    json_key(ret, "balances");
    json_object_begin(ret);
    int result = balance_write(call, ret, "advances_owed", LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, error);
    if (result == 0)
        result = balance_write(call, ret, "payable", LEDGER_ACCOUNT_MERCHANT_PAYABLE, error);
    json_object_end(ret);
    if (result == 0)
        result = open_claims_write(call, ret, error);
    json_key(ret, "figures");
    json_object_begin(ret);
    if (result == 0)
        result = service_merchant_figures_write(call, text_of(call->actor.party_id), ret, error);
    json_object_end(ret);
    json_object_end(ret);
    return result;
}

static void ledger_row_write(struct json_writer *writer, struct query *query)
{
    struct text currency = query_text(query, 6);
    char code[4] = "";
    if (currency.length == 3)
        memcpy(code, currency.data, 3);
    json_object_begin(writer);
    json_member_text(writer, "account", query_text(query, 4));
    service_view_money(writer, "amount", query_int(query, 5), code);
    json_member_time(writer, "at", query_int(query, 7));
    service_view_text_or_null(writer, "claim_id", query_text(query, 3));
    json_member_text(writer, "kind", query_text(query, 1));
    json_member_integer(writer, "number", query_int(query, 0));
    service_view_text_or_null(writer, "order_id", query_text(query, 2));
    json_object_end(writer);
}

int service_merchant_ledger_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                                 struct error *error)
{
    struct service_list list;
    int64_t before;
    if (call->actor.role != ROLE_MERCHANT)
        return error_set(error, ERROR_ACCESS_DENIED, "only a merchant has a ledger of its own");
    if (service_page_number(page, &before, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_MERCHANT_LEDGER);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_int(query, 2, before);
    query_bind_int(query, 3, page->limit + 1);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1) {
        /* The number of a line: a transaction may touch two accounts of one merchant. */
        if (!service_list_take(&list, text_of(arena_printf(call->arena, "%lld", (long long)query_int(query, 8)))))
            break;
        ledger_row_write(ret, query);
    }
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}

/* ---- bond and payout ---- */

static int move_check(struct service_call *call, int64_t amount, struct text currency, struct text reference,
                      struct error *error)
{
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator moves a merchant's money");
    if (amount <= 0 || amount > MONEY_MAXIMUM) {
        error_set(error, ERROR_FIELD_RANGE, "an amount is positive");
        return error_at(error, "/amount");
    }
    if (currency_check(currency, error) < 0)
        return error_at(error, "/currency");
    if (reference.length == 0 || reference.length > 64 || text_utf8_bad(reference) >= 0) {
        error_set(error, ERROR_FIELD_VALUE, "the reference of the bank's statement has 1 to 64 bytes");
        return error_at(error, "/reference");
    }
    return 0;
}

/* What is left after a withdrawal still covers the orders whose money is in escrow. */
static int withdrawal_check(struct service_call *call, const struct service_bond *in, const char *currency,
                            struct error *error)
{
    int64_t bond, open_amount;
    if (open_amount_load(call, in->merchant_id, "", INT64_MAX, &open_amount, error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, in->merchant_id, currency, &bond, error) < 0)
        return -1;
    if (bond - in->amount >= open_amount)
        return 0;
    error_set(error, ERROR_BOND_NEEDED, "the bond holds %lld and open orders are worth %lld", (long long)bond,
              (long long)open_amount);
    return error_hint(error, "withdraw less, or wait until the open orders are settled");
}

/* Before money leaves to a merchant, the platform takes back what it advanced for him: not every way into his accounts does. */
static int advances_recover(struct service_call *call, struct text merchant_id, const char *currency, bool from_bond,
                            struct text reference, struct error *error)
{
    enum ledger_account_kind kind = from_bond ? LEDGER_ACCOUNT_MERCHANT_BOND : LEDGER_ACCOUNT_MERCHANT_PAYABLE;
    struct ledger_plan plan;
    struct text none = {NULL, 0};
    int64_t advances, holds;
    if (service_ledger_balance(call, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, merchant_id, currency, &advances, error) < 0 ||
        service_ledger_balance(call, kind, merchant_id, currency, &holds, error) < 0)
        return -1;
    int64_t owed = -advances; /* an asset stands negative */
    int64_t amount = holds < owed ? holds : owed;
    if (amount <= 0)
        return 0;
    const char *way = from_bond ? "bond" : "payout";
    struct text key = text_of(arena_printf(call->arena, "%s:%.*s", way, TEXT_ARG(reference)));
    if (ledger_plan_recover(amount, from_bond, currency, merchant_id, key, &plan, error) < 0)
        return -1;
    return service_ledger_apply(call, &plan, none, none, NULL, error);
}

int service_bond_move(struct service_call *call, const struct service_bond *in, int64_t *ret_balance,
                      struct error *error)
{
    assert(call && in && ret_balance);
    struct figures figures = {.orders = 0};
    struct ledger_plan plan;
    struct text none = {NULL, 0}, provider = TEXT_LITERAL("sandbox");
    if (move_check(call, in->amount, in->currency, in->reference, error) < 0 ||
        party_load(call, in->merchant_id, &figures, error) < 0)
        return -1;
    char currency[4] = "";
    memcpy(currency, in->currency.data, 3);
    if (in->withdraw && (advances_recover(call, in->merchant_id, currency, true, in->reference, error) < 0 ||
                         withdrawal_check(call, in, currency, error) < 0))
        return -1;
    int planned =
        in->withdraw
            ? ledger_plan_bond_withdraw(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error)
            : ledger_plan_bond_deposit(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error);
    struct service_operator_action action = {.action = in->withdraw ? "bond_withdraw" : "bond_deposit",
                                             .subject = in->merchant_id,
                                             .currency = in->currency,
                                             .reference = in->reference,
                                             .amount = in->amount};
    if (planned < 0 || service_ledger_apply(call, &plan, none, none, NULL, error) < 0 ||
        service_operator_log(call, &action, error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, in->merchant_id, currency, ret_balance, error);
}

int service_payout_make(struct service_call *call, const struct service_payout *in, int64_t *ret_balance,
                        struct error *error)
{
    assert(call && in && ret_balance);
    struct figures figures = {.orders = 0};
    struct ledger_plan plan;
    struct text none = {NULL, 0}, provider = TEXT_LITERAL("sandbox");
    if (move_check(call, in->amount, in->currency, in->reference, error) < 0 ||
        party_load(call, in->merchant_id, &figures, error) < 0)
        return -1;
    char currency[4] = "";
    memcpy(currency, in->currency.data, 3);
    struct service_operator_action action = {.action = "payout",
                                             .subject = in->merchant_id,
                                             .currency = in->currency,
                                             .reference = in->reference,
                                             .amount = in->amount};
    if (advances_recover(call, in->merchant_id, currency, false, in->reference, error) < 0 ||
        ledger_plan_payout(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error) < 0 ||
        service_ledger_apply(call, &plan, none, none, NULL, error) < 0 ||
        service_operator_log(call, &action, error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_PAYABLE, in->merchant_id, currency, ret_balance, error);
}
