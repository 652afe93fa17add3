/* SPDX-License-Identifier: Apache-2.0 */
/* What all reports share: the time that they are of, rows and cells, and the two forms in which they leave. */
#include "service/reports/report.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"
#include "service/shop/figures.h"

#define DAYS_USUAL 30
#define DAY_US (TIME_DAY_S * TIME_SECOND_US)

struct column {
    int report;
    const char *name;
    enum report_type type;
    const char *en, *zh;
};
enum report_name {
#define REPORT(name, ...) REPORT_##name##_ROWS,
#include "service/reports/reports.def"
    REPORT_COUNT
};
static const struct column columns[] = {
#define REPORT_COLUMN(report, name, type, en, zh) {REPORT_##report##_ROWS, name, REPORT_##type, en, zh},
#include "service/reports/reports.def"
};
#define COLUMNS (sizeof columns / sizeof columns[0])
static const struct about {
    const char *wire;
    bool by_day;
    const char *title_en, *title_zh, *method_en, *method_zh;
} reports[] = {
#define REPORT(name, wire, by_day, title_en, title_zh, method_en, method_zh)                                           \
    {wire, by_day, title_en, title_zh, method_en, method_zh},
#include "service/reports/reports.def"
};
static int (*const makers[REPORT_COUNT])(struct report *report, struct error *error) = {
    [REPORT_INFLOW_ROWS] = report_inflow,       [REPORT_AGE_ROWS] = report_age,
    [REPORT_OUTCOMES_ROWS] = report_outcomes,   [REPORT_DECISION_TIME_ROWS] = report_decision_time,
    [REPORT_MERCHANTS_ROWS] = report_merchants,
};
static const char *const type_words[] = {
    [REPORT_TEXT] = "text",           [REPORT_DATE] = "date",       [REPORT_INTEGER] = "integer",
    [REPORT_PER_MILLE] = "per_mille", [REPORT_SECONDS] = "seconds", [REPORT_MONEY] = "money",
    [REPORT_CODE] = "code",           [REPORT_ID] = "id",           [REPORT_BOOLEAN] = "boolean",
};

/* ---- rows ---- */

struct report_cell *report_row(struct report *report)
{
    if (report->row_count < LIMIT_TABLE_ROWS)
        return &report->cells[report->row_count++ * report->column_count];
    return arena_new_array(report->call->arena, struct report_cell, (size_t)report->column_count);
}

void report_id(const struct report *report, const char *prefix, bool until, char ret[static ID_BYTES])
{
    service_id_since(ret, prefix, until ? report->until_us : report->from_us);
}

/* ---- the time ---- */

static int day_read(struct text day, const char *name, int64_t *ret, struct error *error)
{
    return time_day_parse(day, ret, error) < 0 ? error_at(error, "query %s", name) : 0;
}

static int time_read(struct report *report, const struct service_report_asked *asked, struct error *error)
{
    char today[TIME_DAY_TEXT_BYTES];
    int64_t last;
    struct text to = asked->to.length ? asked->to : text_of(time_day_format(report->call->now_us, today));
    if (day_read(to, "to", &last, error) < 0)
        return -1;
    report->until_us = last + DAY_US;
    report->from_us = last - (DAYS_USUAL - 1) * DAY_US;
    if (asked->from.length && day_read(asked->from, "from", &report->from_us, error) < 0)
        return -1;
    if (report->from_us <= last && (report->until_us - report->from_us) / DAY_US <= SERVICE_REPORT_DAYS_MAX)
        return 0;
    error_set(error, ERROR_QUERY_VALUE, "a report is of 1 to %d days", SERVICE_REPORT_DAYS_MAX);
    return error_at(error, "query from");
}

static bool is_text(enum report_type type)
{
    return type == REPORT_TEXT || type == REPORT_DATE || type == REPORT_CODE || type == REPORT_ID;
}

/* ---- JSON ---- */

static void cell_json(struct json_writer *writer, enum report_type type, const struct report_cell *cell)
{
    if (cell->is_null)
        json_add_null(writer);
    else if (is_text(type))
        json_add_text(writer, cell->text);
    else if (type == REPORT_BOOLEAN)
        json_add_boolean(writer, cell->number != 0);
    else
        json_add_integer(writer, cell->number);
}

