/* SPDX-License-Identifier: Apache-2.0 */
/* Products: every change of what the buyer is shown is a new canonical snapshot, hashed and in the log. */
#include "service/shop/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/policies/floors.h"
#include "service/rows.h"
#include "service/shop/terms.h"

#define LISTING_BYTES_MAX (32 * 1024)

/* One version of a listing on its way into the database. */
struct snapshot {
    struct market_listing listing;
    struct text json;
    uint8_t sha256[HASH_BYTES];
    int64_t leaf;
};

/* The merchant may use its own policies and the platform's, and only one that is made for this kind of goods. */
static int line_usable(struct service_call *call, const struct market_listing *listing, struct service_line *ret,
                       struct error *error)
{
    struct error found;
    if (service_line_of(call, listing->policy_id, ret, &found) < 0 && found.code != ERROR_NOT_FOUND) {
        if (error)
            *error = found;
        return -1;
    }
    bool usable = ret->name.length && (ret->owner.length == 0 || text_equal(ret->owner, listing->merchant_id));
    if (!usable) {
        error_set(error, ERROR_NOT_FOUND, "there is no such policy among yours");
        return error_at(error, "/policy_id");
    }
    if (text_equal(ret->goods, listing->kind))
        return 0;
    error_set(error, ERROR_POLICY_GOODS, "this policy is for another kind of goods");
    error_at(error, "/policy_id");
    return error_hint(error, "the policy's line \"goods\" must name the product's kind");
}

static int line_in_force(const struct service_line *line, struct error *error)
{
    char from[TIME_TEXT_BYTES];
    if (line->is_in_force)
        return 0;
    error_set(error, ERROR_POLICY_NOT_IN_FORCE, "no version of this policy is in force");
    error_at(error, "/policy_id");
    if (line->announced_count == 0)
        return error_hint(error, "it was withdrawn: publish another version, or name another policy");
    return error_hint(error, "the next takes effect at %s", time_format(line->announced[0].effective_at, from));
}

/* A rule that speaks of money in another currency could not be applied to what is paid here. */
static int currency_fits(const struct policy *policy, struct text currency, struct error *error)
{
    const char *own = policy_currency(policy);
    if (!own[0] || text_is(currency, own))
        return 0;
    error_set(error, ERROR_CURRENCY_MISMATCH, "the policy speaks of %s, and the product is sold in %.*s", own,
              TEXT_ARG(currency));
    error_at(error, "/policy_id");
    return error_hint(error, "name a policy with amounts in the product's currency, or without amounts");
}

/* The version in force, if there is one, else the one that is named. Only what is for sale needs a rule that is in force and
 * keeps to the floors of today: pausing a product must always be possible. */
static int policy_usable(struct service_call *call, struct market_listing *listing, bool for_sale,
                         char sha256[static HASH_HEX_BYTES], struct error *error)
{
    struct service_line line = {.last_number = 0}, names;
    struct service_version version;
    const struct policy *policy;
    struct policy_problems *problems = arena_new_object(call->arena, struct policy_problems);
    if (line_usable(call, listing, &line, error) < 0 || (for_sale && line_in_force(&line, error) < 0) ||
        service_version_load(call, listing->policy_id, &version, &names, error) < 0)
        return -1;
    if (line.has_latest)
        version = line.latest;
    if (service_policy_get(call, text_of(version.id), &policy, error) < 0 ||
        currency_fits(policy, listing->currency, error) < 0)
        return -1;
    if (for_sale && service_floors_prove(call, policy, line.owner, call->now_us, false, problems, error) < 0)
        return error_at(error, "/policy_id");
    listing->policy_id = arena_copy_text(call->arena, text_of(version.id));
    hash_hex(version.sha256, sha256);
    return 0;
}

static int category_check(struct text category, struct error *error)
{
    static const char *const categories[] = {"game_card", "activation_code", "top_up", "boosting"};
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++)
        if (text_is(category, categories[i]))
            return 0;
    error_set(error, ERROR_FIELD_VALUE, "there is no such category");
    error_at(error, "/category");
    return error_hint(error, "game_card, activation_code, top_up or boosting");
}

static int kind_check(struct text kind, struct error *error)
{
    if (text_is(kind, "card_key") || text_is(kind, "service"))
        return 0;
    error_set(error, ERROR_FIELD_VALUE, "there is no such kind of product");
    error_at(error, "/kind");
    return error_hint(error, "card_key or service");
}

