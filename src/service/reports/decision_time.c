/* SPDX-License-Identifier: Apache-2.0 */
/* How long it took to a decision. */
#include <stdlib.h>

#include "claim/claim.h"
#include "service/internal.h"
#include "service/reports/report.h"

#define DECISIONS_MAX 400000 /* the newest of the time: what the memory of one request holds */

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

struct decision {
    int basis;
    int64_t duration_s;
};

/* One walk over the decisions of the time; returns their number, -1 on failure. */
static int64_t decisions_read(struct report *report, struct decision *ret, struct error *error)
{
    char from[ID_BYTES], until[ID_BYTES];
    report_id(report, "dec_", false, from);
    report_id(report, "dec_", true, until);
    struct query *query = store_query(report->call->tx, QUERY_REPORT_DECISIONS);
    query_bind_string(query, 1, from);
    query_bind_string(query, 2, until);
    query_bind_int(query, 3, DECISIONS_MAX);
    int64_t count = 0;
    int step;
    while ((step = query_step(query, error)) == 1)
        ret[count++] = (struct decision){claim_basis_find(query_text(query, 0)), query_int(query, 1) / TIME_SECOND_US};
    query_end(query);
    return step < 0 ? -1 : count;
}

/* The durations of one basis, or of all for CLAIM_BASIS_NONE. */
static int64_t gather(const struct decision *decisions, int64_t count, int basis, int64_t *ret)
{
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++)
        if (basis == CLAIM_BASIS_NONE || decisions[i].basis == basis)
            ret[found++] = decisions[i].duration_s;
    return found;
}

int report_decision_time(struct report *report, struct error *error)
{
    struct arena *arena = report->call->arena;
    struct decision *decisions = arena_alloc_array(arena, DECISIONS_MAX, sizeof *decisions);
    int64_t count = decisions_read(report, decisions, error);
    if (count < 0)
        return -1;
    int64_t *durations = arena_alloc_array(arena, (size_t)count + 1, sizeof *durations);
    for (int basis = CLAIM_BASIS_NONE + 1; basis < CLAIM_BASIS_COUNT; basis++) {
        struct report_cell *row = report_row(report);
        row[BASIS].text = text_of(claim_basis_word((enum claim_basis)basis)->wire);
        cells_fill(row, durations, gather(decisions, count, basis, durations));
    }
    cells_fill(report->total, durations, gather(decisions, count, CLAIM_BASIS_NONE, durations));
    return 0;
}
