/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a past moment from rows and log: the counterpart of facts.c, which reads them as they are now. It must say of that moment
 * what facts.c said then; tests/simulate_past.c holds the two against each other over every certificate of a simulated market.
 */
#include "service/claims/past_rebuild.h"

#include <assert.h>

#include "base/error.h"
#include "service/internal.h"

#define BUYER_HISTORY_S (180 * TIME_DAY_S)

int past_record(struct past_rebuild *rebuild, enum fact fact, int64_t value, struct error *error)
{
    return policy_facts_set(&rebuild->facts, fact, value, FACT_SOURCE_RECORD, -1, error);
}

void past_lose(struct past_rebuild *rebuild, enum fact fact)
{
    policy_facts_clear(&rebuild->facts, fact);
    rebuild->lost |= UINT64_C(1) << fact;
}

int64_t past_since(const struct past_rebuild *rebuild, int64_t then_us)
{
    int64_t at_us = rebuild->past->at_us;
    return !then_us ? FACT_NEVER : at_us > then_us ? (at_us - then_us) / TIME_SECOND_US : 0;
}

/* Runs a query whose answer is one number. Its parameters are bound. */
static int number(struct query *query, int64_t *ret, struct error *error)
{
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* ---- the order ---- */

int past_delivery(struct past_rebuild *rebuild, int64_t delivered_us, struct error *error)
{
    int64_t promised_us = rebuild->order.promised_at, measured_us = delivered_us ? delivered_us : rebuild->past->at_us;
    int64_t late = promised_us && measured_us > promised_us ? (measured_us - promised_us) / TIME_SECOND_US : FACT_NEVER;
    return past_record(rebuild, FACT_DELIVERED, past_since(rebuild, delivered_us), error) < 0 ||
                   past_record(rebuild, FACT_LATE, late, error) < 0
               ? -1
               : 0;
}

/* What had been refunded of the order: decided, whether or not the provider took it; asking again is no new refund. */
static int fact_of_refunds(struct past_rebuild *rebuild, struct error *error)
{
    int64_t refunded;
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_REFUNDED);
    query_bind_text(query, 1, rebuild->past->order_id);
    query_bind_int(query, 2, rebuild->past->at_us);
    query_bind_text(query, 3, rebuild->past->claim_id);
    return number(query, &refunded, error) < 0 ? -1 : past_record(rebuild, FACT_EARLIER_REFUNDS, refunded, error);
}

static int facts_of_order(struct past_rebuild *rebuild, struct error *error)
{
    const struct service_order *order = &rebuild->order;
    const struct {
        enum fact fact;
        int64_t value;
    } rows[] = {
        {FACT_PURCHASED, past_since(rebuild, order->paid_at)},
        {FACT_QUANTITY, order->quantity},
        {FACT_AMOUNT, order->amount},
        {FACT_CONSENT, order->has_consent ? CONSENT_GIVEN : CONSENT_NOT_GIVEN},
        {FACT_PROTECTION, BOOLEAN_NO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (past_record(rebuild, rows[i].fact, rows[i].value, error) < 0)
            return -1;
    return rebuild->wanted & PAST_BIT(EARLIER_REFUNDS) ? fact_of_refunds(rebuild, error) : 0;
}

/* ---- a service ---- */

struct work_state {
    int64_t state, progress, started_us, handed_over_us;
};

static int work_read(struct past_rebuild *rebuild, struct work_state *ret, struct error *error)
{
    *ret = (struct work_state){.state = SERVICE_AGREED};
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_SERVICE);
    query_bind_text(query, 1, rebuild->past->order_id);
    query_bind_int(query, 2, rebuild->past->leaf);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct text kind = query_text(query, 0);
        ret->progress = query_int(query, 1);
        ret->state = text_is(kind, "accept")      ? SERVICE_ACCEPTED
                     : text_is(kind, "hand_over") ? SERVICE_HANDED_OVER
                                                  : SERVICE_STARTED;
        if (text_is(kind, "start"))
            ret->started_us = query_int(query, 2);
        if (text_is(kind, "hand_over"))
            ret->handed_over_us = query_int(query, 2);
    }
    query_end(query);
    return step;
}

