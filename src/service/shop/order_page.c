/* SPDX-License-Identifier: Apache-2.0 */
/* The page of an order in one answer: what was bought, by which rule, what can be done now, and the claims on it. */
#include "service/shop/order_page.h"

#include <string.h>

#include "base/error.h"
#include "claim/claim.h"
#include "policy/prove/clarify.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/shop/reveal.h"
#include "service/view.h"

#define LISTING_BYTES_MAX (256 * 1024)

static const struct market_word action_words[] = {
#define ORDER_ACTION(name, wire, en, zh) {wire, en, zh},
#include "service/shop/order_actions.def"
#undef ORDER_ACTION
};

const struct market_word *service_order_action_word(enum service_order_action action)
{
    return &action_words[action];
}

/* ---- what was bought ---- */

struct names {
    struct text title, merchant, listing; /* listing is empty when it was erased */
};

/* The title as it was shown; as it is now only when the snapshot was erased. */
static int title_read(struct service_call *call, struct names *names, struct error *error)
{
    struct json *listing = NULL;
    if (!names->listing.length)
        return 0;
    if (json_parse(names->listing, LISTING_BYTES_MAX, &listing, error) < 0)
        return error_prefix(error, "the listing of an order");
    const struct json *title = json_find(listing, "title");
    if (title && json_kind(title) == JSON_STRING)
        names->title = arena_copy_text(call->arena, json_string(title));
    json_free(listing);
    return 0;
}

static int names_load(struct service_call *call, const struct service_order *order, struct names *ret,
                      struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_NAMES);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    if (step == 1)
        *ret = (struct names){.title = arena_copy_text(call->arena, query_text(query, 0)),
                              .merchant = arena_copy_text(call->arena, query_text(query, 1)),
                              .listing = arena_copy_text(call->arena, query_blob(query, 2))};
    query_end(query);
    if (step <= 0)
        return step < 0 ? -1 : error_set(error, ERROR_NOT_FOUND, "the order has no product");
    return title_read(call, ret, error);
}

static int goods_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                       struct error *error)
{
    struct names names;
    if (names_load(call, order, &names, error) < 0)
        return -1;
    json_member_text(writer, "title", names.title);
    json_key(writer, "listing");
    if (names.listing.length)
        json_add_raw(writer, names.listing);
    else
        json_add_null(writer);
    service_merchant_named_write(writer, text_of(order->merchant_id), names.merchant);
    return 0;
}

static int policy_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                        struct error *error)
{
    const struct policy *policy;
    struct service_policy_lines lines;
    struct text id = text_of(order->policy_id);
    if (service_policy_get(call, id, &policy, error) < 0 || service_policy_lines(call, id, &lines, error) < 0)
        return -1;
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_text(writer, "id", id);
    json_member_string(writer, "name", policy_name(policy));
    json_member_integer(writer, "version", policy_version(policy));
    service_policy_lines_write(writer, &lines);
    json_object_end(writer);
    return 0;
}

/* ---- claims ---- */

void service_order_claim_write(struct json_writer *writer, struct query *query, unsigned first, const char *currency)
{
    json_object_begin(writer);
    json_member_text(writer, "claim", query_text(query, first));
    json_member_text(writer, "reason", query_text(query, first + 1));
    service_reason_words_write(writer, query_text(query, first + 1));
    json_member_text(writer, "stage", query_text(query, first + 2));
    json_member_text(writer, "waiting_for", query_text(query, first + 3));
    json_member_time(writer, "deadline", query_int(query, first + 4));
    service_view_text_or_null(writer, "outcome", query_text(query, first + 5));
    service_view_money(writer, "outcome_amount", query_int(query, first + 6), currency);
    json_member_time(writer, "filed_at", query_int(query, first + 7));
    json_object_end(writer);
}

