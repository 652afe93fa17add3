/* SPDX-License-Identifier: Apache-2.0 */
/* All accounts with their balances, and the check of the whole ledger. */
#include "service/ledger_view.h"

#include <string.h>

#include "base/error.h"
#include "ledger/ledger.h"
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

/* ---- the check ---- */

#define CHECK_US (5 * TIME_SECOND_US) /* a reader's connection is not held longer than a few seconds */
#define CHECK_ROWS_MAX 5              /* of one violated invariant */

struct check {
    struct json_writer *writer;
    const struct ledger_invariant *invariant;
};

static void violation_write(void *context, const struct store_invariant *invariant, struct text row)
{
    const struct check *check = context;
    json_object_begin(check->writer);
    json_member_string(check->writer, "invariant", invariant->name);
    json_member_string(check->writer, "meaning_en", check->invariant->meaning_en);
    json_member_string(check->writer, "meaning_zh", check->invariant->meaning_zh);
    json_member_string(check->writer, "name", check->invariant->name);
    json_member_text(check->writer, "row", row);
    json_object_end(check->writer);
}

int service_ledger_check_write(struct service_call *call, struct json_writer *ret, struct error *error)
{
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator checks the ledger");
    struct clock *clock = call->service->clock;
    int64_t until = clock->now_us(clock) + CHECK_US;
    int total = ledger_invariant_count(), checked = 0, violated = 0;
    json_object_begin(ret);
    json_key(ret, "violations");
    json_array_begin(ret);
    for (; checked < total && clock->now_us(clock) < until; checked++) {
        struct check check = {ret, ledger_invariant(checked)};
        struct store_invariant one = {check.invariant->id, check.invariant->sql};
        int result = store_invariants_check(call->tx, &one, 1, CHECK_ROWS_MAX, violation_write, &check, error);
        if (result < 0)
            return -1;
        violated += result;
    }
    json_array_end(ret);
    json_member_integer(ret, "checked", checked);
    json_member_boolean(ret, "complete", checked == total);
    json_member_integer(ret, "invariants", total);
    json_member_boolean(ret, "ok", checked == total && violated == 0);
    json_member_integer(ret, "violated", violated);
    json_object_end(ret);
    return 0;
}
