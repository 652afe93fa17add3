/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a merchant in numbers: fresh for a page of its own, at most a minute old for rows of lists, and for a large shop. */
#ifndef SHUNTUI_SERVICE_FIGURES_H
#define SHUNTUI_SERVICE_FIGURES_H

#include "market/market.h"
#include "service/service.h"

#define SERVICE_CURRENCY_USUAL "CNY" /* of sums over all that a merchant has */

struct service_merchant {
    struct text name; /* in the call's arena */
    int64_t created_at;
};
/* Fails with NOT_FOUND when the party is none. */
int service_merchant_load(struct service_call *call, struct text merchant_id, struct service_merchant *ret,
                          struct error *error);

struct service_figures {
    struct market_counts counts; /* of the newest 5,000 at most; without opened_us */
    struct market_span answers;  /* from being asked to the merchant's answer, or to the end of his time */
};
int service_figures_load(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                         struct error *error);
/* For a page about the merchant or one of its products. */
int service_figures_page(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                         struct error *error);
int service_figures_recent(struct service_call *call, struct text merchant_id, struct service_figures *ret,
                           struct error *error);
void service_figures_judge(const struct service_call *call, const struct service_figures *figures, int64_t created_at,
                           struct market_reputation *ret);
/* Members of an open JSON object: name, age, bond, cover of open orders, rates with interval. */
void service_figures_members(struct service_call *call, struct text merchant_id,
                             const struct service_merchant *merchant, const struct service_figures *figures,
                             struct json_writer *writer);
void service_rate_write(struct json_writer *writer, const char *key, const struct market_rate *rate);
/* The same, loaded for this page. */
int service_merchant_figures_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                                   struct error *error);
int service_merchant_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                           struct error *error);

/* For the calling merchant: what everybody sees of him, and the same rates and time to answer of the last 30 days alone. */
int service_merchant_own_figures_write(struct service_call *call, struct json_writer *ret, struct error *error);

/* Below every id of that type that was made since: ids are in time order, so a range of ids is a range of time. */
void service_id_since(char out[static ID_BYTES], const char *prefix, int64_t at_us);
/* What the escrow holds of this merchant's orders, among the newest `limit` orders since the id `since`. */
int service_open_amount_load(struct service_call *call, struct text merchant_id, const char *since, int64_t limit,
                             int64_t *ret, struct error *error);

#endif
