/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim's step in the database. The order of writing is fixed: the claim's row (compare-and-swap), its event with a leaf,
 * what the event taught as a fact, the decision with its certificate as a leaf, offers, and at last the money.
 */
#include "service/claims/claim_advance.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "claim/plan.h"
#include "service/claims/facts.h"
#include "service/claims/letters.h"
#include "service/internal.h"
#include "service/claims/settle.h"
#include "service/claims/unused.h"
#include "store/job.h"

#define CERTIFICATE_BYTES_MAX (256 * 1024)
#define DETAIL_BYTES_MAX (32 * 1024)
#define REFUND_RETRY_S (6 * 3600) /* a refund that the provider declined is tried again with a new id after that */

enum claim_role service_claim_role(const struct service_call *call)
{
    switch (call->actor.role) {
    case ROLE_BUYER:
        return CLAIM_ROLE_BUYER;
    case ROLE_MERCHANT:
        return CLAIM_ROLE_MERCHANT;
    case ROLE_ARBITER:
        return CLAIM_ROLE_ARBITER;
    case ROLE_OPERATOR:
        return CLAIM_ROLE_OPERATOR;
    case ROLE_CLOCK:
        return CLAIM_ROLE_CLOCK;
    case ROLE_PROVIDER:
        return CLAIM_ROLE_PROVIDER;
    case ROLE_ANONYMOUS:
    case ROLE_SYSTEM:
        break;
    }
    return CLAIM_ROLE_SYSTEM;
}

/* ---- what the rule says ---- */

/* Facts are wanted; can the buyer supply one, by word or by evidence? Otherwise a person has to look. */
static bool buyer_can_supply(uint64_t wanted)
{
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (wanted >> fact & 1 &&
            fact_info((enum fact)fact)->sources & (1u << FACT_SOURCE_BUYER | 1u << FACT_SOURCE_EVIDENCE))
            return true;
    return false;
}

static enum claim_disposition disposition_of(const struct policy_decision *decision)
{
    switch (decision->disposition) {
    case POLICY_PAY_NOW:
        return CLAIM_RULING_PAY;
    case POLICY_WAIT_MERCHANT:
        return CLAIM_RULING_WAIT_MERCHANT;
    case POLICY_MISSING_EVIDENCE:
        return CLAIM_RULING_MISSING_EVIDENCE;
    case POLICY_REVIEW:
        return CLAIM_RULING_REVIEW;
    case POLICY_REFUSE:
        return CLAIM_RULING_REFUSE;
    case POLICY_OPEN:
        break;
    }
    return buyer_can_supply(decision->facts_wanted) ? CLAIM_RULING_MISSING_EVIDENCE : CLAIM_RULING_REVIEW;
}

static enum claim_computed computed_of(const struct policy_decision *decision)
{
    switch (decision->outcome) {
    case POLICY_OUTCOME_REFUND:
        /* Until the evidence is there, and what the amount rests on is known, the rule has not given the refund. */
        return decision->disposition == POLICY_MISSING_EVIDENCE || decision->disposition == POLICY_OPEN
                   ? CLAIM_COMPUTED_NONE
                   : CLAIM_COMPUTED_REFUND;
    case POLICY_OUTCOME_REFUSE:
        return CLAIM_COMPUTED_REFUSE;
    case POLICY_OUTCOME_REVIEW:
        return CLAIM_COMPUTED_REVIEW;
    case POLICY_OUTCOME_OPEN:
        break;
    }
    return CLAIM_COMPUTED_NONE;
}

static enum ledger_bearer bearer_of(enum policy_bearer bearer)
{
    switch (bearer) {
    case POLICY_BEARER_MERCHANT:
        return LEDGER_BEARER_MERCHANT;
    case POLICY_BEARER_PLATFORM:
        return LEDGER_BEARER_PLATFORM;
    case POLICY_BEARER_ISSUER:
        return LEDGER_BEARER_ISSUER;
    case POLICY_BEARER_GOODWILL:
        return LEDGER_BEARER_GOODWILL;
    }
    assert(!"a bearer that is not in the table");
    return LEDGER_BEARER_MERCHANT;
}

