/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step of a claim: find the row of the table, check who and what, then build the claim as it is afterwards and what the caller
 * has to do. The rows say what happens; this file only carries them out and must hold no rule of its own about a stage.
 */
#include "claim/internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const enum claim_event silence_events[] = {
    [CLAIM_SILENCE_ACCEPTS] = CLAIM_EVENT_MERCHANT_SILENCE,
    [CLAIM_SILENCE_REFUSES] = CLAIM_EVENT_MERCHANT_SILENCE_REFUSES,
    [CLAIM_SILENCE_REVIEWS] = CLAIM_EVENT_MERCHANT_SILENCE_REVIEWS,
};

enum claim_position claim_position(const struct claim *claim)
{
    assert(claim);
    enum claim_event silence = claim->deadline_default;
    if (silence == silence_events[CLAIM_SILENCE_REFUSES] || silence == silence_events[CLAIM_SILENCE_REVIEWS])
        silence = CLAIM_EVENT_MERCHANT_SILENCE;
    for (int i = 0;; i++) {
        assert(i < CLAIM_POSITION_COUNT); /* or the columns of the claim fit no position: a damaged row */
        const struct claim_position_info *info = claim_position_info((enum claim_position)i);
        bool resting = info->waiting == CLAIM_WAITING_NOBODY;
        if (info->stage == claim->stage &&
            (resting || (info->waiting == claim->waiting && info->deadline_default == silence)))
            return (enum claim_position)i;
    }
}

static bool is_resting(enum claim_position position)
{
    return claim_position_info(position)->waiting == CLAIM_WAITING_NOBODY;
}

static bool ends(enum claim_position position)
{
    return position == CLAIM_POSITION_ENDED || position == CLAIM_POSITION_PAYING;
}

enum claim_event claim_due(const struct claim *claim, int64_t now_us)
{
    enum claim_position position = claim_position(claim);
    if (is_resting(position) || now_us < claim->deadline_us)
        return CLAIM_EVENT_NONE;
    if (position == CLAIM_POSITION_PAYING || now_us < claim->outer_us)
        return claim->deadline_default;
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        if (row->from == position && row->event == claim->deadline_default &&
            claim_guard_holds(row->guard, claim, NULL))
            return ends(row->to) ? row->event : CLAIM_EVENT_OUTER_LIMIT;
    }
    return CLAIM_EVENT_OUTER_LIMIT;
}

int claim_actions(const struct claim *claim, enum claim_role role, struct text actor_id, int64_t now_us,
                  enum claim_event ret_events[static CLAIM_ACTIONS_MAX])
{
    enum claim_position position = claim_position(claim);
    const struct claim_input moment = {.now_us = now_us};
    int count = 0;
    if (role == CLAIM_ROLE_CLOCK ||
        (!is_resting(position) && position != CLAIM_POSITION_PAYING && now_us >= claim->deadline_us))
        return 0;
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        if (row->from != position || !(row->roles & 1u << role) || (count > 0 && ret_events[count - 1] == row->event))
            continue;
        if (!claim_guard_holds(row->guard, claim, row->guard == CLAIM_GUARD_MAY_REOPEN ? &moment : NULL) ||
            claim_needs_met(row, claim, NULL, actor_id, NULL) < 0)
            continue;
        bool known = false;
        for (int j = 0; j < count; j++)
            known |= ret_events[j] == row->event;
        if (known)
            continue;
        assert(count < CLAIM_ACTIONS_MAX);
        ret_events[count++] = row->event;
    }
    return count;
}

/* ---- finding the row ---- */

static int hint_actions(const struct claim *claim, const struct claim_input *input, struct error *error)
{
    enum claim_event events[CLAIM_ACTIONS_MAX];
    char list[200] = "";
    size_t length = 0;
    int count = claim_actions(claim, input->role, input->actor_id, input->now_us, events);
    for (int i = 0; i < count; i++) {
        const char *wire = claim_event_info(events[i])->wire;
        int more = snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", wire);
        if (more < 0 || (size_t)more >= sizeof list - length)
            break;
        length += (size_t)more;
    }
    if (count == 0)
        return error_hint(error, "Nothing can be done by the %s now.", claim_role_word(input->role)->wire);
    return error_hint(error, "Possible now: %s.", list);
}

