/* SPDX-License-Identifier: Apache-2.0 */
/* What a caller must bring or be for a row of the transition table. Each lack has a code of its own, and says what to do instead. */
#include "claim/internal.h"

#include <assert.h>

#include "claim/plan.h"

#define REASON_BYTES_MINIMUM 4 /* two Chinese characters: below that it is a mark, not a reason */

static int ruling_met(const struct claim_ruling *ruling, struct error *error)
{
    bool pays = ruling->disposition == CLAIM_RULING_PAY;
    if (ruling->disposition == CLAIM_RULING_NONE)
        return error_set(error, ERROR_CLAIM_RULING, "this step needs what the policy says about the facts");
    if (pays && (ruling->outcome != CLAIM_COMPUTED_REFUND || ruling->amount <= 0))
        return error_set(error, ERROR_CLAIM_RULING, "a rule that pays must say how much");
    if ((ruling->outcome == CLAIM_COMPUTED_REFUND) != (ruling->amount > 0))
        return error_set(error, ERROR_CLAIM_RULING, "a computed refund and its amount belong together");
    if (ruling->disposition == CLAIM_RULING_REFUSE && ruling->outcome != CLAIM_COMPUTED_REFUSE)
        return error_set(error, ERROR_CLAIM_RULING, "a rule that refuses must have the outcome refuse");
    return 0;
}

static int offer_met(const struct claim *claim, const struct claim_offer *offer, struct error *error)
{
    bool pays = offer->kind == CLAIM_OFFER_FULL || offer->kind == CLAIM_OFFER_PARTIAL;
    int64_t most = claim_most(claim) - claim->paid_amount;
    if ((unsigned)offer->kind >= CLAIM_OFFER_KIND_COUNT)
        return error_set(error, ERROR_CLAIM_OFFER, "this kind of offer is not known");
    if (pays && (offer->amount <= 0 || offer->amount > most)) {
        error_set(error, ERROR_CLAIM_OFFER, "an offer of money must be between 1 and what was asked");
        return error_hint(error, "The most that can be offered is %lld.", (long long)most);
    }
    if (offer->kind == CLAIM_OFFER_FULL && offer->amount != most) {
        error_set(error, ERROR_CLAIM_OFFER, "a full offer is all that was asked");
        return error_hint(error, "Offer %lld, or make it a partial offer.", (long long)most);
    }
    if (!pays && offer->amount != 0)
        return error_set(error, ERROR_CLAIM_OFFER, "replacement, redoing and more time carry no money");
    return 0;
}

static int arbiter_met(const struct claim *claim, struct text actor_id, struct error *error)
{
    if (actor_id.length == 0)
        return error_set(error, ERROR_CLAIM_ACTOR_NOT_ALLOWED, "a person of the platform must be named");
    if (text_equal(actor_id, claim->buyer_id) || text_equal(actor_id, claim->merchant_id))
        return error_set(error, ERROR_CLAIM_ARBITER_IS_PARTY, "a party cannot decide its own case");
    bool first = claim->arbiter_id.length > 0 && text_equal(actor_id, claim->arbiter_id);
    bool decided = claim->standing.present && text_equal(actor_id, claim->standing.arbiter_id);
    if (claim->stage == CLAIM_STAGE_APPEAL && (first || decided))
        return error_set(error, ERROR_CLAIM_SAME_ARBITER, "who decided first cannot hear the appeal");
    return 0;
}

static int case_met(unsigned needs, const struct claim *claim, struct text actor_id, struct error *error)
{
    struct text holder = claim_case_holder(claim);
    if (needs & (NEED_FREE_CASE | NEED_HOLDS_CASE | NEED_SECOND_PERSON) && arbiter_met(claim, actor_id, error) < 0)
        return -1;
    if (needs & NEED_FREE_CASE && holder.length > 0)
        return error_set(error, ERROR_CLAIM_CASE_TAKEN,
                         text_equal(holder, actor_id) ? "you have this case already" : "another arbiter has this case");
    if (needs & NEED_HOLDS_CASE && holder.length == 0) {
        error_set(error, ERROR_CLAIM_CASE_NOT_TAKEN, "nobody has taken this case yet");
        return error_hint(error, "Take the case first (take_case).");
    }
    if (needs & NEED_HOLDS_CASE && !text_equal(holder, actor_id))
        return error_set(error, ERROR_CLAIM_CASE_TAKEN, "another arbiter has this case");
    if (needs & NEED_SECOND_PERSON &&
        (text_equal(actor_id, claim->proposal.arbiter_id) || text_equal(actor_id, holder)))
        return error_set(error, ERROR_CLAIM_SECOND_PERSON,
                         "who proposed a departure from the rule cannot confirm or reject it");
    return 0;
}

