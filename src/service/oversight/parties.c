/* SPDX-License-Identifier: Apache-2.0 */
/* Who has an account, how merchants stand, and keeping somebody out. */
#include "service/oversight/parties.h"

#include <string.h>

#include "base/error.h"
#include "ledger/ledger.h"
#include "service/internal.h"
#include "service/shop/figures.h"

static int operator_check(const struct service_call *call, struct error *error)
{
    if (call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM)
        return 0;
    return error_set(error, ERROR_ACCESS_DENIED, "only an operator sees all parties");
}

/* Columns of PARTY_ROW in store/queries.def. */
static void party_json(const struct service_call *call, struct query *query, struct json_writer *writer)
{
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "role", query_text(query, 1));
    json_member_text(writer, "name", query_text(query, 2));
    json_member_text(writer, "state", query_text(query, 3));
    json_member_time(writer, "created_at", query_int(query, 4));
    json_member_integer(writer, "tokens", query_int(query, 5));
    json_member_boolean(writer, "you", text_is(query_text(query, 0), call->actor.party_id));
    json_object_end(writer);
}

/* Ids of all roles in one order of time: what stands behind the prefix. */
static struct text time_part(struct text id)
{
    return id.length > 4 ? (struct text){id.data + 4, id.length - 4} : TEXT_LITERAL("~");
}

static bool is_party(struct text id)
{
    return id_is(id, "usr_") || id_is(id, "mch_") || id_is(id, "arb_") || id_is(id, "opr_");
}

static void filter_bind(const struct service_call *call, struct query *query, const struct service_party_filter *filter,
                        const struct service_page *page)
{
    query_bind_text(query, 1, time_part(page->cursor));
    query_bind_int(query, 2, call->now_us);
    query_bind_text(query, 3, filter->role);
    query_bind_text(query, 4, filter->state);
    query_bind_text(query, 5, filter->words);
    query_bind_int(query, 6, page->limit + 1);
}

static int cursor_check(const struct service_page *page, struct error *error)
{
    if (!page->cursor.length || is_party(page->cursor))
        return 0;
    error_set(error, ERROR_QUERY_VALUE, "this is not a cursor of this list");
    return error_at(error, "query cursor");
}

int service_party_list(struct service_call *call, const struct service_party_filter *filter,
                       const struct service_page *page, struct json_writer *ret, struct error *error)
{
    struct service_list list;
    if (operator_check(call, error) < 0 || cursor_check(page, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_PARTY_LIST);
    filter_bind(call, query, filter, page);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0)))
        party_json(call, query, ret);
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}

/* ---- merchants ---- */

static int merchant_json(struct service_call *call, struct query *query, struct json_writer *writer,
                         struct error *error)
{
    struct service_figures figures;
    struct service_merchant merchant = {.name = query_text(query, 2), .created_at = query_int(query, 4)};
    struct text id = query_text(query, 0);
    int64_t payable, advances;
    /* Rates may be a minute old; money that the operator has just booked may not. */
    if (service_figures_recent(call, id, &figures, error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, id, SERVICE_CURRENCY_USUAL, &figures.counts.bond,
                               error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_PAYABLE, id, SERVICE_CURRENCY_USUAL, &payable, error) <
            0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, id, SERVICE_CURRENCY_USUAL, &advances, error) <
            0)
        return -1;
    json_object_begin(writer);
    service_figures_members(call, id, &merchant, &figures, writer);
    json_member_text(writer, "state", query_text(query, 3));
    json_member_integer(writer, "open_claims", query_int(query, 5));
    service_view_money(writer, "payable", payable, SERVICE_CURRENCY_USUAL);
    service_view_money(writer, "advances_owed", -advances, SERVICE_CURRENCY_USUAL);
    json_object_end(writer);
    return 0;
}

int service_merchant_list(struct service_call *call, const struct service_party_filter *filter,
                          const struct service_page *page, struct json_writer *ret, struct error *error)
{
    struct service_list list;
    if (operator_check(call, error) < 0 || cursor_check(page, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_MERCHANT_LIST);
    filter_bind(call, query, filter, page);
    query_bind_text(query, 3, text_of("merchant"));
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0)))
        if (merchant_json(call, query, ret, error) < 0)
            return -1;
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}

/* ---- keeping somebody out ---- */

static int state_change(struct service_call *call, struct text party_id, struct text state, struct text reason,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_SET_STATE);
    query_bind_text(query, 1, party_id);
    query_bind_text(query, 2, state);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) == 0)
        return 0;
    service_notice_shut_out(call, party_id);
    struct service_operator_action action = {.action = text_is(state, "active") ? "party_activate" : "party_suspend",
                                             .subject = party_id,
                                             .reference = reason};
    return service_operator_log(call, &action, error);
}

int service_party_set_state(struct service_call *call, struct text party_id, struct text state, struct text reason,
                            struct json_writer *ret, struct error *error)
{
    if (operator_check(call, error) < 0)
        return -1;
    if (!text_is(state, "active") && !text_is(state, "suspended")) {
        error_set(error, ERROR_FIELD_VALUE, "state is active or suspended");
        return error_at(error, "/state");
    }
    /* So at least one operator is always left to let the others back in. */
    if (text_is(party_id, call->actor.party_id)) {
        error_set(error, ERROR_ACCESS_DENIED, "nobody suspends himself");
        return error_hint(error, "ask another operator");
    }
    if (state_change(call, party_id, state, reason, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_PARTY_ONE);
    query_bind_text(query, 1, party_id);
    query_bind_int(query, 2, call->now_us);
    int step = query_step(query, error);
    if (step == 1)
        party_json(call, query, ret);
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such party");
    return step < 0 ? -1 : 0;
}
