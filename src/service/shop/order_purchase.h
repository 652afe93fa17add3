/* SPDX-License-Identifier: Apache-2.0 */
/* One purchase while it is made: what the product offers, what the buyer sent, and what follows. Only for the files of this folder. */
#ifndef SHUNTUI_SERVICE_ORDER_PURCHASE_H
#define SHUNTUI_SERVICE_ORDER_PURCHASE_H

#include "base/hash.h"
#include "service/policies/floors.h"
#include "service/shop/order.h"

/* What an order takes from its product. */
struct service_offer {
    char merchant_id[ID_BYTES], policy_id[ID_BYTES];
    char currency[4];
    struct text title, category;
    bool is_service;
    int64_t price, face_value, delivery_s, listing_leaf, policy_leaf;
    uint8_t listing_sha256[HASH_BYTES];
    const struct policy *policy;
    struct text policy_owner;                             /* empty: the platform */
    struct service_floor floors[SERVICE_FLOOR_NAMES_MAX]; /* of the day: what the order is judged by */
    size_t floor_count;
};

struct service_purchase {
    struct service_call *call;
    const struct service_order_new *in;
    struct text provider;
    struct service_offer offer;
    char order_id[ID_BYTES], pay_reference[ID_BYTES], secret[ID_BYTES];
    uint8_t secret_hash[HASH_BYTES];
    int64_t amount, fee, expires_at;
    struct text consent; /* canonical JSON, or empty */
    bool price_warning;
};

/* Everything that the order pins, as the first leaf of its chain. */
int service_receipt_append(const struct service_purchase *purchase, struct error *error);

#endif