void claim_bounds(const struct claim *claim, int64_t *ret_lowest, int64_t *ret_highest)
{
    *ret_lowest = claim->paid_amount > 0 ? claim->paid_amount : 1;
    *ret_highest = claim_most(claim);
}

static int decision_met(const struct claim *claim, const struct claim_input *input, struct error *error)
{
    if (input->outcome != CLAIM_COMPUTED_REFUND && input->outcome != CLAIM_COMPUTED_REFUSE)
        return error_set(error, ERROR_CLAIM_AMOUNT, "a decision is refund or refuse");
    if (input->outcome == CLAIM_COMPUTED_REFUSE && input->amount != 0)
        return error_set(error, ERROR_CLAIM_AMOUNT, "a refusal has no amount");
    int64_t least, most;
    claim_bounds(claim, &least, &most);
    if (input->outcome == CLAIM_COMPUTED_REFUND && (input->amount < least || input->amount > most)) {
        error_set(error, ERROR_CLAIM_AMOUNT, "the amount must be between what was paid before and what was asked");
        return error_hint(error, "Between %lld and %lld.", (long long)least, (long long)most);
    }
    return 0;
}

static bool matches_standing(const struct claim *claim, const struct claim_input *input)
{
    const struct claim_decision *standing = &claim->standing;
    return claim->stage == CLAIM_STAGE_APPEAL && standing->present && standing->outcome == input->outcome &&
           standing->amount == input->amount && (input->amount == 0 || standing->bearer == input->bearer);
}

/* 网络交易平台规则监督管理办法 art. 27 (2026-02-01): a platform may not make merchants bear refunds that neither law nor contract
 * asks of them. So a refund that the rule does not give is the merchant's only when the ground is named. */
static int bearer_met(const struct claim *claim, const struct claim_input *input, struct error *error)
{
    bool beyond = input->outcome == CLAIM_COMPUTED_REFUND &&
                  (claim->computed == CLAIM_COMPUTED_REFUSE ||
                   (claim->computed == CLAIM_COMPUTED_REFUND && input->amount > claim_resolved(claim)));
    if (!beyond || input->bearer != LEDGER_BEARER_MERCHANT || input->clause.length > 0)
        return 0;
    error_set(error, ERROR_CLAIM_BEARER,
              "more than the rule gives cannot be charged to the merchant without naming the ground");
    return error_hint(error, "Name the clause or article, or let the goodwill fund bear it.");
}

static int input_met(unsigned needs, const struct claim *claim, const struct claim_input *input, struct error *error)
{
    if (needs & NEED_RULING && ruling_met(&input->ruling, error) < 0)
        return -1;
    if (needs & NEED_OFFER && offer_met(claim, &input->offer, error) < 0)
        return -1;
    if (needs & NEED_GROUND && input->ground != CLAIM_GROUND_NEW_FACTS && input->ground != CLAIM_GROUND_NAMED_ERROR)
        return error_set(error, ERROR_CLAIM_GROUND_MISSING,
                         "an appeal rests on new facts or on a named error in the decision");
    if (needs & NEED_REASON && input->reason.length < REASON_BYTES_MINIMUM)
        return error_set(error, ERROR_CLAIM_REASON_MISSING, "this step needs a reason in words");
    if (needs & NEED_DECISION && decision_met(claim, input, error) < 0)
        return -1;
    if (needs & NEED_BEARER && bearer_met(claim, input, error) < 0)
        return -1;
    if (needs & NEED_MATCHES_RULE && claim_departs(claim, input->outcome, input->amount, input->bearer) &&
        !matches_standing(claim, input)) {
        error_set(error, ERROR_CLAIM_DEVIATION, "this departs from what the rule computed");
        return error_hint(
            error,
            "The rule says %s of %lld borne by %s. Use propose_deviation with a reason; a second person confirms.",
            claim_computed_word(claim->computed)->wire, (long long)claim->computed_amount,
            claim_bearer_wire(claim->bearer));
    }
    return 0;
}

int claim_needs_met(const struct claim_transition *row, const struct claim *claim, const struct claim_input *input,
                    struct text actor_id, struct error *error)
{
    assert(row);
    if (case_met(row->needs, claim, actor_id, error) < 0)
        return -1;
    return input ? input_met(row->needs, claim, input, error) : 0;
}
