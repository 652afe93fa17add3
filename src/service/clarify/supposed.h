/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that somebody supposes, and what the records of an order add to them. Private to this folder. */
#ifndef SHUNTUI_SERVICE_SUPPOSED_H
#define SHUNTUI_SERVICE_SUPPOSED_H

#include "service/clarify/clarify.h"

/* Reads bare values ("key_invalid", 3600, true); object may be NULL. Fails with FIELD_… and a pointer below /facts. */
int supposed_read(const struct json *object, const struct policy *policy, const char *currency,
                  struct policy_facts *ret, struct error *error);
/* With what the order's records say, as far as both can be true. */
int supposed_join(struct service_call *call, const struct service_order *order, const struct policy *policy,
                  const struct policy_facts *supposed, struct policy_facts *ret, struct error *error);

#endif
