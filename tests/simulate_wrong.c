/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that must be refused: the wrong person, the wrong moment, the same again. Each gets a definite code and changes nothing. */
#include "simulate.h"

#include <stdio.h>
#include <string.h>

#include "service/claims/claims.h"
#include "service/shop/incident.h"
#include "service/shop/merchant.h"
#include "service/shop/order.h"
#include "service/shop/payment.h"
#include "service/shop/reveal.h"

void sim_fingerprint(struct simulation *sim, char out[static 400])
{
    snprintf(out, 400, "%s",
             sim_cell(sim,
                      "SELECT COALESCE((SELECT MAX(leaf_index) FROM leaf), 0), COALESCE((SELECT MAX(id) FROM "
                      "ledger_transaction), 0), COALESCE((SELECT MAX(id) FROM job), 0), COALESCE((SELECT MAX(id) FROM "
                      "orders), ''), COALESCE((SELECT MAX(id) FROM claim), ''), COALESCE((SELECT MAX(id) FROM "
                      "refund), ''), COALESCE((SELECT MAX(id) FROM offer), ''), COALESCE((SELECT MAX(id) FROM "
                      "decision), ''), COALESCE((SELECT MAX(id) FROM message), ''), (SELECT SUM(version) FROM (SELECT "
                      "version FROM claim ORDER BY id DESC LIMIT 40)), (SELECT SUM(version) FROM (SELECT version FROM "
                      "orders ORDER BY id DESC LIMIT 40))"));
}

void sim_expect_refusal(struct simulation *sim, const char *what, int result, const struct error *error,
                        const char before[static 400])
{
    char after[400];
    sim->wrong++;
    if (result == 0) {
        sim_fail(sim, "%s was not refused", what);
        return;
    }
    int status = error_http_status(error->code);
    if (status < 400 || status >= 500)
        sim_fail(sim, "%s was refused without a definite code: %s (%s)", what, error->message, error_wire(error->code));
    sim_fingerprint(sim, after);
    if (strcmp(before, after) != 0)
        sim_fail(sim, "%s was refused and changed something: %s before, %s after", what, before, after);
}

/* Runs one that must fail; code ERROR_NONE: any definite one. */
static void refused(struct simulation *sim, const char *what, const struct service_actor *actor, service_run_fn run,
                    struct sim_act *act, enum error_code code)
{
    struct buffer out;
    struct json_writer writer;
    struct error error;
    char before[400];
    buffer_init(&out, (size_t)1024 * 1024);
    json_writer_init(&writer, &out);
    act->json = &writer;
    sim_fingerprint(sim, before);
    int result = sim_write(sim, actor, run, act, &error);
    buffer_done(&out);
    sim_expect_refusal(sim, what, result, &error, before);
    if (result < 0 && code != ERROR_NONE && error.code != code)
        sim_fail(sim, "%s was refused with %s, not %s", what, error_wire(error.code), error_wire(code));
}

static int run_act(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_claim_act(call, act->a, act->in, act->json, error);
}

static int run_file(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    char id[ID_BYTES];
    struct service_claim_new in = {.reason = act->b, .has_amount = act->number != 0, .amount = act->number};
    return service_claim_file(call, act->a, &in, id, act->json, error);
}

static int run_message(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_message_add(call, act->a, act->b, act->json, error);
}

static int run_reveal(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_revealed revealed;
    return service_reveal(call, act->a, TEXT_LITERAL("notice.1.2.3"), (struct text){NULL, 0}, &revealed, error);
}

static int run_payout(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_payout in = {.merchant_id = act->a,
                                .amount = act->number,
                                .currency = TEXT_LITERAL("CNY"),
                                .reference = TEXT_LITERAL("wrong")};
    int64_t left;
    return service_payout_make(call, &in, &left, error);
}

static int run_incident(struct service_call *call, void *argument, struct error *error)
{
    struct service_incident incident = {
        .cause = TEXT_LITERAL("platform_outage"), .note = TEXT_LITERAL("so they say"), .starts_at = call->now_us};
    char id[ID_BYTES];
    (void)argument;
    return service_incident_record(call, &incident, id, error);
}

static int run_cancel(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_order_cancel(call, act->a, error);
}

/* ---- claims ---- */

static bool is_offered(const struct json *answer, enum claim_event event)
{
    const struct json *actions = json_find(answer, "actions");
    for (size_t i = 0; i < json_count(actions); i++)
        if (text_is(json_string(json_find(json_item(actions, i), "action")), claim_event_info(event)->wire))
            return true;
    return false;
}

/* A step that the answer does not offer to this caller. */
static void step_not_offered(struct simulation *sim, struct sim_claim *claim)
{
    const struct sim_order *order = &sim->orders[claim->order];
    const struct service_actor *const actors[] = {&order->buyer, &sim->merchants[order->merchant].actor,
                                                  &sim->operator, & sim->arbiters[sim_below(sim, SIM_ARBITERS)] };
    const struct service_actor *actor = actors[sim_below(sim, 4)];
    enum claim_event event = (enum claim_event)sim_below(sim, CLAIM_EVENT_COUNT);
    struct json *answer;
    if (sim_claim_look(sim, claim, actor, &answer) < 0)
        return;
    struct service_claim_action action = {.action = text_of(claim_event_info(event)->wire),
                                          .reason = TEXT_LITERAL("because I want it"),
                                          .ground = TEXT_LITERAL("new_facts"),
                                          .offer_kind = TEXT_LITERAL("full"),
                                          .outcome = TEXT_LITERAL("refund"),
                                          .amount = claim->asked};
    struct sim_act act = {.a = text_of(claim->id), .in = &action};
    if (!is_offered(answer, event))
        refused(sim, claim_event_info(event)->wire, actor, run_act, &act, ERROR_NONE);
    json_free(answer);
}

