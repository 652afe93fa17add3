/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decision would be, before it is made: whether it departs from the rule, what would refuse it, and the letters. The claim's own step
 * function is asked, on a copy: nothing here knows a rule of its own, and nothing is written.
 */
#include "service/claims/decision_preview.h"

#include <string.h>

#include "base/error.h"
#include "claim/plan.h"
#include "service/claims/claim_brief.h"
#include "service/claims/letters.h"
#include "service/internal.h"
#include "service/view.h"

#define PROBLEMS_MAX 4

struct preview {
    struct service_call *call;
    const struct service_decision_draft *in;
    struct service_claim claim; /* with the rule's result of the findings, held by the caller */
    struct service_ruling ruling;
    struct claim_input input;
    struct claim after; /* once it is decided, and confirmed where a second person must */
    bool departs;
    struct error problems[PROBLEMS_MAX];
    int problem_count;
};

static void problem_add(struct preview *preview, const struct error *error)
{
    for (int i = 0; i < preview->problem_count; i++)
        if (preview->problems[i].code == error->code)
            return;
    if (preview->problem_count < PROBLEMS_MAX)
        preview->problems[preview->problem_count++] = *error;
}

/* ---- the facts with the findings ---- */

static int finding_add(struct preview *preview, const struct service_finding_draft *finding, size_t index,
                       struct error *error)
{
    int fact = fact_find(finding->fact);
    if (fact < 0) {
        error_set(error, ERROR_FIELD_VALUE, "there is no such fact");
        return error_at(error, "/findings/%zu/fact", index);
    }
    if (fact_info((enum fact)fact)->strength == FACT_STRENGTH_RECORD) {
        error_set(error, ERROR_CLAIM_DEVIATION, "the platform's own record says what this fact is");
        error_hint(error, "propose a deviation and say why; a second person confirms it");
        return error_at(error, "/findings/%zu/fact", index);
    }
    if (policy_facts_set_word(&preview->ruling.facts, (enum fact)fact, finding->value, FACT_SOURCE_ARBITER, -1, error) <
        0)
        return error_at(error, "/findings/%zu/value", index);
    return 0;
}

static int rule_apply(struct preview *preview, struct error *error)
{
    if (service_rule(preview->call, &preview->claim, NULL, &preview->ruling, error) < 0)
        return -1;
    for (size_t i = 0; i < preview->in->finding_count; i++)
        if (finding_add(preview, &preview->in->findings[i], i, error) < 0)
            return -1;
    service_ruling_judge(&preview->claim, &preview->ruling);
    return 0;
}

/* ---- trying the step ---- */

/* The claim as the findings would leave it: what the rule says is applied as by any new fact. */
static int reassess(struct preview *preview, struct error *error)
{
    struct claim_effect effect;
    struct claim after;
    struct claim_input input = {.event = CLAIM_EVENT_REASSESS,
                                .role = CLAIM_ROLE_SYSTEM,
                                .now_us = preview->call->now_us,
                                .ruling = preview->ruling.ruling};
    if (claim_step(&preview->claim.state, &input, &after, &effect, error) < 0)
        return -1;
    preview->claim.state = after;
    return 0;
}

/* Whoever tries need not have the case; that he would have to is said as a problem. */
static void take(struct preview *preview)
{
    struct claim_effect effect;
    struct claim after;
    struct error error;
    struct claim *state = &preview->claim.state;
    struct text me = text_of(preview->call->actor.party_id);
    struct text *holder = state->stage == CLAIM_STAGE_APPEAL ? &state->appeal_arbiter_id : &state->arbiter_id;
    struct claim_input input = {
        .event = CLAIM_EVENT_TAKE_CASE, .role = CLAIM_ROLE_ARBITER, .actor_id = me, .now_us = preview->call->now_us};
    if (text_equal(*holder, me))
        return;
    if (claim_step(state, &input, &after, &effect, &error) == 0) {
        error_set(&error, ERROR_CLAIM_CASE_NOT_TAKEN, "nobody has taken this case yet");
        error_hint(&error, "Take the case first (take_case).");
        *state = after;
    } else {
        *holder = me;
    }
    problem_add(preview, &error);
}

static enum claim_event decide_event(const struct preview *preview)
{
    return preview->claim.state.stage == CLAIM_STAGE_APPEAL ? CLAIM_EVENT_APPEAL_DECIDE : CLAIM_EVENT_ARBITER_DECIDE;
}

/* The proposal as a second person would confirm it. */
static int confirmed(struct preview *preview, const struct claim *proposed, struct error *error)
{
    struct claim_effect effect;
    struct claim_input input = {.event = CLAIM_EVENT_CONFIRM_DEVIATION,
                                .role = CLAIM_ROLE_OPERATOR,
                                .actor_id = TEXT_LITERAL("second person"),
                                .now_us = preview->call->now_us};
    return claim_step(proposed, &input, &preview->after, &effect, error);
}

static void try_decision(struct preview *preview)
{
    struct claim_effect effect;
    struct claim proposed;
    struct error error;
    preview->after = preview->claim.state;
    preview->input.event = decide_event(preview);
    if (claim_step(&preview->claim.state, &preview->input, &preview->after, &effect, &error) == 0)
        return;
    if (error.code != ERROR_CLAIM_DEVIATION) {
        problem_add(preview, &error);
        return;
    }
    preview->departs = true;
    preview->input.event = CLAIM_EVENT_PROPOSE_DEVIATION;
    if (claim_step(&preview->claim.state, &preview->input, &proposed, &effect, &error) == 0) {
        if (confirmed(preview, &proposed, &error) < 0)
            problem_add(preview, &error);
        return;
    }
    problem_add(preview, &error);
    /* A reason that is still to be written must not take the dates out of the letters. */
    struct claim_input reasoned = preview->input;
    reasoned.reason = TEXT_LITERAL("to be written");
    if (claim_step(&preview->claim.state, &reasoned, &proposed, &effect, NULL) == 0)
        confirmed(preview, &proposed, NULL);
}