static enum claim_silence silence_of(enum policy_silence silence)
{
    switch (silence) {
    case POLICY_SILENCE_NONE:
    case POLICY_SILENCE_ACCEPTS:
        return CLAIM_SILENCE_ACCEPTS;
    case POLICY_SILENCE_REFUSES:
        return CLAIM_SILENCE_REFUSES;
    case POLICY_SILENCE_REVIEWS:
        break;
    }
    return CLAIM_SILENCE_REVIEWS;
}

void service_ruling_judge(const struct service_claim *claim, struct service_ruling *ruled)
{
    policy_evaluate(ruled->policy, &ruled->facts, &ruled->decision);
    const struct policy_decision *decision = &ruled->decision;
    struct claim_ruling ruling = {
        .disposition = disposition_of(decision),
        .outcome = computed_of(decision),
        .clause =
            text_of(decision->governing == POLICY_NOBODY ? "" : policy_clause_id(ruled->policy, decision->governing)),
        .bearer = bearer_of(decision->bearer),
        .merchant_answer_s = decision->merchant_answer_s,
        .extension_s = decision->extension_s,
        .silence = silence_of(decision->silence),
        .review_s = decision->review_s,
    };
    if (ruling.outcome == CLAIM_COMPUTED_REFUND)
        ruling.amount = decision->refund < claim->state.asked_amount ? decision->refund : claim->state.asked_amount;
    /* A part of nothing, as the unfinished part of what is finished: the buyer is told so, and may ask a person. */
    if (ruling.outcome == CLAIM_COMPUTED_REFUND && ruling.amount <= 0) {
        ruling.disposition = CLAIM_RULING_REFUSE;
        ruling.outcome = CLAIM_COMPUTED_REFUSE;
        ruling.amount = 0;
    }
    ruled->ruling = ruling;
}

int service_rule(struct service_call *call, const struct service_claim *claim, const struct json *buyer_facts,
                 struct service_ruling *ret, struct error *error)
{
    if (service_policy_get(call, text_of(claim->order.policy_id), &ret->policy, error) < 0)
        return -1;
    struct service_fact_request request = {.order = &claim->order,
                                           .policy = ret->policy,
                                           .claim_id = text_of(claim->id),
                                           .reason = claim->reason,
                                           .buyer_facts = buyer_facts};
    if (service_facts_gather(call, &request, &ret->facts, error) < 0)
        return -1;
    service_ruling_judge(claim, ret);
    return service_clarified_find(call, claim->order.id, ret->policy, &ret->facts, ret->decision.governing,
                                  &ret->clarified, error);
}

/* ---- events ---- */

static const char *order_state_free(const struct service_order *order)
{
    return order->delivered_at ? "delivered" : "paid";
}

static void detail_write(struct json_writer *writer, const struct service_claim *claim, const struct claim_input *input,
                         enum claim_stage from)
{
    json_object_begin(writer);
    json_member_string(writer, "claim", claim->id);
    json_member_string(writer, "event", claim_event_info(input->event)->wire);
    json_member_string(writer, "from", claim_stage_word(from)->wire);
    json_member_string(writer, "role", claim_role_word(input->role)->wire);
    json_member_string(writer, "to", claim_stage_word(claim->state.stage)->wire);
    json_member_time(writer, "deadline", claim->state.deadline_us);
    if (input->event == CLAIM_EVENT_FILE) {
        json_member_integer(writer, "asked", claim->state.asked_amount);
        json_member_text(writer, "reason", claim->reason);
        json_member_text(writer, "statement", claim->statement);
    } else if (input->reason.length) {
        json_member_text(writer, "note", input->reason);
    }
    if (input->offer.present) {
        json_member_string(writer, "offer", claim_offer_kind_word(input->offer.kind)->wire);
        json_member_integer(writer, "amount", input->offer.amount);
    }
    if (input->outcome != CLAIM_COMPUTED_NONE) {
        json_member_string(writer, "outcome", claim_computed_word(input->outcome)->wire);
        json_member_integer(writer, "amount", input->amount);
        json_member_text(writer, "clause", input->clause);
    }
    if (input->event == CLAIM_EVENT_ASK_BUYER || input->event == CLAIM_EVENT_ASK_MERCHANT)
        json_member_time(writer, "due", claim_ask_due(&claim->state, input->now_us, input->due_s));
    if (input->ground != CLAIM_GROUND_NONE)
        json_member_string(writer, "ground", claim_ground_word(input->ground)->wire);
    json_object_end(writer);
}

