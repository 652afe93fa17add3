/* SPDX-License-Identifier: Apache-2.0 */
/* Merchants beside each other: whose orders are refunded or claimed far more often than others'. A rate alone accuses nobody: it is its
 * interval that stands out or does not. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"
#include "service/reports/report.h"

#define ORDERS_LEAST 20
#define TIMES_ALL 2

enum {
    MERCHANT_ID,
    MERCHANT,
    ORDERS,
    REFUNDED,
    REFUND_RATE,
    REFUND_OUTLIER,
    DISPUTED,
    DISPUTE_RATE,
    DISPUTE_OUTLIER,
    APPEALS,
    OVERTURNED,
    OVERTURNED_RATE
};

static int orders_read(struct report *report, struct error *error)
{
    char from[ID_BYTES], until[ID_BYTES];
    report_id(report, "ord_", false, from);
    report_id(report, "ord_", true, until);
    struct query *query = store_query(report->call->tx, QUERY_REPORT_MERCHANT_ORDERS);
    query_bind_string(query, 1, from);
    query_bind_string(query, 2, until);
    query_bind_int(query, 3, LIMIT_TABLE_ROWS);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct report_cell *row = report_row(report);
        row[MERCHANT_ID].text = arena_copy_text(report->call->arena, query_text(query, 0));
        row[MERCHANT].text = arena_copy_text(report->call->arena, query_text(query, 1));
        row[ORDERS].number = query_int(query, 2);
        row[REFUNDED].number = query_int(query, 3);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* Rows are in the order of their ids: the query says so. */
static int by_id(const void *key, const void *row)
{
    return text_compare(*(const struct text *)key, ((const struct report_cell *)row)[MERCHANT_ID].text);
}

static struct report_cell *row_find(struct report *report, struct text merchant_id)
{
    return bsearch(&merchant_id, report->cells, (size_t)report->row_count,
                   sizeof(struct report_cell) * (size_t)report->column_count, by_id);
}

static int claims_read(struct report *report, struct error *error)
{
    struct query *query = store_query(report->call->tx, QUERY_REPORT_MERCHANT_CLAIMS);
    query_bind_string(query, 1, report->from_id);
    query_bind_string(query, 2, report->until_id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct report_cell *row = row_find(report, query_text(query, 0));
        if (!row)
            continue; /* claims of the time on orders from before it, of a merchant that sold nothing since */
        row[DISPUTED].number = query_int(query, 1);
        row[APPEALS].number = query_int(query, 2);
        row[OVERTURNED].number = query_int(query, 3);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static void rate_fill(struct report_cell *rate, int64_t events, int64_t total)
{
    struct market_rate found;
    market_rate(events < total ? events : total, total, &found);
    *rate = total ? (struct report_cell){.number = found.per_mille} : (struct report_cell){.is_null = true};
}

/* A claim may be of an order from before the time, so that there are more of them than orders: never more than all. */
static void outlier_fill(struct report_cell *cell, int64_t events, int64_t orders, const struct report_cell *all)
{
    struct market_rate found;
    market_rate(events < orders ? events : orders, orders, &found);
    cell->number = orders >= ORDERS_LEAST && !all->is_null && found.low_per_mille > TIMES_ALL * all->number;
}

static void totals_fill(struct report *report)
{
    static const int sums[] = {ORDERS, REFUNDED, DISPUTED, APPEALS, OVERTURNED};
    struct report_cell *total = report->total;
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        total[sums[i]].is_null = false;
        for (int64_t row = 0; row < report->row_count; row++)
            total[sums[i]].number += report->cells[row * report->column_count + sums[i]].number;
    }
    rate_fill(&total[REFUND_RATE], total[REFUNDED].number, total[ORDERS].number);
    rate_fill(&total[DISPUTE_RATE], total[DISPUTED].number, total[ORDERS].number);
    rate_fill(&total[OVERTURNED_RATE], total[OVERTURNED].number, total[APPEALS].number);
}

int report_merchants(struct report *report, struct error *error)
{
    if (orders_read(report, error) < 0 || claims_read(report, error) < 0)
        return -1;
    totals_fill(report);
    for (int64_t i = 0; i < report->row_count; i++) {
        struct report_cell *row = &report->cells[i * report->column_count];
        int64_t orders = row[ORDERS].number;
        rate_fill(&row[REFUND_RATE], row[REFUNDED].number, orders);
        rate_fill(&row[DISPUTE_RATE], row[DISPUTED].number, orders);
        rate_fill(&row[OVERTURNED_RATE], row[OVERTURNED].number, row[APPEALS].number);
        outlier_fill(&row[REFUND_OUTLIER], row[REFUNDED].number, orders, &report->total[REFUND_RATE]);
        outlier_fill(&row[DISPUTE_OUTLIER], row[DISPUTED].number, orders, &report->total[DISPUTE_RATE]);
    }
    return 0;
}
