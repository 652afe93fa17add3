/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of orders and of the events of a service. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/shop/order.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct order_request {
    struct text product_id, policy_id, listing_sha256, provider, agreement;
    int64_t quantity;
    const struct json *consent;
};
struct consent_request {
    bool accepted;
    struct text language;
};

static int consent_read(const struct json *object, struct service_order_new *ret, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_BOOLEAN(struct consent_request, accepted, true),
        JSON_FIELD_STRING(struct consent_request, language, false, 2, 2),
    };
    struct consent_request request = {.language = TEXT_LITERAL("zh")};
    if (!object)
        return 0;
    if (json_read(object, fields, COUNT(fields), "/consent", &request, error) < 0)
        return -1;
    ret->has_consent = true;
    ret->consent_accepted = request.accepted;
    ret->consent_language = request.language;
    return 0;
}

static void created_write(struct http_call *call, const struct service_order_created *created, struct text provider)
{
    struct json_writer *writer = call->json;
    json_object_begin(writer);
    service_view_money(writer, "amount", created->amount, created->currency);
    json_member_string(writer, "id", created->order_id);
    json_member_string(writer, "order_secret", created->secret);
    json_key(writer, "payment");
    json_object_begin(writer);
    json_member_time(writer, "expires_at", created->expires_at);
    json_member_text(writer, "provider", provider);
    json_member_string(writer, "reference", created->pay_reference);
    json_member_string(writer, "url", arena_printf(call->arena, "/v1/sandbox/payments/%s/pay", created->pay_reference));
    json_object_end(writer);
    json_member_string(writer, "state", "created");
    json_object_end(writer);
}

int handle_order_create(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct order_request, product_id, true, ID_BYTES - 1, ID_BYTES - 1),
        JSON_FIELD_STRING(struct order_request, policy_id, false, ID_BYTES - 1, ID_BYTES - 1),
        JSON_FIELD_STRING(struct order_request, listing_sha256, false, HASH_HEX_BYTES - 1, HASH_HEX_BYTES - 1),
        JSON_FIELD_INTEGER(struct order_request, quantity, false, 1, LIMIT_ORDER_QUANTITY),
        JSON_FIELD_STRING(struct order_request, provider, false, 1, 16),
        JSON_FIELD_STRING(struct order_request, agreement, false, 0, LIMIT_MESSAGE_BYTES),
        JSON_FIELD_OBJECT(struct order_request, consent, false),
    };
    struct service_call inner = handle_call(call);
    struct order_request request = {.quantity = 1};
    struct service_order_created created;
    if (http_query_done(call, error) < 0 || handle_guest_key(call, error) < 0 ||
        json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    struct service_order_new order = {
        .product_id = request.product_id,
        .policy_id = request.policy_id,
        .quantity = request.quantity,
        .provider = request.provider,
        .agreement = request.agreement,
    };
    if (handle_sha256(call, request.listing_sha256, ERROR_FIELD_VALUE, "/listing_sha256", &order.listing_sha256,
                      error) < 0 ||
        consent_read(request.consent, &order, error) < 0 || service_order_create(&inner, &order, &created, error) < 0)
        return -1;
    call->status = 201;
    call->is_secret = true;
    http_set_header(call, "Location", arena_printf(call->arena, "/v1/orders/%s", created.order_id));
    created_write(call, &created, request.provider.length ? request.provider : TEXT_LITERAL("sandbox"));
    return 0;
}

int handle_order_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    int64_t version;
    if (http_query_done(call, error) < 0 ||
        service_order_write(&inner, text_of(http_param(call, "order")), call->json, &version, error) < 0)
        return -1;
    http_set_etag(call, version);
    return 0;
}

int handle_order_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *state, *product, *words;
    if (http_query_text(call, "state", 20, "", &state, error) < 0 ||
        http_query_id(call, "product", "prd_", &product, error) < 0 ||
        http_query_text(call, "q", 100, "", &words, error) < 0 || handle_order_named(call, error) < 0 ||
        handle_page(call, "ord_", &page.cursor, &page.limit, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    struct service_order_filter filter = {
        .state = text_of(state), .product_id = text_of(product), .words = text_of(words)};
    return service_order_list(&inner, &filter, &page, call->json, error);
}

int handle_order_cancel(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct text order = text_of(http_param(call, "order"));
    if (http_query_done(call, error) < 0 || service_order_cancel(&inner, order, error) < 0)
        return -1;
    return service_order_write(&inner, order, call->json, NULL, error);
}

int handle_service_event_add(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct service_event_new, kind, true, 1, 20),
        {"progress", JSON_INTEGER, false, 0, 100, offsetof(struct service_event_new, progress),
         offsetof(struct service_event_new, has_progress)},
        JSON_FIELD_STRING(struct service_event_new, note, false, 0, LIMIT_MESSAGE_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct service_event_new event = {.progress = 0};
    struct text order = text_of(http_param(call, "order"));
    int64_t sequence;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &event, error) < 0 ||
        service_event_add(&inner, order, &event, &sequence, error) < 0)
        return -1;
    call->status = 201;
    return service_order_write(&inner, order, call->json, NULL, error);
}