enum refusal { REFUSAL_EVENT, REFUSAL_ROLE, REFUSAL_GUARD };

static int refuse(const struct claim *claim, const struct claim_input *input, enum refusal refusal, struct error *error)
{
    const char *wire = claim_event_info(input->event)->wire, *stage = claim_stage_word(claim->stage)->wire;
    bool closed = claim->stage == CLAIM_STAGE_CLOSED,
         rules = input->event == CLAIM_EVENT_FILE || input->event == CLAIM_EVENT_COMPLETE_EVIDENCE;
    if (refusal == REFUSAL_GUARD && closed && claim->other_is_open) {
        error_set(error, ERROR_CLAIM_OPEN_EXISTS, "another claim of this order is open");
        return error_hint(error, "Go on with that claim.");
    }
    if (refusal == REFUSAL_GUARD && closed) {
        error_set(error, ERROR_CLAIM_REOPEN_ENDED,
                  "a closed claim goes to a person only if none has decided it, and until a day "
                  "before the outer limit");
        return error_hint(error, "Mediation, the authority (12315), arbitration and the courts stay open.");
    }
    if (refusal == REFUSAL_GUARD && input->event == CLAIM_EVENT_MERCHANT_EXTEND) {
        error_set(error, ERROR_CLAIM_EXTENSION, "the clause gives no extension here, or it was used already");
        return hint_actions(claim, input, error);
    }
    if (refusal == REFUSAL_GUARD && rules)
        return error_set(error, ERROR_CLAIM_RULING, "%s needs what the policy says about the facts", wire);
    if (refusal == REFUSAL_ROLE)
        error_set(error, ERROR_CLAIM_ACTOR_NOT_ALLOWED, "%s is not for the %s here", wire,
                  claim_role_word(input->role)->wire);
    else if (closed)
        error_set(error, ERROR_CLAIM_CLOSED, "the claim is closed");
    else
        error_set(error, ERROR_CLAIM_EVENT_NOT_ALLOWED, "%s is not possible in stage %s", wire, stage);
    return hint_actions(claim, input, error);
}

static const struct claim_transition *find_row(const struct claim *claim, enum claim_position position,
                                               const struct claim_input *input, struct error *error)
{
    enum refusal refusal = REFUSAL_EVENT;
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        if (row->from != position || row->event != input->event)
            continue;
        if (!(row->roles & 1u << input->role)) {
            if (refusal == REFUSAL_EVENT)
                refusal = REFUSAL_ROLE;
            continue;
        }
        if (claim_guard_holds(row->guard, claim, input))
            return row;
        refusal = REFUSAL_GUARD;
    }
    refuse(claim, input, refusal, error);
    return NULL;
}

static int in_time(const struct claim *claim, enum claim_position position, const struct claim_input *input,
                   struct error *error)
{
    enum claim_event due = claim_due(claim, input->now_us);
    if (input->role == CLAIM_ROLE_CLOCK) {
        if (due == input->event)
            return 0;
        char at[TIME_TEXT_BYTES];
        error_set(error, ERROR_CLAIM_NOT_DUE, "%s is not due", claim_event_info(input->event)->wire);
        return error_hint(error, "The deadline is %s.", time_format(claim->deadline_us, at));
    }
    if (due == CLAIM_EVENT_NONE || position == CLAIM_POSITION_PAYING)
        return 0;
    error_set(error, ERROR_CLAIM_DEADLINE_PASSED, "the deadline has passed");
    return error_hint(error, "It is now decided by silence: %s. Look at the claim again.", claim_event_info(due)->wire);
}

/* ---- what is afterwards ---- */