static int snapshot_write(struct service_call *call, struct snapshot *snapshot, bool for_sale, struct error *error)
{
    char sha256[HASH_HEX_BYTES];
    struct buffer out;
    if (currency_check(snapshot->listing.currency, error) < 0)
        return error_at(error, "/currency");
    if (kind_check(snapshot->listing.kind, error) < 0 || category_check(snapshot->listing.category, error) < 0 ||
        policy_usable(call, &snapshot->listing, for_sale, sha256, error) < 0)
        return -1;
    snapshot->listing.policy_sha256 = text_of(sha256);
    buffer_init(&out, LISTING_BYTES_MAX);
    int result = market_listing_write(&snapshot->listing, &out, error);
    if (result == 0)
        result = buffer_check(&out, error);
    if (result == 0)
        snapshot->json = arena_copy_text(call->arena, buffer_text(&out));
    buffer_done(&out);
    if (result < 0 || (for_sale && service_listing_check(call, snapshot->json, error) < 0))
        return -1;
    hash_sha256(snapshot->json.data, snapshot->json.length, snapshot->sha256);
    struct service_leaf leaf = {.subject = snapshot->listing.product_id,
                                .kind = EVIDENCE_KIND_LISTING_SNAPSHOT,
                                .item = snapshot->json,
                                .source = "merchant"};
    return service_log_append(call, &leaf, &snapshot->leaf, error);
}

static int merchant_check(const struct service_call *call, struct error *error)
{
    if (call->actor.role == ROLE_MERCHANT && call->actor.party_id[0])
        return 0;
    return error_set(error, ERROR_ACCESS_DENIED, "only a merchant lists products");
}

static void bind_shown(struct query *query, const struct snapshot *snapshot, unsigned first)
{
    const struct market_listing *listing = &snapshot->listing;
    query_bind_text(query, first, listing->title);
    query_bind_int(query, first + 1, listing->price);
    query_bind_int_or_null(query, first + 2, listing->face_value, listing->face_value == 0);
    query_bind_text(query, first + 3, listing->policy_id);
    query_bind_int(query, first + 4, listing->delivery_s);
    query_bind_text(query, first + 5, snapshot->json);
    query_bind_blob(query, first + 6, snapshot->sha256, HASH_BYTES);
    query_bind_int(query, first + 7, snapshot->leaf);
}

int service_product_create(struct service_call *call, const struct market_listing *in,
                           char ret_product_id[static ID_BYTES], struct error *error)
{
    assert(call && in && ret_product_id);
    char id[ID_BYTES];
    struct snapshot snapshot = {.listing = *in};
    if (merchant_check(call, error) < 0)
        return -1;
    id_make(id, "prd_", call->now_us, call->service->random);
    snapshot.listing.product_id = text_of(id);
    snapshot.listing.merchant_id = text_of(call->actor.party_id);
    if (snapshot_write(call, &snapshot, true, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_PRODUCT_ADD);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, call->actor.party_id);
    query_bind_text(query, 3, in->kind);
    query_bind_text(query, 4, in->category);
    query_bind_text(query, 5, in->currency);
    query_bind_int(query, 6, call->now_us);
    bind_shown(query, &snapshot, 7);
    if (query_run(query, error) < 0)
        return -1;
    memcpy(ret_product_id, id, sizeof id);
    return 0;
}

/* ---- reading a listing back ---- */

static struct text member_text(struct service_call *call, const struct json *object, const char *key)
{
    const struct json *value = json_find(object, key);
    bool is_text = value && json_kind(value) == JSON_STRING;
    return is_text ? arena_copy_text(call->arena, json_string(value)) : (struct text){NULL, 0};
}

static int64_t member_integer(const struct json *object, const char *key)
{
    const struct json *value = json_find(object, key);
    return value && json_kind(value) == JSON_INTEGER ? json_integer(value) : 0;
}

