/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making an order and giving it up. Creation is the hot path: one read of the product, one update that takes the stock, one
 * row, one leaf. Two buyers of the last card meet in that update: whoever comes second changes too few rows and gets OUT_OF_STOCK.
 */
#include "service/shop/order.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "service/shop/catalogue.h"
#include "service/internal.h"
#include "service/shop/order_internal.h"
#include "service/shop/order_purchase.h"
#include "store/job.h"

#define AGREEMENT_BYTES_MAX 2000

static int offer_read(struct service_call *call, struct query *query, struct service_offer *ret, struct error *error)
{
    if (!text_is(query_text(query, 7), "active") || !text_is(query_text(query, 8), "active")) {
        error_set(error, ERROR_PRODUCT_PAUSED, "this product is not for sale at the moment");
        return error_hint(error, "look for another seller of it");
    }
    if (query_is_null(query, 4) || !query_is_null(query, 15)) {
        error_set(error, ERROR_POLICY_NOT_IN_FORCE, "no refund rule is in force for this product");
        return error_hint(error, "look for another seller of it");
    }
    ret->policy_owner = arena_copy_text(call->arena, query_text(query, 14));
    ret->is_service = text_is(query_text(query, 0), "service");
    service_id_copy(ret->merchant_id, query_text(query, 1));
    ret->price = query_int(query, 2);
    struct text currency = query_text(query, 3), listing = query_blob(query, 9);
    assert(currency.length == 3 && listing.length == HASH_BYTES);
    memcpy(ret->currency, currency.data, 3);
    memcpy(ret->listing_sha256, listing.data, HASH_BYTES);
    service_id_copy(ret->policy_id, query_text(query, 4));
    ret->delivery_s = query_int(query, 5);
    ret->title = arena_copy_text(call->arena, query_text(query, 6));
    ret->listing_leaf = query_int(query, 10);
    ret->policy_leaf = query_int(query, 11);
    ret->category = arena_copy_text(call->arena, query_text(query, 12));
    ret->face_value = query_int(query, 13);
    return 0;
}

static int offer_find(struct service_call *call, struct text product_id, struct service_offer *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PRODUCT_OFFER);
    query_bind_text(query, 1, product_id);
    query_bind_int(query, 2, call->now_us);
    int step = query_step(query, error);
    int result = step == 1 ? offer_read(call, query, ret, error) : step;
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such product");
    return result < 0 ? -1 : service_policy_get(call, text_of(ret->policy_id), &ret->policy, error);
}

/* Between the page and the order another version may have taken effect: nobody agrees to a rule that he was not shown. */
static int check_policy(struct service_purchase *purchase, struct error *error)
{
    struct service_offer *offer = &purchase->offer;
    struct text shown = purchase->in->policy_id;
    if (shown.length && !text_is(shown, offer->policy_id)) {
        error_set(error, ERROR_POLICY_CHANGED, "version %lld of the refund rule is in force by now",
                  (long long)policy_version(offer->policy));
        error_at(error, "/policy_id");
        return error_hint(error, "show %s to the buyer and send its id", offer->policy_id);
    }
    return service_floors_keep(purchase->call, offer->policy, offer->policy_owner, offer->floors, &offer->floor_count,
                               error);
}

/* Nor does he buy at a price, or a thing, that he was not shown. */
static int check_listing(const struct service_purchase *purchase, struct error *error)
{
    const uint8_t *shown = purchase->in->listing_sha256;
    if (!shown || memcmp(shown, purchase->offer.listing_sha256, HASH_BYTES) == 0)
        return 0;
    error_set(error, ERROR_LISTING_CHANGED, "the seller has changed the price or the description meanwhile");
    error_at(error, "/listing_sha256");
    return error_hint(error, "show the product again and send its listing_sha256");
}

static int check_quantity(const struct service_purchase *purchase, struct error *error)
{
    int64_t quantity = purchase->in->quantity;
    int64_t maximum = purchase->offer.is_service ? 1 : LIMIT_ORDER_QUANTITY;
    if (quantity >= 1 && quantity <= maximum)
        return 0;
    error_set(error, ERROR_FIELD_RANGE, "the quantity of this product is 1 to %lld", (long long)maximum);
    error_at(error, "/quantity");
    return error_hint(error, purchase->offer.is_service ? "order a service once for each time it is to be done"
                                                        : "split it into several orders");
}

static int check_agreement(const struct service_purchase *purchase, struct error *error)
{
    struct text agreement = purchase->in->agreement;
    if (agreement.length && !purchase->offer.is_service) {
        error_set(error, ERROR_FIELD_UNKNOWN, "a card has nothing to agree on");
        return error_at(error, "/agreement");
    }
    if (agreement.length > AGREEMENT_BYTES_MAX || text_utf8_bad(agreement) >= 0) {
        error_set(error, agreement.length > AGREEMENT_BYTES_MAX ? ERROR_FIELD_TOO_LONG : ERROR_UTF8_INVALID,
                  "what is agreed has at most %d bytes of UTF-8", AGREEMENT_BYTES_MAX);
        return error_at(error, "/agreement");
    }
    return 0;
}

