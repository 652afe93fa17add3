/* SPDX-License-Identifier: Apache-2.0 */
/* Claims by day: what came, what ended, what was left. */
#include "service/internal.h"
#include "service/reports/report.h"

enum { DAY, FILED, CLOSED, OPEN };

static int by_day_read(struct report *report, struct query *query, int column, struct error *error)
{
    int step;
    while ((step = query_step(query, error)) == 1) {
        int64_t day = query_int(query, 0);
        if (day >= 0 && day < report->row_count)
            report->cells[day * report->column_count + column].number = query_int(query, 1);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int filed_read(struct report *report, struct error *error)
{
    struct query *query = store_query(report->call->tx, QUERY_REPORT_FILED);
    query_bind_int(query, 1, report->from_us);
    query_bind_string(query, 2, report->from_id);
    query_bind_string(query, 3, report->until_id);
    return by_day_read(report, query, FILED, error);
}

static int closed_read(struct report *report, struct error *error)
{
    struct query *query = store_query(report->call->tx, QUERY_REPORT_CLOSED);
    query_bind_int(query, 1, report->from_us);
    query_bind_int(query, 2, report->until_us);
    return by_day_read(report, query, CLOSED, error);
}

static int open_before(struct report *report, int64_t *ret, struct error *error)
{
    struct query *query = store_query(report->call->tx, QUERY_REPORT_OPEN_BEFORE);
    query_bind_string(query, 1, report->from_id);
    query_bind_int(query, 2, report->from_us);
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

int report_inflow(struct report *report, struct error *error)
{
    int64_t open, filed = 0, closed = 0;
    for (int64_t at = report->from_us; at < report->until_us; at += TIME_DAY_S * TIME_SECOND_US) {
        char day[TIME_DAY_TEXT_BYTES];
        report_row(report)[DAY].text = text_of(arena_copy(report->call->arena, text_of(time_day_format(at, day))));
    }
    if (filed_read(report, error) < 0 || closed_read(report, error) < 0 || open_before(report, &open, error) < 0)
        return -1;
    for (int64_t i = 0; i < report->row_count; i++) {
        struct report_cell *row = &report->cells[i * report->column_count];
        filed += row[FILED].number;
        closed += row[CLOSED].number;
        open += row[FILED].number - row[CLOSED].number;
        row[OPEN].number = open;
    }
    report->total[FILED] = (struct report_cell){.number = filed};
    report->total[CLOSED] = (struct report_cell){.number = closed};
    return 0;
}
