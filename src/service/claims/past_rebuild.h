/* SPDX-License-Identifier: Apache-2.0 */
/* One rebuilding of facts, shared by past_facts.c and past_cards.c. */
#ifndef SHUNTUI_SERVICE_PAST_REBUILD_H
#define SHUNTUI_SERVICE_PAST_REBUILD_H

#include "service/claims/past_history.h"
#include "service/rows.h"

#define PAST_BIT(name) (UINT64_C(1) << FACT_##name)

struct past_rebuild {
    struct service_call *call;
    const struct service_past *past;
    uint64_t wanted, lost;
    struct service_order order;
    struct past_history history;
    struct policy_facts facts;
};

int past_record(struct past_rebuild *rebuild, enum fact fact, int64_t value, struct error *error);
/* Nobody can say any more. */
void past_lose(struct past_rebuild *rebuild, enum fact fact);
/* Seconds from then to the moment, or FACT_NEVER when then is 0. */
int64_t past_since(const struct past_rebuild *rebuild, int64_t then_us);
/* Facts `delivered` and `late`; delivered_us is 0 while it was not. */
int past_delivery(struct past_rebuild *rebuild, int64_t delivered_us, struct error *error);
/* Facts of the cards: card, revealed, redemption_report, unused_proof, and those of the delivery. */
int past_cards(struct past_rebuild *rebuild, struct error *error);

#endif
