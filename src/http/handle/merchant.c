/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of merchants: what everybody may see, and the own desk. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/ledger_lines.h"
#include "service/shop/figures.h"
#include "service/shop/merchant.h"

int handle_merchant_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_merchant_write(&inner, text_of(http_param(call, "merchant")), call->json, error);
}

int handle_merchant_desk(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_merchant_desk_write(&inner, call->json, error);
}

int handle_merchant_figures(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_merchant_own_figures_write(&inner, call->json, error);
}

int handle_merchant_ledger(struct http_call *call, struct error *error)
{
    static const char *const accounts[] = {"merchant_payable", "merchant_bond", "advances_receivable", NULL};
    struct service_call inner = handle_call(call);
    struct handle_table table;
    const char *order, *claim;
    int account;
    if (http_query_id(call, "order", "ord_", &order, error) < 0 ||
        http_query_id(call, "claim", "clm_", &claim, error) < 0 ||
        http_query_choice(call, "account", accounts, -1, &account, error) < 0 ||
        handle_table_begin(call, &table, error) < 0)
        return -1;
    struct service_ledger_filter filter = {.account = text_of(account < 0 ? NULL : accounts[account]),
                                           .order_id = text_of(order),
                                           .claim_id = text_of(claim)};
    int result = http_query_done(call, error);
    if (result == 0)
        result = service_ledger_lines(&inner, &filter, &table.page, &table.table, error);
    return handle_table_end(call, &table, "ledger", result, error);
}