static int64_t within(enum claim_deadline deadline, int64_t wanted_s)
{
    const struct claim_deadline_info *info = claim_deadline_info(deadline);
    if (wanted_s <= 0)
        return info->default_s;
    if (wanted_s < info->minimum_s)
        return info->minimum_s;
    return wanted_s > info->maximum_s ? info->maximum_s : wanted_s;
}

int64_t claim_ask_due(const struct claim *claim, int64_t now_us, int64_t wanted_s)
{
    int64_t due_us = now_us + within(CLAIM_DEADLINE_ASK, wanted_s) * TIME_SECOND_US;
    return claim->deadline_us && claim->deadline_us < due_us ? claim->deadline_us : due_us;
}

static int64_t seconds_of(enum claim_position position, const struct claim *before, const struct claim_input *input)
{
    enum claim_deadline deadline = claim_position_info(position)->deadline;
    int64_t wanted_s = 0;
    if (deadline == CLAIM_DEADLINE_ANSWER)
        wanted_s = input->ruling.merchant_answer_s;
    else if (deadline == CLAIM_DEADLINE_REVIEW)
        wanted_s = input->ruling.review_s;
    else if (deadline == CLAIM_DEADLINE_OFFER)
        wanted_s = input->offer.valid_s;
    else if (deadline == CLAIM_DEADLINE_PERFORMANCE)
        wanted_s = before->offer.extend_s;
    return within(deadline, wanted_s);
}

/* Of the clause when the merchant's time begins to run; gone once it was taken. */
static int64_t extension_left(enum claim_clock clock, const struct claim *before, const struct claim_input *input)
{
    switch (clock) {
    case CLAIM_CLOCK_NEW:
        return input->ruling.extension_s > 0 ? within(CLAIM_DEADLINE_EXTENSION, input->ruling.extension_s) : 0;
    case CLAIM_CLOCK_KEEP:
        return before->extension_s;
    case CLAIM_CLOCK_LONGER:
        return 0;
    }
    return 0;
}

static void set_position(struct claim *after, enum claim_position to, enum claim_clock clock,
                         const struct claim *before, const struct claim_input *input)
{
    const struct claim_position_info *info = claim_position_info(to);
    bool stays = clock != CLAIM_CLOCK_NEW && before->deadline_default != CLAIM_EVENT_NONE &&
                 info->stage == before->stage && info->waiting == before->waiting;
    after->stage = info->stage;
    after->waiting = info->waiting;
    if (!stays)
        after->deadline_default = info->deadline_default;
    if (to == CLAIM_POSITION_ANSWER && clock == CLAIM_CLOCK_NEW)
        after->deadline_default = silence_events[input->ruling.silence];
    after->extension_s = to == CLAIM_POSITION_ANSWER ? extension_left(clock, before, input) : 0;
    if (is_resting(to)) {
        after->deadline_us = 0;
        after->closed_us = input->now_us;
    } else if (clock != CLAIM_CLOCK_KEEP) {
        int64_t from_us = clock == CLAIM_CLOCK_NEW ? input->now_us : before->deadline_us;
        int64_t seconds = clock == CLAIM_CLOCK_NEW ? seconds_of(to, before, input)
                                                   : within(CLAIM_DEADLINE_EXTENSION, before->extension_s);
        int64_t deadline_us = from_us + seconds * TIME_SECOND_US;
        bool capped = to != CLAIM_POSITION_PAYING && deadline_us > after->outer_us;
        after->deadline_us = capped ? after->outer_us : deadline_us;
    }
}

static void file(struct claim *after, const struct claim_input *input)
{
    *after = (struct claim){.asked_amount = input->asked_amount,
                            .refundable_amount = input->refundable_amount,
                            .buyer_id = input->buyer_id,
                            .merchant_id = input->merchant_id,
                            .filed_us = input->now_us,
                            .deadline_default = CLAIM_EVENT_NONE};
    after->outer_us = input->now_us + claim_deadline_info(CLAIM_DEADLINE_OUTER)->default_s * TIME_SECOND_US;
}

