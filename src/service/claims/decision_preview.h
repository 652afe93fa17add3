/* SPDX-License-Identifier: Apache-2.0 */
/* An arbiter tries a decision. */
#ifndef SHUNTUI_SERVICE_DECISION_PREVIEW_H
#define SHUNTUI_SERVICE_DECISION_PREVIEW_H

#include "service/claims/claim_advance.h"

#define SERVICE_FINDINGS_MAX 20

struct service_finding_draft {
    struct text fact, value, note;
};
struct service_decision_draft {
    struct text outcome, bearer, clause, reason; /* as of service_claim_action; outcome is refund or refuse */
    int64_t amount;
    const struct service_finding_draft *findings; /* facts that the arbiter would state first */
    size_t finding_count;
};
/* Departure from the rule, bounds, problems, the rule's result of the findings, and both letters in both languages. Fails where no person
 * decides now (CLAIM_EVENT_NOT_ALLOWED and its kin), and with FIELD_… for what is not a decision at all. */
int service_decision_preview(struct service_call *call, struct text claim_id, const struct service_decision_draft *in,
                             struct json_writer *ret, struct error *error);

#endif
