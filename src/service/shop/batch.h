/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches: cards that were imported into one product under one name. A merchant sees by them which purchase was bad, and takes it off
 * sale. Cards that an order holds are never touched: their buyers have a claim by their rule.
 */
#ifndef SHUNTUI_SERVICE_BATCH_H
#define SHUNTUI_SERVICE_BATCH_H

#include "service/service.h"
#include "service/view.h"

#define SERVICE_BATCH_NAME_BYTES 80
#define SERVICE_BATCH_SOURCE_BYTES 200
#define SERVICE_BATCH_REASON_BYTES 400
#define SERVICE_STOCK_SHOWN_MAX 1000 /* a buyer who sees a thousand cards needs no larger number */

/* Cards that can be ordered, counted up to SERVICE_STOCK_SHOWN_MAX. */
int service_stock_upto(struct service_call *call, struct text product_id, int64_t *ret, struct error *error);

struct service_card_counts {
    int64_t stock, frozen, reserved, sealed, revealed, redeemed, revoked;
    int64_t recalled; /* of the revoked: by a recall, never delivered */
};
int service_card_counts_load(struct service_call *call, struct text product_id, struct service_card_counts *ret,
                             struct error *error);
void service_card_counts_write(struct json_writer *writer, const char *key, const struct service_card_counts *counts);

/* What an import says of its batch; an empty name stands for the day. */
struct service_batch_named {
    struct text name, source;
    bool has_cost;
    int64_t cost; /* minor units, of this import */
};
struct service_batch_joined {
    char id[ID_BYTES];
    struct text name; /* in the call's arena */
    bool is_frozen;   /* then its new cards are too */
};
/* Finds or makes the batch of that name in the caller's product. Fails with FIELD_VALUE when it was recalled. */
int service_batch_join(struct service_call *call, struct text product_id, struct text merchant_id,
                       const struct service_batch_named *in, struct service_batch_joined *ret, struct error *error);
int service_batch_import_add(struct service_call *call, const char *batch_id, int64_t leaf_index, struct error *error);

struct service_batch_filter {
    struct text product_id, state; /* each may be empty */
};
int service_batch_list(struct service_call *call, const struct service_batch_filter *filter,
                       const struct service_page *page, struct service_table *ret, struct error *error);
/* action: freeze, release or recall. Fails with NOT_FOUND, FIELD_VALUE, or CARD_STATE when the batch does not allow it now. */
int service_batch_change(struct service_call *call, struct text batch_id, struct text action, struct text reason,
                         struct json_writer *ret, struct error *error);

/* The batch with the most faults beyond doubt, for the desk: ret->id is empty when there is none. */
struct service_batch_bad {
    char id[ID_BYTES], product_id[ID_BYTES];
    struct text name, product_title; /* in the call's arena */
    int64_t faults, delivered;
};
int service_batch_worst(struct service_call *call, struct service_batch_bad *ret, struct error *error);

#endif