static int input_read(struct preview *preview, struct error *error)
{
    const struct service_decision_draft *in = preview->in;
    int outcome = claim_computed_find(in->outcome), bearer = claim_bearer_find(in->bearer);
    if (outcome != CLAIM_COMPUTED_REFUND && outcome != CLAIM_COMPUTED_REFUSE) {
        error_set(error, ERROR_FIELD_VALUE, "a decision is refund or refuse");
        return error_at(error, "/outcome");
    }
    if (in->bearer.length && bearer < 0) {
        error_set(error, ERROR_FIELD_VALUE, "bearer has no such value");
        return error_at(error, "/bearer");
    }
    preview->input = (struct claim_input){
        .role = CLAIM_ROLE_ARBITER,
        .actor_id = text_of(preview->call->actor.party_id),
        .now_us = preview->call->now_us,
        .reason = in->reason,
        .outcome = (enum claim_computed)outcome,
        .amount = in->amount,
        .bearer = in->bearer.length ? (enum ledger_bearer)bearer : preview->claim.state.bearer,
        .clause = in->clause,
    };
    return 0;
}

/* ---- the answer ---- */

static void rule_write(const struct preview *preview, struct json_writer *writer)
{
    const struct claim *state = &preview->claim.state;
    const char *currency = preview->claim.order.currency;
    const char *outcome = claim_computed_word(state->computed)->wire;
    int64_t lowest, highest;
    claim_bounds(state, &lowest, &highest);
    json_key(writer, "rule");
    json_object_begin(writer);
    json_member_string(writer, "outcome", outcome[0] ? outcome : "open");
    service_view_money(writer, "amount", state->computed_amount, currency);
    json_member_text(writer, "clause", state->clause);
    service_clause_title_write(writer, "clause_title", preview->ruling.policy, state->clause);
    json_member_string(writer, "bearer", claim_bearer_wire(state->bearer));
    json_object_end(writer);
    json_key(writer, "bounds");
    json_object_begin(writer);
    service_view_money(writer, "lowest", lowest, currency);
    service_view_money(writer, "highest", highest, currency);
    json_object_end(writer);
}

static void problems_write(const struct preview *preview, struct json_writer *writer)
{
    json_key(writer, "problems");
    json_array_begin(writer);
    for (int i = 0; i < preview->problem_count; i++) {
        const struct error *problem = &preview->problems[i];
        json_object_begin(writer);
        json_member_string(writer, "code", error_wire(problem->code));
        json_member_string(writer, "detail", problem->message);
        json_member_string(writer, "hint", problem->hint);
        service_view_words(writer, "title", error_title_zh(problem->code), error_title_en(problem->code));
        json_object_end(writer);
    }
    json_array_end(writer);
}

static int letters_write(struct preview *preview, struct json_writer *writer, struct error *error)
{
    struct service_letter_decision decision = {
        .claim = &preview->claim,
        .after = &preview->after,
        .ruling = &preview->ruling,
        .outcome = preview->input.outcome,
        .amount = preview->input.outcome == CLAIM_COMPUTED_REFUND ? preview->input.amount : 0,
        .bearer = preview->input.bearer,
        .clause = preview->input.clause.length ? preview->input.clause : preview->claim.state.clause,
        .reason = preview->input.reason,
        .departs = preview->departs,
        .is_appeal = preview->claim.state.stage == CLAIM_STAGE_APPEAL,
    };
    return service_letters_write(preview->call, &decision, writer, error);
}

static int answer_write(struct preview *preview, struct json_writer *writer, struct error *error)
{
    json_object_begin(writer);
    json_member_string(writer, "claim", preview->claim.id);
    json_member_integer(writer, "version", preview->claim.version);
    json_member_string(writer, "action", claim_event_info(preview->input.event)->wire);
    json_member_boolean(writer, "departs", preview->departs);
    json_member_boolean(writer, "second_person", preview->departs);
    rule_write(preview, writer);
    problems_write(preview, writer);
    json_key(writer, "ruling");
    service_claim_answer_ruling(&preview->claim, &preview->ruling, writer);
    if (letters_write(preview, writer, error) < 0)
        return -1;
    json_object_end(writer);
    return 0;
}

int service_decision_preview(struct service_call *call, struct text claim_id, const struct service_decision_draft *in,
                             struct json_writer *ret, struct error *error)
{
    struct preview *preview = arena_new_object(call->arena, struct preview);
    *preview = (struct preview){.call = call, .in = in};
    if (call->actor.role != ROLE_ARBITER)
        return error_set(error, ERROR_ACCESS_DENIED, "only an arbiter decides");
    if (service_claim_open(call, claim_id, &preview->claim, error) < 0 || input_read(preview, error) < 0)
        return -1;
    enum claim_position position = claim_position(&preview->claim.state);
    if (position != CLAIM_POSITION_REVIEW && position != CLAIM_POSITION_APPEAL_REVIEW)
        return error_set(error, ERROR_CLAIM_EVENT_NOT_ALLOWED, "no decision of a person is waited for");
    if (rule_apply(preview, error) < 0 || reassess(preview, error) < 0)
        return -1;
    if (!in->bearer.length) /* as the rule has it with the findings */
        preview->input.bearer = preview->claim.state.bearer;
    take(preview);
    try_decision(preview);
    return answer_write(preview, ret, error);
}
