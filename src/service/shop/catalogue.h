/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is for sale and under which rule. A product's listing is a snapshot in the log, and every change of it makes a new one. It
 * names a policy by any version of it, and is sold under the version in force.
 */
#ifndef SHUNTUI_SERVICE_CATALOGUE_H
#define SHUNTUI_SERVICE_CATALOGUE_H

#include "market/market.h"
#include "service/service.h"
#include "service/view.h"

/* ---- products ---- */

/* Makes an active product of the calling merchant. Of *in everything but product_id, merchant_id and policy_sha256 counts;
 * those three are filled in. Fails with LISTING_INCOMPLETE (pointer at the first field), TERMS_VOID (place in a text), POLICY_GOODS, POLICY_NOT_IN_FORCE,
 * POLICY_FLOOR (call->refusal "report"), CURRENCY_MISMATCH, FIELD_…. */
int service_product_create(struct service_call *call, const struct market_listing *in,
                           char ret_product_id[static ID_BYTES], struct error *error);
/* The listing as it stands, in the call's arena: what a change starts from. Only the merchant's own. */
int service_product_listing(struct service_call *call, struct text product_id, struct market_listing *ret,
                            struct error *error);
/* A new snapshot of the listing; orders keep the one that they pinned. kind and currency stay. state: active, paused, or
 * empty for as it is. */
int service_product_change(struct service_call *call, struct text product_id, const struct market_listing *in,
                           struct text state, struct error *error);

/* Public view: listing, policy in words, seller's figures, price warning, stock left. The merchant himself also sees what is risky in
 * his texts. */
int service_product_write(struct service_call *call, struct text product_id, struct json_writer *ret,
                          struct error *error);

/* The price beside others of the category with a comparable face value. For other files of this folder. */
int service_price_report(struct service_call *call, struct text product_id, struct text category, const char *currency,
                         struct market_price own, struct market_price_report *ret, struct error *error);

struct service_product_filter {
    struct text category, kind, merchant_id, state; /* empty: any; paused ones only for their own merchant */
    struct text words;                              /* in the title; empty: any */
};
int service_product_list(struct service_call *call, const struct service_product_filter *filter,
                         const struct service_page *page, struct json_writer *ret, struct error *error);

#endif
