/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches for the desk of their merchant. The rate of faults is of delivered cards, with its interval: two bad cards of three are a worry,
 * twenty of thirty are a bad batch. Faults are counted in one walk over the newest claims, for however many batches are on the page.
 */
#include "service/shop/batch_view.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/shop/figures.h"

#define FAULTS_BATCHES_MAX 1000
#define LARGE_CARDS 1000           /* delivered ones of batches with faults */
#define BAD_DELIVERED_LEAST 10     /* fewer say nothing of a batch */
#define BAD_LOW_PER_MILLE_LEAST 30 /* even at the low end of the interval more than three in a hundred are bad */

struct fault {
    char batch_id[ID_BYTES];
    int64_t cards;
};
struct faults {
    struct fault *items;
    size_t count;
};

static int faults_load(struct service_call *call, struct faults *ret, struct error *error)
{
    ret->items = arena_new_array(call->arena, struct fault, FAULTS_BATCHES_MAX);
    ret->count = 0;
    struct query *query = store_query(call->tx, QUERY_BATCH_FAULTS);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_int(query, 2, FAULTS_BATCHES_MAX);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct fault *fault = &ret->items[ret->count++];
        service_id_copy(fault->batch_id, query_text(query, 0));
        fault->cards = query_int(query, 1);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int64_t faults_of(const struct faults *faults, const char *batch_id)
{
    for (size_t i = 0; i < faults->count; i++)
        if (strcmp(faults->items[i].batch_id, batch_id) == 0)
            return faults->items[i].cards;
    return 0;
}

static int counts_load(struct service_call *call, const struct service_batch *batch, struct service_card_counts *ret,
                       struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_COUNTS);
    query_bind_string(query, 1, batch->id);
    return service_card_counts_read(query, ret, error);
}

static int64_t delivered_of(const struct service_card_counts *counts)
{
    return counts->sealed + counts->revealed + counts->redeemed + counts->revoked - counts->recalled;
}

static void rate_of(int64_t faults, const struct service_card_counts *counts, struct market_rate *ret)
{
    int64_t delivered = delivered_of(counts);
    market_rate(faults < delivered ? faults : delivered, delivered, ret);
}

/* ---- one batch ---- */

/* Columns of BATCH_ROW in store/queries.def. */
static void batch_read(struct service_call *call, struct query *query, struct service_batch *ret)
{
    *ret = (struct service_batch){.name = arena_copy_text(call->arena, query_text(query, 2)),
                                  .source = arena_copy_text(call->arena, query_text(query, 3)),
                                  .has_cost = !query_is_null(query, 4),
                                  .cost = query_int(query, 4),
                                  .state_reason = arena_copy_text(call->arena, query_text(query, 6)),
                                  .state_at = query_int(query, 7),
                                  .title = arena_copy_text(call->arena, query_text(query, 8)),
                                  .imports = query_int(query, 10),
                                  .first_at = query_int(query, 11),
                                  .last_at = query_int(query, 12)};
    struct text state = query_text(query, 5), currency = query_text(query, 9);
    service_id_copy(ret->id, query_text(query, 0));
    service_id_copy(ret->product_id, query_text(query, 1));
    memcpy(ret->state, state.data, state.length < sizeof ret->state ? state.length : sizeof ret->state - 1);
    if (currency.length == 3)
        memcpy(ret->currency, currency.data, 3);
}

int service_batch_load(struct service_call *call, struct text batch_id, struct service_batch *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_GET);
    query_bind_text(query, 1, batch_id);
    query_bind_string(query, 2, call->actor.party_id);
    int step = query_step(query, error);
    if (step == 1)
        batch_read(call, query, ret);
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such batch among yours");
    return step < 0 ? -1 : 0;
}

