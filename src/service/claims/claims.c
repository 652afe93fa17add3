/* SPDX-License-Identifier: Apache-2.0 */
/* The use cases of a claim's life: preview, file, act, what the clock and the provider do, and re-applying the rule. */
#include "service/claims/claims.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "claim/plan.h"
#include "service/claims/claim_advance.h"
#include "service/internal.h"

/* ---- filing ---- */

static int may_be_claimed(const struct service_order *order, struct error *error)
{
    static const char *const states[] = {"paid", "delivered", "disputed", "released", "split"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (text_is(order->state, states[i]) && order->refunded < order->amount)
            return 0;
    error_set(error, ERROR_CLAIM_ORDER_STATE, "an order that is %.*s has nothing to refund", TEXT_ARG(order->state));
    return error_hint(error, "a claim needs an order that was paid and not wholly refunded");
}

static int claim_prepare(struct service_call *call, struct text order_id, const struct service_claim_new *in,
                         struct service_claim *claim, struct service_ruling *ruling, struct error *error)
{
    *claim = (struct service_claim){.version = 1};
    if (call->actor.role != ROLE_BUYER && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only the buyer claims a refund");
    if (service_order_open(call, order_id, &claim->order, error) < 0 || may_be_claimed(&claim->order, error) < 0)
        return -1;
    int64_t left = claim->order.amount - claim->order.refunded;
    claim->reason = in->reason;
    claim->statement = in->statement;
    claim->state.refundable_amount = left;
    claim->state.asked_amount = in->has_amount ? in->amount : left;
    if (claim->state.asked_amount <= 0 || claim->state.asked_amount > left) {
        error_set(error, ERROR_FIELD_RANGE, "%lld can be asked for at most", (long long)left);
        return error_at(error, "/amount");
    }
    return service_rule(call, claim, in->facts, ruling, error);
}

static struct claim_input filing_input(const struct service_call *call, const struct service_claim *claim,
                                       const struct service_ruling *ruling)
{
    return (struct claim_input){
        .event = CLAIM_EVENT_FILE,
        .role = CLAIM_ROLE_BUYER,
        .actor_id = text_of(call->actor.party_id),
        .now_us = call->now_us,
        .ruling = ruling->ruling,
        .asked_amount = claim->state.asked_amount,
        .refundable_amount = claim->state.refundable_amount,
        .buyer_id = text_of(claim->order.buyer_id),
        .merchant_id = text_of(claim->order.merchant_id),
    };
}

/* A claim before filing: only what the step function may see of it. */
static void claim_blank(struct service_claim *claim)
{
    claim->state = (struct claim){.stage = CLAIM_STAGE_NONE,
                                  .waiting = CLAIM_WAITING_NOBODY,
                                  .deadline_default = CLAIM_EVENT_NONE,
                                  .asked_amount = claim->state.asked_amount,
                                  .refundable_amount = claim->state.refundable_amount};
}

int service_claim_preview(struct service_call *call, struct text order_id, const struct service_claim_new *in,
                          struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    struct claim_effect effect;
    struct claim after;
    if (claim_prepare(call, order_id, in, &claim, &ruling, error) < 0)
        return -1;
    claim_blank(&claim);
    struct claim_input input = filing_input(call, &claim, &ruling);
    if (claim_step(&claim.state, &input, &after, &effect, error) < 0)
        return -1;
    claim.state = after;
    service_claim_answer(call, &claim, &ruling, ret);
    return 0;
}

int service_claim_file(struct service_call *call, struct text order_id, const struct service_claim_new *in,
                       char ret_claim_id[static ID_BYTES], struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    if (claim_prepare(call, order_id, in, &claim, &ruling, error) < 0)
        return -1;
    id_make(claim.id, "clm_", call->now_us, call->service->random);
    claim_blank(&claim);
    struct claim_input input = filing_input(call, &claim, &ruling);
    if (service_claim_advance(call, &claim, &input, &ruling, true, error) < 0 ||
        service_buyer_facts_keep(call, &claim, in->facts, error) < 0)
        return -1;
    memcpy(ret_claim_id, claim.id, ID_BYTES);
    service_claim_answer(call, &claim, &ruling, ret);
    return 0;
}

/* ---- a person's step ---- */

static int word_find(int (*find)(struct text wire), struct text word, const char *field, int *ret, struct error *error)
{
    *ret = 0;
    if (word.length == 0)
        return 0;
    *ret = find(word);
    if (*ret >= 0)
        return 0;
    error_set(error, ERROR_FIELD_VALUE, "%s has no such value", field);
    return error_at(error, "/%s", field);
}

static int not_of_action(const struct service_claim_action *in, const char *field, struct error *error)
{
    error_set(error, ERROR_FIELD_UNKNOWN, "%.*s takes no %s", TEXT_ARG(in->action), field);
    return error_at(error, "/%s", field);
}

/* What belongs to another action is refused and not passed over: whoever sent it meant something by it. */
static int action_fits(const struct service_claim_action *in, enum claim_event event, struct error *error)
{
    bool offers = event == CLAIM_EVENT_OFFER || event == CLAIM_EVENT_COUNTER_OFFER;
    bool decides = event == CLAIM_EVENT_ARBITER_DECIDE || event == CLAIM_EVENT_PROPOSE_DEVIATION ||
                   event == CLAIM_EVENT_APPEAL_DECIDE;
    if (in->offer_kind.length && !offers)
        return not_of_action(in, "offer", error);
    if (in->outcome.length && !decides)
        return not_of_action(in, "outcome", error);
    if (in->due_s && event != CLAIM_EVENT_ASK_BUYER && event != CLAIM_EVENT_ASK_MERCHANT)
        return not_of_action(in, "due_s", error);
    if (in->ground.length && event != CLAIM_EVENT_APPEAL)
        return not_of_action(in, "ground", error);
    return 0;
}

static int action_read(const struct service_call *call, const struct service_claim *claim,
                       const struct service_claim_action *in, struct claim_input *input, struct error *error)
{
    int event = claim_event_find(in->action), offer, ground, outcome, bearer;
    if (event < 0 || !claim_event_info((enum claim_event)event)->action_en[0] || event == CLAIM_EVENT_FILE) {
        error_set(error, ERROR_FIELD_VALUE, "there is no such action");
        error_hint(error, "the claim's \"actions\" lists what you can do now");
        return error_at(error, "/action");
    }
    if (word_find(claim_offer_kind_find, in->offer_kind, "offer", &offer, error) < 0 ||
        word_find(claim_ground_find, in->ground, "ground", &ground, error) < 0 ||
        word_find(claim_computed_find, in->outcome, "outcome", &outcome, error) < 0 ||
        word_find(claim_bearer_find, in->bearer, "bearer", &bearer, error) < 0 ||
        action_fits(in, (enum claim_event)event, error) < 0)
        return -1;
    *input = (struct claim_input){
        .event = (enum claim_event)event,
        .role = service_claim_role(call),
        .actor_id = text_of(call->actor.party_id),
        .now_us = call->now_us,
        .reason = in->reason,
        .ground = (enum claim_ground)ground,
        .outcome = (enum claim_computed)outcome,
        .amount = in->amount,
        .bearer = in->bearer.length ? (enum ledger_bearer)bearer : claim->state.bearer,
        .clause = in->clause,
        .due_s = in->due_s,
    };
    if (in->offer_kind.length)
        input->offer = (struct claim_offer){.present = true,
                                            .from = input->role,
                                            .kind = (enum claim_offer_kind)offer,
                                            .amount = in->amount,
                                            .extend_s = in->offer_extend_s,
                                            .valid_s = in->offer_valid_s};
    return 0;
}

static bool brings_ruling(enum claim_event event)
{
    return event == CLAIM_EVENT_COMPLETE_EVIDENCE || event == CLAIM_EVENT_REASSESS;
}

/* A rule may speak of a replacement that the buyer declined: it is applied to that as to any new fact. */
static int replacement_declined(struct service_call *call, struct service_claim *claim, const struct claim_input *input,
                                struct error *error)
{
    const struct policy *policy;
    struct service_ruling ruling;
    if (input->event != CLAIM_EVENT_DECLINE_OFFER)
        return 0;
    if (service_policy_get(call, text_of(claim->order.policy_id), &policy, error) < 0)
        return -1;
    bool matters = policy_facts_tested(policy) >> FACT_REPLACEMENT & 1;
    return matters ? service_claim_apply_rule(call, claim, &ruling, error) : 0;
}

int service_claim_act(struct service_call *call, struct text claim_id, const struct service_claim_action *in,
                      struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    struct claim_input input;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || action_read(call, &claim, in, &input, error) < 0)
        return -1;
    bool ruled = brings_ruling(input.event);
    if (ruled) {
        if (service_rule(call, &claim, NULL, &ruling, error) < 0)
            return -1;
        input.ruling = ruling.ruling;
    }
    if (service_claim_advance(call, &claim, &input, ruled ? &ruling : NULL, false, error) < 0 ||
        replacement_declined(call, &claim, &input, error) < 0)
        return -1;
    service_claim_answer(call, &claim, ruled ? &ruling : NULL, ret);
    return 0;
}

/* ---- the rule applied again ---- */

static bool claim_takes(const struct service_claim *claim, enum claim_event event, int64_t now_us)
{
    enum claim_event events[CLAIM_ACTIONS_MAX];
    int count = claim_actions(&claim->state, CLAIM_ROLE_SYSTEM, (struct text){NULL, 0}, now_us, events);
    for (int i = 0; i < count; i++)
        if (events[i] == event)
            return true;
    return false;
}

int service_claim_apply_rule(struct service_call *call, struct service_claim *claim, struct service_ruling *ret_ruling,
                             struct error *error)
{
    if (service_rule(call, claim, NULL, ret_ruling, error) < 0)
        return -1;
    struct claim_input input = {.role = CLAIM_ROLE_SYSTEM, .now_us = call->now_us, .ruling = ret_ruling->ruling};
    bool missing = input.ruling.disposition == CLAIM_RULING_MISSING_EVIDENCE;
    if (claim_takes(claim, CLAIM_EVENT_COMPLETE_EVIDENCE, call->now_us) && !missing)
        input.event = CLAIM_EVENT_COMPLETE_EVIDENCE;
    else if (claim_takes(claim, CLAIM_EVENT_REASSESS, call->now_us))
        input.event = CLAIM_EVENT_REASSESS;
    else
        return 0;
    return service_claim_advance(call, claim, &input, ret_ruling, false, error);
}

int service_claim_reassess(struct service_call *call, struct text order_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_OPEN_OF_ORDER);
    char claim_id[ID_BYTES] = "";
    query_bind_text(query, 1, order_id);
    int step = query_step(query, error);
    if (step == 1)
        service_id_copy(claim_id, query_text(query, 0));
    query_end(query);
    if (step <= 0)
        return step;
    struct service_claim claim;
    struct service_ruling ruling;
    if (service_claim_load(call, text_of(claim_id), &claim, error) < 0)
        return -1;
    return service_claim_apply_rule(call, &claim, &ruling, error);
}