static int facts_of_service(struct past_rebuild *rebuild, struct error *error)
{
    struct work_state state;
    if (work_read(rebuild, &state, error) < 0)
        return -1;
    const struct {
        enum fact fact;
        int64_t value;
    } rows[] = {
        {FACT_SERVICE, state.state},
        {FACT_PROGRESS, state.progress},
        {FACT_STARTED, past_since(rebuild, state.started_us)},
        {FACT_HANDED_OVER, past_since(rebuild, state.handed_over_us)},
        {FACT_AGREED_STANDARD, PROOF_ACCEPTED},
        {FACT_BUYER_INTERFERED, BOOLEAN_NO},
        {FACT_SERVICE_LOG, state.started_us ? PROOF_ACCEPTED : PROOF_MISSING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (past_record(rebuild, rows[i].fact, rows[i].value, error) < 0)
            return -1;
    return past_delivery(rebuild, state.handed_over_us, error);
}

/* ---- around the order ---- */

static int fact_of_cause(struct past_rebuild *rebuild, struct error *error)
{
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_INCIDENT);
    query_bind_string(query, 1, rebuild->order.merchant_id);
    query_bind_string(query, 2, rebuild->order.product_id);
    query_bind_int(query, 3, rebuild->past->at_us);
    query_bind_int(query, 4, rebuild->order.paid_at);
    query_bind_int(query, 5, rebuild->past->leaf);
    int step = query_step(query, error);
    struct text cause = step == 1 ? query_text(query, 0) : TEXT_LITERAL("none");
    int result =
        step < 0 ? -1 : policy_facts_set_word(&rebuild->facts, FACT_CAUSE, cause, FACT_SOURCE_RECORD, -1, error);
    query_end(query);
    return result;
}

static int fact_of_price_warning(struct past_rebuild *rebuild, struct error *error)
{
    int64_t warned;
    struct query *query = store_query(rebuild->call->tx, QUERY_ORDER_PRICE_WARNING);
    query_bind_text(query, 1, rebuild->past->order_id);
    return number(query, &warned, error) < 0
               ? -1
               : past_record(rebuild, FACT_PRICE_WARNING, warned ? BOOLEAN_YES : BOOLEAN_NO, error);
}

static int fact_of_buyer_history(struct past_rebuild *rebuild, struct error *error)
{
    int64_t count;
    if (!rebuild->order.buyer_id[0])
        return 0;
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_BUYER_REFUNDS);
    query_bind_string(query, 1, rebuild->order.buyer_id);
    query_bind_int(query, 2, rebuild->past->at_us - BUYER_HISTORY_S * TIME_SECOND_US);
    query_bind_int(query, 3, rebuild->past->at_us);
    query_bind_text(query, 4, rebuild->past->claim_id);
    return number(query, &count, error) < 0 ? -1 : past_record(rebuild, FACT_BUYER_REFUNDS, count, error);
}

/* An offer's row has its latest state: once a replacement was offered, nobody can say how far it had got. */
static int fact_of_replacement(struct past_rebuild *rebuild, struct error *error)
{
    int64_t offers;
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_REPLACEMENTS);
    query_bind_text(query, 1, rebuild->past->order_id);
    query_bind_int(query, 2, rebuild->past->at_us);
    if (number(query, &offers, error) < 0)
        return -1;
    if (offers == 0)
        return past_record(rebuild, FACT_REPLACEMENT, REPLACEMENT_NONE, error);
    past_lose(rebuild, FACT_REPLACEMENT);
    return 0;
}

