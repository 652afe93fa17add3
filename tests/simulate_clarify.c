/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about orders and answers that bind: by buyers, who get the rule's answer, and by merchants and arbiters, who give one. */
#include "simulate.h"

#include <stdio.h>
#include <string.h>

#include "service/clarify/clarify.h"

struct clarify_act {
    const char *order_id;
    char facts[160];
    struct service_clarification_new in;
};

static int run_clarify(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    const struct clarify_act *clarify = act->in;
    struct service_clarification_new in = clarify->in;
    struct json *facts = NULL;
    if (json_parse(text_of(clarify->facts), sizeof clarify->facts, &facts, error) < 0)
        return -1;
    in.facts = facts;
    int result = service_clarify(call, text_of(clarify->order_id), &in, act->json, error);
    json_free(facts);
    return result;
}

static int run_whatif(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    const struct clarify_act *clarify = act->in;
    struct json *facts = NULL;
    if (json_parse(text_of(clarify->facts), sizeof clarify->facts, &facts, error) < 0)
        return -1;
    int result = service_order_whatif(call, text_of(clarify->order_id), facts, act->json, error);
    json_free(facts);
    return result;
}

static void facts_make(struct simulation *sim, const struct sim_order *order, char out[static 160])
{
    static const char *const reasons[] = {"changed_mind",  "wrong_item_or_region", "not_as_described", "unauthorised",
                                          "delivery_late", "not_delivered",        "minor_purchase",   "other"};
    static const char *const states[2][4] = {
        {"\"card\":\"revealed\"", "\"card\":\"redeemed\"", "\"card\":\"sealed\"", "\"revealed\":3600"},
        {"\"service\":\"started\"", "\"progress\":40", "\"service\":\"accepted\"", "\"late\":7200"}};
    const char *reason = reasons[sim_below(sim, sizeof reasons / sizeof *reasons)];
    const char *state = states[order->is_service][sim_below(sim, 4)];
    bool only_reason = sim_chance(sim, 300);
    snprintf(out, 160, "{%s%s\"reason\":\"%s\"}", only_reason ? "" : state, only_reason ? "" : ",", reason);
}

static bool is_refusal(enum error_code code)
{
    static const enum error_code codes[] = {ERROR_CLARIFICATION_OPEN, ERROR_CLARIFICATION_NEEDLESS,
                                            ERROR_CLARIFICATION_LESS, ERROR_CLARIFICATION_CLOSED,
                                            ERROR_FACTS_IMPOSSIBLE,   ERROR_LIMIT_EXCEEDED,
                                            ERROR_ORDER_STATE};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

void sim_clarify(struct simulation *sim)
{
    if (sim->order_count == 0)
        return;
    const struct sim_order *order = &sim->orders[sim_below(sim, (uint64_t)sim->order_count)];
    const struct service_actor *actor = &order->buyer;
    struct clarify_act clarify = {.order_id = order->id};
    struct sim_act act = {.in = &clarify};
    struct error error;
    struct json *answer = NULL;
    char before[400];
    facts_make(sim, order, clarify.facts);
    if (sim_chance(sim, 700)) {
        actor = sim_chance(sim, 800) ? &sim->merchants[order->merchant].actor : &sim->arbiters[0];
        clarify.in = (struct service_clarification_new){.has_refund = true,
                                                        .percent = 1 + (int64_t)sim_below(sim, 100),
                                                        .within_s = sim_chance(sim, 200) ? 24 * 3600 : 0};
    }
    sim_fingerprint(sim, before);
    if (sim_json(sim, actor, run_clarify, &act, true, &answer, &error) == 0) {
        sim->clarified++;
        json_free(answer);
    } else if (is_refusal(error.code)) {
        sim_expect_refusal(sim, "an answer", -1, &error, before);
    } else {
        sim_fail(sim, "clarifying %s %s: %s (%s)", order->id, clarify.facts, error.message, error_wire(error.code));
    }
    if (sim_json(sim, &order->buyer, run_whatif, &act, false, &answer, &error) == 0)
        json_free(answer);
    else if (error.code != ERROR_FACTS_IMPOSSIBLE)
        sim_fail(sim, "asking about %s: %s (%s)", order->id, error.message, error_wire(error.code));
}
