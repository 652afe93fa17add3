/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever confirms a departure from the rule answers for its letters too, and so reads them before. */
#include "service/claims/proposal_letters.h"

#include "claim/plan.h"
#include "service/claims/letters.h"
#include "service/internal.h"

static int none_write(struct json_writer *writer)
{
    json_key(writer, "letters");
    json_array_begin(writer);
    json_array_end(writer);
    return 0;
}

int service_proposal_letters_write(struct service_call *call, const struct service_claim *claim, struct text reason,
                                   struct json_writer *writer, struct error *error)
{
    struct claim after;
    struct claim_effect effect;
    struct service_ruling ruled;
    struct claim_input input = {.event = CLAIM_EVENT_CONFIRM_DEVIATION,
                                .role = CLAIM_ROLE_OPERATOR,
                                .actor_id = TEXT_LITERAL("second person"),
                                .now_us = call->now_us};
    bool is_platform = call->actor.role == ROLE_ARBITER || call->actor.role == ROLE_OPERATOR;
    if (!is_platform || claim_step(&claim->state, &input, &after, &effect, NULL) < 0)
        return none_write(writer);
    if (service_rule(call, claim, NULL, &ruled, error) < 0)
        return -1;
    struct service_letter_decision decision = {
        .claim = claim,
        .after = &after,
        .ruling = &ruled,
        .outcome = effect.outcome,
        .amount = effect.amount,
        .bearer = effect.bearer,
        .clause = effect.clause,
        .reason = reason,
        .departs = true,
        .is_appeal = after.basis == CLAIM_BASIS_APPEAL,
    };
    return service_letters_write(call, &decision, writer, error);
}
