/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims as people make them: file, and then whatever the answer offers, chosen by how the person is. Each step that settles a
 * claim tells the model how it must end; every answer is compared with what the model knows.
 */
#include "simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "service/claims/claims.h"

/* ---- reading answers ---- */

static struct text word_of(const struct json *object, const char *key)
{
    const struct json *value = object ? json_find(object, key) : NULL;
    return value && json_kind(value) == JSON_STRING ? json_string(value) : (struct text){NULL, 0};
}

static void word_copy(char *out, size_t bytes, const struct json *object, const char *key)
{
    snprintf(out, bytes, "%.*s", TEXT_ARG(word_of(object, key)));
}

static int64_t amount_of(const struct json *object, const char *key)
{
    const struct json *money = object ? json_find(object, key) : NULL;
    const struct json *amount = money && json_kind(money) == JSON_OBJECT ? json_find(money, "amount") : NULL;
    return amount ? json_integer(amount) : 0;
}

void sim_claim_read(struct simulation *sim, struct sim_claim *claim, const struct json *answer)
{
    word_copy(claim->stage, sizeof claim->stage, answer, "stage");
    word_copy(claim->waiting_for, sizeof claim->waiting_for, answer, "waiting_for");
    word_copy(claim->outcome, sizeof claim->outcome, answer, "outcome");
    claim->outcome_amount = amount_of(answer, "outcome_amount");
    claim->asked = amount_of(answer, "asked");
    claim->is_closed = strcmp(claim->stage, "closed") == 0;
    struct sim_order *order = &sim->orders[claim->order];
    int index = (int)(claim - sim->claims);
    if (!claim->is_closed)
        order->open_claim = index;
    else if (order->open_claim == index)
        order->open_claim = -1;
    if (claim->is_closed == (strcmp(claim->waiting_for, "nobody") != 0) || claim->is_closed != (claim->outcome[0] != 0))
        sim_fail(sim, "%s is %s, waits for %s, outcome %s", claim->id, claim->stage, claim->waiting_for,
                 claim->outcome);
    if (claim->asked > order->amount || claim->outcome_amount > claim->asked)
        sim_fail(sim, "%s pays %lld of %lld asked", claim->id, (long long)claim->outcome_amount,
                 (long long)claim->asked);
}

static int run_look(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_claim_write(call, act->a, act->json, NULL, error);
}

int sim_claim_look(struct simulation *sim, struct sim_claim *claim, const struct service_actor *actor,
                   struct json **ret)
{
    struct sim_act act = {.a = text_of(claim->id)};
    struct error error;
    if (sim_json(sim, actor, run_look, &act, false, ret, &error) < 0)
        return sim_fail(sim, "looking at %s: %s (%s)", claim->id, error.message, error_wire(error.code));
    sim_claim_read(sim, claim, *ret);
    return 0;
}

struct sim_claim *sim_claim_any(struct simulation *sim)
{
    /* Most open claims are among the newest; older ones come up now and then. */
    int window = sim->claim_count < 100 || sim_chance(sim, 20) ? sim->claim_count : 100;
    for (int tries = 0; window > 0 && tries < 10; tries++) {
        struct sim_claim *claim = &sim->claims[sim->claim_count - 1 - (int)sim_below(sim, (uint64_t)window)];
        if (!claim->is_closed)
            return claim;
    }
    return NULL;
}

/* ---- filing ---- */

/* The ones that a rule answers are listed more than once: what no rule knows goes to a person and all such claims are alike. */
static const char *const card_reasons[] = {"key_invalid",
                                           "key_invalid",
                                           "key_invalid",
                                           "key_already_used",
                                           "key_already_used",
                                           "changed_mind",
                                           "wrong_item_or_region",
                                           "wrong_item_or_region",
                                           "key_revoked_later",
                                           "unauthorised",
                                           "other",
                                           "duplicate_or_wrong_amount",
                                           "partial_delivery",
                                           "minor_purchase",
                                           "key_already_used"};
