/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unused certificates: a signed statement (DSSE, docs/evidence-format.md) that a card was not used until a time, as a leaf of
 * its order, with a code that anyone can look up. One is written only where the platform knows it, and only when asked for, or
 * when a report or a merchant's silence is the proof: a refund of a sealed card at once needs none.
 */
#ifndef SHUNTUI_SERVICE_UNUSED_H
#define SHUNTUI_SERVICE_UNUSED_H

#include "service/claims/claim_row.h"

#define SERVICE_UNUSED_CODE_LENGTH 12

enum service_unused_basis {
#define UNUSED_BASIS(NAME, WIRE, FINDING, LEAF_SOURCE, FACT_SOURCE, EN, ZH) SERVICE_UNUSED_##NAME,
#include "service/unused_basis.def"
#undef UNUSED_BASIS
    SERVICE_UNUSED_COUNT
};

/* After a signed report that the card was not redeemed as of that time. A card that no buyer has, one that was redeemed, and a
 * time before its reveal get no certificate: 0 all the same. A second report of the same kind within a day adds none. */
int service_unused_report(struct service_call *call, struct text order_id, struct text card_id,
                          enum service_unused_basis basis, int64_t as_of_us, struct error *error);
/* The merchant's time to answer a claim is over without a redemption record. Only a claim that the card is dead asks for one,
 * and only when the claim is about all of the order's revealed cards; otherwise does nothing. */
int service_unused_presume(struct service_call *call, const struct service_claim *claim, struct error *error);
/* The buyer asks. Writes {"items":[…],"order":…}: the certificates that stand, with new ones for cards never revealed.
 * Fails with CARD_STATE when nothing shows any card of the order as unused, PRODUCT_KIND, ACCESS_DENIED, NOT_FOUND. */
int service_unused_request(struct service_call *call, struct text order_id, struct json_writer *ret,
                           struct error *error);
/* What anybody may see who has the code; case, hyphens and the letters O, I and L are forgiven. Fails with NOT_FOUND. */
int service_unused_write(struct service_call *call, struct text code, struct json_writer *ret, struct error *error);
/* The proof of non-use as the facts want it: 1 when every revealed card of the order has a certificate that still stands and
 * none was redeemed, 0 when not. *ret_source is an enum fact_source. */
int service_unused_proof(struct service_call *call, const char *order_id, int *ret_source, int64_t *ret_leaf,
                         struct error *error);
/* One row of QUERY_UNUSED_OF_ORDER or QUERY_CLAIM_UNUSED, for views. */
struct query;
void service_unused_row_write(struct json_writer *writer, struct query *query);

#endif
