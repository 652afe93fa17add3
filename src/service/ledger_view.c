/* SPDX-License-Identifier: Apache-2.0 */
/* All accounts with their balances. */
#include "service/ledger_view.h"

#include <string.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/view.h"

static void account_write(struct json_writer *writer, struct query *query)
{
    char currency[4] = "";
    struct text code = query_text(query, 2);
    if (code.length == 3)
        memcpy(currency, code.data, 3);
    json_object_begin(writer);
    service_view_money(writer, "balance", query_int(query, 3), currency);
    json_member_text(writer, "kind", query_text(query, 0));
    json_key(writer, "minimum");
    if (query_is_null(query, 4))
        json_add_null(writer);
    else
        json_add_integer(writer, query_int(query, 4));
    service_view_text_or_null(writer, "owner", query_text(query, 1));
    json_object_end(writer);
}

int service_ledger_accounts_write(struct service_call *call, struct json_writer *ret, struct error *error)
{
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator sees the whole ledger");
    struct query *query = store_query(call->tx, QUERY_LEDGER_ACCOUNTS);
    json_object_begin(ret);
    json_key(ret, "accounts");
    json_array_begin(ret);
    int step;
    while ((step = query_step(query, error)) == 1)
        account_write(ret, query);
    query_end(query);
    json_array_end(ret);
    json_object_end(ret);
    return step < 0 ? -1 : 0;
}