static bool tests(const struct service_purchase *purchase, enum fact fact)
{
    return (policy_facts_tested(purchase->offer.policy) >> fact & 1) != 0;
}

/* Where a rule depends on the buyer's confirmation, the question must have been answered, yes or no: a return without reasons
 * may be excluded only for a purchase that the buyer confirmed, and never by default (CPL art. 25, CPR art. 19, D7 art. 20). */
static int check_consent(const struct service_purchase *purchase, struct error *error)
{
    const struct service_order_new *in = purchase->in;
    bool wanted = tests(purchase, FACT_CONSENT);
    if (wanted && !in->has_consent) {
        error_set(error, ERROR_CONSENT_REQUIRED, "the refund rule depends on a confirmation that was not asked for");
        error_at(error, "/consent");
        return error_hint(error, "show the rule, then send consent {\"accepted\":true} or {\"accepted\":false}");
    }
    if (in->has_consent && !text_is(in->consent_language, "zh") && !text_is(in->consent_language, "en")) {
        error_set(error, ERROR_FIELD_VALUE, "the rule is shown in zh or en");
        return error_at(error, "/consent/language");
    }
    return 0;
}

static int check_buyer(const struct service_purchase *purchase, struct error *error)
{
    const struct service_actor *actor = &purchase->call->actor;
    if (actor->role != ROLE_MERCHANT || strcmp(actor->party_id, purchase->offer.merchant_id) != 0)
        return 0;
    error_set(error, ERROR_ACCESS_DENIED, "a merchant can't buy from itself");
    return error_hint(error, "sales to oneself would colour the figures that buyers see");
}

static int check_provider(struct service_purchase *purchase, struct error *error)
{
    purchase->provider = purchase->in->provider.length ? purchase->in->provider : TEXT_LITERAL("sandbox");
    if (text_is(purchase->provider, "sandbox"))
        return 0;
    error_set(error, ERROR_FIELD_VALUE, "there is no such payment provider");
    error_at(error, "/provider");
    return error_hint(error, "leave it out for the usual one");
}

static void consent_write(struct service_purchase *purchase)
{
    const struct service_order_new *in = purchase->in;
    struct buffer prose, json;
    struct json_writer writer;
    uint8_t hash[HASH_BYTES];
    buffer_init(&prose, LIMIT_RESPONSE_BYTES);
    policy_prose(&prose, purchase->offer.policy,
                 text_is(in->consent_language, "zh") ? POLICY_LANGUAGE_ZH : POLICY_LANGUAGE_EN);
    hash_sha256(prose.data, prose.length, hash);
    buffer_done(&prose);
    buffer_init(&json, 1024);
    json_writer_init(&writer, &json);
    json_object_begin(&writer);
    json_member_boolean(&writer, "accepted", true);
    json_member_time(&writer, "at", purchase->call->now_us);
    json_member_text(&writer, "language", in->consent_language);
    json_member_hex(&writer, "shown_sha256", hash, sizeof hash);
    json_object_end(&writer);
    json_writer_done(&writer);
    purchase->consent = arena_copy_text(purchase->call->arena, buffer_text(&json));
    buffer_done(&json);
}

/* Where a rule depends on a price warning, what the buyer was shown is kept with the order: later prices change nothing. */
static int price_check(struct service_purchase *purchase, struct error *error)
{
    const struct service_offer *offer = &purchase->offer;
    struct market_price own = {offer->price, offer->face_value};
    struct market_price_report report;
    if (!tests(purchase, FACT_PRICE_WARNING))
        return 0;
    if (service_price_report(purchase->call, purchase->in->product_id, offer->category, offer->currency, own, &report,
                             error) < 0)
        return -1;
    purchase->price_warning = report.verdict == MARKET_PRICE_LOW;
    return 0;
}

static int purchase_check(struct service_purchase *purchase, struct error *error)
{
    if (check_buyer(purchase, error) < 0 || check_policy(purchase, error) < 0 || check_listing(purchase, error) < 0 ||
        check_quantity(purchase, error) < 0 || check_agreement(purchase, error) < 0 ||
        check_consent(purchase, error) < 0 || check_provider(purchase, error) < 0 || price_check(purchase, error) < 0 ||
        money_multiply(purchase->offer.price, purchase->in->quantity, &purchase->amount, error) < 0 ||
        money_part(purchase->amount, purchase->call->service->fee_per_mille, 1000, &purchase->fee, error) < 0)
        return -1;
    if (purchase->in->has_consent && purchase->in->consent_accepted)
        consent_write(purchase);
    return 0;
}

static int stock_reserve(struct service_purchase *purchase, struct error *error)
{
    if (purchase->offer.is_service)
        return 0;
    struct query *query = store_query(purchase->call->tx, QUERY_CARD_RESERVE);
    query_bind_text(query, 1, purchase->in->product_id);
    query_bind_string(query, 2, purchase->order_id);
    query_bind_int(query, 3, purchase->in->quantity);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(purchase->call->tx) == purchase->in->quantity)
        return 0;
    error_set(error, ERROR_OUT_OF_STOCK, "there is not enough stock for this order");
    return error_hint(error, "order fewer, or come back: unpaid orders give their stock back after %d minutes",
                      SERVICE_ORDER_PAY_S / 60);
}

