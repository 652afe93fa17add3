/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and merchants for operators. */
#ifndef SHUNTUI_SERVICE_PARTIES_H
#define SHUNTUI_SERVICE_PARTIES_H

#include "service/service.h"
#include "service/view.h"

#define SERVICE_STATE_REASON_BYTES 400

struct service_party_filter {
    struct text role, state, words; /* each may be empty; words: an id, or words of the name */
};
/* Everybody, newest first. Operators only. */
int service_party_list(struct service_call *call, const struct service_party_filter *filter,
                       const struct service_page *page, struct json_writer *ret, struct error *error);
/* Merchants with balances and figures that are at most a minute old. filter->role does not count. Operators only. */
int service_merchant_list(struct service_call *call, const struct service_party_filter *filter,
                          const struct service_page *page, struct json_writer *ret, struct error *error);
/* Suspends a party or lets it back in; writes the party as it is then. What was so already stays so, without a leaf. Operators only. */
int service_party_set_state(struct service_call *call, struct text party_id, struct text state, struct text reason,
                            struct json_writer *ret, struct error *error);

#endif
