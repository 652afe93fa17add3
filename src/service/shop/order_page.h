/* SPDX-License-Identifier: Apache-2.0 */
/* What the page of an order needs besides the order itself. */
#ifndef SHUNTUI_SERVICE_ORDER_PAGE_H
#define SHUNTUI_SERVICE_ORDER_PAGE_H

#include "market/market.h"
#include "service/rows.h"
#include "store/query.h"

/* Of order_actions.def, for the vocabulary. */
enum service_order_action {
#define ORDER_ACTION(name, ...) SERVICE_ORDER_##name,
#include "service/shop/order_actions.def"
#undef ORDER_ACTION
    SERVICE_ORDER_ACTION_COUNT
};
const struct market_word *service_order_action_word(enum service_order_action action);

/* Members of an open object: title, listing, merchant, policy, sealed_refund, claims, open_claim, actions. */
int service_order_page_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                             struct error *error);

/* Eight columns of a claim from `first` on: id, reason, stage, waiting_for, deadline_at, outcome, outcome_amount, filed_at. */
void service_order_claim_write(struct json_writer *writer, struct query *query, unsigned first, const char *currency);

#endif