static bool by_platform(const struct claim_input *input)
{
    return input->role == CLAIM_ROLE_ARBITER || input->role == CLAIM_ROLE_OPERATOR;
}

/* A ruling leaf is always a certificate that can be replayed; a person's own step is logged as what a person did. */
static enum evidence_kind event_leaf_kind(const struct claim_input *input)
{
    enum evidence_kind kind = EVIDENCE_KIND_RESPONSE;
    int found = evidence_kind_find(text_of(claim_event_info(input->event)->leaf_kind), &kind);
    assert(found == 0);
    if (kind == EVIDENCE_KIND_RULING)
        kind = by_platform(input) ? EVIDENCE_KIND_HUMAN_REVIEW : EVIDENCE_KIND_NOTICE_SERVED;
    return kind;
}

static int event_row_add(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                         enum claim_stage from, struct text detail, int64_t leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_EVENT_ADD);
    query_bind_string(query, 1, claim->id);
    query_bind_int(query, 2, claim->event_count);
    query_bind_string(query, 3, claim_event_info(input->event)->wire);
    query_bind_string(query, 4, claim_stage_word(from)->wire);
    query_bind_string(query, 5, claim_stage_word(claim->state.stage)->wire);
    query_bind_string(query, 6, claim_role_word(input->role)->wire);
    query_bind_text(query, 7, input->actor_id);
    query_bind_text(query, 8, detail);
    query_bind_int(query, 9, leaf);
    query_bind_int(query, 10, call->now_us);
    return query_run(query, error);
}

static int event_add(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                     enum claim_stage from, int64_t *ret_leaf, struct error *error)
{
    struct buffer detail;
    struct json_writer writer;
    buffer_init(&detail, DETAIL_BYTES_MAX);
    json_writer_init(&writer, &detail);
    detail_write(&writer, claim, input, from);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(claim->order.id),
                                .kind = event_leaf_kind(input),
                                .item = buffer_text(&detail),
                                .source = claim_role_word(input->role)->wire,
                                .claim_id = claim->id,
                                .event = claim_event_info(input->event)->wire};
    int result = buffer_check(&detail, error);
    if (result == 0)
        result = service_log_append(call, &leaf, ret_leaf, error);
    if (result == 0)
        result = event_row_add(call, claim, input, from, buffer_text(&detail), *ret_leaf, error);
    buffer_done(&detail);
    return result;
}

/* What the merchant did is a fact for every later evaluation. */
static const char *answer_taught(const struct claim_input *input)
{
    if (input->event == CLAIM_EVENT_MERCHANT_ACCEPT)
        return "accepts";
    if (input->event == CLAIM_EVENT_MERCHANT_REFUSE ||
        (input->event == CLAIM_EVENT_DECLINE_OFFER && input->role == CLAIM_ROLE_MERCHANT))
        return "disputes";
    if (input->event == CLAIM_EVENT_MERCHANT_SILENCE || input->event == CLAIM_EVENT_MERCHANT_SILENCE_REFUSES ||
        input->event == CLAIM_EVENT_MERCHANT_SILENCE_REVIEWS)
        return "silent";
    return NULL;
}

/* How long the merchant took counts from his being asked; his silence, as the whole of his time. */
static int answer_time(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                       enum claim_stage from, struct error *error)
{
    bool answered = from == CLAIM_STAGE_MERCHANT && claim->state.stage != CLAIM_STAGE_MERCHANT &&
                    (input->role == CLAIM_ROLE_MERCHANT || input->role == CLAIM_ROLE_CLOCK);
    if (!answered)
        return 0;
    struct query *query = store_query(call->tx, QUERY_CLAIM_ANSWERED);
    query_bind_string(query, 1, claim->id);
    query_bind_int(query, 2, call->now_us);
    return query_run(query, error);
}

