/* SPDX-License-Identifier: Apache-2.0 */
/* Open claims by how long they have been open, and for whom they wait. */
#include "claim/claim.h"
#include "service/internal.h"
#include "service/reports/report.h"

enum { FROM, TO, OPEN, BUYER, MERCHANT, PLATFORM, PROVIDER, OVERDUE };

static const int64_t steps[] = {0, 1, 3, 7, 10, 15}; /* full days; fifteen is the outer limit */
#define STEPS ((int)(sizeof steps / sizeof steps[0]))

static int step_of(int64_t days)
{
    int step = 0;
    while (step + 1 < STEPS && days >= steps[step + 1])
        step++;
    return step;
}

static int column_of(struct text waiting_for)
{
    switch ((enum claim_waiting)claim_waiting_find(waiting_for)) {
    case CLAIM_WAITING_BUYER:
        return BUYER;
    case CLAIM_WAITING_MERCHANT:
        return MERCHANT;
    case CLAIM_WAITING_PLATFORM:
        return PLATFORM;
    case CLAIM_WAITING_PROVIDER:
        return PROVIDER;
    case CLAIM_WAITING_NOBODY:
    case CLAIM_WAITING_COUNT:
        break;
    }
    return OPEN;
}

static void rows_begin(struct report *report)
{
    for (int i = 0; i < STEPS; i++) {
        struct report_cell *row = report_row(report);
        row[FROM].number = steps[i];
        row[TO] = i + 1 < STEPS ? (struct report_cell){.number = steps[i + 1]} : (struct report_cell){.is_null = true};
    }
}

int report_age(struct report *report, struct error *error)
{
    rows_begin(report);
    for (int i = OPEN; i <= OVERDUE; i++)
        report->total[i].is_null = false;
    struct query *query = store_query(report->call->tx, QUERY_REPORT_AGE);
    query_bind_int(query, 1, report->call->now_us);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct report_cell *row = &report->cells[step_of(query_int(query, 0)) * report->column_count];
        int column = column_of(query_text(query, 1));
        int64_t count = query_int(query, 2), overdue = query_int(query, 3);
        row[OPEN].number += count;
        row[OVERDUE].number += overdue;
        report->total[OPEN].number += count;
        report->total[OVERDUE].number += overdue;
        if (column == OPEN)
            continue;
        row[column].number += count;
        report->total[column].number += count;
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}
