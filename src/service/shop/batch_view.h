/* SPDX-License-Identifier: Apache-2.0 */
/* What batch.c and batch_view.c share. Private to this folder. */
#ifndef SHUNTUI_SERVICE_BATCH_VIEW_H
#define SHUNTUI_SERVICE_BATCH_VIEW_H

#include "service/shop/batch.h"
#include "store/query.h"

struct service_batch {
    char id[ID_BYTES], product_id[ID_BYTES], currency[4], state[16];
    struct text name, source, title, state_reason; /* in the call's arena */
    bool has_cost;
    int64_t cost, state_at, imports, first_at, last_at;
};
/* The caller's own; NOT_FOUND for another's. */
int service_batch_load(struct service_call *call, struct text batch_id, struct service_batch *ret, struct error *error);
int service_batch_write(struct service_call *call, struct text batch_id, struct json_writer *ret, struct error *error);

/* Rows (state, frozen, count); ends the query. */
int service_card_counts_read(struct query *query, struct service_card_counts *ret, struct error *error);
/* "actions":["freeze", …] of a batch in that state. */
void service_batch_actions_write(struct json_writer *writer, struct text state);

#endif
