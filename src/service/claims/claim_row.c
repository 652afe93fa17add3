/* SPDX-License-Identifier: Apache-2.0 */
/* Claims between rows and values. Words in columns are the vocabulary of claim/vocabulary.def; anything else is corruption. */
#include "service/claims/claim_row.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "claim/plan.h"
#include "service/internal.h"

static int64_t instant(struct query *query, unsigned column)
{
    return query_is_null(query, column) ? 0 : query_int(query, column);
}

static struct text kept(struct service_call *call, struct query *query, unsigned column)
{
    return arena_copy_text(call->arena, query_text(query, column));
}

static void state_read(struct service_call *call, struct query *query, struct claim *state)
{
    struct text deadline_default = query_text(query, 7);
    *state = (struct claim){
        .stage = (enum claim_stage)claim_stage_find(query_text(query, 4)),
        .waiting = (enum claim_waiting)claim_waiting_find(query_text(query, 5)),
        .deadline_us = instant(query, 6),
        .deadline_default =
            deadline_default.length ? (enum claim_event)claim_event_find(deadline_default) : CLAIM_EVENT_NONE,
        .asked_amount = query_int(query, 8),
        .clause = kept(call, query, 9),
        .computed = (enum claim_computed)claim_computed_find(query_text(query, 10)),
        .computed_amount = query_int(query, 11),
        .bearer = (enum ledger_bearer)claim_bearer_find(query_text(query, 12)),
        .outcome = (enum claim_outcome)claim_outcome_find(query_text(query, 13)),
        .outcome_amount = query_int(query, 14),
        .arbiter_id = kept(call, query, 15),
        .appeal_arbiter_id = kept(call, query, 16),
        .appeal_ground = (enum claim_ground)claim_ground_find(query_text(query, 17)),
        .filed_us = query_int(query, 18),
        .outer_us = query_int(query, 19),
        .closed_us = instant(query, 20),
        .extension_s = query_int(query, 23),
    };
}

static int row_read(struct service_call *call, struct text claim_id, struct service_claim *claim,
                    char order_id[static ID_BYTES], struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_GET);
    query_bind_text(query, 1, claim_id);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(claim->id, query_text(query, 0));
        service_id_copy(order_id, query_text(query, 1));
        claim->reason = kept(call, query, 2);
        claim->statement = kept(call, query, 3);
        state_read(call, query, &claim->state);
        claim->event_count = query_int(query, 21);
        claim->version = query_int(query, 22);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such claim among yours");
    return step < 0 ? -1 : 0;
}

static int offer_read(struct service_call *call, struct service_claim *claim, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_OFFER_OPEN);
    query_bind_string(query, 1, claim->id);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(claim->open_offer_id, query_text(query, 0));
        claim->state.offer = (struct claim_offer){
            .present = true,
            .from = (enum claim_role)claim_role_find(query_text(query, 1)),
            .kind = (enum claim_offer_kind)claim_offer_kind_find(query_text(query, 2)),
            .amount = query_int(query, 3),
            .extend_s = query_int(query, 4),
        };
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* The standing decision of a person, a proposal that waits, and the basis of the last final decision. */
static int decisions_read(struct service_call *call, struct service_claim *claim, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_DECISIONS_LIVE);
    query_bind_string(query, 1, claim->id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        enum claim_basis basis = (enum claim_basis)claim_basis_find(query_text(query, 2));
        bool proposed = text_is(query_text(query, 1), "proposed");
        struct claim_decision decision = {
            .present = true,
            .outcome = (enum claim_computed)claim_computed_find(query_text(query, 3)),
            .amount = query_int(query, 4),
            .bearer = (enum ledger_bearer)claim_bearer_find(query_text(query, 5)),
            .clause = kept(call, query, 6),
            .arbiter_id = kept(call, query, 7),
        };
        if (proposed) {
            claim->state.proposal = decision;
            service_id_copy(claim->proposal_id, query_text(query, 0));
            continue;
        }
        claim->state.basis = basis;
        service_id_copy(claim->final_id, query_text(query, 0));
        if (basis == CLAIM_BASIS_ARBITER || basis == CLAIM_BASIS_APPEAL)
            claim->state.standing = decision;
    }
    query_end(query);
    return step;
}

/* What this claim paid, and what others of the order leave it. What may be refunded is counted from the refunds of other claims: while a declined refund of this one waits to be asked for
 * again, the order counts it as decided although this claim has paid nothing. */
