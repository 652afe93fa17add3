/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that are also offered as a table for spreadsheets. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"

/* A browser's own Accept names neither: what a page asks for stays JSON. */
static bool asks_for_table(const struct http_call *call)
{
    const char *accept = http_header_find(call, "Accept");
    return accept && strstr(accept, "text/csv") && !strstr(accept, "application/json");
}

int handle_table_begin(struct http_call *call, struct handle_table *ret, struct error *error)
{
    static const char *const formats[] = {"json", "csv", NULL};
    const char *cursor;
    int format;
    *ret = (struct handle_table){.table.json = call->json};
    if (http_query_choice(call, "format", formats, asks_for_table(call) ? 1 : 0, &format, error) < 0)
        return -1;
    int64_t most = format == 1 ? LIMIT_TABLE_ROWS : LIMIT_PAGE_ITEMS, usual = format == 1 ? LIMIT_TABLE_ROWS : 20;
    if (http_query_text(call, "cursor", SERVICE_CURSOR_BYTES - 1, "", &cursor, error) < 0 ||
        http_query_integer(call, "limit", 1, most, usual, &ret->page.limit, error) < 0)
        return -1;
    ret->page.cursor = text_of(cursor);
    if (format == 1) {
        buffer_init(&ret->out, LIMIT_RESPONSE_BYTES);
        csv_begin(&ret->csv, &ret->out);
        ret->table.csv = &ret->csv;
    }
    return 0;
}

int handle_table_end(struct http_call *call, struct handle_table *table, const char *name, int result,
                     struct error *error)
{
    if (!table->table.csv)
        return result;
    if (result == 0)
        result = buffer_check(&table->out, error);
    if (result == 0) {
        const char *file = arena_printf(call->arena, "attachment; filename=\"%s.csv\"", name);
        http_set_header(call, "Content-Disposition", file);
        if (table->table.next[0])
            http_set_header(call, "Shuntui-Next-Cursor", table->table.next);
        http_set_body(call, "text/csv; charset=utf-8", arena_copy_text(call->arena, buffer_text(&table->out)));
    }
    buffer_done(&table->out);
    return result;
}
