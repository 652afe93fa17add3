/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering the facts of one order and claim: first the platform's own records, then what parties and evidence added. */
#ifndef SHUNTUI_SERVICE_FACTS_H
#define SHUNTUI_SERVICE_FACTS_H

#include "policy/policy.h"
#include "service/rows.h"

struct service_fact_request {
    const struct service_order *order;
    const struct policy *policy;
    struct text claim_id;           /* empty for a preview or a claim that is just being filed */
    struct text reason;             /* word of the fact "reason" */
    bool is_supposed;               /* nobody claims anything: the reason may be empty */
    const struct json *buyer_facts; /* {"affected_quantity": 2}: what the buyer adds; NULL for none */
    const char *merchant_answer;    /* "none", "accepts", "disputes", "silent" */
};
/* Fails with FACT_* codes when the buyer's facts are malformed or not the buyer's to state. */
int service_facts_gather(struct service_call *call, const struct service_fact_request *request,
                         struct policy_facts *ret, struct error *error);

#endif
