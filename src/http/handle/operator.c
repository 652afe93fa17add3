/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of operators: bonds, payouts, incidents, money in suspense, the ledger. */
#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "http/handle/handle.h"
#include "service/shop/incident.h"
#include "service/ledger_lines.h"
#include "service/ledger_view.h"
#include "service/shop/merchant.h"
#include "service/shop/payment.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct bond_request {
    struct text currency, direction, reference;
    int64_t amount;
};

int handle_bond_move(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_INTEGER(struct bond_request, amount, true, 1, MONEY_MAXIMUM),
        JSON_FIELD_STRING(struct bond_request, currency, true, 3, 3),
        JSON_FIELD_STRING(struct bond_request, direction, true, 1, 20),
        JSON_FIELD_STRING(struct bond_request, reference, true, 1, 64),
    };
    struct service_call inner = handle_call(call);
    struct bond_request request;
    int64_t balance;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    bool withdraw = text_is(request.direction, "withdraw");
    if (!withdraw && !text_is(request.direction, "deposit")) {
        error_set(error, ERROR_FIELD_VALUE, "the direction is deposit or withdraw");
        return error_at(error, "/direction");
    }
    struct service_bond bond = {.merchant_id = text_of(http_param(call, "merchant")),
                                .amount = request.amount,
                                .currency = request.currency,
                                .withdraw = withdraw,
                                .reference = request.reference};
    if (service_bond_move(&inner, &bond, &balance, error) < 0)
        return -1;
    json_object_begin(call->json);
    service_view_money(call->json, "bond", balance, arena_copy(call->arena, request.currency));
    json_member_string(call->json, "merchant_id", http_param(call, "merchant"));
    json_object_end(call->json);
    return 0;
}

struct payout_request {
    struct text currency, reference;
    int64_t amount;
};

int handle_payout_make(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_INTEGER(struct payout_request, amount, true, 1, MONEY_MAXIMUM),
        JSON_FIELD_STRING(struct payout_request, currency, true, 3, 3),
        JSON_FIELD_STRING(struct payout_request, reference, true, 1, 64),
    };
    struct service_call inner = handle_call(call);
    struct payout_request request;
    int64_t balance;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    struct service_payout payout = {.merchant_id = text_of(http_param(call, "merchant")),
                                    .amount = request.amount,
                                    .currency = request.currency,
                                    .reference = request.reference};
    if (service_payout_make(&inner, &payout, &balance, error) < 0)
        return -1;
    json_object_begin(call->json);
    json_member_string(call->json, "merchant_id", http_param(call, "merchant"));
    service_view_money(call->json, "payable", balance, arena_copy(call->arena, request.currency));
    json_object_end(call->json);
    return 0;
}

struct incident_request {
    struct text cause, product_id, merchant_id, starts_at, ends_at, note;
};

static int incident_read(const struct incident_request *request, struct service_incident *ret, struct error *error)
{
    *ret = (struct service_incident){.cause = request->cause,
                                     .product_id = request->product_id,
                                     .merchant_id = request->merchant_id,
                                     .note = request->note};
    if (time_parse(request->starts_at, &ret->starts_at, error) < 0)
        return error_at(error, "/starts_at");
    if (request->ends_at.length && time_parse(request->ends_at, &ret->ends_at, error) < 0)
        return error_at(error, "/ends_at");
    if (request->product_id.length && !id_is(request->product_id, "prd_")) {
        error_set(error, ERROR_ID_MALFORMED, "this is not the id of a product");
        return error_at(error, "/product_id");
    }
    if (request->merchant_id.length && !id_is(request->merchant_id, "mch_")) {
        error_set(error, ERROR_ID_MALFORMED, "this is not the id of a merchant");
        return error_at(error, "/merchant_id");
    }
    return 0;
}

int handle_incident_record(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct incident_request, cause, true, 1, 40),
        JSON_FIELD_STRING(struct incident_request, product_id, false, 1, 40),
        JSON_FIELD_STRING(struct incident_request, merchant_id, false, 1, 40),
        JSON_FIELD_STRING(struct incident_request, starts_at, true, 1, 40),
        JSON_FIELD_STRING(struct incident_request, ends_at, false, 1, 40),
        JSON_FIELD_STRING(struct incident_request, note, true, 1, 2000),
    };
    struct service_call inner = handle_call(call);
    struct incident_request request = {.note = {NULL, 0}};
    struct service_incident incident;
    char id[ID_BYTES];
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0 ||
        incident_read(&request, &incident, error) < 0 || service_incident_record(&inner, &incident, id, error) < 0)
        return -1;
    call->status = 201;
    json_object_begin(call->json);
    json_member_string(call->json, "id", id);
    json_object_end(call->json);
    return 0;
}

int handle_incident_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    if (handle_page(call, "inc_", &page.cursor, &page.limit, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    return service_incident_list(&inner, &page, call->json, error);
}

int handle_suspense_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *cursor;
    if (http_query_text(call, "cursor", 20, "", &cursor, error) < 0 ||
        http_query_integer(call, "limit", 1, LIMIT_PAGE_ITEMS, 20, &page.limit, error) < 0 ||
        http_query_done(call, error) < 0)
        return -1;
    page.cursor = text_of(cursor);
    return service_suspense_list(&inner, &page, call->json, error);
}

int handle_suspense_refund(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    char refund_id[ID_BYTES];
    if (http_query_done(call, error) < 0 ||
        service_suspense_refund(&inner, text_of(http_param(call, "provider")), text_of(http_param(call, "trade")),
                                refund_id, error) < 0)
        return -1;
    call->status = 202;
    json_object_begin(call->json);
    json_member_string(call->json, "refund_id", refund_id);
    json_object_end(call->json);
    return 0;
}

int handle_ledger_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_ledger_accounts_write(&inner, call->json, error);
}

int handle_ledger_check(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_ledger_check_write(&inner, call->json, error);
}

int handle_ledger_lines(struct http_call *call, struct error *error)
{
    static const char *const accounts[] = {
#define LEDGER_ACCOUNT(name, wire, ...) wire,
#include "ledger/accounts.def"
#undef LEDGER_ACCOUNT
        NULL};
    struct service_call inner = handle_call(call);
    struct handle_table table;
    const char *merchant, *order, *claim;
    int account;
    if (http_query_choice(call, "account", accounts, -1, &account, error) < 0 ||
        http_query_id(call, "merchant", "mch_", &merchant, error) < 0 ||
        http_query_id(call, "order", "ord_", &order, error) < 0 ||
        http_query_id(call, "claim", "clm_", &claim, error) < 0 || handle_table_begin(call, &table, error) < 0)
        return -1;
    struct service_ledger_filter filter = {.account = text_of(account < 0 ? NULL : accounts[account]),
                                           .merchant_id = text_of(merchant),
                                           .order_id = text_of(order),
                                           .claim_id = text_of(claim)};
    int result = http_query_done(call, error);
    if (result == 0)
        result = service_ledger_lines(&inner, &filter, &table.page, &table.table, error);
    return handle_table_end(call, &table, "ledger-lines", result, error);
}