static void take_ruling(struct claim *after, const struct claim_ruling *ruling)
{
    after->computed = ruling->outcome;
    after->computed_amount = ruling->amount < claim_most(after) ? ruling->amount : claim_most(after);
    after->clause = ruling->clause;
    after->bearer = ruling->bearer;
}

/* The decision that a row makes or carries out: amount of the whole claim, bearer, clause. */
static struct claim_decision decision_of(const struct claim_transition *row, const struct claim *claim,
                                         const struct claim_input *input)
{
    bool refunds = claim->computed == CLAIM_COMPUTED_REFUND;
    struct claim_decision rule = {.amount = claim_resolved(claim), .bearer = claim->bearer, .clause = claim->clause};
    struct claim_decision decision = {.bearer = claim->bearer, .clause = claim->clause, .arbiter_id = input->actor_id};
    switch (row->amount) {
    case CLAIM_AMOUNT_NONE:
        break;
    case CLAIM_AMOUNT_RULING: /* the claim holds the ruling already */
    case CLAIM_AMOUNT_COMPUTED:
        decision = rule;
        break;
    case CLAIM_AMOUNT_COMPUTED_OR_ASKED:
        decision = rule;
        if (!refunds) /* the merchant's own consent or silence, beyond any rule */
            decision.bearer = LEDGER_BEARER_MERCHANT;
        break;
    case CLAIM_AMOUNT_ASKED_BY_PLATFORM:
        /* The rule left it open and the platform did not decide: the party that was silent pays, not the buyer who waited,
         * and not a merchant whom no rule condemns (网络交易平台规则监督管理办法 art. 27, 2026-02-01). */
        decision.amount = claim_most(claim);
        decision.bearer = LEDGER_BEARER_PLATFORM;
        break;
    case CLAIM_AMOUNT_OFFER:
        decision.amount = claim->offer.amount;
        decision.bearer = LEDGER_BEARER_MERCHANT;
        break;
    case CLAIM_AMOUNT_INPUT:
        decision.amount = input->amount;
        decision.bearer = input->bearer;
        decision.clause = input->clause.length > 0 ? input->clause : claim->clause;
        break;
    case CLAIM_AMOUNT_PROPOSAL:
        decision = claim->proposal;
        break;
    case CLAIM_AMOUNT_STANDING:
        decision = claim->standing;
        break;
    case CLAIM_AMOUNT_BETTER:
        decision = claim_rule_is_better(claim) ? rule : claim->standing;
        break;
    }
    decision.present = true;
    decision.outcome = decision.amount > 0 ? CLAIM_COMPUTED_REFUND : CLAIM_COMPUTED_REFUSE;
    return decision;
}

static bool is_offer(enum claim_event event)
{
    return event == CLAIM_EVENT_OFFER || event == CLAIM_EVENT_COUNTER_OFFER;
}

static void settle_offers(const struct claim_transition *row, const struct claim *before,
                          const struct claim_input *input, struct claim *after, struct claim_effect *effect)
{
    bool leaves = row->to != row->from || is_offer(row->event);
    if (before->offer.present && leaves) {
        effect->old_offer = CLAIM_CHANGE_REPLACED;
        if (row->event == CLAIM_EVENT_ACCEPT_OFFER)
            effect->old_offer = CLAIM_CHANGE_ACCEPTED;
        else if (input->role == CLAIM_ROLE_CLOCK)
            effect->old_offer = CLAIM_CHANGE_EXPIRED;
        else if (!is_offer(row->event))
            effect->old_offer = CLAIM_CHANGE_DECLINED;
        after->offer = (struct claim_offer){0};
    }
    if (is_offer(row->event)) {
        effect->new_offer = true;
        after->offer = input->offer;
        after->offer.present = true;
        after->offer.from = input->role;
    }
}

