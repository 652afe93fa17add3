/* SPDX-License-Identifier: Apache-2.0 */
/* Money and lists as JSON, the same in every view. */
#include "service/view.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"

void service_view_money(struct json_writer *writer, const char *key, int64_t amount, const char *currency)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "amount", amount);
    json_member_string(writer, "currency", currency);
    json_object_end(writer);
}

void service_view_words(struct json_writer *writer, const char *key, const char *zh, const char *en)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_string(writer, "en", en);
    json_member_string(writer, "zh", zh);
    json_object_end(writer);
}

void service_view_text_or_null(struct json_writer *writer, const char *key, struct text value)
{
    if (value.length) {
        json_member_text(writer, key, value);
        return;
    }
    json_key(writer, key);
    json_add_null(writer);
}

struct text service_page_before(const struct service_page *page)
{
    /* Ids are lower-case letters, digits and '_': '~' stands above all of them. */
    return page->cursor.length ? page->cursor : TEXT_LITERAL("~");
}

int service_page_number(const struct service_page *page, int64_t *ret, struct error *error)
{
    if (page->cursor.length == 0) {
        *ret = INT64_MAX;
        return 0;
    }
    if (text_to_int64(page->cursor, ret, NULL) == 0)
        return 0;
    error_set(error, ERROR_QUERY_VALUE, "this is not a cursor of this list");
    error_at(error, "query cursor");
    return error_hint(error, "send next_cursor of the page before, or none");
}

void service_list_begin(struct service_list *list, struct json_writer *writer, const struct service_page *page)
{
    assert(page->limit > 0 && page->limit <= (writer ? LIMIT_PAGE_ITEMS : LIMIT_TABLE_ROWS));
    *list = (struct service_list){.writer = writer, .limit = page->limit};
    if (!writer)
        return;
    json_object_begin(writer);
    json_key(writer, "items");
    json_array_begin(writer);
}

bool service_list_take(struct service_list *list, struct text id)
{
    assert(!list->has_more);
    if (list->count == list->limit) {
        list->has_more = true;
        return false;
    }
    assert(id.length < sizeof list->last);
    memcpy(list->last, id.data, id.length);
    list->last[id.length] = 0;
    list->count++;
    return true;
}

void service_list_end(struct service_list *list)
{
    if (!list->writer)
        return;
    json_array_end(list->writer);
    service_view_text_or_null(list->writer, "next_cursor",
                              list->has_more ? text_of(list->last) : (struct text){NULL, 0});
    json_object_end(list->writer);
}