int service_claim_fact_put(struct service_call *call, const struct service_claim *claim, const char *fact,
                           struct text value, const char *source, int64_t leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_FACT_PUT);
    query_bind_string(query, 1, claim->id);
    query_bind_string(query, 2, fact);
    query_bind_text(query, 3, value);
    query_bind_string(query, 4, source);
    query_bind_int(query, 5, leaf);
    query_bind_int(query, 6, call->now_us);
    return query_run(query, error);
}

int service_buyer_facts_keep(struct service_call *call, const struct service_claim *claim, const struct json *facts,
                             struct error *error)
{
    struct text name;
    const struct json *value;
    size_t cursor = 0;
    while (facts && json_next(facts, &cursor, &name, &value)) {
        struct text word = json_kind(value) == JSON_STRING
                               ? json_string(value)
                               : text_of(arena_printf(call->arena, "%lld", (long long)json_integer(value)));
        if (service_claim_fact_put(call, claim, arena_copy(call->arena, name), word, "buyer", -1, error) < 0)
            return -1;
    }
    return 0;
}

/* ---- decisions ---- */

static int certificate_log(struct service_call *call, const struct service_claim *claim, struct service_ruling *ruled,
                           uint8_t sha256[static HASH_BYTES], int64_t *ret_leaf, struct error *error)
{
    struct buffer certificate;
    struct json_writer writer;
    buffer_init(&certificate, CERTIFICATE_BYTES_MAX);
    json_writer_init(&writer, &certificate);
    memcpy(ruled->facts.claim, claim->id, ID_BYTES);
    policy_certificate_write(&writer, ruled->policy, &ruled->facts, &ruled->decision);
    json_writer_done(&writer);
    hash_sha256(certificate.data, certificate.length, sha256);
    struct service_leaf leaf = {.subject = text_of(claim->order.id),
                                .kind = EVIDENCE_KIND_RULING,
                                .item = buffer_text(&certificate),
                                .claim_id = claim->id};
    int result = buffer_check(&certificate, error);
    if (result == 0)
        result = service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&certificate);
    return result;
}

static int decision_row_add(struct service_call *call, const struct service_claim *claim,
                            const struct claim_input *input, const struct claim_effect *effect,
                            const uint8_t sha256[static HASH_BYTES], int64_t leaf, char id[static ID_BYTES],
                            struct error *error)
{
    id_make(id, "dec_", call->now_us, call->service->random);
    enum claim_basis basis = effect->propose ? CLAIM_BASIS_ARBITER : effect->basis;
    enum claim_computed outcome = effect->propose ? input->outcome : effect->outcome;
    struct query *query = store_query(call->tx, QUERY_DECISION_ADD);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, claim->id);
    query_bind_string(query, 3, claim_basis_word(basis)->wire);
    query_bind_string(query, 4, claim_computed_word(outcome)->wire);
    query_bind_int(query, 5, effect->propose ? input->amount : effect->amount);
    query_bind_text(query, 6, effect->propose ? input->clause : effect->clause);
    query_bind_string(query, 7, claim_bearer_wire(effect->propose ? input->bearer : effect->bearer));
    if (by_platform(input))
        query_bind_text(query, 8, input->actor_id);
    else
        query_bind_null(query, 8);
    query_bind_text(query, 9, effect->propose ? input->reason : text_of(""));
    query_bind_string(query, 10, effect->propose ? "proposed" : "final");
    query_bind_blob(query, 11, sha256, HASH_BYTES);
    query_bind_int(query, 12, leaf);
    query_bind_int(query, 13, call->now_us);
    return query_run(query, error);
}

static int decision_state(struct service_call *call, const char *id, const char *state, struct text second_id,
                          struct error *error)
{
    if (!id[0])
        return 0;
    struct query *query = store_query(call->tx, QUERY_DECISION_STATE);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, state);
    if (second_id.length)
        query_bind_text(query, 3, second_id);
    else
        query_bind_null(query, 3);
    return query_run(query, error);
}