static const char *const service_reasons[] = {"service_incomplete",     "service_incomplete", "service_below_standard",
                                              "service_below_standard", "not_as_described",   "delivery_late",
                                              "changed_mind",           "topup_not_credited", "topup_not_credited",
                                              "topup_not_credited",     "partial_delivery",   "service_caused_harm",
                                              "service_not_started",    "minor_purchase",     "other"};

static const char *reason_pick(struct simulation *sim, const struct sim_order *order)
{
    if (order->manner == SIM_TAKER && sim_chance(sim, 600))
        return "changed_mind";
    return order->is_service ? service_reasons[sim_below(sim, 15)] : card_reasons[sim_below(sim, 15)];
}

static int run_file(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    char id[ID_BYTES];
    struct service_claim_new in = {.reason = act->b,
                                   .statement = TEXT_LITERAL("it did not work"),
                                   .has_amount = act->number > 0,
                                   .amount = act->number};
    if (act->number2)
        return service_claim_preview(call, act->a, &in, act->json, error);
    return service_claim_file(call, act->a, &in, id, act->json, error);
}

static struct sim_claim *claim_new(struct simulation *sim)
{
    if (sim->claim_count == sim->claim_capacity) {
        sim->claim_capacity = sim->claim_capacity ? sim->claim_capacity * 2 : 256;
        sim->claims = reallocarray(sim->claims, (size_t)sim->claim_capacity, sizeof *sim->claims);
        if (!sim->claims)
            abort();
    }
    struct sim_claim *claim = &sim->claims[sim->claim_count++];
    *claim = (struct sim_claim){.expected_amount = -1,
                                .offer_amount = -1,
                                .standing_amount = -1,
                                .proposed_amount = -1,
                                .filed_us = sim_now(sim)};
    return claim;
}

static bool same_ruling(const struct json *a, const struct json *b)
{
    const struct json *one = json_find(a, "ruling"), *other = json_find(b, "ruling");
    return text_equal(word_of(a, "stage"), word_of(b, "stage")) &&
           text_equal(word_of(one, "clause"), word_of(other, "clause")) &&
           text_equal(word_of(one, "outcome"), word_of(other, "outcome")) &&
           amount_of(one, "amount") == amount_of(other, "amount");
}

static struct sim_order *order_to_claim(struct simulation *sim)
{
    for (int tries = 0; sim->order_count > 0 && tries < 10; tries++) {
        int window = sim->order_count < 80 || sim_chance(sim, 50) ? sim->order_count : 80;
        struct sim_order *order = &sim->orders[sim->order_count - 1 - (int)sim_below(sim, (uint64_t)window)];
        if (order->is_paid && order->open_claim < 0)
            return order;
    }
    return NULL;
}

void sim_claim_file(struct simulation *sim)
{
    struct sim_order *order = order_to_claim(sim);
    struct json *preview = NULL, *answer = NULL;
    struct error error, other;
    if (!order)
        return;
    if (sim_chance(sim, 850))
        sim_order_go_on(sim, order);
    struct sim_act act = {.a = text_of(order->id), .b = text_of(reason_pick(sim, order)), .number2 = 1};
    if (sim_chance(sim, 150))
        act.number = 1 + (int64_t)sim_below(sim, (uint64_t)order->amount);
    int previewed = sim_json(sim, &order->buyer, run_file, &act, false, &preview, &error);
    act.number2 = 0;
    int filed = sim_json(sim, &order->buyer, run_file, &act, true, &answer, &other);
    if (previewed != filed || (filed < 0 && error.code != other.code))
        sim_fail(sim, "the preview of %s says %d (%s), filing %d (%s)", order->id, previewed, error_wire(error.code),
                 filed, error_wire(other.code));
    else if (filed < 0 && other.code != ERROR_CLAIM_ORDER_STATE && other.code != ERROR_FIELD_RANGE)
        sim_fail(sim, "filing on %s: %s (%s)", order->id, other.message, error_wire(other.code));
    if (filed == 0) {
        struct sim_claim *claim = claim_new(sim);
        claim->order = (int)(order - sim->orders);
        word_copy(claim->id, sizeof claim->id, answer, "claim");
        if (preview && !same_ruling(preview, answer))
            sim_fail(sim, "filing %s did something else than its preview", claim->id);
        sim_claim_read(sim, claim, answer);
    }
    json_free(preview);
    json_free(answer);
}

