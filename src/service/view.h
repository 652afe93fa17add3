/* SPDX-License-Identifier: Apache-2.0 */
/* What views share: money and lists with cursors. Every list is in time order of the ids, newest first. */
#ifndef SHUNTUI_SERVICE_VIEW_H
#define SHUNTUI_SERVICE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

struct error;

/* "key":{"amount":minor,"currency":"CNY"} */
void service_view_money(struct json_writer *writer, const char *key, int64_t amount, const char *currency);
/* "key":{"en":…,"zh":…} */
void service_view_words(struct json_writer *writer, const char *key, const char *zh, const char *en);
/* The same for a column that may be NULL. */
void service_view_text_or_null(struct json_writer *writer, const char *key, struct text value);

/* One page: items after `cursor` (the last id of the page before; empty for the first page), at most `limit`. */
struct service_page {
    struct text cursor;
    int64_t limit; /* 1 … LIMIT_PAGE_ITEMS; of a table for a spreadsheet LIMIT_TABLE_ROWS */
};
/* What a query is to compare ids with: below every id of the pages before. */
struct text service_page_before(const struct service_page *page);
/* The same for lists whose cursor is a number. Fails with QUERY_VALUE. */
int service_page_number(const struct service_page *page, int64_t *ret, struct error *error);

/* Writes {"items":[…],"next_cursor":…}. A query asks for limit + 1 rows; service_list_take says whether this row is still
 * on the page, and is to be called once for each row until it says no. Without a writer only the rows are counted: for a table. */
#define SERVICE_CURSOR_BYTES 64 /* a number and an id */
struct service_list {
    struct json_writer *writer;
    int64_t limit, count;
    char last[SERVICE_CURSOR_BYTES];
    bool has_more;
};
void service_list_begin(struct service_list *list, struct json_writer *writer, const struct service_page *page);
bool service_list_take(struct service_list *list, struct text id);
void service_list_end(struct service_list *list);

/* Where a list goes: into JSON, or, when csv is set, into a table whose names the list writes first. next is then what a JSON list
 * says as next_cursor; empty at the end. */
struct service_table {
    struct json_writer *json;
    struct csv *csv;
    char next[SERVICE_CURSOR_BYTES];
};

#endif