static void settle_people(const struct claim_transition *row, const struct claim_input *input, struct claim *after)
{
    bool within_platform = row->from == CLAIM_POSITION_REVIEW || row->from == CLAIM_POSITION_SECOND;
    if (row->to == CLAIM_POSITION_REVIEW && !within_platform)
        after->arbiter_id = (struct text){0};
    if (row->event == CLAIM_EVENT_APPEAL) {
        after->appeal_ground = input->ground;
        after->appeal_arbiter_id = (struct text){0};
    }
    if (row->event == CLAIM_EVENT_TAKE_CASE && after->stage == CLAIM_STAGE_APPEAL)
        after->appeal_arbiter_id = input->actor_id;
    else if (row->event == CLAIM_EVENT_TAKE_CASE)
        after->arbiter_id = input->actor_id;
    if (row->event == CLAIM_EVENT_RELEASE_CASE && after->stage == CLAIM_STAGE_APPEAL)
        after->appeal_arbiter_id = (struct text){0};
    else if (row->event == CLAIM_EVENT_RELEASE_CASE)
        after->arbiter_id = (struct text){0};
}

static void settle_decisions(const struct claim_transition *row, const struct claim_decision *decision,
                             const struct claim *before, struct claim *after, struct claim_effect *effect)
{
    bool carried_out = row->amount == CLAIM_AMOUNT_STANDING, confirmed = row->event == CLAIM_EVENT_CONFIRM_DEVIATION;
    if (row->event == CLAIM_EVENT_PROPOSE_DEVIATION) {
        effect->propose = true;
        after->proposal = *decision;
    } else if (before->proposal.present && row->to != row->from) {
        effect->confirm = confirmed;
        effect->reject = !confirmed;
        after->proposal = (struct claim_decision){0};
    }
    bool is_new = row->basis != CLAIM_BASIS_NONE && !carried_out;
    if (is_new) {
        effect->replace_standing = before->standing.present;
        effect->basis = confirmed ? CLAIM_BASIS_NONE : row->basis;
        after->standing = (struct claim_decision){0};
    }
    if (row->basis != CLAIM_BASIS_NONE)
        after->basis = row->basis;
    if (is_new && (row->basis == CLAIM_BASIS_ARBITER || row->basis == CLAIM_BASIS_APPEAL))
        after->standing = *decision;
    effect->outcome = decision->outcome;
    effect->amount = decision->amount;
    effect->clause = decision->clause;
    effect->bearer = decision->bearer;
}

static enum claim_outcome final_outcome(const struct claim *after, enum claim_outcome outcome)
{
    if (after->paid_amount >= after->asked_amount)
        return CLAIM_OUTCOME_REFUNDED;
    if (after->paid_amount > 0)
        return CLAIM_OUTCOME_PART_REFUNDED;
    return outcome == CLAIM_OUTCOME_PAID ? CLAIM_OUTCOME_REFUSED : outcome;
}

/* Money and the end. A refund of nothing more than was paid before ends the claim at once. */
static enum claim_position settle_money(const struct claim_transition *row, const struct claim_decision *decision,
                                        struct claim *after, struct claim_effect *effect)
{
    enum claim_position to = row->to;
    effect->kind = row->effect;
    if (row->effect == CLAIM_EFFECT_REFUND && decision->amount <= after->paid_amount) {
        effect->kind = CLAIM_EFFECT_RELEASE;
        to = CLAIM_POSITION_ENDED;
    } else if (row->effect == CLAIM_EFFECT_REFUND) {
        effect->refund_amount = decision->amount - after->paid_amount;
        after->paid_amount = decision->amount;
        after->outcome_amount = decision->amount;
        after->bearer = decision->bearer;
    }
    if (to == CLAIM_POSITION_ENDED) {
        effect->close = true;
        after->outcome = final_outcome(after, row->outcome);
        after->outcome_amount = after->paid_amount;
    }
    return to;
}

static void reopen(struct claim *after, struct claim_effect *effect)
{
    effect->replace_standing = after->standing.present;
    after->standing = (struct claim_decision){0};
    after->appeal_arbiter_id = (struct text){0};
    after->appeal_ground = CLAIM_GROUND_NONE;
    after->outcome = CLAIM_OUTCOME_NONE;
    after->basis = CLAIM_BASIS_NONE;
    after->closed_us = 0;
    /* Another claim of the order may have been paid meanwhile: the rule gives no more than what that one left. */
    if (after->computed_amount > claim_most(after))
        after->computed_amount = claim_most(after);
}