static int others_read(struct service_call *call, struct service_claim *claim, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_PAID);
    query_bind_string(query, 1, claim->id);
    query_bind_string(query, 2, claim->order.id);
    int step = query_step(query, error);
    if (step == 1) {
        claim->state.paid_amount = query_int(query, 0);
        claim->state.refundable_amount = claim->order.amount - query_int(query, 1);
        claim->state.other_is_open = query_int(query, 2) > 0;
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_claim_load(struct service_call *call, struct text claim_id, struct service_claim *ret, struct error *error)
{
    struct service_claim claim = {.version = 0};
    char order_id[ID_BYTES];
    if (row_read(call, claim_id, &claim, order_id, error) < 0 ||
        service_order_load(call, text_of(order_id), &claim.order, error) < 0 || offer_read(call, &claim, error) < 0 ||
        decisions_read(call, &claim, error) < 0 || others_read(call, &claim, error) < 0)
        return -1;
    claim.state.buyer_id = arena_copy_text(call->arena, text_of(claim.order.buyer_id));
    claim.state.merchant_id = arena_copy_text(call->arena, text_of(claim.order.merchant_id));
    *ret = claim;
    return 0;
}

int service_claim_open(struct service_call *call, struct text claim_id, struct service_claim *ret, struct error *error)
{
    struct service_claim claim;
    if (service_claim_load(call, claim_id, &claim, error) < 0)
        return -1;
    const struct service_order *order = &claim.order;
    if (service_may_see_order(call, text_of(order->id), text_of(order->buyer_id), text_of(order->merchant_id), error) <
        0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such claim among yours");
    *ret = claim;
    return 0;
}

static void bind_optional(struct query *query, unsigned n, struct text value)
{
    if (value.length)
        query_bind_text(query, n, value);
    else
        query_bind_null(query, n);
}

/* Parameters 1 … 18 are the same for both statements. */
static void bind_state(struct query *query, const struct service_claim *claim)
{
    const struct claim *state = &claim->state;
    query_bind_string(query, 1, claim->id);
    query_bind_string(query, 2, claim_stage_word(state->stage)->wire);
    query_bind_string(query, 3, claim_waiting_word(state->waiting)->wire);
    query_bind_int_or_null(query, 4, state->deadline_us, state->deadline_us == 0);
    query_bind_string(
        query, 5, state->deadline_default == CLAIM_EVENT_NONE ? NULL : claim_event_info(state->deadline_default)->wire);
    query_bind_int(query, 6, state->asked_amount);
    query_bind_text(query, 7, state->clause);
    query_bind_string(query, 8, claim_computed_word(state->computed)->wire);
    query_bind_int(query, 9, state->computed_amount);
    query_bind_string(query, 10, claim_bearer_wire(state->bearer));
    query_bind_string(query, 11, claim_outcome_word(state->outcome)->wire);
    query_bind_int(query, 12, state->outcome_amount);
    bind_optional(query, 13, state->arbiter_id);
    bind_optional(query, 14, state->appeal_arbiter_id);
    query_bind_string(query, 15,
                      state->appeal_ground == CLAIM_GROUND_NONE ? "" : claim_ground_word(state->appeal_ground)->wire);
    query_bind_int_or_null(query, 16, state->closed_us, state->closed_us == 0);
    query_bind_int(query, 17, claim->event_count);
    query_bind_int(query, 18, state->extension_s);
}

int service_claim_insert(struct service_call *call, const struct service_claim *claim, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_ADD);
    bind_state(query, claim);
    query_bind_string(query, 19, claim->order.id);
    query_bind_string(query, 20, claim->order.merchant_id);
    query_bind_text(query, 21, claim->reason);
    query_bind_text(query, 22, claim->statement);
    query_bind_string(query, 23, claim->order.pinned_policy_id);
    query_bind_int(query, 24, claim->state.filed_us);
    query_bind_int(query, 25, claim->state.outer_us);
    struct error local;
    if (query_run(query, &local) == 0)
        return 0;
    if (local.code == ERROR_STORE_UNIQUE) {
        error_set(error, ERROR_CLAIM_OPEN_EXISTS, "there is an open claim on this order already");
        return error_hint(error, "go on with that claim; evidence and messages can be added to it");
    }
    if (error)
        *error = local;
    return -1;
}

int service_claim_update(struct service_call *call, struct service_claim *claim, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_UPDATE);
    bind_state(query, claim);
    query_bind_int(query, 19, claim->version);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the claim has changed meanwhile");
    claim->version++;
    return 0;
}
