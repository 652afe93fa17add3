/* SPDX-License-Identifier: Apache-2.0 */
/* Reports for operators: each is a table with named columns and a sentence on how it is computed. */
#ifndef SHUNTUI_SERVICE_REPORT_H
#define SHUNTUI_SERVICE_REPORT_H

#include "market/market.h"
#include "service/service.h"
#include "service/view.h"

#define SERVICE_REPORT_DAYS_MAX 366

/* report: a wire name of reports.def. from and to: days in Beijing ("2026-11-24"), both inclusive, or empty for the last 30 days. Operators
 * only. Fails with NOT_FOUND, TIME_MALFORMED, QUERY_VALUE. */
struct service_report_asked {
    struct text report, from, to;
};
int service_report_write(struct service_call *call, const struct service_report_asked *asked, struct service_table *ret,
                         struct error *error);

/* ---- for the files of this folder ---- */
enum report_type {
    REPORT_TEXT,
    REPORT_DATE,
    REPORT_INTEGER,
    REPORT_PER_MILLE,
    REPORT_SECONDS,
    REPORT_MONEY,
    REPORT_CODE,
    REPORT_ID,
    REPORT_BOOLEAN
};
#define REPORT_COLUMNS_MAX 16
struct report_cell {
    bool is_null;
    int64_t number;   /* of every type but those of text */
    struct text text; /* in the call's arena */
};
struct report {
    struct service_call *call;
    int64_t from_us, until_us;                  /* until is the first instant after */
    char from_id[ID_BYTES], until_id[ID_BYTES]; /* of claims; other types differ in the prefix only */
    int column_count;
    struct report_cell *cells; /* row by row */
    int64_t row_count;
    bool has_total;
    struct report_cell total[REPORT_COLUMNS_MAX]; /* null until set */
};
/* The cells of a new last row, all zero. At most LIMIT_TABLE_ROWS rows are kept: more return a row that is not shown. */
struct report_cell *report_row(struct report *report);
void report_id(const struct report *report, const char *prefix, bool until, char ret[static ID_BYTES]);

int report_inflow(struct report *report, struct error *error);
int report_age(struct report *report, struct error *error);
int report_outcomes(struct report *report, struct error *error);
int report_decision_time(struct report *report, struct error *error);
int report_merchants(struct report *report, struct error *error);

#endif