/* ---- the clock and the provider ---- */

static int step_of(struct service_call *call, struct text claim_id, enum claim_role role, enum claim_event event,
                   struct error *error)
{
    struct service_claim claim;
    if (service_claim_load(call, claim_id, &claim, error) < 0)
        return -1;
    struct claim_input input = {.event = event, .role = role, .now_us = call->now_us};
    if (role == CLAIM_ROLE_CLOCK)
        input.event = claim_due(&claim.state, call->now_us);
    if (input.event == CLAIM_EVENT_NONE || claim.state.stage == CLAIM_STAGE_CLOSED)
        return 0;
    return service_claim_advance(call, &claim, &input, NULL, false, error);
}

int service_claim_settled(struct service_call *call, struct text claim_id, bool succeeded, struct error *error)
{
    return step_of(call, claim_id, CLAIM_ROLE_PROVIDER,
                   succeeded ? CLAIM_EVENT_SETTLEMENT_CONFIRMED : CLAIM_EVENT_SETTLEMENT_FAILED, error);
}

int service_claims_due(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count, struct error *error)
{
    char ids[64][ID_BYTES];
    int64_t count = 0;
    struct query *query = store_query(call->tx, QUERY_CLAIM_DUE);
    query_bind_int(query, 1, call->now_us);
    query_bind_int(query, 2, limit < 64 ? limit : 64);
    query_bind_int(query, 3, skip);
    int step;
    while ((step = query_step(query, error)) == 1)
        service_id_copy(ids[count++], query_text(query, 0));
    query_end(query);
    if (step < 0)
        return -1;
    for (int64_t i = 0; i < count; i++)
        if (step_of(call, text_of(ids[i]), CLAIM_ROLE_CLOCK, CLAIM_EVENT_NONE, error) < 0)
            return error_prefix(error, "the deadline of %s", ids[i]);
    *ret_count = count;
    return 0;
}