/* The answer is a fact that later ones replace: the steps say which it was. */
static int fact_of_answer(struct past_rebuild *rebuild, struct error *error)
{
    const char *answer = "none";
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_ANSWER);
    query_bind_text(query, 1, rebuild->past->claim_id);
    query_bind_int(query, 2, rebuild->past->leaf);
    int step = query_step(query, error);
    if (step == 1) {
        struct text event = query_text(query, 0);
        answer = text_is(event, "merchant_accept")                                      ? "accepts"
                 : text_is(event, "merchant_refuse") || text_is(event, "decline_offer") ? "disputes"
                                                                                        : "silent";
    }
    query_end(query);
    return step < 0 ? -1
                    : policy_facts_set_word(&rebuild->facts, FACT_MERCHANT_ANSWER, text_of(answer), FACT_SOURCE_RECORD,
                                            -1, error);
}

/* ---- what the claim had ---- */

/* Whether the file was rejected by then; a row only has the last judgement. Returns -1, or 1 when nobody can say. */
static int file_rejected(struct past_rebuild *rebuild, struct text file_id, bool is_judged, bool *ret,
                         struct error *error)
{
    *ret = false;
    if (!is_judged)
        return 0;
    if (past_history_load(rebuild->call, rebuild->past, &rebuild->history, error) < 0)
        return -1;
    const struct past_entry *judgement = past_history_finding(&rebuild->history, rebuild->past, file_id);
    *ret = judgement && text_is(judgement->value, "rejected");
    return rebuild->history.has_gap;
}

static int file_take(struct past_rebuild *rebuild, struct query *query, struct error *error)
{
    bool rejected;
    int found = fact_find(query_text(query, 1));
    if (found < 0 || !fact_is_proof((enum fact)found) || !(rebuild->wanted >> found & 1))
        return 0;
    enum fact fact = (enum fact)found;
    bool have = rebuild->facts.known >> fact & 1 && rebuild->facts.value[fact] == PROOF_ACCEPTED;
    if (have)
        return 0;
    int unclear =
        file_rejected(rebuild, query_text(query, 0), !text_is(query_text(query, 2), "received"), &rejected, error);
    if (unclear > 0)
        past_lose(rebuild, fact);
    if (unclear != 0)
        return unclear < 0 ? -1 : 0;
    return policy_facts_set(&rebuild->facts, fact, rejected ? PROOF_REJECTED : PROOF_ACCEPTED, FACT_SOURCE_EVIDENCE, -1,
                            error);
}

static int facts_of_files(struct past_rebuild *rebuild, struct error *error)
{
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_EVIDENCE);
    query_bind_text(query, 1, rebuild->past->claim_id);
    query_bind_int(query, 2, rebuild->past->leaf);
    int step;
    while ((step = query_step(query, error)) == 1)
        if (file_take(rebuild, query, error) < 0)
            break;
    query_end(query);
    return step == 0 ? 0 : -1;
}

static int fact_of_contact(struct past_rebuild *rebuild, struct error *error)
{
    int64_t messages;
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_MESSAGES);
    query_bind_text(query, 1, rebuild->past->claim_id);
    query_bind_int(query, 2, rebuild->past->leaf);
    if (number(query, &messages, error) < 0)
        return -1;
    return messages ? past_record(rebuild, FACT_CONTACT_RECORD, PROOF_ACCEPTED, error) : 0;
}

/* The fact was replaced after the moment: what was found before is in the log, but what the buyer had said is not. */
static int finding_before(struct past_rebuild *rebuild, enum fact fact, struct error *error)
{
    if (past_history_load(rebuild->call, rebuild->past, &rebuild->history, error) < 0)
        return -1;
    const struct past_entry *entry =
        past_history_finding(&rebuild->history, rebuild->past, text_of(fact_info(fact)->word));
    if (entry)
        return policy_facts_set_word(&rebuild->facts, fact, entry->value, FACT_SOURCE_ARBITER, -1, error);
    bool buyer_may = fact != FACT_REASON && fact_info(fact)->sources & 1u << FACT_SOURCE_BUYER;
    if (rebuild->history.has_gap || buyer_may)
        past_lose(rebuild, fact);
    return 0;
}

