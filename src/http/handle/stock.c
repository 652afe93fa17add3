/* SPDX-License-Identifier: Apache-2.0 */
/* The route of card import: verdicts by position, never a secret in the answer. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/shop/stock.h"

struct import_request {
    const struct json *cards;
    bool dry_run;
};

static int cards_read(struct http_call *call, const struct json *array, struct text **ret, struct error *error)
{
    size_t count = json_count(array);
    struct text *cards = arena_new_array(call->arena, struct text, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (json_kind(json_item(array, i)) != JSON_STRING) {
            error_set(error, ERROR_FIELD_TYPE, "a card is a string");
            return error_at(error, "/cards/%zu", i);
        }
        cards[i] = json_string(json_item(array, i));
    }
    *ret = cards;
    return 0;
}

static void imported_write(struct json_writer *writer, const struct service_stock_imported *imported, bool dry_run)
{
    json_object_begin(writer);
    json_member_integer(writer, "accepted", (int64_t)imported->accepted);
    json_member_boolean(writer, "dry_run", dry_run);
    json_key(writer, "leaf");
    if (imported->leaf_index >= 0)
        json_add_integer(writer, imported->leaf_index);
    else
        json_add_null(writer);
    json_key(writer, "refused");
    json_array_begin(writer);
    for (size_t i = 0; i < imported->count; i++) {
        if (imported->verdicts[i] == SERVICE_CARD_ACCEPTED)
            continue;
        json_object_begin(writer);
        json_member_integer(writer, "position", (int64_t)i);
        json_member_string(writer, "why", service_card_verdict_name(imported->verdicts[i]));
        json_object_end(writer);
    }
    json_array_end(writer);
    json_object_end(writer);
}

int handle_stock_import(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_ARRAY(struct import_request, cards, true, 1, LIMIT_IMPORT_CARDS),
        JSON_FIELD_BOOLEAN(struct import_request, dry_run, false),
    };
    struct service_call inner = handle_call(call);
    struct import_request request = {.dry_run = false};
    struct service_stock_imported imported;
    struct text *cards;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, 2, "", &request, error) < 0 ||
        cards_read(call, request.cards, &cards, error) < 0)
        return -1;
    struct service_stock_import import = {
        .product_id = text_of(http_param(call, "product")),
        .cards = cards,
        .count = json_count(request.cards),
        .dry_run = request.dry_run,
    };
    if (service_stock_add(&inner, &import, &imported, error) < 0)
        return -1;
    call->status = imported.leaf_index >= 0 ? 201 : 200;
    imported_write(call->json, &imported, request.dry_run);
    return 0;
}