/* ---- steps ---- */

/* How much each kind of person likes each step: honest, forgetful, taker, negotiator, fighter. */
struct liking {
    enum claim_event event;
    unsigned by[SIM_MANNER_COUNT];
};
static const struct liking buyer_likes[] = {
    {CLAIM_EVENT_COMPLETE_EVIDENCE, {2, 1, 2, 2, 2}},
    {CLAIM_EVENT_OFFER, {1, 1, 1, 8, 1}},
    {CLAIM_EVENT_COUNTER_OFFER, {2, 1, 2, 10, 1}},
    {CLAIM_EVENT_ACCEPT_OFFER, {6, 3, 2, 5, 1}},
    {CLAIM_EVENT_DECLINE_OFFER, {1, 1, 3, 2, 5}},
    {CLAIM_EVENT_CONFIRM_PERFORMANCE, {6, 2, 1, 3, 2}},
    {CLAIM_EVENT_DISPUTE_PERFORMANCE, {1, 1, 6, 2, 6}},
    {CLAIM_EVENT_ESCALATE, {2, 1, 4, 2, 12}},
    {CLAIM_EVENT_WITHDRAW, {1, 1, 0, 1, 0}},
    {CLAIM_EVENT_APPEAL, {1, 1, 3, 2, 15}},
    {CLAIM_EVENT_ACCEPT_DECISION, {6, 2, 1, 3, 1}},
};
static const struct liking merchant_likes[] = {
    {CLAIM_EVENT_MERCHANT_ACCEPT, {8, 2, 1, 1, 0}}, {CLAIM_EVENT_MERCHANT_REFUSE, {2, 1, 8, 2, 10}},
    {CLAIM_EVENT_MERCHANT_EXTEND, {2, 1, 3, 2, 4}}, {CLAIM_EVENT_OFFER, {2, 1, 2, 12, 1}},
    {CLAIM_EVENT_COUNTER_OFFER, {2, 1, 3, 10, 1}},  {CLAIM_EVENT_ACCEPT_OFFER, {6, 2, 1, 5, 1}},
    {CLAIM_EVENT_DECLINE_OFFER, {1, 1, 6, 2, 8}},   {CLAIM_EVENT_REPORT_PERFORMANCE, {8, 1, 3, 6, 3}},
    {CLAIM_EVENT_APPEAL, {1, 1, 4, 2, 12}},         {CLAIM_EVENT_ACCEPT_DECISION, {5, 1, 2, 3, 1}},
};
static const struct liking platform_likes[] = {
    {CLAIM_EVENT_TAKE_CASE, {6, 6, 6, 6, 6}},         {CLAIM_EVENT_ARBITER_DECIDE, {8, 8, 8, 8, 8}},
    {CLAIM_EVENT_PROPOSE_DEVIATION, {4, 4, 4, 4, 4}}, {CLAIM_EVENT_CONFIRM_DEVIATION, {6, 6, 6, 6, 6}},
    {CLAIM_EVENT_REJECT_DEVIATION, {2, 2, 2, 2, 2}},  {CLAIM_EVENT_APPEAL_DECIDE, {8, 8, 8, 8, 8}},
    {CLAIM_EVENT_REASSESS, {1, 1, 1, 1, 1}},
};

