/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a service while it is done: start, progress, milestones, log-ins, hand-over by the merchant, acceptance by the buyer.
 * Each is a leaf of the order's case at the moment that it is reported, so that neither side writes it afterwards.
 */
#include "service/shop/order.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "service/internal.h"
#include "service/shop/order_internal.h"

#define NOTE_BYTES_MAX 1000

struct step {
    enum service_event event;
    enum service_state state;
    int progress;
    int64_t sequence;
};

static int check_input(const struct service_event_new *in, struct step *step, struct error *error)
{
    int event = service_event_find(in->kind);
    if (event < 0) {
        error_set(error, ERROR_FIELD_VALUE, "there is no such event of a service");
        error_at(error, "/kind");
        return error_hint(error, "start, progress, milestone, login, hand_over or accept");
    }
    if (in->note.length > NOTE_BYTES_MAX || text_utf8_bad(in->note) >= 0) {
        error_set(error, in->note.length > NOTE_BYTES_MAX ? ERROR_FIELD_TOO_LONG : ERROR_UTF8_INVALID,
                  "a note has at most %d bytes of UTF-8", NOTE_BYTES_MAX);
        return error_at(error, "/note");
    }
    step->event = (enum service_event)event;
    return 0;
}

static int check_actor(const struct service_call *call, enum service_event event, struct error *error)
{
    enum service_role wanted = service_event_by_buyer(event) ? ROLE_BUYER : ROLE_MERCHANT;
    if (call->actor.role == wanted || call->actor.role == ROLE_SYSTEM)
        return 0;
    return error_set(error, ERROR_ACCESS_DENIED, "only the %s records this", service_role_name(wanted));
}

static int check_order(const struct service_order *order, const struct service_event_new *in, struct step *step,
                       struct error *error)
{
    if (!text_is(order->kind, "service")) {
        error_set(error, ERROR_PRODUCT_KIND, "this order is of a card: nobody works on it");
        return error_hint(error, "only orders of a service have events");
    }
    if (!text_is(order->state, "paid") && !text_is(order->state, "delivered") && !text_is(order->state, "disputed"))
        return service_order_state_refused(order, "worked on", error);
    int state = service_state_find(order->service_state);
    assert(state >= 0 && order->progress >= 0 && order->progress <= 100);
    if (in->has_progress && (in->progress < 0 || in->progress > 100)) {
        error_set(error, ERROR_FIELD_RANGE, "progress is 0 to 100 per cent");
        return error_at(error, "/progress");
    }
    return service_step((enum service_state)state, (int)order->progress, step->event,
                        in->has_progress ? (int)in->progress : -1, &step->state, &step->progress, error);
}

static int event_log(struct service_call *call, const struct service_order *order, const struct service_event_new *in,
                     const struct step *step, int64_t *ret_leaf, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 8192);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_text(&writer, "kind", in->kind);
    json_member_text(&writer, "note", in->note);
    json_member_string(&writer, "order", order->id);
    json_member_integer(&writer, "progress", step->progress);
    json_member_integer(&writer, "sequence", step->sequence);
    json_member_string(&writer, "state", service_state_word(step->state)->wire);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(order->id),
                                .kind = EVIDENCE_KIND_SERVICE_LOG,
                                .item = buffer_text(&item),
                                .source = service_event_by_buyer(step->event) ? "buyer" : "merchant"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

static int event_insert(struct service_call *call, const struct service_order *order,
                        const struct service_event_new *in, const struct step *step, int64_t leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SERVICE_EVENT_ADD);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, step->sequence);
    query_bind_text(query, 3, in->kind);
    query_bind_int(query, 4, step->progress);
    query_bind_text(query, 5, in->note);
    query_bind_int(query, 6, call->now_us);
    query_bind_int(query, 7, leaf);
    return query_run(query, error);
}

/* Hand-over delivers the order and starts the time to look at it; acceptance shortens that time. */
static int order_update(struct service_call *call, const struct service_order *order, const struct step *step,
                        struct error *error)
{
    bool handed_over = step->event == SERVICE_EVENT_HAND_OVER, accepted = step->event == SERVICE_EVENT_ACCEPT;
    bool delivers = handed_over && text_is(order->state, "paid");
    int64_t release_at = order->release_at;
    if (handed_over)
        release_at = market_release_us(call->now_us);
    if (accepted)
        release_at = market_release_accepted_us(call->now_us, order->release_at);
    struct query *query = store_query(call->tx, QUERY_ORDER_SERVICE_STEP);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, order->version);
    if (delivers)
        query_bind_string(query, 3, "delivered");
    else
        query_bind_text(query, 3, order->state);
    query_bind_string(query, 4, service_state_word(step->state)->wire);
    query_bind_int(query, 5, step->progress);
    query_bind_int_or_null(query, 6, step->event == SERVICE_EVENT_START ? call->now_us : order->started_at,
                           step->event != SERVICE_EVENT_START && order->started_at == 0);
    query_bind_int_or_null(query, 7, handed_over ? call->now_us : order->handed_over_at,
                           !handed_over && order->handed_over_at == 0);
    query_bind_int_or_null(query, 8, release_at, release_at == 0);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the order has changed meanwhile");
    return 0;
}

static int next_sequence(struct service_call *call, const struct service_order *order, int64_t *ret,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SERVICE_EVENT_LAST);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) + 1 : 1;
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_event_add(struct service_call *call, struct text order_id, const struct service_event_new *in,
                      int64_t *ret_sequence, struct error *error)
{
    assert(call && in && ret_sequence);
    struct service_order order;
    struct step step;
    int64_t leaf;
    if (service_order_open(call, order_id, &order, error) < 0 || check_input(in, &step, error) < 0 ||
        check_actor(call, step.event, error) < 0 || check_order(&order, in, &step, error) < 0 ||
        next_sequence(call, &order, &step.sequence, error) < 0 ||
        event_log(call, &order, in, &step, &leaf, error) < 0 ||
        event_insert(call, &order, in, &step, leaf, error) < 0 || order_update(call, &order, &step, error) < 0)
        return -1;
    *ret_sequence = step.sequence;
    return 0;
}
