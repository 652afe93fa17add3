/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of orders and claims as values: loaded once, handed to pure code, written back by one query. Texts live in the call's arena. */
#ifndef SHUNTUI_SERVICE_ROWS_H
#define SHUNTUI_SERVICE_ROWS_H

#include "claim/claim.h"
#include "policy/policy.h"
#include "service/service.h"

struct service_order {
    char id[ID_BYTES], product_id[ID_BYTES], merchant_id[ID_BYTES], buyer_id[ID_BYTES];
    char policy_id[ID_BYTES];        /* that governs: the order's own after a clarification */
    char pinned_policy_id[ID_BYTES]; /* at purchase */
    char currency[4];
    struct text kind, provider, pay_reference, state, service_state; /* as in the schema; service_state may be empty */
    int64_t quantity, amount, fee, refunded, progress;
    bool has_consent;
    /* Instants in microseconds; 0 when it has not happened. */
    int64_t created_at, expires_at, paid_at, promised_at, delivered_at, revealed_at, started_at, handed_over_at,
        release_at;
    int64_t version;
};
/* Loads an order without asking who calls. Fails with NOT_FOUND. */
int service_order_load(struct service_call *call, struct text order_id, struct service_order *ret, struct error *error);
/* The same, for the caller: NOT_FOUND unless the caller may see it. */
int service_order_open(struct service_call *call, struct text order_id, struct service_order *ret, struct error *error);

/* The compiled policy; immutable. A published one comes from the service's cache and is valid while the service lives, one of a
 * single order while the call lives. */
int service_policy_get(struct service_call *call, struct text policy_id, const struct policy **ret,
                       struct error *error);
/* The rule in three lines: what is refunded at once, what after the merchant's answer, what is not. They live as long as the policy. */
#define SERVICE_POLICY_LINES 3
struct service_policy_lines {
    struct text zh[SERVICE_POLICY_LINES], en[SERVICE_POLICY_LINES];
};
int service_policy_lines(struct service_call *call, struct text policy_id, struct service_policy_lines *ret,
                         struct error *error);
/* "short_en":[…], "short_zh":[…] into an open object. */
void service_policy_lines_write(struct json_writer *writer, const struct service_policy_lines *lines);

#endif
