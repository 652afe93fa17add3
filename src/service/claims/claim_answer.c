/* SPDX-License-Identifier: Apache-2.0 */
/* What every answer about a claim says: where it stands, who must act, until when, what happens then, and what can be done. */
#include "policy/shows.h"
#include "service/claims/claim_advance.h"

#include "base/arena.h"
#include "claim/plan.h"
#include "policy/words/whatif.h"
#include "service/internal.h"
#include "service/view.h"

static void actions_write(struct service_call *call, const struct service_claim *claim, struct json_writer *writer)
{
    enum claim_event events[CLAIM_ACTIONS_MAX];
    int count =
        claim_actions(&claim->state, service_claim_role(call), text_of(call->actor.party_id), call->now_us, events);
    json_key(writer, "actions");
    json_array_begin(writer);
    for (int i = 0; i < count; i++) {
        const struct claim_event_info *info = claim_event_info(events[i]);
        json_object_begin(writer);
        json_member_string(writer, "action", info->wire);
        service_view_words(writer, "label", info->action_zh, info->action_en);
        json_object_end(writer);
    }
    json_array_end(writer);
}

void service_claim_answer_position(struct service_call *call, const struct service_claim *claim,
                                   struct json_writer *writer)
{
    const struct claim *state = &claim->state;
    const struct claim_position_info *position = claim_position_info(claim_position(state));
    json_member_string(writer, "stage", claim_stage_word(state->stage)->wire);
    json_member_string(writer, "waiting_for", claim_waiting_word(state->waiting)->wire);
    json_member_time(writer, "deadline", state->deadline_us);
    json_member_time(writer, "outer_limit", state->outer_us);
    json_member_string(writer, "default",
                       state->deadline_default == CLAIM_EVENT_NONE ? NULL
                                                                   : claim_event_info(state->deadline_default)->wire);
    json_member_integer(writer, "extension_s", state->extension_s);
    service_view_words(writer, "now", position->now_zh, position->now_en);
    service_view_words(writer, "at_deadline", position->at_zero_zh, position->at_zero_en);
    json_member_string(writer, "outcome",
                       state->outcome == CLAIM_OUTCOME_NONE ? NULL : claim_outcome_word(state->outcome)->wire);
    service_view_money(writer, "outcome_amount", state->outcome_amount, claim->order.currency);
    service_view_money(writer, "asked", state->asked_amount, claim->order.currency);
    json_member_text(writer, "clause", state->clause);
    json_member_string(writer, "bearer", claim_bearer_wire(state->bearer));
    actions_write(call, claim, writer);
}

/* When, where and whose: what a picture must show. */
static void shows_write(struct json_writer *writer, enum fact fact)
{
    const struct policy_shows *shows = policy_proof_shows(fact);
    json_key(writer, "shows");
    if (!shows) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    service_view_words(writer, "time", shows->time_zh, shows->time_en);
    service_view_words(writer, "platform", shows->platform_zh, shows->platform_en);
    service_view_words(writer, "user", shows->user_zh, shows->user_en);
    json_object_end(writer);
}

static void proofs_write(struct json_writer *writer, uint64_t mask)
{
    json_array_begin(writer);
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (mask >> fact & 1) {
            const struct fact_info *info = fact_info((enum fact)fact);
            json_object_begin(writer);
            json_member_string(writer, "kind", info->word);
            service_view_words(writer, "label", info->label_zh, info->label_en);
            service_view_words(writer, "question", info->question_zh, info->question_en);
            shows_write(writer, (enum fact)fact);
            json_object_end(writer);
        }
    json_array_end(writer);
}

/* What the buyer can say or show. */
static uint64_t buyer_askable(void)
{
    uint64_t facts = policy_askable();
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (!(fact_info((enum fact)fact)->sources & (1u << FACT_SOURCE_BUYER | 1u << FACT_SOURCE_EVIDENCE)))
            facts &= ~(UINT64_C(1) << fact);
    return facts;
}

/* The one question that brings a decision nearest. Where the records contradict each other, or where only a person can tell,
 * it is what the decision itself wants. */
static void question_write(struct json_writer *writer, const struct service_ruling *ruling,
                           struct policy_decision *decision)
{
    struct arena *arena = arena_new(POLICY_WHATIF_BYTES);
    struct policy_whatif found = {.question = -1};
    bool asked = decision->disposition == POLICY_OPEN &&
                 policy_whatif(arena, ruling->policy, &ruling->facts, buyer_askable(), &found, NULL) == 0 &&
                 found.question >= 0;
    if (asked) {
        decision->fact_best = found.question;
        decision->facts_wanted = UINT64_C(1) << found.question;
    }
    json_key(writer, "question");
    policy_question_report(writer, &found);
    arena_free(arena);
}

