/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching a claim. What it shows rests on the chain of its order, so the index of the chain's last leaf is its revision: a
 * listener who knows it misses nothing, and a page that has another one reads the claim again.
 */
#include <string.h>

#include "base/error.h"
#include "service/claims/claim_row.h"
#include "service/internal.h"

#define VIEWER_BYTES_MAX 4096

int service_claim_revision_write(struct service_call *call, const struct service_claim *claim,
                                 struct json_writer *writer, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_REVISION);
    query_bind_string(query, 1, claim->order.id);
    int step = query_step(query, error);
    if (step == 1)
        json_member_integer(writer, "revision", query_int(query, 0));
    query_end(query);
    return step == 1 ? 0 : step < 0 ? -1 : error_set(error, ERROR_LOG_INCONSISTENT, "the order has no chain");
}

static int viewer_write(struct service_call *call, struct text *ret, struct error *error)
{
    struct buffer viewer;
    struct json_writer writer;
    buffer_init(&viewer, VIEWER_BYTES_MAX);
    json_writer_init(&writer, &viewer);
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_string(query, 1, call->actor.party_id);
    int step = query_step(query, error);
    if (step == 1) {
        json_object_begin(&writer);
        json_member_text(&writer, "id", query_text(query, 0));
        json_member_text(&writer, "name", query_text(query, 2));
        json_object_end(&writer);
    }
    query_end(query);
    json_writer_done(&writer);
    *ret = arena_copy_text(call->arena, buffer_text(&viewer));
    buffer_done(&viewer);
    return step < 0 ? -1 : 0;
}

int service_claim_watch(struct service_call *call, struct text claim_id, struct service_claim_watch *ret,
                        struct error *error)
{
    struct service_claim claim;
    struct text viewer = {NULL, 0};
    if (service_claim_open(call, claim_id, &claim, error) < 0 ||
        (call->actor.role == ROLE_ARBITER && viewer_write(call, &viewer, error) < 0))
        return -1;
    memcpy(ret->order_id, claim.order.id, ID_BYTES);
    ret->viewer = viewer;
    return 0;
}

int service_claim_missed(struct service_call *call, struct text claim_id, int64_t after, struct service_news *ret,
                         size_t maximum, size_t *ret_count, struct error *error)
{
    struct service_claim claim;
    size_t count = 0;
    int step = 0;
    if (service_claim_open(call, claim_id, &claim, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_ORDER_MISSED);
    query_bind_string(query, 1, claim.order.id);
    query_bind_int(query, 2, after);
    query_bind_int(query, 3, (int64_t)maximum);
    while (count < maximum && (step = query_step(query, error)) == 1) {
        struct service_news *notice = &ret[count++];
        struct text event = text_clip(query_text(query, 1), sizeof notice->event - 1);
        *notice = (struct service_news){.revision = query_int(query, 0)};
        memcpy(notice->order_id, claim.order.id, ID_BYTES);
        service_id_copy(notice->claim_id, query_text(query, 2));
        memcpy(notice->event, event.data, event.length);
    }
    query_end(query);
    *ret_count = count;
    return step < 0 ? -1 : 0;
}
