/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of products. A buyer compares by them, so each row has what the choice rests on: stock, the rule's first line, the seller's bond and
 * disputes, a price far below others. What takes a while to compute may be a minute old.
 */
#include <string.h>

#include "base/error.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/rows.h"
#include "service/shop/catalogue.h"
#include "service/shop/figures.h"
#include "service/shop/stock.h"

/* Columns of PRODUCT_LIST in store/queries.def. */
enum column {
    COLUMN_ID,
    COLUMN_MERCHANT,
    COLUMN_KIND,
    COLUMN_CATEGORY,
    COLUMN_TITLE,
    COLUMN_PRICE,
    COLUMN_CURRENCY,
    COLUMN_FACE_VALUE,
    COLUMN_POLICY,
    COLUMN_DELIVERY,
    COLUMN_STATE,
    COLUMN_VERSION,
    COLUMN_POLICY_NAME,
    COLUMN_MERCHANT_NAME,
    COLUMN_MERCHANT_SINCE,
    COLUMN_MERCHANT_STATE,
};

struct row {
    struct service_call *call;
    struct query *query;
    struct json_writer *writer;
    bool own; /* the caller's own products */
    char currency[4];
};

static void listing_write(struct row *row)
{
    json_member_text(row->writer, "id", query_text(row->query, COLUMN_ID));
    json_member_text(row->writer, "category", query_text(row->query, COLUMN_CATEGORY));
    json_member_text(row->writer, "kind", query_text(row->query, COLUMN_KIND));
    json_member_text(row->writer, "title", query_text(row->query, COLUMN_TITLE));
    service_view_money(row->writer, "price", query_int(row->query, COLUMN_PRICE), row->currency);
    json_key(row->writer, "face_value");
    if (query_is_null(row->query, COLUMN_FACE_VALUE))
        json_add_null(row->writer);
    else
        json_add_integer(row->writer, query_int(row->query, COLUMN_FACE_VALUE));
    json_member_integer(row->writer, "delivery_s", query_int(row->query, COLUMN_DELIVERY));
    json_member_text(row->writer, "merchant_id", query_text(row->query, COLUMN_MERCHANT));
    json_member_text(row->writer, "policy_id", query_text(row->query, COLUMN_POLICY));
    json_member_text(row->writer, "state", query_text(row->query, COLUMN_STATE));
}

static int stock_write(struct row *row, struct error *error)
{
    bool is_service = text_is(query_text(row->query, COLUMN_KIND), "service");
    bool is_sold = text_is(query_text(row->query, COLUMN_STATE), "active") &&
                   text_is(query_text(row->query, COLUMN_MERCHANT_STATE), "active");
    int64_t stock = 0;
    if (!is_service && service_stock_upto(row->call, query_text(row->query, COLUMN_ID), &stock, error) < 0)
        return -1;
    json_key(row->writer, "stock");
    if (is_service)
        json_add_null(row->writer);
    else
        json_add_integer(row->writer, stock);
    json_member_boolean(row->writer, "in_stock", is_sold && (is_service || stock > 0));
    return 0;
}

static int badge_write(struct row *row, struct error *error)
{
    struct service_policy_lines lines;
    if (service_policy_lines(row->call, query_text(row->query, COLUMN_POLICY), &lines, error) < 0)
        return -1;
    json_key(row->writer, "refund_badge");
    json_object_begin(row->writer);
    json_member_text(row->writer, "en", lines.en[0]);
    json_member_text(row->writer, "zh", lines.zh[0]);
    json_object_end(row->writer);
    return 0;
}