static int proposal_reason(struct service_call *call, const struct service_claim *claim, struct text *ret,
                           struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_DECISION_REASON);
    query_bind_string(query, 1, claim->proposal_id);
    int step = query_step(query, error);
    *ret = step == 1 ? arena_copy_text(call->arena, query_text(query, 0)) : text_of("");
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* What a person of the platform decided is told to both parties; what rule, silence or agreement decided, the claim itself says. */
static int letters_keep(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                        const struct claim_effect *effect, const struct service_ruling *ruling, const char *decision_id,
                        struct error *error)
{
    struct service_letter_decision decision = {
        .claim = claim,
        .after = &claim->state,
        .ruling = ruling,
        .outcome = effect->outcome,
        .amount = effect->amount,
        .bearer = effect->bearer,
        .clause = effect->clause,
        .reason = input->reason,
        .departs = effect->confirm,
        .is_appeal = claim->state.basis == CLAIM_BASIS_APPEAL,
    };
    if (effect->confirm && proposal_reason(call, claim, &decision.reason, error) < 0)
        return -1;
    return service_letters_keep(call, decision_id, &decision, error);
}

static int confirm(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                   const struct claim_effect *effect, struct error *error)
{
    struct service_ruling ruled;
    if (decision_state(call, claim->proposal_id, "final", input->actor_id, error) < 0 ||
        service_rule(call, claim, NULL, &ruled, error) < 0)
        return -1;
    return letters_keep(call, claim, input, effect, &ruled, claim->proposal_id, error);
}

static int decide(struct service_call *call, const struct service_claim *claim, const struct claim_input *input,
                  const struct claim_effect *effect, const struct service_ruling *given, struct error *error)
{
    struct text none = {NULL, 0};
    /* A claim that the rule or silence had decided may be opened again and decided by a person: one decision stands. */
    bool is_final = effect->confirm || (effect->basis != CLAIM_BASIS_NONE && !effect->propose);
    if ((effect->replace_standing || is_final) && decision_state(call, claim->final_id, "replaced", none, error) < 0)
        return -1;
    if (effect->confirm)
        return confirm(call, claim, input, effect, error);
    /* A party that ends the claim meanwhile leaves the proposal without effect, but is no second person. */
    if (effect->reject &&
        decision_state(call, claim->proposal_id, "rejected", by_platform(input) ? input->actor_id : none, error) < 0)
        return -1;
    if (effect->basis == CLAIM_BASIS_NONE && !effect->propose)
        return 0;
    struct service_ruling ruled;
    uint8_t sha256[HASH_BYTES];
    char id[ID_BYTES];
    int64_t leaf;
    if (given)
        ruled = *given;
    else if (service_rule(call, claim, NULL, &ruled, error) < 0)
        return -1;
    if (certificate_log(call, claim, &ruled, sha256, &leaf, error) < 0 ||
        decision_row_add(call, claim, input, effect, sha256, leaf, id, error) < 0)
        return -1;
    return is_final && by_platform(input) ? letters_keep(call, claim, input, effect, &ruled, id, error) : 0;
}

/* ---- offers ---- */

static const char *offer_state(enum claim_change change)
{
    switch (change) {
    case CLAIM_CHANGE_NONE:
    case CLAIM_CHANGE_OPEN:
        return NULL;
    case CLAIM_CHANGE_ACCEPTED:
        return "accepted";
    case CLAIM_CHANGE_DECLINED:
        return "declined";
    case CLAIM_CHANGE_EXPIRED:
        return "expired";
    case CLAIM_CHANGE_REPLACED:
        return "replaced";
    }
    return NULL;
}

static int offers_change(struct service_call *call, struct service_claim *claim, const struct claim_input *input,
                         const struct claim_effect *effect, struct error *error)
{
    if (offer_state(effect->old_offer) && claim->open_offer_id[0]) {
        struct query *query = store_query(call->tx, QUERY_OFFER_CLOSE);
        query_bind_string(query, 1, claim->open_offer_id);
        query_bind_string(query, 2, offer_state(effect->old_offer));
        if (query_run(query, error) < 0)
            return -1;
    }
    if (!effect->new_offer)
        return 0;
    char id[ID_BYTES];
    id_make(id, "ofr_", call->now_us, call->service->random);
    struct query *query = store_query(call->tx, QUERY_OFFER_ADD);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, claim->id);
    query_bind_string(query, 3, claim_role_word(input->role)->wire);
    query_bind_string(query, 4, claim_offer_kind_word(claim->state.offer.kind)->wire);
    query_bind_int(query, 5, claim->state.offer.amount);
    query_bind_int(query, 6, claim->state.offer.extend_s > 0 ? claim->state.offer.extend_s : 0);
    query_bind_text(query, 7, input->reason);
    query_bind_int(query, 8, claim->state.deadline_us);
    query_bind_int(query, 9, call->now_us);
    return query_run(query, error);
}

