/* SPDX-License-Identifier: Apache-2.0 */
/* Counting cards, joining imports to batches, and taking a batch off sale. */
#include "service/shop/batch.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "market/market.h"
#include "service/internal.h"
#include "service/shop/batch_view.h"

#define NAMES_OF_A_DAY_MAX 99

/* ---- counts ---- */

int service_stock_upto(struct service_call *call, struct text product_id, int64_t *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_STOCK_UPTO);
    query_bind_text(query, 1, product_id);
    query_bind_int(query, 2, SERVICE_STOCK_SHOWN_MAX);
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int64_t *count_of(struct service_card_counts *counts, enum card_state state)
{
    switch (state) {
    case CARD_STATE_STOCK:
        return &counts->stock;
    case CARD_STATE_RESERVED:
        return &counts->reserved;
    case CARD_STATE_SEALED:
        return &counts->sealed;
    case CARD_STATE_REVEALED:
        return &counts->revealed;
    case CARD_STATE_REDEEMED:
        return &counts->redeemed;
    case CARD_STATE_REVOKED:
    case CARD_STATE_COUNT:
        break;
    }
    return &counts->revoked;
}

int service_card_counts_read(struct query *query, struct service_card_counts *ret, struct error *error)
{
    int step;
    *ret = (struct service_card_counts){.stock = 0};
    while ((step = query_step(query, error)) == 1) {
        enum card_state state = (enum card_state)card_state_find(query_text(query, 0));
        bool frozen = query_int(query, 1) != 0;
        int64_t count = query_int(query, 2);
        if (frozen && state == CARD_STATE_STOCK)
            ret->frozen += count;
        else
            *count_of(ret, state) += count;
        /* A card that an order held is never marked: the mark of a revoked one is that of the recall. */
        if (frozen && state == CARD_STATE_REVOKED)
            ret->recalled += count;
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_card_counts_load(struct service_call *call, struct text product_id, struct service_card_counts *ret,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_COUNTS);
    query_bind_text(query, 1, product_id);
    return service_card_counts_read(query, ret, error);
}

void service_card_counts_write(struct json_writer *writer, const char *key, const struct service_card_counts *counts)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "stock", counts->stock);
    json_member_integer(writer, "frozen", counts->frozen);
    json_member_integer(writer, "reserved", counts->reserved);
    json_member_integer(writer, "sealed", counts->sealed);
    json_member_integer(writer, "revealed", counts->revealed);
    json_member_integer(writer, "redeemed", counts->redeemed);
    json_member_integer(writer, "revoked", counts->revoked);
    json_object_end(writer);
}

/* ---- imports ---- */

struct found {
    char id[ID_BYTES];
    bool exists, is_frozen, is_recalled;
};

static int named_find(struct service_call *call, struct text product_id, struct text name, struct found *ret,
                      struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_NAMED);
    query_bind_text(query, 1, product_id);
    query_bind_text(query, 2, name);
    int step = query_step(query, error);
    *ret = (struct found){.exists = step == 1};
    if (step == 1) {
        service_id_copy(ret->id, query_text(query, 0));
        ret->is_frozen = text_is(query_text(query, 1), "frozen");
        ret->is_recalled = text_is(query_text(query, 1), "recalled");
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* The day, or the day with a number when what was imported on it was recalled. */
static int day_find(struct service_call *call, struct text product_id, struct text *ret_name, struct found *ret,
                    struct error *error)
{
    char day[TIME_DAY_TEXT_BYTES];
    time_day_format(call->now_us, day);
    for (int i = 1; i <= NAMES_OF_A_DAY_MAX; i++) {
        *ret_name =
            text_of(i == 1 ? arena_copy(call->arena, text_of(day)) : arena_printf(call->arena, "%s %d", day, i));
        if (named_find(call, product_id, *ret_name, ret, error) < 0)
            return -1;
        if (!ret->is_recalled)
            return 0;
    }
    return 0;
}

static int batch_add(struct service_call *call, struct text product_id, struct text merchant_id, struct text name,
                     char ret_id[static ID_BYTES], struct error *error)
{
    id_make(ret_id, "bat_", call->now_us, call->service->random);
    struct query *query = store_query(call->tx, QUERY_BATCH_ADD);
    query_bind_string(query, 1, ret_id);
    query_bind_text(query, 2, product_id);
    query_bind_text(query, 3, merchant_id);
    query_bind_text(query, 4, name);
    query_bind_int(query, 5, call->now_us);
    return query_run(query, error);
}

/* What a later import says of the source takes the place of what was said; costs add up. */
static int batch_note(struct service_call *call, const char *batch_id, const struct service_batch_named *in,
                      struct error *error)
{
    if (!in->source.length && !in->has_cost)
        return 0;
    struct query *query = store_query(call->tx, QUERY_BATCH_NOTE);
    query_bind_string(query, 1, batch_id);
    query_bind_text(query, 2, in->source);
    query_bind_int_or_null(query, 3, in->cost, !in->has_cost);
    return query_run(query, error);
}

int service_batch_join(struct service_call *call, struct text product_id, struct text merchant_id,
                       const struct service_batch_named *in, struct service_batch_joined *ret, struct error *error)
{
    struct found found;
    struct text name = in->name;
    if ((name.length ? named_find(call, product_id, name, &found, error)
                     : day_find(call, product_id, &name, &found, error)) < 0)
        return -1;
    if (found.is_recalled) {
        error_set(error, ERROR_FIELD_VALUE, "the batch of this name was recalled");
        error_hint(error, "import under another name");
        return error_at(error, "/batch/name");
    }
    *ret = (struct service_batch_joined){.name = name, .is_frozen = found.is_frozen};
    memcpy(ret->id, found.id, sizeof ret->id);
    if (!found.exists && batch_add(call, product_id, merchant_id, name, ret->id, error) < 0)
        return -1;
    return batch_note(call, ret->id, in, error);
}

int service_batch_import_add(struct service_call *call, const char *batch_id, int64_t leaf_index, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_IMPORT_ADD);
    query_bind_int(query, 1, leaf_index);
    query_bind_string(query, 2, batch_id);
    query_bind_int(query, 3, call->now_us);
    return query_run(query, error);
}