static unsigned liking_of(enum service_role role, enum sim_manner manner, int event)
{
    const struct liking *likes = role == ROLE_BUYER      ? buyer_likes
                                 : role == ROLE_MERCHANT ? merchant_likes
                                                         : platform_likes;
    size_t count = role == ROLE_BUYER      ? sizeof buyer_likes / sizeof buyer_likes[0]
                   : role == ROLE_MERCHANT ? sizeof merchant_likes / sizeof merchant_likes[0]
                                           : sizeof platform_likes / sizeof platform_likes[0];
    for (size_t i = 0; i < count; i++)
        if ((int)likes[i].event == event)
            return likes[i].by[manner];
    return 0;
}

/* One of the actions that the answer offers, by liking; -1 when there is none or the person forgets. */
static int action_pick(struct simulation *sim, const struct json *answer, enum service_role role,
                       enum sim_manner manner)
{
    const struct json *actions = json_find(answer, "actions");
    unsigned total = 0;
    for (int pass = 0; pass < 2; pass++) {
        unsigned throw = pass ? (unsigned)sim_below(sim, total) : 0, sum = 0;
        for (size_t i = 0; i < json_count(actions); i++) {
            int event = claim_event_find(word_of(json_item(actions, i), "action"));
            sum += liking_of(role, manner, event);
            if (pass && throw < sum)
                return event;
        }
        total = sum;
        if (total == 0)
            return -1;
    }
    return -1;
}

static void offer_fill(struct simulation *sim, const struct sim_claim *claim, struct service_claim_action *action)
{
    static const char *const kinds[] = {"partial", "full", "replacement", "redo", "extend", "partial"};
    size_t kind = sim_below(sim, 6);
    action->offer_kind = text_of(kinds[kind]);
    if (kind == 0 || kind == 5)
        action->amount = 1 + (int64_t)sim_below(sim, (uint64_t)claim->asked);
    else if (kind == 1)
        action->amount = claim->asked;
    else
        action->offer_extend_s = (int64_t)sim_below(sim, 100) * 3600;
    action->offer_valid_s = (int64_t)sim_below(sim, 80) * 3600;
}

static void decision_fill(struct simulation *sim, const struct sim_claim *claim, const struct json *answer,
                          bool is_deviation, struct service_claim_action *action)
{
    static const char *const bearers[] = {"merchant", "platform", "goodwill", "issuer"};
    const struct json *ruling = json_find(answer, "ruling");
    struct text outcome = word_of(ruling, "outcome");
    action->clause = TEXT_LITERAL("article 24");
    if (!is_deviation && sim_chance(sim, 800) && !text_is(outcome, "review")) {
        action->outcome = text_is(outcome, "refund") ? TEXT_LITERAL("refund") : TEXT_LITERAL("refuse");
        action->amount = text_is(outcome, "refund") ? amount_of(ruling, "amount") : 0;
        action->bearer = word_of(ruling, "bearer");
    } else if (sim_chance(sim, 400)) {
        action->outcome = TEXT_LITERAL("refuse");
    } else {
        action->outcome = TEXT_LITERAL("refund");
        action->amount = sim_chance(sim, 300) ? claim->asked : 1 + (int64_t)sim_below(sim, (uint64_t)claim->asked);
        action->bearer = text_of(bearers[sim_below(sim, 4)]);
    }
}

/* What a step settles, in the model's own words. */
static void expect(struct sim_claim *claim, const char *outcome, int64_t amount)
{
    claim->expected_outcome = outcome;
    claim->expected_amount = amount;
}