/* Neither a stranger nor another merchant learns that the claim exists. */
static void step_of_a_stranger(struct simulation *sim, struct sim_claim *claim)
{
    const struct sim_order *order = &sim->orders[claim->order];
    const struct service_actor *rival = &sim->merchants[(order->merchant + 1) % SIM_MERCHANTS].actor;
    struct service_claim_action action = {.action = TEXT_LITERAL("withdraw")};
    struct sim_act act = {.a = text_of(claim->id), .b = TEXT_LITERAL("hello"), .in = &action};
    refused(sim, "a stranger's step", sim_chance(sim, 500) ? &sim->stranger : rival, run_act, &act, ERROR_NOT_FOUND);
    refused(sim, "a stranger's message", &sim->stranger, run_message, &act, ERROR_NOT_FOUND);
}

static void step_out_of_range(struct simulation *sim, struct sim_claim *claim)
{
    const struct sim_order *order = &sim->orders[claim->order];
    static const int64_t amounts[] = {-1, 0, INT64_MAX, INT64_MIN};
    struct service_claim_action action = {
        .action = TEXT_LITERAL("offer"), .offer_kind = TEXT_LITERAL("partial"), .amount = amounts[sim_below(sim, 4)]};
    struct sim_act act = {.a = text_of(claim->id), .in = &action};
    refused(sim, "an offer of an impossible amount", &sim->merchants[order->merchant].actor, run_act, &act, ERROR_NONE);
    action.action = TEXT_LITERAL("teleport");
    refused(sim, "a step that is none", &order->buyer, run_act, &act, ERROR_FIELD_VALUE);
}

static void claim_wrong(struct simulation *sim)
{
    struct sim_claim *claim = sim_claim_any(sim);
    if (sim->claim_count == 0)
        return;
    if (!claim)
        claim = &sim->claims[sim_below(sim, (uint64_t)sim->claim_count)];
    uint64_t what = sim_below(sim, 10);
    if (what < 6)
        step_not_offered(sim, claim);
    else if (what < 8)
        step_of_a_stranger(sim, claim);
    else
        step_out_of_range(sim, claim);
}

/* ---- orders and money ---- */

static void order_wrong(struct simulation *sim)
{
    const struct sim_order *order = &sim->orders[sim_below(sim, (uint64_t)sim->order_count)];
    struct sim_act act = {.a = text_of(order->id), .b = TEXT_LITERAL("other")};
    refused(sim, "a stranger's claim", &sim->stranger, run_file, &act, ERROR_NOT_FOUND);
    refused(sim, "a stranger's reveal", &sim->stranger, run_reveal, &act, ERROR_NOT_FOUND);
    refused(sim, "a forged notice", &order->buyer, run_reveal, &act, ERROR_NONE);
    /* The clock may have closed it since the model looked. */
    if (order->is_paid && order->open_claim >= 0 &&
        sim_number(sim, "SELECT COUNT(*) FROM claim WHERE order_id = '%s' AND stage <> 'closed'", order->id))
        refused(sim, "a second claim", &order->buyer, run_file, &act, ERROR_NONE);
    if (!order->sent)
        refused(sim, "a claim on an unpaid order", &order->buyer, run_file, &act, ERROR_CLAIM_ORDER_STATE);
    act.number = sim_chance(sim, 500) ? order->amount + 1 : -1;
    refused(sim, "a claim for more than was paid", &order->buyer, run_file, &act, ERROR_NONE);
    refused(sim, "a merchant's giving up", &sim->merchants[order->merchant].actor, run_cancel, &act,
            ERROR_ACCESS_DENIED);
}

static void money_wrong(struct simulation *sim)
{
    const struct sim_merchant *merchant = &sim->merchants[sim_below(sim, SIM_MERCHANTS)];
    struct sim_act act = {.a = text_of(merchant->actor.party_id), .number = 100};
    refused(sim, "a merchant's own payout", &merchant->actor, run_payout, &act, ERROR_ACCESS_DENIED);
    refused(sim, "a merchant's outage", &merchant->actor, run_incident, &act, ERROR_ACCESS_DENIED);
    act.number = INT64_C(1) << 50;
    refused(sim, "a payout of more than there is", &sim->operator, run_payout, &act, ERROR_NONE);
    act.number = -5;
    refused(sim, "a negative payout", &sim->operator, run_payout, &act, ERROR_NONE);
}

void sim_do_wrong(struct simulation *sim)
{
    uint64_t what = sim_below(sim, 10);
    if (what < 7)
        claim_wrong(sim);
    else if (what < 9 && sim->order_count > 0)
        order_wrong(sim);
    else
        money_wrong(sim);
}
