/* SPDX-License-Identifier: Apache-2.0 */
/* How long it took to a decision. */
#include <stdlib.h>

#include "claim/claim.h"
#include "service/internal.h"
#include "service/reports/report.h"

#define DECISIONS_MAX 400000 /* the newest of the time: three megabytes of durations */

enum { BASIS, DECISIONS, MEDIAN, P90, LONGEST };

static int shortest_first(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The smallest duration that at least this share of all does not exceed. */
static int64_t percentile(const int64_t *sorted, int64_t count, int64_t percent)
{
    int64_t rank = (count * percent + 99) / 100;
    return sorted[rank > 0 ? rank - 1 : 0];
}

static void cells_fill(struct report_cell *row, int64_t *durations, int64_t count)
{
    row[DECISIONS] = (struct report_cell){.number = count};
    for (int i = MEDIAN; i <= LONGEST; i++)
        row[i].is_null = count == 0;
    if (count == 0)
        return;
    qsort(durations, (size_t)count, sizeof durations[0], shortest_first);
    row[MEDIAN].number = percentile(durations, count, 50);
    row[P90].number = percentile(durations, count, 90);
    row[LONGEST].number = durations[count - 1];
}

/* Durations of one basis, or of all when basis is NULL; returns the number, -1 on failure. */
static int64_t durations_read(struct report *report, const char *basis, int64_t *ret, struct error *error)
{
    char from[ID_BYTES], until[ID_BYTES];
    report_id(report, "dec_", false, from);
    report_id(report, "dec_", true, until);
    struct query *query = store_query(report->call->tx, QUERY_REPORT_DECISIONS);
    query_bind_string(query, 1, from);
    query_bind_string(query, 2, until);
    query_bind_string(query, 3, basis);
    query_bind_int(query, 4, DECISIONS_MAX);
    int64_t count = 0;
    int step;
    while ((step = query_step(query, error)) == 1)
        ret[count++] = query_int(query, 0) / TIME_SECOND_US;
    query_end(query);
    return step < 0 ? -1 : count;
}

int report_decision_time(struct report *report, struct error *error)
{
    int64_t *durations = arena_alloc_array(report->call->arena, DECISIONS_MAX, sizeof(int64_t));
    int64_t *all = arena_alloc_array(report->call->arena, DECISIONS_MAX, sizeof(int64_t)), total = 0;
    for (int basis = CLAIM_BASIS_NONE + 1; basis < CLAIM_BASIS_COUNT; basis++) {
        const char *wire = claim_basis_word((enum claim_basis)basis)->wire;
        int64_t count = durations_read(report, wire, durations, error);
        if (count < 0)
            return -1;
        for (int64_t i = 0; i < count && total < DECISIONS_MAX; i++)
            all[total++] = durations[i];
        struct report_cell *row = report_row(report);
        row[BASIS].text = text_of(wire);
        cells_fill(row, durations, count);
    }
    cells_fill(report->total, all, total);
    return 0;
}
