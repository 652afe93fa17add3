/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of card stock: import with verdicts by position, never a secret in the answer; and batches. */
#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "http/handle/handle.h"
#include "service/shop/stock.h"

struct import_request {
    const struct json *cards, *batch;
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

static int batch_read(const struct json *object, struct service_batch_named *ret, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct service_batch_named, name, false, 1, SERVICE_BATCH_NAME_BYTES),
        JSON_FIELD_STRING(struct service_batch_named, source, false, 0, SERVICE_BATCH_SOURCE_BYTES),
        {"cost", JSON_INTEGER, false, 0, MONEY_MAXIMUM, offsetof(struct service_batch_named, cost),
         offsetof(struct service_batch_named, has_cost)},
    };
    return object ? json_read(object, fields, sizeof fields / sizeof fields[0], "/batch", ret, error) : 0;
}

static void refused_write(struct json_writer *writer, const struct service_stock_imported *imported, size_t position)
{
    const struct market_word *word = service_card_verdict_word(imported->verdicts[position]);
    json_object_begin(writer);
    json_member_integer(writer, "position", (int64_t)position);
    json_member_string(writer, "why", word->wire);
    service_view_words(writer, "words", word->label_zh, word->label_en);
    json_key(writer, "first");
    if (imported->firsts[position] < 0)
        json_add_null(writer);
    else
        json_add_integer(writer, imported->firsts[position]);
    json_object_end(writer);
}

static void joined_write(struct json_writer *writer, const struct service_stock_imported *imported)
{
    json_key(writer, "batch");
    if (imported->leaf_index < 0) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_string(writer, "id", imported->batch.id);
    json_member_text(writer, "name", imported->batch.name);
    json_object_end(writer);
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
    joined_write(writer, imported);
    json_key(writer, "refused");
    json_array_begin(writer);
    for (size_t i = 0; i < imported->count; i++)
        if (imported->verdicts[i] != SERVICE_CARD_ACCEPTED)
            refused_write(writer, imported, i);
    json_array_end(writer);
    json_object_end(writer);
}

int handle_stock_import(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_ARRAY(struct import_request, cards, true, 1, LIMIT_IMPORT_CARDS),
        JSON_FIELD_BOOLEAN(struct import_request, dry_run, false),
        JSON_FIELD_OBJECT(struct import_request, batch, false),
    };
    struct service_call inner = handle_call(call);
    struct import_request request = {.batch = NULL};
    struct service_batch_named batch = {.has_cost = false};
    struct service_stock_imported imported;
    struct text *cards;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, 3, "", &request, error) < 0 ||
        batch_read(request.batch, &batch, error) < 0 || cards_read(call, request.cards, &cards, error) < 0)
        return -1;
    struct service_stock_import import = {
        .product_id = text_of(http_param(call, "product")),
        .cards = cards,
        .count = json_count(request.cards),
        .dry_run = request.dry_run,
        .batch = batch,
    };
    if (service_stock_add(&inner, &import, &imported, error) < 0)
        return -1;
    call->status = imported.leaf_index >= 0 ? 201 : 200;
    imported_write(call->json, &imported, request.dry_run);
    return 0;
}

int handle_stock_list(struct http_call *call, struct error *error)
{
    static const char *const states[] = {"active", "frozen", "recalled", NULL};
    struct service_call inner = handle_call(call);
    struct handle_table table;
    const char *product;
    int state;
    if (http_query_id(call, "product", "prd_", &product, error) < 0 ||
        http_query_choice(call, "state", states, -1, &state, error) < 0 || handle_table_begin(call, &table, error) < 0)
        return -1;
    struct service_batch_filter filter = {.product_id = text_of(product),
                                          .state = text_of(state < 0 ? NULL : states[state])};
    int result = http_query_done(call, error);
    if (result == 0)
        result = service_batch_list(&inner, &filter, &table.page, &table.table, error);
    return handle_table_end(call, &table, "stock", result, error);
}

struct change_request {
    struct text action, reason;
};

int handle_stock_change(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct change_request, action, true, 1, 20),
        JSON_FIELD_STRING(struct change_request, reason, true, 1, SERVICE_BATCH_REASON_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct change_request request;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, 2, "", &request, error) < 0)
        return -1;
    return service_batch_change(&inner, text_of(http_param(call, "batch")), request.action, request.reason, call->json,
                                error);
}