/* ---- off sale ---- */

struct change {
    const char *action, *from, *to; /* from NULL: any but recalled */
    enum query_id cards;
};
static const struct change changes[] = {
    {"freeze", "active", "frozen", QUERY_BATCH_CARDS_FREEZE},
    {"release", "frozen", "active", QUERY_BATCH_CARDS_RELEASE},
    {"recall", NULL, "recalled", QUERY_BATCH_CARDS_RECALL},
};

static const struct change *change_find(struct text action)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (text_is(action, changes[i].action))
            return &changes[i];
    return NULL;
}

static bool change_fits(const struct change *change, struct text state)
{
    return change->from ? text_is(state, change->from) : !text_is(state, "recalled");
}

void service_batch_actions_write(struct json_writer *writer, struct text state)
{
    json_key(writer, "actions");
    json_array_begin(writer);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (change_fits(&changes[i], state))
            json_add_string(writer, changes[i].action);
    json_array_end(writer);
}

/* A recall makes cards worthless, and so it is recorded where they were committed to. */
static int recall_log(struct service_call *call, const char *batch_id, struct text product_id, int64_t cards,
                      struct text reason, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 4096);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_string(&writer, "batch", batch_id);
    json_member_integer(&writer, "cards", cards);
    json_member_string(&writer, "format", "shuntui-stock-recall-1");
    json_member_text(&writer, "product", product_id);
    json_member_text(&writer, "reason", reason);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {
        .subject = product_id, .kind = EVIDENCE_KIND_STOCK_REVOKED, .item = buffer_text(&item), .source = "merchant"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}

static int cards_change(struct service_call *call, const struct change *change, const struct service_batch *batch,
                        int64_t *ret_count, struct error *error)
{
    struct query *query = store_query(call->tx, change->cards);
    query_bind_string(query, 1, batch->id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    *ret_count = query_changes(call->tx);
    if (change->cards != QUERY_BATCH_CARDS_RECALL)
        return 0;
    /* What an unpaid order holds comes back marked, or goes to its buyer. */
    query = store_query(call->tx, QUERY_BATCH_CARDS_FREEZE);
    query_bind_string(query, 1, batch->id);
    query_bind_int(query, 2, call->now_us);
    return query_run(query, error);
}

static int state_set(struct service_call *call, const char *batch_id, const char *state, struct text reason,
                     struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_STATE);
    query_bind_string(query, 1, batch_id);
    query_bind_string(query, 2, state);
    query_bind_text(query, 3, reason);
    query_bind_int(query, 4, call->now_us);
    return query_run(query, error);
}

int service_batch_change(struct service_call *call, struct text batch_id, struct text action, struct text reason,
                         struct json_writer *ret, struct error *error)
{
    struct service_batch batch;
    int64_t cards;
    const struct change *change = change_find(action);
    if (service_batch_load(call, batch_id, &batch, error) < 0)
        return -1;
    if (!change) {
        error_set(error, ERROR_FIELD_VALUE, "a batch is frozen, released or recalled");
        return error_at(error, "/action");
    }
    if (!change_fits(change, text_of(batch.state))) {
        error_set(error, ERROR_CARD_STATE, "the batch is %s", batch.state);
        return error_hint(error, "its \"actions\" lists what can be done with it now");
    }
    if (cards_change(call, change, &batch, &cards, error) < 0 ||
        state_set(call, batch.id, change->to, reason, error) < 0)
        return -1;
    if (change->cards == QUERY_BATCH_CARDS_RECALL &&
        recall_log(call, batch.id, text_of(batch.product_id), cards, reason, error) < 0)
        return -1;
    return service_batch_write(call, batch_id, ret, error);
}