static void model_step(struct sim_claim *claim, enum claim_event event, enum service_role role,
                       const struct service_claim_action *action, bool was_closed)
{
    bool pays = text_is(action->outcome, "refund");
    if (event == CLAIM_EVENT_OFFER || event == CLAIM_EVENT_COUNTER_OFFER)
        claim->offer_amount = action->amount > 0 ? action->amount : -1;
    else if (event == CLAIM_EVENT_ACCEPT_OFFER && claim->offer_amount > 0)
        expect(claim, "paid", claim->offer_amount > claim->paid_before ? claim->offer_amount : claim->paid_before);
    else if (event == CLAIM_EVENT_MERCHANT_ACCEPT)
        expect(claim, "paid", -1);
    else if (event == CLAIM_EVENT_WITHDRAW)
        expect(claim, claim->paid_before ? "paid" : "withdrawn", claim->paid_before);
    else if (event == CLAIM_EVENT_CONFIRM_PERFORMANCE)
        expect(claim, claim->paid_before ? "paid" : "replaced", claim->paid_before);
    else if (event == CLAIM_EVENT_ARBITER_DECIDE)
        claim->standing_amount = pays ? action->amount : 0;
    else if (event == CLAIM_EVENT_PROPOSE_DEVIATION)
        claim->proposed_amount = pays ? action->amount : 0;
    else if (event == CLAIM_EVENT_CONFIRM_DEVIATION && strcmp(claim->stage, "platform") == 0)
        claim->standing_amount = claim->proposed_amount;
    else if (event == CLAIM_EVENT_CONFIRM_DEVIATION)
        expect(claim, claim->proposed_amount > 0 ? "paid" : NULL, claim->proposed_amount);
    else if (event == CLAIM_EVENT_ACCEPT_DECISION && (role == ROLE_MERCHANT || claim->standing_amount == 0))
        expect(claim, claim->standing_amount > 0 || claim->paid_before ? "paid" : "refused",
               claim->standing_amount > claim->paid_before ? claim->standing_amount : claim->paid_before);
    else if (event == CLAIM_EVENT_APPEAL_DECIDE)
        expect(claim, pays || claim->paid_before ? "paid" : "refused", pays ? action->amount : claim->paid_before);
    else if (event == CLAIM_EVENT_ESCALATE && was_closed) {
        claim->paid_before = claim->outcome_amount;
        expect(claim, NULL, -1);
    }
}

static int run_act(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_claim_act(call, act->a, act->in, act->json, error);
}

/* Decisions and offers may be refused for what they say; a step that the answer offered is refused for nothing else. */
static bool may_be_refused(enum error_code code)
{
    return code == ERROR_CLAIM_DEVIATION || code == ERROR_CLAIM_AMOUNT || code == ERROR_CLAIM_BEARER ||
           code == ERROR_CLAIM_OFFER;
}

static void step_take(struct simulation *sim, struct sim_claim *claim, const struct service_actor *actor,
                      enum claim_event event, const struct json *answer)
{
    struct service_claim_action action = {.action = text_of(claim_event_info(event)->wire),
                                          .reason = TEXT_LITERAL("as the record of the order shows")};
    struct json *after = NULL;
    struct error error;
    char before[400];
    if (event == CLAIM_EVENT_OFFER || event == CLAIM_EVENT_COUNTER_OFFER)
        offer_fill(sim, claim, &action);
    if (event == CLAIM_EVENT_ARBITER_DECIDE || event == CLAIM_EVENT_APPEAL_DECIDE ||
        event == CLAIM_EVENT_PROPOSE_DEVIATION)
        decision_fill(sim, claim, answer, event == CLAIM_EVENT_PROPOSE_DEVIATION, &action);
    if (event == CLAIM_EVENT_APPEAL)
        action.ground = sim_chance(sim, 500) ? TEXT_LITERAL("new_facts") : TEXT_LITERAL("named_error");
    struct sim_act act = {.a = text_of(claim->id), .in = &action};
    bool was_closed = claim->is_closed;
    sim_fingerprint(sim, before);
    if (sim_json(sim, actor, run_act, &act, true, &after, &error) < 0) {
        if (!may_be_refused(error.code))
            sim_fail(sim, "%s of %s by the %s was offered and refused: %s (%s)", claim_event_info(event)->wire,
                     claim->id, service_role_name(actor->role), error.message, error_wire(error.code));
        sim_expect_refusal(sim, claim_event_info(event)->wire, -1, &error, before);
        return;
    }
    model_step(claim, event, actor->role, &action, was_closed);
    sim_claim_read(sim, claim, after);
    json_free(after);
}