static void milestones_read(struct service_call *call, const struct json *object, struct market_listing *listing)
{
    const struct json *array = json_find(object, "milestones");
    if (!array || json_kind(array) != JSON_ARRAY || json_count(array) == 0)
        return;
    struct market_milestone *milestones = arena_new_array(call->arena, struct market_milestone, json_count(array));
    for (size_t i = 0; i < json_count(array); i++) {
        milestones[i].title = member_text(call, json_item(array, i), "title");
        milestones[i].percent = member_integer(json_item(array, i), "percent");
    }
    listing->milestones = milestones;
    listing->milestone_count = json_count(array);
}

static void listing_read(struct service_call *call, const struct json *object, struct market_listing *ret)
{
    *ret = (struct market_listing){
        .kind = member_text(call, object, "kind"),
        .category = member_text(call, object, "category"),
        .title = member_text(call, object, "title"),
        .description = member_text(call, object, "description"),
        .region = member_text(call, object, "region"),
        .redeem_channel = member_text(call, object, "redeem_channel"),
        .valid_days = member_integer(object, "valid_days"),
        .standard = member_text(call, object, "standard"),
        .lateness = member_text(call, object, "lateness"),
        .dissatisfaction = member_text(call, object, "dissatisfaction"),
        .revisions = member_integer(object, "revisions"),
        .revisions_given = json_find(object, "revisions") != NULL,
    };
    milestones_read(call, object, ret);
}

/* Price, currency, face value, policy and delivery time are columns: the row is read with the snapshot. */
static void listing_columns(struct service_call *call, struct query *query, struct market_listing *ret)
{
    ret->merchant_id = arena_copy_text(call->arena, query_text(query, 0));
    ret->price = query_int(query, 1);
    ret->currency = arena_copy_text(call->arena, query_text(query, 2));
    ret->face_value = query_int(query, 3);
    ret->policy_id = arena_copy_text(call->arena, query_text(query, 4));
    ret->delivery_s = query_int(query, 5);
}

static int product_load(struct service_call *call, struct text product_id, struct market_listing *ret,
                        struct text *ret_state, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PRODUCT_GET);
    query_bind_text(query, 1, product_id);
    int step = query_step(query, error);
    struct json *document = NULL;
    int result = step < 0 ? -1 : 0;
    if (step == 1)
        result = json_parse(query_text(query, 7), LISTING_BYTES_MAX, &document, error);
    if (document) {
        listing_read(call, document, ret);
        listing_columns(call, query, ret);
        ret->product_id = arena_copy_text(call->arena, product_id);
        *ret_state = arena_copy_text(call->arena, query_text(query, 6));
    }
    query_end(query);
    json_free(document);
    return step == 0 ? error_set(error, ERROR_NOT_FOUND, "there is no such product") : result;
}

static int own_product_load(struct service_call *call, struct text product_id, struct market_listing *ret,
                            struct text *ret_state, struct error *error)
{
    if (merchant_check(call, error) < 0 || product_load(call, product_id, ret, ret_state, error) < 0)
        return -1;
    if (text_is(ret->merchant_id, call->actor.party_id))
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "there is no such product among yours");
}

int service_product_listing(struct service_call *call, struct text product_id, struct market_listing *ret,
                            struct error *error)
{
    struct text state;
    return own_product_load(call, product_id, ret, &state, error);
}

int service_product_change(struct service_call *call, struct text product_id, const struct market_listing *in,
                           struct text state, struct error *error)
{
    assert(call && in);
    struct market_listing before;
    struct text state_before;
    struct snapshot snapshot = {.listing = *in};
    if (own_product_load(call, product_id, &before, &state_before, error) < 0)
        return -1;
    if (!text_equal(in->kind, before.kind) || !text_equal(in->currency, before.currency)) {
        error_set(error, ERROR_FIELD_VALUE, "kind and currency of a product don't change");
        return error_hint(error, "make another product");
    }
    if (state.length && !text_is(state, "active") && !text_is(state, "paused")) {
        error_set(error, ERROR_FIELD_VALUE, "the state is active or paused");
        return error_at(error, "/state");
    }
    snapshot.listing.product_id = product_id;
    snapshot.listing.merchant_id = before.merchant_id;
    struct text state_after = state.length ? state : state_before;
    if (snapshot_write(call, &snapshot, text_is(state_after, "active"), error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_PRODUCT_CHANGE);
    query_bind_text(query, 1, product_id);
    query_bind_text(query, 2, in->category);
    query_bind_text(query, 3, state_after);
    bind_shown(query, &snapshot, 4);
    return query_run(query, error);
}