static int order_insert(struct service_purchase *purchase, struct error *error)
{
    const struct service_offer *offer = &purchase->offer;
    const struct service_actor *actor = &purchase->call->actor;
    struct query *query = store_query(purchase->call->tx, QUERY_ORDER_ADD);
    query_bind_string(query, 1, purchase->order_id);
    query_bind_blob(query, 2, purchase->secret_hash, HASH_BYTES);
    query_bind_text(query, 3, purchase->in->product_id);
    query_bind_string(query, 4, offer->is_service ? "service" : "card_key");
    query_bind_string(query, 5, offer->merchant_id);
    query_bind_string(query, 6, actor->role == ROLE_BUYER && actor->party_id[0] ? actor->party_id : NULL);
    query_bind_int(query, 7, purchase->in->quantity);
    query_bind_int(query, 8, purchase->amount);
    query_bind_string(query, 9, offer->currency);
    query_bind_int(query, 10, purchase->fee);
    query_bind_text(query, 11, purchase->provider);
    query_bind_string(query, 12, purchase->pay_reference);
    query_bind_string(query, 13, offer->policy_id);
    query_bind_blob(query, 14, offer->listing_sha256, HASH_BYTES);
    if (purchase->consent.length)
        query_bind_text(query, 15, purchase->consent);
    else
        query_bind_null(query, 15);
    query_bind_int(query, 16, purchase->call->now_us);
    query_bind_int(query, 17, purchase->expires_at);
    /* Counted from the purchase until the payment moves it: the difference is the promise that the order pinned. */
    query_bind_int(query, 18, purchase->call->now_us + offer->delivery_s * TIME_SECOND_US);
    query_bind_int(query, 19, purchase->price_warning);
    return query_run(query, error);
}

int service_order_create(struct service_call *call, const struct service_order_new *in,
                         struct service_order_created *ret, struct error *error)
{
    assert(call && in && ret);
    struct random *random = call->service->random;
    struct service_purchase purchase = {.call = call, .in = in};
    if (offer_find(call, in->product_id, &purchase.offer, error) < 0 || purchase_check(&purchase, error) < 0)
        return -1;
    id_make(purchase.order_id, "ord_", call->now_us, random);
    id_make(purchase.pay_reference, "pay_", call->now_us, random);
    secret_make(purchase.secret, "key_", random);
    hash_sha256(purchase.secret, strlen(purchase.secret), purchase.secret_hash);
    purchase.expires_at = call->now_us + SERVICE_ORDER_PAY_S * TIME_SECOND_US;
    if (stock_reserve(&purchase, error) < 0 || order_insert(&purchase, error) < 0 ||
        service_receipt_append(&purchase, error) < 0)
        return -1;
    struct service_order_created created = {.amount = purchase.amount, .expires_at = purchase.expires_at};
    memcpy(created.order_id, purchase.order_id, ID_BYTES);
    memcpy(created.secret, purchase.secret, ID_BYTES);
    memcpy(created.pay_reference, purchase.pay_reference, ID_BYTES);
    memcpy(created.currency, purchase.offer.currency, sizeof created.currency);
    *ret = created;
    secret_wipe(purchase.secret, sizeof purchase.secret);
    return 0;
}

/* ---- giving up ---- */

int service_order_state_refused(const struct service_order *order, const char *what, struct error *error)
{
    error_set(error, ERROR_ORDER_STATE, "this order is %.*s: it can't be %s", TEXT_ARG(order->state), what);
    return error_hint(error, "ask for the order again: its state may have changed meanwhile");
}

int service_order_give_back(struct service_call *call, struct text order_id, bool *ret_changed, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_EXPIRE);
    query_bind_text(query, 1, order_id);
    if (query_run(query, error) < 0)
        return -1;
    *ret_changed = query_changes(call->tx) == 1;
    if (!*ret_changed)
        return 0;
    query = store_query(call->tx, QUERY_CARD_GIVE_BACK);
    query_bind_text(query, 1, order_id);
    return query_run(query, error);
}

int service_order_cancel(struct service_call *call, struct text order_id, struct error *error)
{
    struct service_order order;
    bool changed;
    if (service_order_open(call, order_id, &order, error) < 0)
        return -1;
    if (call->actor.role != ROLE_BUYER && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only the buyer gives up an order");
    if (!text_is(order.state, "created"))
        return service_order_state_refused(&order, "cancelled", error);
    if (service_order_give_back(call, order_id, &changed, error) < 0)
        return -1;
    assert(changed);
    /* The provider's page is open until then, and its callback may be lost. */
    return job_add(call->tx, SERVICE_JOB_PAYMENT, order.id, order.expires_at + TIME_SECOND_US, error);
}