static int filing_check(const struct claim_input *input, struct error *error)
{
    if (input->asked_amount > 0 && input->asked_amount <= input->refundable_amount)
        return 0;
    error_set(error, ERROR_CLAIM_AMOUNT, "the amount must be between 1 and what was paid and not refunded yet");
    return error_hint(error, "At most %lld can be asked for.", (long long)input->refundable_amount);
}

int claim_step(const struct claim *before, const struct claim_input *input, struct claim *ret_after,
               struct claim_effect *ret_effect, struct error *error)
{
    assert(before);
    assert(input);
    assert(ret_after);
    assert(ret_effect);
    assert(input->event >= 0 && input->event < CLAIM_EVENT_COUNT);
    assert((unsigned)input->role < CLAIM_ROLE_COUNT);
    enum claim_position position = claim_position(before);
    const struct claim_transition *row = find_row(before, position, input, error);
    if (!row || in_time(before, position, input, error) < 0)
        return -1;
    struct claim after = *before;
    struct claim_effect effect = {.leaf_kind = claim_event_info(row->event)->leaf_kind};
    if (row->event == CLAIM_EVENT_FILE) {
        if (filing_check(input, error) < 0)
            return -1;
        file(&after, input);
    }
    if (claim_needs_met(row, &after, input, input->actor_id, error) < 0)
        return -1;
    if (row->needs & NEED_RULING)
        take_ruling(&after, &input->ruling);
    struct claim_decision decision = decision_of(row, &after, input);
    settle_offers(row, before, input, &after, &effect);
    settle_decisions(row, &decision, before, &after, &effect);
    if (position == CLAIM_POSITION_ENDED)
        reopen(&after, &effect);
    enum claim_position to = settle_money(row, &decision, &after, &effect);
    set_position(&after, to, row->clock, before, input);
    settle_people(row, input, &after);
    effect.retry_refund = row->event == CLAIM_EVENT_SETTLEMENT_FAILED || row->event == CLAIM_EVENT_SETTLEMENT_OVERDUE;
    effect.alert = row->event == CLAIM_EVENT_SETTLEMENT_OVERDUE || row->basis == CLAIM_BASIS_PLATFORM_SILENCE;
    assert(!claim_broken(&after));
    *ret_after = after;
    *ret_effect = effect;
    return 0;
}

const char *claim_broken(const struct claim *claim)
{
    assert(claim);
    if (claim->paid_amount < 0 || claim->paid_amount > claim_most(claim))
        return "a claim pays between nothing and what was asked and can be refunded";
    if (claim->computed_amount < 0 || claim->computed_amount > claim_most(claim))
        return "the rule gives between nothing and what was asked";
    if (claim->stage == CLAIM_STAGE_CLOSED || claim->stage == CLAIM_STAGE_NONE) {
        bool rests = claim->waiting == CLAIM_WAITING_NOBODY && claim->deadline_us == 0 &&
                     claim->deadline_default == CLAIM_EVENT_NONE;
        return rests ? NULL : "a closed claim waits for nobody";
    }
    if (claim->waiting == CLAIM_WAITING_NOBODY || claim->deadline_us == 0 ||
        claim->deadline_default == CLAIM_EVENT_NONE)
        return "an open claim waits for somebody until a deadline with a default";
    if (claim->outcome != CLAIM_OUTCOME_NONE || claim->closed_us != 0)
        return "an open claim has no outcome";
    if (claim->stage != CLAIM_STAGE_SETTLEMENT && claim->deadline_us > claim->outer_us)
        return "no deadline of a deciding stage passes the outer limit";
    if (claim->offer.present && claim->deadline_default != CLAIM_EVENT_OFFER_EXPIRED)
        return "an open offer belongs to a claim that waits for its answer";
    return NULL;
}
