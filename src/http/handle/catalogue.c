/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of products. */
#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "http/handle/handle.h"
#include "service/shop/catalogue.h"
#include "service/shop/terms.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static int page_of(struct http_call *call, const char *prefix, struct service_page *ret, struct error *error)
{
    return handle_page(call, prefix, &ret->cursor, &ret->limit, error);
}

/* ---- free text ---- */

struct terms_request {
    struct text date, text;
};
static const struct json_field terms_fields[] = {
    JSON_FIELD_STRING(struct terms_request, text, true, 0, LIMIT_TERMS_BYTES),
    JSON_FIELD_STRING(struct terms_request, date, false, 10, 10),
};

int handle_terms_lint(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct terms_request request = {.date = {NULL, 0}};
    if (http_query_done(call, error) < 0 ||
        json_read(call->body, terms_fields, COUNT(terms_fields), "", &request, error) < 0)
        return -1;
    return service_terms_lint(&inner, request.text, request.date, call->json, error);
}

/* ---- products ---- */

struct product_request {
    struct market_listing listing;
    const struct json *milestones;
    struct text state;
    bool has_milestones, has_revisions;
};
#define TEXT_MEMBER(name, required, maximum)                                                                           \
    {                                                                                                                  \
#name, JSON_STRING, required, 0, maximum, offsetof(struct product_request, listing.name), JSON_NO_PRESENT      \
    }
#define INTEGER_MEMBER(name, required, maximum)                                                                        \
    {                                                                                                                  \
#name, JSON_INTEGER, required, 0, maximum, offsetof(struct product_request, listing.name), JSON_NO_PRESENT     \
    }
#define LISTING_FIELDS(required)                                                                                       \
    TEXT_MEMBER(category, required, 40), TEXT_MEMBER(title, required, MARKET_TEXT_BYTES),                              \
        TEXT_MEMBER(description, false, MARKET_TEXT_BYTES), TEXT_MEMBER(policy_id, required, ID_BYTES - 1),            \
        TEXT_MEMBER(region, false, MARKET_TEXT_BYTES), TEXT_MEMBER(redeem_channel, false, MARKET_TEXT_BYTES),          \
        TEXT_MEMBER(standard, false, MARKET_TEXT_BYTES), TEXT_MEMBER(lateness, false, MARKET_TEXT_BYTES),              \
        TEXT_MEMBER(dissatisfaction, false, MARKET_TEXT_BYTES), INTEGER_MEMBER(price, required, MONEY_MAXIMUM),        \
        INTEGER_MEMBER(face_value, false, MONEY_MAXIMUM), INTEGER_MEMBER(delivery_s, required, 366 * TIME_DAY_S),      \
        INTEGER_MEMBER(valid_days, false, 36600),                                                                      \
        {"revisions",                                                                                                  \
         JSON_INTEGER,                                                                                                 \
         false,                                                                                                        \
         0,                                                                                                            \
         1000,                                                                                                         \
         offsetof(struct product_request, listing.revisions),                                                          \
         offsetof(struct product_request, has_revisions)},                                                             \
    {                                                                                                                  \
        "milestones", JSON_ARRAY, false, 0, MARKET_MILESTONES_MAX, offsetof(struct product_request, milestones),       \
            offsetof(struct product_request, has_milestones)                                                           \
    }

static const struct json_field product_fields[] = {
    TEXT_MEMBER(kind, true, 40),
    TEXT_MEMBER(currency, true, 3),
    LISTING_FIELDS(true),
};
static const struct json_field product_change_fields[] = {
    {"state", JSON_STRING, false, 1, 20, offsetof(struct product_request, state), JSON_NO_PRESENT},
    LISTING_FIELDS(false),
};

struct milestone_request {
    struct text title;
    int64_t percent;
};

static int milestones_read(struct http_call *call, struct product_request *request, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct milestone_request, title, true, 1, MARKET_TEXT_BYTES),
        JSON_FIELD_INTEGER(struct milestone_request, percent, true, 1, 100),
    };
    request->listing.revisions_given = request->listing.revisions_given || request->has_revisions;
    if (!request->has_milestones)
        return 0;
    size_t count = json_count(request->milestones);
    struct market_milestone *milestones = arena_new_array(call->arena, struct market_milestone, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct milestone_request one;
        const struct json *item = json_item(request->milestones, i);
        const char *pointer = arena_printf(call->arena, "/milestones/%zu", i);
        if (json_kind(item) != JSON_OBJECT) {
            error_set(error, ERROR_FIELD_TYPE, "a milestone is an object");
            return error_at(error, "%s", pointer);
        }
        if (json_read(item, fields, COUNT(fields), pointer, &one, error) < 0)
            return -1;
        milestones[i] = (struct market_milestone){one.title, one.percent};
    }
    request->listing.milestones = milestones;
    request->listing.milestone_count = count;
    return 0;
}

int handle_product_create(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct product_request request = {.milestones = NULL};
    char id[ID_BYTES];
    if (http_query_done(call, error) < 0 ||
        json_read(call->body, product_fields, COUNT(product_fields), "", &request, error) < 0 ||
        milestones_read(call, &request, error) < 0)
        return -1;
    if (service_product_create(&inner, &request.listing, id, error) < 0)
        return handle_refused(call, &inner);
    call->status = 201;
    http_set_header(call, "Location", arena_printf(call->arena, "/v1/products/%s", id));
    return service_product_write(&inner, text_of(id), call->json, error);
}

int handle_product_change(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct text product = text_of(http_param(call, "product"));
    struct product_request request = {.milestones = NULL};
    /* What the request leaves out stays as it is. */
    if (http_query_done(call, error) < 0 || service_product_listing(&inner, product, &request.listing, error) < 0 ||
        json_read(call->body, product_change_fields, COUNT(product_change_fields), "", &request, error) < 0 ||
        milestones_read(call, &request, error) < 0)
        return -1;
    if (service_product_change(&inner, product, &request.listing, request.state, error) < 0)
        return handle_refused(call, &inner);
    return service_product_write(&inner, product, call->json, error);
}

int handle_product_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_product_write(&inner, text_of(http_param(call, "product")), call->json, error);
}

int handle_product_list(struct http_call *call, struct error *error)
{
    static const char *const categories[] = {"game_card", "activation_code", "top_up", "boosting", NULL};
    static const char *const kinds[] = {"card_key", "service", NULL};
    static const char *const states[] = {"active", "paused", NULL};
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *merchant, *words;
    int category, kind, state;
    if (http_query_choice(call, "category", categories, -1, &category, error) < 0 ||
        http_query_choice(call, "kind", kinds, -1, &kind, error) < 0 ||
        http_query_choice(call, "state", states, -1, &state, error) < 0 ||
        http_query_id(call, "merchant", "mch_", &merchant, error) < 0 ||
        http_query_text(call, "q", 100, "", &words, error) < 0 || page_of(call, "prd_", &page, error) < 0 ||
        http_query_done(call, error) < 0)
        return -1;
    struct service_product_filter filter = {
        .category = text_of(category < 0 ? NULL : categories[category]),
        .kind = text_of(kind < 0 ? NULL : kinds[kind]),
        .merchant_id = text_of(merchant),
        .state = text_of(state < 0 ? NULL : states[state]),
        .words = text_of(words),
    };
    return service_product_list(&inner, &filter, &page, call->json, error);
}
