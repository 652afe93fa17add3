/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders from purchase to release. An order pins listing, policy, price, promised time and the buyer's confirmation in one
 * order_receipt leaf. Stock is reserved until expires_at; what is not paid by then goes back.
 */
#ifndef SHUNTUI_SERVICE_ORDER_H
#define SHUNTUI_SERVICE_ORDER_H

#include "service/rows.h"
#include "service/service.h"
#include "service/view.h"

#define SERVICE_ORDER_PAY_S (15 * 60) /* an unpaid order holds its stock that long */

struct service_order_new {
    struct text product_id;
    int64_t quantity;              /* 1 … LIMIT_ORDER_QUANTITY; 1 for a service */
    struct text provider;          /* empty: "sandbox" */
    bool has_consent;              /* the buyer answered the question */
    bool consent_accepted;         /* and confirmed; never assumed */
    struct text consent_language;  /* in which the rule was shown: zh, en */
    struct text policy_id;         /* the version that the buyer was shown; empty: whichever is in force */
    const uint8_t *listing_sha256; /* of the listing that the buyer was shown, with its price; NULL: as it is */
    struct text
        agreement; /* service: what the buyer adds to the agreed standard (account region, wishes); may be empty */
};
struct service_order_created {
    char order_id[ID_BYTES];
    char secret[ID_BYTES];        /* opens the order; shown once */
    char pay_reference[ID_BYTES]; /* what the provider sees */
    int64_t amount, expires_at;
    char currency[4];
};
/* Reserves stock and pins everything. Fails with PRODUCT_PAUSED, OUT_OF_STOCK, CONSENT_REQUIRED, POLICY_CHANGED, LISTING_CHANGED,
 * POLICY_NOT_IN_FORCE, FLOOR_RAISED, FIELD_…. */
int service_order_create(struct service_call *call, const struct service_order_new *in,
                         struct service_order_created *ret, struct error *error);
/* The buyer gives up an order that is not paid; the stock goes back. Fails with ORDER_STATE. */
int service_order_cancel(struct service_call *call, struct text order_id, struct error *error);
int service_order_write(struct service_call *call, struct text order_id, struct json_writer *ret, int64_t *ret_version,
                        struct error *error);
/* Each may be empty. words: the beginning of an id ("ord_…"), or words of the title. */
struct service_order_filter {
    struct text state, product_id, words;
};
/* The caller's orders, or all of them for operators. */
int service_order_list(struct service_call *call, const struct service_order_filter *filter,
                       const struct service_page *page, struct json_writer *ret, struct error *error);

/* ---- services done by a person ---- */
struct service_event_new {
    struct text kind; /* start, progress, milestone, login, hand_over by the merchant; accept by the buyer */
    bool has_progress;
    int64_t progress; /* per cent; never less than before */
    struct text note;
};
/* Records it on the order and in the log. Fails with SERVICE_EVENT when the order's state doesn't allow it. */
int service_event_add(struct service_call *call, struct text order_id, const struct service_event_new *in,
                      int64_t *ret_sequence, struct error *error);

/* ---- due work, called by the worker ---- */
/* Escrow past release_at without an open claim: to the merchant less the fee, advances recovered first. At most limit,
 * after the first `skip` that are due. */
int service_orders_release_due(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count,
                               struct error *error);

#endif