static const struct service_actor *actor_pick(struct simulation *sim, const struct sim_claim *claim,
                                              enum sim_manner *ret_manner)
{
    const struct sim_order *order = &sim->orders[claim->order];
    uint64_t throw = sim_below(sim, 100);
    bool buyer = strcmp(claim->waiting_for, "buyer") == 0, merchant = strcmp(claim->waiting_for, "merchant") == 0;
    *ret_manner = order->manner;
    if (claim->is_closed || throw < (buyer ? 75u : 12u))
        return &order->buyer;
    *ret_manner = sim->merchants[order->merchant].manner;
    if (throw < (buyer ? 90u : merchant ? 90u : 25u))
        return &sim->merchants[order->merchant].actor;
    *ret_manner = SIM_HONEST;
    return throw > 97 ? &sim->operator: & sim->arbiters[sim_below(sim, SIM_ARBITERS)];
}

void sim_claim_act(struct simulation *sim)
{
    struct sim_claim *claim = sim_claim_any(sim);
    struct json *answer;
    enum sim_manner manner;
    if (sim->claim_count > 0 && sim_chance(sim, 30))
        claim = &sim->claims[sim_below(sim, (uint64_t)sim->claim_count)];
    if (!claim)
        return;
    const struct service_actor *actor = actor_pick(sim, claim, &manner);
    if (manner == SIM_FORGETFUL && sim_chance(sim, 600))
        return;
    if (sim_claim_look(sim, claim, actor, &answer) < 0)
        return;
    int event = action_pick(sim, answer, actor->role, manner);
    if (event >= 0)
        step_take(sim, claim, actor, (enum claim_event)event, answer);
    json_free(answer);
}

/* ---- evidence and words ---- */

static int run_evidence(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct text picture = act->c;
    uint8_t sha256[HASH_BYTES];
    hash_sha256(picture.data, picture.length, sha256);
    struct service_evidence_new in = {.kind = act->b,
                                      .file_name = TEXT_LITERAL("capture.png"),
                                      .path = act->in,
                                      .size_bytes = (int64_t)picture.length,
                                      .sha256 = sha256,
                                      .head = (const uint8_t *)picture.data,
                                      .head_length = picture.length};
    return service_evidence_add(call, act->a, &in, act->json, error);
}

/* A proof that the answer says is missing, else any. */
static const char *proof_pick(struct simulation *sim, const struct json *answer, char out[static 32])
{
    static const char *const proofs[] = {"problem_proof", "unused_proof",   "screen_recording", "contact_record",
                                         "result_proof",  "identity_proof", "guardian_proof",   "issuer_statement"};
    const struct json *ruling = json_find(answer, "ruling");
    const struct json *wanted = ruling && json_kind(ruling) == JSON_OBJECT ? json_find(ruling, "evidence") : NULL;
    for (size_t i = 0; wanted && i < json_count(wanted); i++) {
        const struct json *row = json_item(wanted, i), *any_of = json_find(row, "any_of");
        if (text_is(word_of(row, "state"), "missing") && json_count(any_of) > 0) {
            word_copy(out, 32, json_item(any_of, sim_below(sim, json_count(any_of))), "kind");
            return out;
        }
    }
    snprintf(out, 32, "%s", proofs[sim_below(sim, 8)]);
    return out;
}

static void evidence_judge(struct simulation *sim, struct sim_claim *claim);