static int batch_json(struct service_call *call, const struct service_batch *batch, const struct faults *faults,
                      struct json_writer *writer, struct error *error)
{
    struct service_card_counts counts;
    struct market_rate rate;
    if (counts_load(call, batch, &counts, error) < 0)
        return -1;
    rate_of(faults_of(faults, batch->id), &counts, &rate);
    json_object_begin(writer);
    json_member_string(writer, "id", batch->id);
    json_member_text(writer, "name", batch->name);
    json_member_text(writer, "source", batch->source);
    if (batch->has_cost) {
        service_view_money(writer, "cost", batch->cost, batch->currency);
    } else {
        json_key(writer, "cost");
        json_add_null(writer);
    }
    service_named_write(writer, "product", text_of(batch->product_id), batch->title);
    json_member_string(writer, "state", batch->state);
    json_member_text(writer, "state_reason", batch->state_reason);
    json_member_time(writer, "state_at", batch->state_at);
    json_member_integer(writer, "imports", batch->imports);
    json_member_time(writer, "imported_at", batch->first_at);
    json_member_time(writer, "last_import_at", batch->last_at);
    json_member_integer(writer, "total",
                        delivered_of(&counts) + counts.recalled + counts.stock + counts.frozen + counts.reserved);
    service_card_counts_write(writer, "counts", &counts);
    service_rate_write(writer, "faults", &rate);
    service_batch_actions_write(writer, text_of(batch->state));
    json_object_end(writer);
    return 0;
}

int service_batch_write(struct service_call *call, struct text batch_id, struct json_writer *ret, struct error *error)
{
    struct service_batch batch;
    struct faults faults;
    if (service_batch_load(call, batch_id, &batch, error) < 0 || faults_load(call, &faults, error) < 0)
        return -1;
    return batch_json(call, &batch, &faults, ret, error);
}

/* ---- the list ---- */

static int batch_csv(struct service_call *call, const struct service_batch *batch, const struct faults *faults,
                     struct csv *csv, struct error *error)
{
    struct service_card_counts counts;
    if (counts_load(call, batch, &counts, error) < 0)
        return -1;
    csv_string(csv, batch->id);
    csv_text(csv, batch->name);
    csv_text(csv, batch->source);
    if (batch->has_cost)
        csv_money(csv, batch->cost, batch->currency);
    else
        csv_string(csv, NULL);
    csv_string(csv, batch->currency);
    csv_string(csv, batch->product_id);
    csv_text(csv, batch->title);
    csv_string(csv, batch->state);
    csv_text(csv, batch->state_reason);
    csv_time(csv, batch->first_at);
    csv_time(csv, batch->last_at);
    const int64_t numbers[] = {counts.stock,   counts.frozen,         counts.reserved,
                               counts.sealed,  counts.revealed,       counts.redeemed,
                               counts.revoked, delivered_of(&counts), faults_of(faults, batch->id)};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        csv_integer(csv, numbers[i]);
    csv_line_end(csv);
    return 0;
}

static const char *const batch_names[] = {"id",           "name",        "source",         "cost",
                                          "currency",     "product_id",  "product",        "state",
                                          "state_reason", "imported_at", "last_import_at", "stock",
                                          "frozen",       "reserved",    "sealed",         "revealed",
                                          "redeemed",     "revoked",     "delivered",      "faults"};

static struct query *list_query(struct service_call *call, const struct service_batch_filter *filter,
                                const struct service_page *page)
{
    struct query *query = store_query(call->tx, QUERY_BATCH_LIST);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_text(query, 2, service_page_before(page));
    query_bind_text(query, 3, filter->product_id);
    query_bind_text(query, 4, filter->state);
    query_bind_int(query, 5, page->limit + 1);
    return query;
}