static int facts_of_findings(struct past_rebuild *rebuild, struct error *error)
{
    struct query *query = store_query(rebuild->call->tx, QUERY_CLAIM_FACTS);
    query_bind_text(query, 1, rebuild->past->claim_id);
    int step = 0, result = 0;
    while (result == 0 && (step = query_step(query, error)) == 1) {
        int fact = fact_find(query_text(query, 0)), source = fact_source_find(query_text(query, 2));
        assert(fact >= 0 && source >= 0);
        if (!(rebuild->wanted >> fact & 1) || fact == FACT_MERCHANT_ANSWER)
            continue;
        if (query_int(query, 3) < rebuild->past->leaf)
            result = policy_facts_set_word(&rebuild->facts, (enum fact)fact, query_text(query, 1),
                                           (enum fact_source)source, -1, error);
        else
            result = finding_before(rebuild, (enum fact)fact, error);
    }
    query_end(query);
    return result < 0 || step < 0 ? -1 : 0;
}

/* ---- the whole ---- */

static int facts_of_records(struct past_rebuild *rebuild, struct error *error)
{
    static const struct {
        uint64_t facts;
        int (*read)(struct past_rebuild *rebuild, struct error *error);
    } rows[] = {
        {PAST_BIT(CAUSE), fact_of_cause},
        {PAST_BIT(PRICE_WARNING), fact_of_price_warning},
        {PAST_BIT(BUYER_REFUNDS), fact_of_buyer_history},
        {PAST_BIT(REPLACEMENT), fact_of_replacement},
        {PAST_BIT(MERCHANT_ANSWER), fact_of_answer},
    };
    if (facts_of_order(rebuild, error) < 0)
        return -1;
    bool service = text_is(rebuild->order.kind, "service");
    if ((service ? facts_of_service(rebuild, error) : past_cards(rebuild, error)) < 0)
        return -1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rebuild->wanted & rows[i].facts && rows[i].read(rebuild, error) < 0)
            return -1;
    return policy_facts_set_word(&rebuild->facts, FACT_REASON, rebuild->past->reason, FACT_SOURCE_BUYER, -1, error);
}

static void facts_take(struct policy_facts *facts, const struct policy_facts *from, uint64_t wanted)
{
    for (uint64_t bits = wanted & from->known; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        facts->known |= UINT64_C(1) << fact;
        facts->value[fact] = from->value[fact];
        facts->source[fact] = from->source[fact];
    }
}

int service_past_facts(struct service_call *call, const struct service_past *past, uint64_t wanted,
                       struct policy_facts *facts, uint64_t *ret_lost, struct error *error)
{
    assert(call);
    assert(past);
    assert(facts);
    struct past_rebuild rebuild = {.call = call, .past = past, .wanted = wanted};
    *ret_lost = 0;
    if (!wanted)
        return 0;
    policy_facts_init(&rebuild.facts);
    if (service_order_load(call, past->order_id, &rebuild.order, error) < 0 || facts_of_records(&rebuild, error) < 0 ||
        facts_of_files(&rebuild, error) < 0 ||
        (wanted & PAST_BIT(CONTACT_RECORD) && fact_of_contact(&rebuild, error) < 0) ||
        facts_of_findings(&rebuild, error) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        facts->currency[i] = rebuild.order.currency[i];
    facts_take(facts, &rebuild.facts, wanted);
    *ret_lost = rebuild.lost & wanted & ~rebuild.facts.known;
    return 0;
}

int service_past_moment(struct service_call *call, struct text claim_id, int64_t *ret_at_us, int64_t *ret_leaf,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PAST_MOMENT);
    query_bind_text(query, 1, claim_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret_at_us = query_int(query, 0);
        *ret_leaf = query_int(query, 1);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "the rule was never applied to this claim");
    return step < 0 ? -1 : 0;
}