static int merchant_write(struct row *row, struct error *error)
{
    struct service_figures figures;
    struct market_reputation reputation;
    struct text merchant_id = query_text(row->query, COLUMN_MERCHANT);
    if (service_figures_recent(row->call, merchant_id, &figures, error) < 0)
        return -1;
    service_figures_judge(row->call, &figures, query_int(row->query, COLUMN_MERCHANT_SINCE), &reputation);
    json_key(row->writer, "merchant");
    json_object_begin(row->writer);
    json_member_text(row->writer, "id", merchant_id);
    json_member_text(row->writer, "name", query_text(row->query, COLUMN_MERCHANT_NAME));
    service_view_money(row->writer, "bond", figures.counts.bond, SERVICE_CURRENCY_USUAL);
    json_member_integer(row->writer, "cover_per_mille", reputation.cover_per_mille);
    json_member_integer(row->writer, "days_open", reputation.days_open);
    json_member_integer(row->writer, "orders_90_days", figures.counts.orders);
    json_member_integer(row->writer, "dispute_per_mille", reputation.disputes.per_mille);
    json_object_end(row->writer);
    return 0;
}

/* What the verdict rests on besides the prices of others; a change of the own price is seen at once. */
struct price_verdict {
    int64_t price;
    bool warning;
};

static int price_write(struct row *row, struct error *error)
{
    struct text id = query_text(row->query, COLUMN_ID);
    struct market_price own = {query_int(row->query, COLUMN_PRICE), query_int(row->query, COLUMN_FACE_VALUE)};
    struct price_verdict verdict = {.price = 0};
    struct market_price_report report;
    struct service_recent *recent = row->call->service->recent;
    bool known = service_recent_find(recent, id, row->call->now_us, &verdict, sizeof verdict);
    if (!known || verdict.price != own.price) {
        if (service_price_report(row->call, id, query_text(row->query, COLUMN_CATEGORY), row->currency, own, &report,
                                 error) < 0)
            return -1;
        verdict = (struct price_verdict){own.price, report.verdict == MARKET_PRICE_LOW};
        service_recent_put(recent, id, row->call->now_us, &verdict, sizeof verdict);
    }
    json_member_boolean(row->writer, "price_warning", verdict.warning);
    return 0;
}

static int own_write(struct row *row, struct error *error)
{
    json_member_text(row->writer, "policy_name", query_text(row->query, COLUMN_POLICY_NAME));
    json_member_integer(row->writer, "version", query_int(row->query, COLUMN_VERSION));
    if (text_is(query_text(row->query, COLUMN_KIND), "service"))
        return 0;
    struct service_card_counts counts;
    if (service_card_counts_load(row->call, query_text(row->query, COLUMN_ID), &counts, error) < 0)
        return -1;
    service_card_counts_write(row->writer, "counts", &counts);
    return 0;
}

static int row_write(struct row *row, struct error *error)
{
    struct text currency = query_text(row->query, COLUMN_CURRENCY);
    if (currency.length == 3)
        memcpy(row->currency, currency.data, 3);
    json_object_begin(row->writer);
    listing_write(row);
    if (stock_write(row, error) < 0 || badge_write(row, error) < 0 || merchant_write(row, error) < 0 ||
        price_write(row, error) < 0 || (row->own && own_write(row, error) < 0))
        return -1;
    json_object_end(row->writer);
    return 0;
}

int service_product_list(struct service_call *call, const struct service_product_filter *filter,
                         const struct service_page *page, struct json_writer *ret, struct error *error)
{
    struct service_list list;
    bool own = call->actor.role == ROLE_MERCHANT && text_is(filter->merchant_id, call->actor.party_id);
    if (text_is(filter->state, "paused") && !own) {
        error_set(error, ERROR_QUERY_VALUE, "paused products are listed for their own merchant alone");
        error_hint(error, "name yourself as merchant=");
        return error_at(error, "query state");
    }
    struct query *query = store_query(call->tx, QUERY_PRODUCT_LIST);
    query_bind_text(query, 1, service_page_before(page));
    query_bind_text(query, 2, filter->category);
    query_bind_text(query, 3, filter->kind);
    query_bind_text(query, 4, filter->merchant_id);
    query_bind_text(query, 5, filter->words);
    query_bind_int(query, 6, own ? 1 : 0);
    query_bind_int(query, 7, page->limit + 1);
    query_bind_int(query, 8, call->now_us);
    query_bind_text(query, 9, filter->state);
    struct row row = {.call = call, .query = query, .writer = ret, .own = own};
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, COLUMN_ID)))
        if (row_write(&row, error) < 0)
            return -1;
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}
