/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a claim in the database: what the rule says now, the pure step, and everything that follows from it. */
#ifndef SHUNTUI_SERVICE_CLAIM_ADVANCE_H
#define SHUNTUI_SERVICE_CLAIM_ADVANCE_H

#include "policy/policy.h"
#include "service/claims/claim_row.h"
#include "service/clarify/clarify.h"

/* What the pinned policy says about the facts as they are now. */
struct service_ruling {
    const struct policy *policy;
    struct policy_facts facts;
    struct policy_decision decision;
    struct claim_ruling ruling;
    struct service_clarified clarified; /* the answer that was recorded for this situation */
};
/* Gathers and evaluates. buyer_facts may be NULL. claim->id may be empty (preview, filing). */
int service_rule(struct service_call *call, const struct service_claim *claim, const struct json *buyer_facts,
                 struct service_ruling *ret, struct error *error);

/* Evaluates policy and facts of *ruled and fills the rest of it, but for what was clarified. */
void service_ruling_judge(const struct service_claim *claim, struct service_ruling *ruled);

/* Takes one step: claim rows, events, leaves, offers, decisions, holds, refunds. ruling may be NULL when the event brings none.
 * is_new: the claim has no row yet. On failure the caller gives up the transaction. */
int service_claim_advance(struct service_call *call, struct service_claim *claim, const struct claim_input *input,
                          const struct service_ruling *ruling, bool is_new, struct error *error);
/* The rule applied to the facts as they are now, and the step that follows from it, if the claim's position takes one. */
int service_claim_apply_rule(struct service_call *call, struct service_claim *claim, struct service_ruling *ret_ruling,
                             struct error *error);
/* Keeps what the buyer stated at filing as facts of the claim; facts may be NULL. */
int service_buyer_facts_keep(struct service_call *call, const struct service_claim *claim, const struct json *facts,
                             struct error *error);
/* Keeps one fact of the claim; a later value replaces an earlier one. source: a word of claim_fact.source. */
int service_claim_fact_put(struct service_call *call, const struct service_claim *claim, const char *fact,
                           struct text value, const char *source, int64_t leaf, struct error *error);
/* Role of the call's actor as the claim engine sees it. */
enum claim_role service_claim_role(const struct service_call *call);

/* The short answer to preview, filing and every action. */
void service_claim_answer(struct service_call *call, const struct service_claim *claim,
                          const struct service_ruling *ruling, struct json_writer *ret);
/* Its parts, for the full view. */
void service_claim_answer_position(struct service_call *call, const struct service_claim *claim,
                                   struct json_writer *writer);
void service_claim_answer_ruling(const struct service_claim *claim, const struct service_ruling *ruling,
                                 struct json_writer *writer);

#endif
