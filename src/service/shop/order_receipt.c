/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt of an order: listing, policy and floors of the moment, price, promised time, confirmation. Canonical JSON in the log. */
#include "service/shop/order_purchase.h"

#include "base/error.h"
#include "service/internal.h"

#define RECEIPT_BYTES_MAX (16 * 1024)

static void receipt_policy(struct json_writer *writer, const struct service_offer *offer)
{
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "id", offer->policy_id);
    json_member_integer(writer, "leaf", offer->policy_leaf);
    json_member_string(writer, "name", policy_name(offer->policy));
    json_member_hex(writer, "sha256", policy_sha256(offer->policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(offer->policy));
    json_object_end(writer);
}

static void receipt_floors(struct json_writer *writer, const struct service_offer *offer)
{
    json_key(writer, "floors");
    json_array_begin(writer);
    for (size_t i = 0; i < offer->floor_count; i++)
        service_floor_write(writer, &offer->floors[i]);
    json_array_end(writer);
}

static void receipt_product(struct json_writer *writer, const struct service_purchase *purchase)
{
    const struct service_offer *offer = &purchase->offer;
    json_key(writer, "product");
    json_object_begin(writer);
    json_member_text(writer, "id", purchase->in->product_id);
    json_member_string(writer, "kind", offer->is_service ? "service" : "card_key");
    json_member_integer(writer, "listing_leaf", offer->listing_leaf);
    json_member_hex(writer, "listing_sha256", offer->listing_sha256, HASH_BYTES);
    json_member_text(writer, "title", offer->title);
    json_object_end(writer);
}

static void receipt_buyer(struct json_writer *writer, const struct service_purchase *purchase)
{
    const struct service_actor *actor = &purchase->call->actor;
    char pseudonym[40];
    bool is_guest = actor->role != ROLE_BUYER || !actor->party_id[0];
    if (!is_guest)
        service_pseudonym(purchase->call->service, text_of(actor->party_id), pseudonym);
    json_member_string(writer, "buyer", is_guest ? "guest" : pseudonym);
}

static void receipt_write(const struct service_purchase *purchase, struct buffer *out)
{
    const struct service_order_new *in = purchase->in;
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    service_view_text_or_null(&writer, "agreement", in->agreement);
    service_view_money(&writer, "amount", purchase->amount, purchase->offer.currency);
    receipt_buyer(&writer, purchase);
    json_key(&writer, "consent");
    if (purchase->consent.length)
        json_add_raw(&writer, purchase->consent);
    else
        json_add_null(&writer);
    json_member_time(&writer, "created_at", purchase->call->now_us);
    json_member_integer(&writer, "delivery_s", purchase->offer.delivery_s);
    receipt_floors(&writer, &purchase->offer);
    json_member_string(&writer, "format", "shuntui-order-receipt-1");
    json_member_string(&writer, "merchant", purchase->offer.merchant_id);
    json_member_string(&writer, "order", purchase->order_id);
    receipt_policy(&writer, &purchase->offer);
    service_view_money(&writer, "price", purchase->offer.price, purchase->offer.currency);
    json_member_boolean(&writer, "price_warning", purchase->price_warning);
    receipt_product(&writer, purchase);
    json_member_text(&writer, "provider", purchase->provider);
    json_member_integer(&writer, "quantity", in->quantity);
    json_object_end(&writer);
    json_writer_done(&writer);
}

int service_receipt_append(const struct service_purchase *purchase, struct error *error)
{
    struct buffer item;
    buffer_init(&item, RECEIPT_BYTES_MAX);
    receipt_write(purchase, &item);
    struct service_leaf leaf = {.subject = text_of(purchase->order_id),
                                .kind = EVIDENCE_KIND_ORDER_RECEIPT,
                                .item = buffer_text(&item),
                                .source = "buyer"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(purchase->call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}
