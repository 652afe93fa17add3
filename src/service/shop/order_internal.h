/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about orders share among themselves. */
#ifndef SHUNTUI_SERVICE_ORDER_INTERNAL_H
#define SHUNTUI_SERVICE_ORDER_INTERNAL_H

#include "service/rows.h"

/* Outbox: ask the provider whether the order, which the buyer gave up, was paid. The reference is the order's id. */
#define SERVICE_JOB_PAYMENT "payment"

/* Fails with ORDER_STATE. what: "cancelled", "revealed" … */
int service_order_state_refused(const struct service_order *order, const char *what, struct error *error);
/* An unpaid order becomes expired and its cards go back into stock; *ret_changed is false when it was no longer unpaid. */
int service_order_give_back(struct service_call *call, struct text order_id, bool *ret_changed, struct error *error);

#endif
