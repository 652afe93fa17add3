/* SPDX-License-Identifier: Apache-2.0 */
/* How claims ended, by the clause that governed. */
#include "claim/claim.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/reports/report.h"
#include "service/rows.h"

enum {
    POLICY,
    CLAUSE,
    TITLE_ZH,
    TITLE_EN,
    CLOSED,
    REFUNDED,
    PART_REFUNDED,
    REFUSED,
    REPLACED,
    WITHDRAWN,
    LAPSED,
    AMOUNT
};

static int column_of(struct text outcome)
{
    switch ((enum claim_outcome)claim_outcome_find(outcome)) {
    case CLAIM_OUTCOME_REFUNDED:
        return REFUNDED;
    case CLAIM_OUTCOME_PART_REFUNDED:
        return PART_REFUNDED;
    case CLAIM_OUTCOME_REFUSED:
        return REFUSED;
    case CLAIM_OUTCOME_REPLACED:
        return REPLACED;
    case CLAIM_OUTCOME_WITHDRAWN:
        return WITHDRAWN;
    case CLAIM_OUTCOME_LAPSED:
        return LAPSED;
    case CLAIM_OUTCOME_NONE:
    case CLAIM_OUTCOME_COUNT:
        break;
    }
    return CLOSED;
}

/* By any version of that name: a clause that kept its id kept what it is about. */
static int title_read(struct report *report, struct text policy_id, struct report_cell *row, struct error *error)
{
    const struct policy *policy;
    if (service_policy_get(report->call, policy_id, &policy, error) < 0)
        return -1;
    int clause = row[CLAUSE].text.length ? policy_clause_find(policy, row[CLAUSE].text) : -1;
    row[TITLE_ZH].is_null = row[TITLE_EN].is_null = clause < 0;
    if (clause < 0)
        return 0;
    row[TITLE_ZH].text = text_of(policy_clause_title(policy, clause, POLICY_LANGUAGE_ZH));
    row[TITLE_EN].text = text_of(policy_clause_title(policy, clause, POLICY_LANGUAGE_EN));
    return 0;
}

static bool same_row(const struct report_cell *row, struct query *query)
{
    return row && text_equal(row[POLICY].text, query_text(query, 0)) &&
           text_equal(row[CLAUSE].text, query_text(query, 1));
}

static void row_add(struct report *report, struct report_cell *row, struct query *query)
{
    int column = column_of(query_text(query, 2));
    int64_t count = query_int(query, 3), amount = query_int(query, 4);
    row[CLOSED].number += count;
    row[AMOUNT].number += amount;
    report->total[CLOSED].number += count;
    report->total[AMOUNT].number += amount;
    if (column == CLOSED)
        return;
    row[column].number += count;
    report->total[column].number += count;
}

int report_outcomes(struct report *report, struct error *error)
{
    struct report_cell *row = NULL;
    for (int i = CLOSED; i <= AMOUNT; i++)
        report->total[i].is_null = false;
    struct query *query = store_query(report->call->tx, QUERY_REPORT_OUTCOMES);
    query_bind_int(query, 1, report->from_us);
    query_bind_int(query, 2, report->until_us);
    int step;
    while ((step = query_step(query, error)) == 1) {
        if (!same_row(row, query)) {
            row = report_row(report);
            row[POLICY].text = arena_copy_text(report->call->arena, query_text(query, 0));
            row[CLAUSE].text = arena_copy_text(report->call->arena, query_text(query, 1));
            if (title_read(report, query_text(query, 5), row, error) < 0)
                return -1;
        }
        row_add(report, row, query);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}
