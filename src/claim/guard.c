/* SPDX-License-Identifier: Apache-2.0 */
/* What selects among rows of the transition table, and the amounts that they speak of. */
#include "claim/internal.h"

#include <assert.h>

int64_t claim_most(const struct claim *claim)
{
    return claim->asked_amount < claim->refundable_amount ? claim->asked_amount : claim->refundable_amount;
}

static int64_t at_most(const struct claim *claim, int64_t amount)
{
    int64_t most = claim_most(claim);
    return amount < most ? amount : most;
}

int64_t claim_resolved(const struct claim *claim)
{
    return at_most(claim, claim->computed == CLAIM_COMPUTED_REFUND ? claim->computed_amount : claim->asked_amount);
}

bool claim_rule_decides(const struct claim *claim)
{
    return claim->computed == CLAIM_COMPUTED_REFUND || claim->computed == CLAIM_COMPUTED_REFUSE;
}

bool claim_rule_is_better(const struct claim *claim)
{
    int64_t rule = claim->computed == CLAIM_COMPUTED_REFUND ? at_most(claim, claim->computed_amount) : 0;
    return rule > (claim->standing.present ? claim->standing.amount : 0);
}

int64_t claim_better(const struct claim *claim)
{
    if (claim_rule_is_better(claim))
        return at_most(claim, claim->computed_amount);
    return claim->standing.present ? claim->standing.amount : 0;
}

bool claim_departs(const struct claim *claim, enum claim_computed outcome, int64_t amount, enum ledger_bearer bearer)
{
    if (!claim_rule_decides(claim))
        return false;
    if (outcome != claim->computed)
        return true;
    return outcome == CLAIM_COMPUTED_REFUND && (amount != claim_resolved(claim) || bearer != claim->bearer);
}

struct text claim_case_holder(const struct claim *claim)
{
    return claim->stage == CLAIM_STAGE_APPEAL ? claim->appeal_arbiter_id : claim->arbiter_id;
}

static bool may_reopen(const struct claim *claim, const struct claim_input *input)
{
    bool open_end = claim->outcome == CLAIM_OUTCOME_LAPSED || claim->outcome == CLAIM_OUTCOME_REFUSED ||
                    claim->outcome == CLAIM_OUTCOME_PART_REFUNDED;
    bool by_people = claim->basis == CLAIM_BASIS_ARBITER || claim->basis == CLAIM_BASIS_APPEAL ||
                     claim->basis == CLAIM_BASIS_AGREEMENT;
    int64_t last_us = claim->outer_us - claim_deadline_info(CLAIM_DEADLINE_REOPEN)->default_s * TIME_SECOND_US;
    return open_end && !by_people && !claim->other_is_open && claim->paid_amount < claim_most(claim) &&
           (!input || input->now_us <= last_us);
}

static bool ruling_is(const struct claim_input *input, enum claim_disposition disposition)
{
    return !input || input->ruling.disposition == disposition;
}

static bool input_full(const struct claim *claim, const struct claim_input *input)
{
    return input->outcome == CLAIM_COMPUTED_REFUND && input->amount >= claim->asked_amount;
}

bool claim_guard_holds(enum claim_guard guard, const struct claim *claim, const struct claim_input *input)
{
    assert(claim);
    assert((unsigned)guard < CLAIM_GUARD_COUNT);
    const struct claim_decision *proposal = &claim->proposal, *standing = &claim->standing;
    switch (guard) {
    case CLAIM_GUARD_ALWAYS:
        return true;
    case CLAIM_GUARD_RULING_PAYS:
        return ruling_is(input, CLAIM_RULING_PAY);
    case CLAIM_GUARD_RULING_WAITS:
        return ruling_is(input, CLAIM_RULING_WAIT_MERCHANT);
    case CLAIM_GUARD_RULING_MISSING:
        return ruling_is(input, CLAIM_RULING_MISSING_EVIDENCE);
    case CLAIM_GUARD_RULING_REVIEWS:
        return ruling_is(input, CLAIM_RULING_REVIEW);
    case CLAIM_GUARD_RULING_REFUSES:
        return ruling_is(input, CLAIM_RULING_REFUSE);
    case CLAIM_GUARD_RULING_ELSE:
        return !input || input->ruling.disposition != CLAIM_RULING_PAY;
    case CLAIM_GUARD_COMPUTED_REFUNDS:
        return claim->computed == CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_COMPUTED_REFUSES:
        return claim->computed == CLAIM_COMPUTED_REFUSE;
    case CLAIM_GUARD_COMPUTED_OPEN:
        return !claim_rule_decides(claim);
    case CLAIM_GUARD_COMPUTED_NOT_REFUND:
        return claim->computed != CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_OFFER_PAYS:
        return claim->offer.kind == CLAIM_OFFER_FULL || claim->offer.kind == CLAIM_OFFER_PARTIAL;
    case CLAIM_GUARD_OFFER_PERFORMS:
        return claim->offer.kind != CLAIM_OFFER_FULL && claim->offer.kind != CLAIM_OFFER_PARTIAL;
    case CLAIM_GUARD_INPUT_REFUNDS:
        return !input || input->outcome == CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_INPUT_REFUSES:
        return !input || input->outcome != CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_INPUT_FULL:
        return !input || input_full(claim, input);
    case CLAIM_GUARD_INPUT_AGAINST_BUYER:
        return !input || !input_full(claim, input);
    case CLAIM_GUARD_PROPOSAL_REFUNDS:
        return proposal->outcome == CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_PROPOSAL_REFUSES:
        return proposal->outcome != CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_PROPOSAL_FULL:
        return proposal->outcome == CLAIM_COMPUTED_REFUND && proposal->amount >= claim->asked_amount;
    case CLAIM_GUARD_PROPOSAL_AGAINST_BUYER:
        return proposal->outcome != CLAIM_COMPUTED_REFUND || proposal->amount < claim->asked_amount;
    case CLAIM_GUARD_STANDING_REFUNDS:
        return standing->outcome == CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_STANDING_REFUSES:
        return standing->outcome != CLAIM_COMPUTED_REFUND;
    case CLAIM_GUARD_BETTER_REFUNDS:
        return claim_better(claim) > 0;
    case CLAIM_GUARD_BETTER_REFUSES:
        return claim_better(claim) == 0;
    case CLAIM_GUARD_CASE_HELD:
        return claim_case_holder(claim).length > 0;
    case CLAIM_GUARD_EXTENSION_LEFT:
        return claim->extension_s > 0 && claim->deadline_us < claim->outer_us;
    case CLAIM_GUARD_MAY_REOPEN:
        return may_reopen(claim, input);
    case CLAIM_GUARD_COUNT:
        break;
    }
    return false;
}

struct guard_words {
    const char *en, *zh;
};
static const struct guard_words guard_words[] = {
#define CLAIM_GUARD(name, en, zh) {en, zh},
#include "claim/guards.def"
#undef CLAIM_GUARD
};

const char *claim_guard_words_en(enum claim_guard guard)
{
    assert((unsigned)guard < CLAIM_GUARD_COUNT);
    return guard_words[guard].en;
}

const char *claim_guard_words_zh(enum claim_guard guard)
{
    assert((unsigned)guard < CLAIM_GUARD_COUNT);
    return guard_words[guard].zh;
}
