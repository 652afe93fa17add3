/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What if: the refund rule of a product or an order, asked about a supposed situation. And clarifications: an answer recorded
 * so that it binds for that order. docs/whatif.md describes both.
 */
#ifndef SHUNTUI_SERVICE_CLARIFY_H
#define SHUNTUI_SERVICE_CLARIFY_H

#include "base/json.h"
#include "service/rows.h"

/* `facts` is an object of supposed facts, {"reason": "key_invalid", "revealed": 3600}; NULL: nothing is supposed. */

/* The rule in force for a product, before anything is bought. Public. Fails with NOT_FOUND, FACTS_IMPOSSIBLE, FIELD_…. */
int service_product_whatif(struct service_call *call, struct text product_id, const struct json *facts,
                           struct json_writer *ret, struct error *error);
/* Asks a text that is not published, so that its author can try it; amounts are in `currency`. Fails with the codes of policy_parse
 * and policy_check as well (call->refusal "report"). Public: nothing is read but the text. */
int service_draft_whatif(struct service_call *call, struct text source, const char *currency, const struct json *facts,
                         struct json_writer *ret, struct error *error);
/* The rule of an order; what the records say is added as far as it agrees with what is supposed. */
int service_order_whatif(struct service_call *call, struct text order_id, const struct json *facts,
                         struct json_writer *ret, struct error *error);

struct service_clarification_new {
    const struct json *facts;
    struct text question, answer; /* in people's words; may be empty. `answer` is not the buyer's to give */
    bool has_refund;              /* a person answers; else the rule itself */
    int64_t percent;              /* of what was paid */
    int64_t within_s;             /* 0: at once */
};
/* Records the rule's own answer, or, where the rule leaves the situation to a person, that of the merchant or the platform, which
 * becomes a clause of the order's own policy. An open claim is then looked at again. Fails with CLARIFICATION_…,
 * FACTS_IMPOSSIBLE, POLICY_LIMIT, LIMIT_EXCEEDED, ORDER_STATE, ACCESS_DENIED, FIELD_…. */
int service_clarify(struct service_call *call, struct text order_id, const struct service_clarification_new *in,
                    struct json_writer *ret, struct error *error);

/* "clarifications" and "own_policy" of an order, for those who may see it. */
int service_clarifications_write(struct service_call *call, const struct service_order *order,
                                 struct json_writer *writer, struct error *error);
/* "clarifications" alone. */
int service_clarification_list_write(struct service_call *call, const char *order_id, struct json_writer *writer,
                                     struct error *error);
/* The recorded answer to the situation of a decision; number 0 when there is none. */
struct service_clarified {
    int64_t number, at, leaf;
    char answered_by[12]; /* rule, merchant, platform */
};
int service_clarified_find(struct service_call *call, const char *order_id, const struct policy *policy,
                           const struct policy_facts *facts, int governing, struct service_clarified *ret,
                           struct error *error);

#endif
