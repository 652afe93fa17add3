/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of the reveal. The secret is in the answer of a write, and answers of writes leave only after the commit. */
#include "base/error.h"
#include "http/handle/handle.h"
#include "service/shop/reveal.h"

struct reveal_request {
    struct text notice, card_id;
};

int handle_reveal_notice(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_reveal_notice_write(&inner, text_of(http_param(call, "order")), call->json, error);
}

int handle_reveal(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct reveal_request, notice, true, 1, SERVICE_NOTICE_BYTES),
        JSON_FIELD_STRING(struct reveal_request, card_id, false, ID_BYTES - 1, ID_BYTES - 1),
    };
    struct service_call inner = handle_call(call);
    struct reveal_request request = {.card_id = {NULL, 0}};
    struct service_revealed revealed;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, 2, "", &request, error) < 0 ||
        service_reveal(&inner, text_of(http_param(call, "order")), request.notice, request.card_id, &revealed, error) <
            0)
        return -1;
    call->is_secret = true;
    json_object_begin(call->json);
    json_key(call->json, "cards");
    json_array_begin(call->json);
    for (size_t i = 0; i < revealed.count; i++) {
        json_object_begin(call->json);
        json_member_boolean(call->json, "first", revealed.cards[i].first);
        json_member_string(call->json, "id", revealed.cards[i].card_id);
        json_member_time(call->json, "revealed_at", revealed.cards[i].revealed_at);
        json_member_text(call->json, "secret", revealed.cards[i].secret);
        json_object_end(call->json);
    }
    json_array_end(call->json);
    json_member_string(call->json, "order_id", http_param(call, "order"));
    json_object_end(call->json);
    return 0;
}
