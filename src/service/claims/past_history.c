/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log tells of an order's past where a row only has the latest state: reveals, redemption reports, findings and judgements.
 * An item that was erased leaves a gap: then nobody can say.
 */
#include "service/claims/past_history.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "service/internal.h"

#define ITEM_BYTES_MAX (64 * 1024)

static struct text string_of(struct arena *arena, const struct json *object, const char *key)
{
    const struct json *value = json_find(object, key);
    return value && json_kind(value) == JSON_STRING ? arena_copy_text(arena, json_string(value))
                                                    : (struct text){NULL, 0};
}

static void entry_read(struct arena *arena, struct text kind, const struct json *item, struct past_entry *ret)
{
    const struct json *alarm = json_find(item, "alarm");
    *ret = (struct past_entry){
        .kind = text_is(kind, "redeem_check")   ? PAST_REPORT
                : text_is(kind, "human_review") ? PAST_FINDING
                                                : PAST_REVEAL,
        .subject = string_of(arena, item, text_is(kind, "human_review") ? "finding" : "card"),
        .value = string_of(arena, item, text_is(kind, "human_review") ? "value" : "status"),
        .claim_id = string_of(arena, item, "claim"),
        .alarm = alarm && json_kind(alarm) == JSON_BOOLEAN && json_boolean(alarm),
    };
    struct text at = string_of(arena, item, "at");
    if (at.length && time_parse(at, &ret->at_us, NULL) < 0)
        ret->at_us = 0;
}

static struct past_entry *entry_add(struct past_history *history, struct arena *arena)
{
    if (history->count == history->room) {
        history->room = history->room ? 2 * history->room : 8;
        struct past_entry *entries = arena_new_array(arena, struct past_entry, history->room);
        if (history->count)
            memcpy(entries, history->entries, history->count * sizeof *entries);
        history->entries = entries;
    }
    return &history->entries[history->count++];
}

int past_history_load(struct service_call *call, const struct service_past *past, struct past_history *history,
                      struct error *error)
{
    if (history->loaded)
        return 0;
    history->loaded = true;
    struct query *query = store_query(call->tx, QUERY_PAST_HISTORY);
    query_bind_text(query, 1, past->order_id);
    query_bind_int(query, 2, past->leaf);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct json *item = NULL;
        if (json_parse(query_blob(query, 1), ITEM_BYTES_MAX, &item, NULL) == 0 && json_kind(item) == JSON_OBJECT)
            entry_read(call->arena, query_text(query, 0), item, entry_add(history, call->arena));
        else
            history->has_gap = true;
        json_free(item);
    }
    query_end(query);
    return step;
}

const struct past_entry *past_history_finding(const struct past_history *history, const struct service_past *past,
                                              struct text subject)
{
    for (size_t i = history->count; i > 0; i--) {
        const struct past_entry *entry = &history->entries[i - 1];
        if (entry->kind == PAST_FINDING && text_equal(entry->subject, subject) &&
            text_equal(entry->claim_id, past->claim_id))
            return entry;
    }
    return NULL;
}