static int claims_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                        bool *ret_open, struct error *error)
{
    char open[ID_BYTES] = "";
    struct query *query = store_query(call->tx, QUERY_CLAIMS_OF_ORDER);
    query_bind_string(query, 1, order->id);
    json_key(writer, "claims");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        if (!text_is(query_text(query, 2), "closed"))
            service_id_copy(open, query_text(query, 0));
        service_order_claim_write(writer, query, 0, order->currency);
    }
    query_end(query);
    json_array_end(writer);
    service_view_text_or_null(writer, "open_claim", text_of(open));
    *ret_open = open[0] != 0;
    return step < 0 ? -1 : 0;
}

/* ---- what can be done ---- */

static bool state_in(const struct service_order *order, const char *const *states, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(order->state, states[i]))
            return true;
    return false;
}
#define IN(order, ...)                                                                                                 \
    state_in(order, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool buyer_can(const struct service_call *call, const struct service_order *order, bool claim_open,
                      enum service_order_action action)
{
    switch (action) {
    case SERVICE_ORDER_PAY:
        return text_is(order->state, "created") && call->now_us < order->expires_at;
    case SERVICE_ORDER_CANCEL:
        return text_is(order->state, "created");
    case SERVICE_ORDER_REVEAL:
        return text_is(order->kind, "card_key") && IN(order, "delivered", "disputed", "released", "split");
    case SERVICE_ORDER_CLAIM:
        return !claim_open && order->refunded < order->amount &&
               IN(order, "paid", "delivered", "disputed", "released", "split");
    case SERVICE_ORDER_ACCEPT_SERVICE:
        return text_is(order->service_state, "handed_over") && IN(order, "paid", "delivered", "disputed");
    case SERVICE_ORDER_ASK:
    case SERVICE_ORDER_RECORD_SERVICE:
    case SERVICE_ORDER_ACTION_COUNT:
        break;
    }
    return false;
}

static bool merchant_can(const struct service_order *order, enum service_order_action action)
{
    return action == SERVICE_ORDER_RECORD_SERVICE && text_is(order->kind, "service") &&
           !text_is(order->service_state, "accepted") && IN(order, "paid", "delivered", "disputed");
}

/* As clarify/clarify.c refuses it: nothing can be claimed any more, a claim was decided, or enough was asked. */
static int can_ask(struct service_call *call, const struct service_order *order, bool *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLARIFICATION_STATE);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    int64_t count = step == 1 ? query_int(query, 0) : 0, decided = step == 1 ? query_int(query, 1) : 0;
    query_end(query);
    *ret = !IN(order, "expired", "refunded") && count < POLICY_CLARIFICATIONS_MAX && decided == 0;
    return step < 0 ? -1 : 0;
}

static int actions_write(struct service_call *call, const struct service_order *order, bool claim_open,
                         struct json_writer *writer, struct error *error)
{
    bool asks;
    if (can_ask(call, order, &asks, error) < 0)
        return -1;
    json_key(writer, "actions");
    json_array_begin(writer);
    for (int i = 0; i < SERVICE_ORDER_ACTION_COUNT; i++) {
        enum service_order_action action = (enum service_order_action)i;
        const struct market_word *word = service_order_action_word(action);
        bool can = action == SERVICE_ORDER_ASK         ? asks
                   : call->actor.role == ROLE_BUYER    ? buyer_can(call, order, claim_open, action)
                   : call->actor.role == ROLE_MERCHANT ? merchant_can(order, action)
                                                       : false;
        if (!can)
            continue;
        json_object_begin(writer);
        json_member_string(writer, "action", word->wire);
        service_view_words(writer, "label", word->label_zh, word->label_en);
        json_object_end(writer);
    }
    json_array_end(writer);
    return 0;
}

int service_order_page_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                             struct error *error)
{
    bool claim_open;
    if (goods_write(call, order, writer, error) < 0 || policy_write(call, order, writer, error) < 0 ||
        service_sealed_refund_write(call, order, writer, error) < 0 ||
        claims_write(call, order, writer, &claim_open, error) < 0)
        return -1;
    return actions_write(call, order, claim_open, writer, error);
}