void sim_claim_evidence(struct simulation *sim)
{
    static const char head[] = "\x89PNG\r\n\x1a\n";
    struct sim_claim *claim = sim_claim_any(sim);
    for (int tries = 0; tries < 8 && claim && strcmp(claim->stage, "intake") != 0; tries++)
        claim = sim_claim_any(sim);
    struct json *answer, *after = NULL;
    struct error error;
    char path[300], picture[80], kind[32];
    if (!claim)
        return;
    if (sim_chance(sim, 150)) {
        evidence_judge(sim, claim);
        return;
    }
    const struct sim_order *order = &sim->orders[claim->order];
    bool by_buyer = sim_chance(sim, 850);
    const struct service_actor *actor = by_buyer ? &order->buyer : &sim->merchants[order->merchant].actor;
    if (sim_claim_look(sim, claim, actor, &answer) < 0)
        return;
    snprintf(path, sizeof path, "%s/capture.tmp", sim->path);
    snprintf(picture, sizeof picture, "%s capture %lld", head, (long long)++sim->reference);
    if (file_write_durable(path, text_of(picture), 0600, &error) < 0)
        sim_fail(sim, "a capture: %s", error.message);
    struct sim_act act = {
        .a = text_of(claim->id), .b = text_of(proof_pick(sim, answer, kind)), .c = text_of(picture), .in = path};
    if (sim_json(sim, actor, run_evidence, &act, true, &after, &error) == 0)
        sim_claim_read(sim, claim, json_find(after, "claim"));
    else if (error_http_status(error.code) >= 500)
        sim_fail(sim, "evidence in %s: %s (%s)", claim->id, error.message, error_wire(error.code));
    json_free(after);
    json_free(answer);
}

static int run_judge(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_evidence_judge(call, act->a, act->b, act->c, TEXT_LITERAL("looked at"), act->json, error);
}

static int run_find(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_claim_find_fact(call, act->a, act->b, act->c, TEXT_LITERAL("found so"), act->json, error);
}

static void evidence_judge(struct simulation *sim, struct sim_claim *claim)
{
    static const struct {
        const char *fact, *value;
    } findings[] = {{"cause", "platform_outage"}, {"cause", "merchant_delay"}, {"cause", "none"},
                    {"reason", "changed_mind"},   {"reason", "key_invalid"},   {"redemption_report", "unused"}};
    struct json *after = NULL;
    struct error error;
    char id[ID_BYTES];
    snprintf(id, sizeof id, "%s",
             sim_cell(sim, "SELECT id FROM evidence WHERE claim_id = '%s' ORDER BY id DESC LIMIT 1", claim->id));
    bool judges = id[0] && sim_chance(sim, 700);
    size_t finding = sim_below(sim, sizeof findings / sizeof findings[0]);
    struct sim_act act = {.a = text_of(claim->id),
                          .b = judges ? text_of(id) : text_of(findings[finding].fact),
                          .c = judges ? (sim_chance(sim, 600) ? TEXT_LITERAL("accepted") : TEXT_LITERAL("rejected"))
                                      : text_of(findings[finding].value)};
    if (sim_json(sim, &sim->arbiters[sim_below(sim, SIM_ARBITERS)], judges ? run_judge : run_find, &act, true, &after,
                 &error) == 0)
        sim_claim_read(sim, claim, after);
    else if (error_http_status(error.code) >= 500)
        sim_fail(sim, "a finding in %s: %s (%s)", claim->id, error.message, error_wire(error.code));
    json_free(after);
}

static int run_message(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_message_add(call, act->a, act->b, act->json, error);
}

void sim_claim_talk(struct simulation *sim)
{
    struct sim_claim *claim = sim_claim_any(sim);
    struct json *after = NULL;
    struct error error;
    enum sim_manner manner;
    if (!claim)
        return;
    struct sim_act act = {.a = text_of(claim->id), .b = TEXT_LITERAL("when will this be answered?")};
    if (sim_json(sim, actor_pick(sim, claim, &manner), run_message, &act, true, &after, &error) < 0 &&
        error_http_status(error.code) >= 500)
        sim_fail(sim, "a message in %s: %s (%s)", claim->id, error.message, error_wire(error.code));
    json_free(after);
}
