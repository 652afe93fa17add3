/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a ledger plan: the one place where money moves in the database. A plan is balanced before it gets here; the
 * database refuses a second transaction with the same unique key and a protected balance below its minimum.
 */
#include <assert.h>

#include "base/error.h"
#include "base/money.h"
#include "service/internal.h"

struct account {
    int64_t id, balance;
    bool is_protected;
    int64_t minimum;
};

static int account_find(struct service_call *call, enum ledger_account_kind kind, struct text owner,
                        const char *currency, struct account *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEDGER_ACCOUNT_FIND);
    query_bind_string(query, 1, ledger_account_info(kind)->wire);
    query_bind_text(query, 2, owner);
    query_bind_string(query, 3, currency);
    int step = query_step(query, error);
    if (step == 1)
        *ret = (struct account){.id = query_int(query, 0),
                                .balance = query_int(query, 1),
                                .is_protected = !query_is_null(query, 2),
                                .minimum = query_int(query, 2)};
    query_end(query);
    return step;
}

static int account_get(struct service_call *call, enum ledger_account_kind kind, struct text owner,
                       const char *currency, struct account *ret, struct error *error)
{
    int found = account_find(call, kind, owner, currency, ret, error);
    if (found != 0)
        return found < 0 ? -1 : 0;
    struct query *query = store_query(call->tx, QUERY_LEDGER_ACCOUNT_ADD);
    query_bind_string(query, 1, ledger_account_info(kind)->wire);
    query_bind_text(query, 2, owner);
    query_bind_string(query, 3, currency);
    int64_t minimum = ledger_account_info(kind)->minimum;
    *ret = (struct account){.is_protected = minimum != LEDGER_UNPROTECTED, .minimum = minimum};
    if (ret->is_protected)
        query_bind_int(query, 4, minimum);
    else
        query_bind_null(query, 4);
    if (query_run(query, error) < 0)
        return -1;
    ret->id = store_last_rowid(call->tx);
    return 0;
}

static int posting_add(struct service_call *call, int64_t transaction, int64_t number, const struct ledger_line *line,
                       const char *currency, struct error *error)
{
    struct account account;
    int64_t after;
    if (account_get(call, line->kind, line->owner, currency, &account, error) < 0 ||
        money_add(account.balance, line->amount, &after, error) < 0)
        return -1;
    if (account.is_protected && after < account.minimum && line->amount < 0) {
        error_set(error, ERROR_LEDGER_INSUFFICIENT, "the account %s holds %lld, %lld are needed",
                  ledger_account_info(line->kind)->wire, (long long)account.balance, (long long)-line->amount);
        return error_hint(error, "nothing was moved");
    }
    struct query *query = store_query(call->tx, QUERY_LEDGER_POSTING_ADD);
    query_bind_int(query, 1, transaction);
    query_bind_int(query, 2, number);
    query_bind_int(query, 3, account.id);
    query_bind_string(query, 4, currency);
    query_bind_int(query, 5, line->amount);
    if (query_run(query, error) < 0)
        return -1;
    query = store_query(call->tx, QUERY_LEDGER_ACCOUNT_MOVE);
    query_bind_int(query, 1, account.id);
    query_bind_int(query, 2, line->amount);
    return query_run(query, error);
}

static int transaction_add(struct service_call *call, const struct ledger_plan *plan, struct text order_id,
                           struct text claim_id, int64_t *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEDGER_TRANSACTION_ADD);
    query_bind_string(query, 1, ledger_event_name(plan->event)->wire);
    if (order_id.length)
        query_bind_text(query, 2, order_id);
    else
        query_bind_null(query, 2);
    if (claim_id.length)
        query_bind_text(query, 3, claim_id);
    else
        query_bind_null(query, 3);
    query_bind_int(query, 4, call->now_us);
    query_bind_string(query, 5, plan->unique_key);
    struct error local;
    if (query_run(query, &local) < 0) {
        if (local.code == ERROR_STORE_UNIQUE)
            return error_set(error, ERROR_LEDGER_DUPLICATE, "the movement %s was made before", plan->unique_key);
        if (error)
            *error = local;
        return -1;
    }
    *ret = store_last_rowid(call->tx);
    return 0;
}

int service_ledger_apply(struct service_call *call, const struct ledger_plan *plan, struct text order_id,
                         struct text claim_id, int64_t *ret_transaction, struct error *error)
{
    int64_t transaction;
    if (ledger_plan_check(plan, error) < 0 || transaction_add(call, plan, order_id, claim_id, &transaction, error) < 0)
        return -1;
    for (int i = 0; i < plan->line_count; i++)
        if (posting_add(call, transaction, i + 1, &plan->lines[i], plan->currency, error) < 0)
            return -1;
    if (ret_transaction)
        *ret_transaction = transaction;
    return 0;
}

int service_ledger_balance(struct service_call *call, enum ledger_account_kind kind, struct text owner,
                           const char *currency, int64_t *ret, struct error *error)
{
    struct account account = {0};
    if (account_find(call, kind, owner, currency, &account, error) < 0)
        return -1;
    *ret = account.balance;
    return 0;
}
