/* SPDX-License-Identifier: Apache-2.0 */
/* What a buyer sees of a product before paying: the listing as logged, the rule in words, the seller's figures, the price beside others. */
#include "service/shop/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/policies/version.h"
#include "service/shop/figures.h"
#include "service/rows.h"
#include "service/shop/terms.h"

#define PROSE_BYTES_MAX (256 * 1024)

struct shown {
    char merchant_id[ID_BYTES], policy_id[ID_BYTES];
    char currency[4];
    struct text state, listing, category, kind;
    char listing_sha256[HASH_HEX_BYTES];
    int64_t leaf, version, stock;
    struct market_price price;
};

static int shown_load(struct service_call *call, struct text product_id, struct shown *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PRODUCT_GET);
    query_bind_text(query, 1, product_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret = (struct shown){
            .state = arena_copy_text(call->arena, query_text(query, 6)),
            .listing = arena_copy_text(call->arena, query_text(query, 7)),
            .leaf = query_int(query, 9),
            .version = query_int(query, 10),
            .category = arena_copy_text(call->arena, query_text(query, 11)),
            .kind = arena_copy_text(call->arena, query_text(query, 12)),
            .price = {.price = query_int(query, 1), .face_value = query_int(query, 3)},
        };
        service_id_copy(ret->merchant_id, query_text(query, 0));
        service_id_copy(ret->policy_id, query_text(query, 4));
        memcpy(ret->currency, query_text(query, 2).data, 3);
        hash_hex((const uint8_t *)query_blob(query, 8).data, ret->listing_sha256);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such product");
    return step < 0 ? -1 : 0;
}

static int stock_load(struct service_call *call, struct text product_id, int64_t *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_STOCK_COUNT);
    query_bind_text(query, 1, product_id);
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_price_report(struct service_call *call, struct text product_id, struct text category, const char *currency,
                         struct market_price own, struct market_price_report *ret, struct error *error)
{
    struct market_price *others = arena_new_array(call->arena, struct market_price, MARKET_PRICE_SAMPLE_MAXIMUM);
    size_t count = 0;
    struct query *query = store_query(call->tx, QUERY_PRODUCT_PRICES);
    query_bind_text(query, 1, category);
    query_bind_string(query, 2, currency);
    query_bind_text(query, 3, product_id);
    query_bind_int(query, 4, own.face_value);
    query_bind_int(query, 5, MARKET_PRICE_SAMPLE_MAXIMUM);
    int step;
    while ((step = query_step(query, error)) == 1 && count < MARKET_PRICE_SAMPLE_MAXIMUM)
        others[count++] = (struct market_price){query_int(query, 0), query_int(query, 1)};
    query_end(query);
    if (step < 0)
        return -1;
    market_price_check(own, others, count, ret);
    return 0;
}

static int price_write(struct service_call *call, struct text product_id, const struct shown *shown,
                       struct json_writer *writer, struct error *error)
{
    struct market_price_report report;
    if (service_price_report(call, product_id, shown->category, shown->currency, shown->price, &report, error) < 0)
        return -1;
    json_key(writer, "price_check");
    json_object_begin(writer);
    json_member_integer(writer, "below_per_mille", report.below_per_mille);
    json_member_integer(writer, "compared", (int64_t)report.sample);
    json_member_string(writer, "reason_en", report.reason_en);
    json_member_string(writer, "reason_zh", report.reason_zh);
    json_member_boolean(writer, "warning", report.verdict == MARKET_PRICE_LOW);
    json_object_end(writer);
    return 0;
}

static void prose_write(struct json_writer *writer, const char *key, const struct policy *policy,
                        enum policy_language language)
{
    struct buffer prose;
    buffer_init(&prose, PROSE_BYTES_MAX);
    policy_prose(&prose, policy, language);
    json_member_text(writer, key, buffer_text(&prose));
    buffer_done(&prose);
}

static int policy_part_write(struct service_call *call, const struct shown *shown, struct json_writer *writer,
                             struct error *error)
{
    const struct policy *policy;
    struct service_line line;
    if (service_line_of(call, text_of(shown->policy_id), &line, error) < 0)
        return -1;
    const char *id = line.has_latest ? line.latest.id : shown->policy_id;
    struct service_policy_lines lines;
    if (service_policy_get(call, text_of(id), &policy, error) < 0 ||
        service_policy_lines(call, text_of(id), &lines, error) < 0)
        return -1;
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_boolean(writer, "consent_wanted", (policy_facts_tested(policy) >> FACT_CONSENT & 1) != 0);
    prose_write(writer, "en", policy, POLICY_LANGUAGE_EN);
    json_member_time(writer, "effective_at", line.latest.effective_at);
    json_member_string(writer, "id", id);
    json_member_boolean(writer, "in_force", line.is_in_force);
    json_member_string(writer, "name", policy_name(policy));
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    service_policy_lines_write(writer, &lines);
    json_key(writer, "upcoming");
    service_announced_write(writer, &line);
    json_member_integer(writer, "version", policy_version(policy));
    prose_write(writer, "zh", policy, POLICY_LANGUAGE_ZH);
    json_object_end(writer);
    return 0;
}

int service_product_write(struct service_call *call, struct text product_id, struct json_writer *ret,
                          struct error *error)
{
    struct shown shown;
    if (shown_load(call, product_id, &shown, error) < 0 || stock_load(call, product_id, &shown.stock, error) < 0)
        return -1;
    json_object_begin(ret);
    json_member_text(ret, "id", product_id);
    json_member_text(ret, "kind", shown.kind);
    json_key(ret, "listing");
    json_add_raw(ret, shown.listing);
    json_member_integer(ret, "listing_leaf", shown.leaf);
    json_member_string(ret, "listing_sha256", shown.listing_sha256);
    service_view_money(ret, "price", shown.price.price, shown.currency);
    json_member_text(ret, "state", shown.state);
    json_key(ret, "stock");
    if (text_is(shown.kind, "service"))
        json_add_null(ret);
    else
        json_add_integer(ret, shown.stock);
    json_member_integer(ret, "version", shown.version);
    int result = price_write(call, product_id, &shown, ret, error);
    if (result == 0)
        result = policy_part_write(call, &shown, ret, error);
    json_key(ret, "merchant");
    json_object_begin(ret);
    if (result == 0)
        result = service_merchant_figures_write(call, text_of(shown.merchant_id), ret, error);
    json_object_end(ret);
    if (result == 0 && call->actor.role == ROLE_MERCHANT && strcmp(shown.merchant_id, call->actor.party_id) == 0)
        result = service_listing_warnings(call, shown.listing, ret, error);
    json_object_end(ret);
    return result;
}