/* ---- money ---- */

static int order_state_set(struct service_call *call, struct service_order *order, const char *state,
                           struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_STATE);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, order->version);
    query_bind_string(query, 3, state);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the order has changed meanwhile");
    order->version++;
    order->state = text_of(state);
    return 0;
}

/* A pending refund is asked for once more with its own id. A declined one gets a new id, but only while it is missing from what the
 * claim decided: of two refunds that were made in the same millisecond, the ids do not say which came last. */
static int refund_retry(struct service_call *call, const struct service_claim *claim, struct error *error)
{
    char refund_id[ID_BYTES] = "";
    bool pending = false, missing = false;
    struct query *query = store_query(call->tx, QUERY_REFUND_OPEN_OF_CLAIM);
    query_bind_string(query, 1, claim->id);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(refund_id, query_text(query, 0));
        pending = text_is(query_text(query, 1), "pending");
        missing = claim->state.paid_amount + query_int(query, 2) <= claim->state.outcome_amount;
    }
    query_end(query);
    if (step <= 0)
        return step;
    if (pending)
        return job_add(call->tx, "refund", refund_id, call->now_us, error);
    if (!missing)
        return 0;
    return service_refund_again(call, text_of(refund_id), call->now_us + REFUND_RETRY_S * TIME_SECOND_US, error);
}

static int money_move(struct service_call *call, struct service_claim *claim, const struct claim_effect *effect,
                      struct error *error)
{
    struct service_order *order = &claim->order;
    struct service_refund_made made;
    struct service_refund_new refund = {
        .order = order, .claim_id = text_of(claim->id), .amount = effect->refund_amount, .bearer = effect->bearer};
    switch (effect->kind) {
    case CLAIM_EFFECT_NONE:
        break;
    case CLAIM_EFFECT_HOLD:
        if (text_is(order->state, "paid") || text_is(order->state, "delivered"))
            return order_state_set(call, order, "disputed", error);
        break;
    case CLAIM_EFFECT_RELEASE:
        if (text_is(order->state, "disputed"))
            return order_state_set(call, order, order_state_free(order), error);
        break;
    case CLAIM_EFFECT_REFUND:
        if (service_refund_create(call, &refund, &made, error) < 0)
            return -1;
        break;
    }
    return effect->retry_refund ? refund_retry(call, claim, error) : 0;
}

/* ---- the step ---- */

int service_claim_advance(struct service_call *call, struct service_claim *claim, const struct claim_input *input,
                          const struct service_ruling *ruling, bool is_new, struct error *error)
{
    struct claim after;
    struct claim_effect effect;
    int64_t leaf;
    if (claim_step(&claim->state, input, &after, &effect, error) < 0)
        return -1;
    enum claim_stage from = claim->state.stage;
    claim->state = after;
    claim->event_count++;
    if ((is_new ? service_claim_insert(call, claim, error) : service_claim_update(call, claim, error)) < 0 ||
        event_add(call, claim, input, from, &leaf, error) < 0 || answer_time(call, claim, input, from, error) < 0)
        return -1;
    const char *taught = answer_taught(input);
    if (taught && service_claim_fact_put(call, claim, "merchant_answer", text_of(taught), "record", leaf, error) < 0)
        return -1;
    if (taught && text_is(text_of(taught), "silent") && service_unused_presume(call, claim, error) < 0)
        return -1;
    if (decide(call, claim, input, &effect, ruling, error) < 0 || offers_change(call, claim, input, &effect, error) < 0)
        return -1;
    return money_move(call, claim, &effect, error);
}