/* What follows once the evidence that is missing is there: who is waited for then, how long, and what his silence is. */
static void once_complete_write(struct json_writer *writer, const struct policy_decision *decision)
{
    static const char *const silences[] = {[POLICY_SILENCE_NONE] = "accepts",
                                           [POLICY_SILENCE_ACCEPTS] = "accepts",
                                           [POLICY_SILENCE_REFUSES] = "refuses",
                                           [POLICY_SILENCE_REVIEWS] = "reviews"};
    bool review = decision->outcome == POLICY_OUTCOME_REVIEW, asks = decision->merchant_answer_s >= 0;
    int64_t within_s = review ? decision->review_s : decision->merchant_answer_s;
    json_key(writer, "once_complete");
    if (decision->disposition != POLICY_MISSING_EVIDENCE) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_string(writer, "disposition",
                       policy_disposition_word(review ? POLICY_REVIEW
                                               : asks ? POLICY_WAIT_MERCHANT
                                                      : POLICY_PAY_NOW));
    json_key(writer, "within_s");
    if (within_s < 0)
        json_add_null(writer);
    else
        json_add_integer(writer, within_s);
    json_member_string(writer, "silence", asks && !review ? silences[decision->silence] : NULL);
    json_object_end(writer);
}

static void evidence_write(struct json_writer *writer, const struct policy_decision *decision)
{
    json_key(writer, "evidence");
    json_array_begin(writer);
    for (int i = 0; i < decision->evidence_count; i++) {
        json_object_begin(writer);
        json_key(writer, "any_of");
        proofs_write(writer, decision->evidence_any_of[i]);
        json_member_string(writer, "state", policy_evidence_state_word(decision->evidence_state[i]));
        json_object_end(writer);
    }
    json_array_end(writer);
    json_key(writer, "wanted");
    proofs_write(writer, decision->disposition == POLICY_OPEN ? decision->facts_wanted : 0);
    json_key(writer, "optional");
    proofs_write(writer, decision->evidence_optional);
    once_complete_write(writer, decision);
}

static void clarified_write(struct json_writer *writer, const struct service_clarified *clarified)
{
    json_key(writer, "clarified");
    if (!clarified->number) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_string(writer, "answered_by", clarified->answered_by);
    json_member_time(writer, "at", clarified->at);
    json_member_integer(writer, "leaf", clarified->leaf);
    json_member_integer(writer, "number", clarified->number);
    json_object_end(writer);
}

void service_claim_answer_ruling(const struct service_claim *claim, const struct service_ruling *ruling,
                                 struct json_writer *writer)
{
    struct policy_decision asking = ruling->decision;
    const struct policy_decision *decision = &asking;
    bool governed = decision->governing >= 0;
    json_object_begin(writer);
    question_write(writer, ruling, &asking);
    clarified_write(writer, &ruling->clarified);
    json_member_string(writer, "disposition", policy_disposition_word(decision->disposition));
    json_member_string(writer, "outcome", policy_outcome_word(decision->outcome));
    json_member_text(writer, "clause", ruling->ruling.clause);
    service_view_words(writer, "title",
                       governed ? policy_clause_title(ruling->policy, decision->governing, POLICY_LANGUAGE_ZH) : "",
                       governed ? policy_clause_title(ruling->policy, decision->governing, POLICY_LANGUAGE_EN) : "");
    service_view_money(writer, "amount", ruling->ruling.amount, claim->order.currency);
    json_member_string(writer, "bearer", policy_bearer_word(decision->bearer));
    json_member_string(writer, "policy", claim->order.policy_id);
    evidence_write(writer, decision);
    json_key(writer, "explanation");
    policy_explanation_write(writer, ruling->policy, &ruling->facts, decision);
    json_object_end(writer);
}

void service_claim_answer(struct service_call *call, const struct service_claim *claim,
                          const struct service_ruling *ruling, struct json_writer *ret)
{
    json_object_begin(ret);
    json_member_string(ret, "claim", claim->id[0] ? claim->id : NULL);
    json_member_string(ret, "order", claim->order.id);
    json_member_text(ret, "reason", claim->reason);
    json_member_integer(ret, "version", claim->version);
    service_claim_answer_position(call, claim, ret);
    json_key(ret, "ruling");
    if (ruling)
        service_claim_answer_ruling(claim, ruling, ret);
    else
        json_add_null(ret);
    json_object_end(ret);
}