static void row_json(struct json_writer *writer, const struct column *first, int count, const struct report_cell *cells)
{
    json_array_begin(writer);
    for (int i = 0; i < count; i++)
        cell_json(writer, first[i].type, &cells[i]);
    json_array_end(writer);
}

static void columns_json(struct json_writer *writer, const struct column *first, int count)
{
    json_key(writer, "columns");
    json_array_begin(writer);
    for (int i = 0; i < count; i++) {
        json_object_begin(writer);
        json_member_string(writer, "name", first[i].name);
        json_member_string(writer, "type", type_words[first[i].type]);
        json_member_string(writer, "label_en", first[i].en);
        json_member_string(writer, "label_zh", first[i].zh);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void day_member(struct json_writer *writer, const char *key, bool by_day, int64_t at_us)
{
    char day[TIME_DAY_TEXT_BYTES];
    json_member_string(writer, key, by_day ? time_day_format(at_us, day) : NULL);
}

static void report_json(const struct report *report, const struct about *about, const struct column *first,
                        struct json_writer *writer)
{
    json_object_begin(writer);
    json_member_string(writer, "report", about->wire);
    service_view_words(writer, "title", about->title_zh, about->title_en);
    service_view_words(writer, "method", about->method_zh, about->method_en);
    day_member(writer, "from", about->by_day, report->from_us);
    day_member(writer, "to", about->by_day, report->until_us - DAY_US);
    json_member_string(writer, "currency", SERVICE_CURRENCY_USUAL);
    columns_json(writer, first, report->column_count);
    json_key(writer, "rows");
    json_array_begin(writer);
    for (int64_t i = 0; i < report->row_count; i++)
        row_json(writer, first, report->column_count, &report->cells[i * report->column_count]);
    json_array_end(writer);
    json_key(writer, "total");
    if (report->has_total)
        row_json(writer, first, report->column_count, report->total);
    else
        json_add_null(writer);
    json_object_end(writer);
}

/* ---- a table for spreadsheets ---- */

static void cell_csv(struct csv *csv, enum report_type type, const struct report_cell *cell)
{
    if (cell->is_null)
        csv_string(csv, NULL);
    else if (is_text(type))
        csv_text(csv, cell->text);
    else if (type == REPORT_MONEY)
        csv_money(csv, cell->number, SERVICE_CURRENCY_USUAL);
    else
        csv_integer(csv, cell->number);
}

static void row_csv(struct csv *csv, const struct column *first, int count, const struct report_cell *cells)
{
    for (int i = 0; i < count; i++)
        cell_csv(csv, first[i].type, &cells[i]);
    csv_line_end(csv);
}

static void report_csv(const struct report *report, const struct column *first, struct csv *csv)
{
    for (int i = 0; i < report->column_count; i++)
        csv_string(csv, first[i].name);
    csv_line_end(csv);
    for (int64_t i = 0; i < report->row_count; i++)
        row_csv(csv, first, report->column_count, &report->cells[i * report->column_count]);
}

/* ---- */

static int report_find(struct text wire)
{
    for (int i = 0; i < REPORT_COUNT; i++)
        if (text_is(wire, reports[i].wire))
            return i;
    return -1;
}

static const struct column *columns_of(int name, int *ret_count)
{
    const struct column *first = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].report == name) {
            first = first ? first : &columns[i];
            ++*ret_count;
        }
    return first;
}

int service_report_write(struct service_call *call, const struct service_report_asked *asked, struct service_table *ret,
                         struct error *error)
{
    struct report report = {.call = call, .has_total = true};
    int name = report_find(asked->report);
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator reads reports");
    if (name < 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such report");
    if (time_read(&report, asked, error) < 0)
        return -1;
    const struct column *first = columns_of(name, &report.column_count);
    report.cells =
        arena_new_array(call->arena, struct report_cell, (size_t)LIMIT_TABLE_ROWS * (size_t)report.column_count);
    for (int i = 0; i < REPORT_COLUMNS_MAX; i++)
        report.total[i].is_null = true;
    report_id(&report, "clm_", false, report.from_id);
    report_id(&report, "clm_", true, report.until_id);
    if (makers[name](&report, error) < 0)
        return -1;
    if (ret->csv)
        report_csv(&report, first, ret->csv);
    else
        report_json(&report, &reports[name], first, ret->json);
    return 0;
}
