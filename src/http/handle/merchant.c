/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of merchants: what everybody may see, and the own desk. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
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

int handle_merchant_ledger(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *cursor;
    if (http_query_text(call, "cursor", 20, "", &cursor, error) < 0 ||
        http_query_integer(call, "limit", 1, LIMIT_PAGE_ITEMS, 20, &page.limit, error) < 0 ||
        http_query_done(call, error) < 0)
        return -1;
    page.cursor = text_of(cursor);
    return service_merchant_ledger_list(&inner, &page, call->json, error);
}