int service_batch_list(struct service_call *call, const struct service_batch_filter *filter,
                       const struct service_page *page, struct service_table *ret, struct error *error)
{
    struct service_list list;
    struct service_batch batch;
    struct faults faults;
    if (page->cursor.length && !id_is(page->cursor, "bat_")) {
        error_set(error, ERROR_QUERY_VALUE, "this is not a cursor of this list");
        return error_at(error, "query cursor");
    }
    if (faults_load(call, &faults, error) < 0)
        return -1;
    struct query *query = list_query(call, filter, page);
    if (ret->csv)
        csv_names(ret->csv, batch_names, sizeof batch_names / sizeof batch_names[0]);
    service_list_begin(&list, ret->csv ? NULL : ret->json, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0))) {
        batch_read(call, query, &batch);
        if ((ret->csv ? batch_csv(call, &batch, &faults, ret->csv, error)
                      : batch_json(call, &batch, &faults, ret->json, error)) < 0)
            return -1;
    }
    query_end(query);
    service_list_end(&list);
    if (list.has_more)
        memcpy(ret->next, list.last, sizeof ret->next);
    return step < 0 ? -1 : 0;
}

/* ---- for the desk ---- */

/* Without names, so that it can be kept. */
struct worst {
    char batch_id[ID_BYTES]; /* empty: none is bad */
    int64_t faults, delivered;
};

static int worst_find(struct service_call *call, struct worst *ret, int64_t *ret_cards, struct error *error)
{
    struct faults faults;
    int64_t low = BAD_LOW_PER_MILLE_LEAST - 1;
    *ret = (struct worst){.faults = 0};
    *ret_cards = 0;
    if (faults_load(call, &faults, error) < 0)
        return -1;
    for (size_t i = 0; i < faults.count; i++) {
        struct service_batch batch;
        struct service_card_counts counts;
        struct market_rate rate;
        if (service_batch_load(call, text_of(faults.items[i].batch_id), &batch, error) < 0 ||
            counts_load(call, &batch, &counts, error) < 0)
            return -1;
        rate_of(faults.items[i].cards, &counts, &rate);
        *ret_cards += rate.total;
        bool on_sale = strcmp(batch.state, "active") == 0 && counts.stock > 0;
        if (!on_sale || rate.total < BAD_DELIVERED_LEAST || rate.low_per_mille <= low)
            continue;
        low = rate.low_per_mille;
        *ret = (struct worst){.faults = faults.items[i].cards, .delivered = rate.total};
        memcpy(ret->batch_id, batch.id, sizeof ret->batch_id);
    }
    return 0;
}

/* Counting many cards takes a while, and one more or less says nothing: of a large shop it may be a minute old. */
static int worst_recent(struct service_call *call, struct worst *ret, struct error *error)
{
    char key[ID_BYTES];
    int64_t cards;
    snprintf(key, sizeof key, "bad%s", call->actor.party_id + strlen("mch"));
    if (service_recent_find(call->service->recent, text_of(key), call->now_us, ret, sizeof *ret))
        return 0;
    if (worst_find(call, ret, &cards, error) < 0)
        return -1;
    if (cards >= LARGE_CARDS && !store_tx_is_write(call->tx))
        service_recent_put(call->service->recent, text_of(key), call->now_us, ret, sizeof *ret);
    return 0;
}

int service_batch_worst(struct service_call *call, struct service_batch_bad *ret, struct error *error)
{
    struct worst worst;
    struct service_batch batch;
    *ret = (struct service_batch_bad){.faults = 0};
    if (worst_recent(call, &worst, error) < 0)
        return -1;
    if (!worst.batch_id[0])
        return 0;
    if (service_batch_load(call, text_of(worst.batch_id), &batch, error) < 0)
        return -1;
    if (strcmp(batch.state, "active") != 0)
        return 0; /* taken off sale since */
    *ret = (struct service_batch_bad){
        .name = batch.name, .product_title = batch.title, .faults = worst.faults, .delivered = worst.delivered};
    memcpy(ret->id, batch.id, sizeof ret->id);
    memcpy(ret->product_id, batch.product_id, sizeof ret->product_id);
    return 0;
}
