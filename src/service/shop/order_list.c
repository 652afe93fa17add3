/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of orders: a buyer's own, a merchant's, or all of them for operators; the newest first. */
#include <string.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/shop/order.h"
#include "service/shop/order_page.h"

/* Columns of ORDER_ROW in store/queries.def. */
enum column {
    COLUMN_ID,
    COLUMN_PRODUCT,
    COLUMN_KIND,
    COLUMN_QUANTITY,
    COLUMN_AMOUNT,
    COLUMN_CURRENCY,
    COLUMN_MERCHANT,
    COLUMN_REFUNDED,
    COLUMN_STATE,
    COLUMN_CREATED,
    COLUMN_TITLE,
    COLUMN_MERCHANT_NAME,
    COLUMN_EXPIRES,
    COLUMN_DELIVERED,
    COLUMN_REVEALED,
    COLUMN_PROMISED,
    COLUMN_CLAIM, /* and what service_order_claim_write takes */
};

static void row_write(struct json_writer *writer, struct query *query)
{
    struct text currency = query_text(query, COLUMN_CURRENCY);
    char code[4] = "";
    if (currency.length == 3)
        memcpy(code, currency.data, 3);
    bool unpaid = text_is(query_text(query, COLUMN_STATE), "created");
    json_object_begin(writer);
    service_view_money(writer, "amount", query_int(query, COLUMN_AMOUNT), code);
    json_member_time(writer, "created_at", query_int(query, COLUMN_CREATED));
    json_member_text(writer, "id", query_text(query, COLUMN_ID));
    json_member_text(writer, "kind", query_text(query, COLUMN_KIND));
    json_member_text(writer, "merchant_id", query_text(query, COLUMN_MERCHANT));
    json_member_text(writer, "merchant_name", query_text(query, COLUMN_MERCHANT_NAME));
    json_member_text(writer, "product_id", query_text(query, COLUMN_PRODUCT));
    json_member_integer(writer, "quantity", query_int(query, COLUMN_QUANTITY));
    service_view_money(writer, "refunded", query_int(query, COLUMN_REFUNDED), code);
    json_member_text(writer, "state", query_text(query, COLUMN_STATE));
    json_member_text(writer, "title", query_text(query, COLUMN_TITLE));
    json_member_time(writer, "expires_at", unpaid ? query_int(query, COLUMN_EXPIRES) : 0);
    json_member_time(writer, "delivered_at", query_int(query, COLUMN_DELIVERED));
    json_member_time(writer, "revealed_at", query_int(query, COLUMN_REVEALED));
    json_member_time(writer, "promised_at", query_int(query, COLUMN_PROMISED));
    json_key(writer, "open_claim");
    if (query_is_null(query, COLUMN_CLAIM))
        json_add_null(writer);
    else
        service_order_claim_write(writer, query, COLUMN_CLAIM, code);
    json_object_end(writer);
}

/* The owner is empty for operators: they see all. */
static int list_query(struct service_call *call, const struct service_order_filter *filter, struct query **ret,
                      struct error *error)
{
    const struct service_actor *actor = &call->actor;
    bool operates = actor->role == ROLE_OPERATOR || actor->role == ROLE_SYSTEM;
    enum query_id id = QUERY_ORDER_LIST_ALL;
    const char *owner = actor->party_id;
    if (actor->role == ROLE_BUYER) {
        id = actor->order_id[0] ? QUERY_ORDER_LIST_ONE : QUERY_ORDER_LIST_BUYER;
        owner = actor->order_id[0] ? actor->order_id : actor->party_id;
    } else if (actor->role == ROLE_MERCHANT || operates) {
        owner = operates ? "" : actor->party_id;
        id = filter->product_id.length ? QUERY_ORDER_LIST_PRODUCT
             : operates                ? QUERY_ORDER_LIST_ALL
                                       : QUERY_ORDER_LIST_MERCHANT;
    } else {
        return error_set(error, ERROR_ACCESS_DENIED, "you have no orders of your own");
    }
    *ret = store_query(call->tx, id);
    query_bind_string(*ret, 1, owner);
    return 0;
}

/* Words that begin as an id does are the beginning of an id: a range of ids, and no search. */
static void words_bind(struct service_call *call, struct query *query, const struct service_order_filter *filter,
                       struct text before)
{
    bool by_id = text_starts(filter->words, "ord_");
    struct text end = by_id ? text_of(arena_printf(call->arena, "%.*s~", TEXT_ARG(filter->words))) : before;
    query_bind_text(query, 3, text_compare(end, before) < 0 ? end : before);
    query_bind_text(query, 5, by_id ? filter->words : text_of(""));
    query_bind_text(query, 6, by_id ? text_of("") : filter->words);
}

int service_order_list(struct service_call *call, const struct service_order_filter *filter,
                       const struct service_page *page, struct json_writer *ret, struct error *error)
{
    struct service_list list;
    struct query *query;
    if (filter->state.length && order_state_find(filter->state) < 0) {
        error_set(error, ERROR_QUERY_VALUE, "there is no such state of an order");
        return error_at(error, "query state");
    }
    if (list_query(call, filter, &query, error) < 0)
        return -1;
    query_bind_text(query, 2, filter->state);
    words_bind(call, query, filter, service_page_before(page));
    query_bind_int(query, 4, page->limit + 1);
    query_bind_text(query, 7, filter->product_id);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, COLUMN_ID)))
        row_write(ret, query);
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}
