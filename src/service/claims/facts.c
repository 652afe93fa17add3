/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each fact comes from. The system's own records are read afresh for every evaluation and nobody can overwrite them
 * with a word; proofs come from the evidence table; findings of an arbiter and reports of an issuer come last, so that
 * they replace what was presumed. A file that was received counts as present until somebody rejects it.
 */
#include "service/claims/facts.h"

#include <assert.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/claims/unused.h"

#define BUYER_HISTORY_S (180 * TIME_DAY_S)

static bool tests(const struct service_fact_request *request, enum fact fact)
{
    return policy_facts_tested(request->policy) >> fact & 1;
}

static int record(struct policy_facts *facts, enum fact fact, int64_t value, struct error *error)
{
    return policy_facts_set(facts, fact, value, FACT_SOURCE_RECORD, -1, error);
}

/* A clock that was set back between two starts makes "just now" of what it has not reached yet. */
static int64_t since(int64_t now_us, int64_t then_us)
{
    return !then_us ? FACT_NEVER : now_us > then_us ? (now_us - then_us) / TIME_SECOND_US : 0;
}

/* How long past the promise delivery or hand-over was, or is by now. */
static int64_t lateness(const struct service_order *order, int64_t now_us)
{
    bool service = text_is(order->kind, "service");
    int64_t done = service ? order->handed_over_at : order->delivered_at;
    int64_t measured = done ? done : now_us;
    return order->promised_at && measured > order->promised_at ? (measured - order->promised_at) / TIME_SECOND_US
                                                               : FACT_NEVER;
}

static int facts_of_order(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                          struct error *error)
{
    const struct {
        enum fact fact;
        int64_t value;
    } rows[] = {
        {FACT_PURCHASED, since(call->now_us, order->paid_at)},
        {FACT_DELIVERED, since(call->now_us, order->delivered_at)},
        {FACT_LATE, lateness(order, call->now_us)},
        {FACT_QUANTITY, order->quantity},
        {FACT_AMOUNT, order->amount},
        {FACT_EARLIER_REFUNDS, order->refunded},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (record(facts, rows[i].fact, rows[i].value, error) < 0)
            return -1;
    return policy_facts_set_word(facts, FACT_CONSENT, text_of(order->has_consent ? "given" : "not_given"),
                                 FACT_SOURCE_RECORD, -1, error);
}

/* The furthest that any card of the order got: one redeemed card makes the order's cards "redeemed". */
static int facts_of_cards(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                          struct error *error)
{
    static const char *const states[] = {"sealed", "revealed", "redeemed"};
    int furthest = 0;
    bool used = false, unused = true;
    struct query *query = store_query(call->tx, QUERY_CARD_STATES);
    query_bind_string(query, 1, order->id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct text state = query_text(query, 0);
        for (int i = 0; i < 3; i++)
            if (text_is(state, states[i]) && i > furthest)
                furthest = i;
        used = used || !query_is_null(query, 1);
        /* A report from before the reveal says nothing about what the buyer did with the card. */
        unused = unused && !query_is_null(query, 2) && query_int(query, 2) >= query_int(query, 3);
    }
    query_end(query);
    if (step < 0 || record(facts, FACT_REVEALED, since(call->now_us, order->revealed_at), error) < 0 ||
        policy_facts_set_word(facts, FACT_CARD, text_of(states[furthest]), FACT_SOURCE_RECORD, -1, error) < 0)
        return -1;
    return policy_facts_set_word(facts, FACT_REDEMPTION_REPORT,
                                 text_of(used     ? "used"
                                         : unused ? "unused"
                                                  : "none"),
                                 FACT_SOURCE_RECORD, -1, error);
}

/* A certificate of non-use that still stands. Evidence and findings may say more, but a rejected picture takes nothing away. */
static int fact_of_unused(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                          struct error *error)
{
    int source;
    int64_t leaf;
    int known = service_unused_proof(call, order->id, &source, &leaf, error);
    if (known <= 0)
        return known;
    return policy_facts_set_word(facts, FACT_UNUSED_PROOF, text_of("accepted"), (enum fact_source)source, leaf, error);
}

static int facts_of_service(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                            struct error *error)
{
    struct text state = order->service_state.length ? order->service_state : text_of("none");
    if (policy_facts_set_word(facts, FACT_SERVICE, state, FACT_SOURCE_RECORD, -1, error) < 0 ||
        record(facts, FACT_PROGRESS, order->progress, error) < 0 ||
        record(facts, FACT_STARTED, since(call->now_us, order->started_at), error) < 0 ||
        record(facts, FACT_HANDED_OVER, since(call->now_us, order->handed_over_at), error) < 0 ||
        policy_facts_set_word(facts, FACT_AGREED_STANDARD, text_of("accepted"), FACT_SOURCE_RECORD, -1, error) < 0)
        return -1;
    return policy_facts_set_word(facts, FACT_SERVICE_LOG, text_of(order->started_at ? "accepted" : "missing"),
                                 FACT_SOURCE_RECORD, -1, error);
}

/* The newest incident that touched the time from payment until now. */
static int fact_of_cause(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_INCIDENT_FOR_ORDER);
    query_bind_string(query, 1, order->merchant_id);
    query_bind_string(query, 2, order->product_id);
    query_bind_int(query, 3, call->now_us);
    query_bind_int(query, 4, order->paid_at);
    int step = query_step(query, error);
    int result = step < 0 ? -1 : 0;
    if (step == 1)
        result = policy_facts_set_word(facts, FACT_CAUSE, query_text(query, 0), FACT_SOURCE_RECORD, query_int(query, 1),
                                       error);
    else if (step == 0)
        result = policy_facts_set_word(facts, FACT_CAUSE, text_of("none"), FACT_SOURCE_RECORD, -1, error);
    query_end(query);
    return result;
}

/* What the buyer was shown when the order was made, not what the market says now. */
static int fact_of_price_warning(struct service_call *call, const struct service_order *order,
                                 struct policy_facts *facts, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_PRICE_WARNING);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    bool warned = step == 1 && query_int(query, 0) != 0;
    query_end(query);
    return step < 0 ? -1 : record(facts, FACT_PRICE_WARNING, warned ? BOOLEAN_YES : BOOLEAN_NO, error);
}

static int fact_of_buyer_history(struct service_call *call, const struct service_order *order,
                                 struct policy_facts *facts, struct error *error)
{
    if (!order->buyer_id[0])
        return 0; /* a guest has no history: the fact stays unknown */
    struct query *query = store_query(call->tx, QUERY_BUYER_REFUND_COUNT);
    query_bind_string(query, 1, order->buyer_id);
    query_bind_int(query, 2, call->now_us - BUYER_HISTORY_S * TIME_SECOND_US);
    int step = query_step(query, error);
    int64_t count = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : record(facts, FACT_BUYER_REFUNDS, count, error);
}

/* How far the newest agreement on a replacement got, over all claims of the order. One that was delivered stays delivered. */
static int fact_of_replacement(struct service_call *call, const struct service_order *order, struct policy_facts *facts,
                               struct error *error)
{
    int64_t value = REPLACEMENT_NONE;
    struct query *query = store_query(call->tx, QUERY_REPLACEMENT_OFFER);
    query_bind_string(query, 1, order->id);
    int step = query_step(query, error);
    if (step == 1) {
        bool accepted = text_is(query_text(query, 0), "accepted");
        bool declined = text_is(query_text(query, 0), "declined");
        bool performed = accepted && text_is(query_text(query, 1), "replaced");
        value = performed ? REPLACEMENT_DELIVERED : declined ? REPLACEMENT_DECLINED : REPLACEMENT_OFFERED;
    }
    query_end(query);
    return step < 0 ? -1 : record(facts, FACT_REPLACEMENT, value, error);
}

/* ---- what a claim added ---- */

static int facts_of_evidence(struct service_call *call, struct text claim_id, struct policy_facts *facts,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_STATES);
    query_bind_text(query, 1, claim_id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        int fact = fact_find(query_text(query, 0));
        if (fact < 0 || !fact_is_proof((enum fact)fact))
            continue;
        /* One good item is enough: a rejected one never hides an accepted one … */
        bool rejected = text_is(query_text(query, 1), "rejected");
        bool have =
            facts->known >> fact & 1 && facts->value[fact] == fact_value_find((enum fact)fact, text_of("accepted"));
        if (have && (rejected || facts->source[fact] == FACT_SOURCE_RECORD))
            continue; /* nor does an upload take the place of our own record */
        if (policy_facts_set_word(facts, (enum fact)fact, text_of(rejected ? "rejected" : "accepted"),
                                  FACT_SOURCE_EVIDENCE, query_int(query, 2), error) < 0)
            break;
    }
    query_end(query);
    return step == 0 ? 0 : -1;
}

static int fact_of_contact(struct service_call *call, struct text claim_id, struct policy_facts *facts,
                           struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_MESSAGE_COUNT);
    query_bind_text(query, 1, claim_id);
    int step = query_step(query, error);
    bool some = step == 1 && query_int(query, 0) > 0;
    query_end(query);
    if (step < 0 || !some)
        return step < 0 ? -1 : 0;
    return policy_facts_set_word(facts, FACT_CONTACT_RECORD, text_of("accepted"), FACT_SOURCE_RECORD, -1, error);
}

static int facts_of_findings(struct service_call *call, struct text claim_id, struct policy_facts *facts,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_FACTS);
    query_bind_text(query, 1, claim_id);
    int step;
    while ((step = query_step(query, error)) == 1) {
        int fact = fact_find(query_text(query, 0)), source = fact_source_find(query_text(query, 2));
        assert(fact >= 0 && source >= 0);
        if (policy_facts_set_word(facts, (enum fact)fact, query_text(query, 1), (enum fact_source)source,
                                  query_int(query, 3), error) < 0)
            break;
    }
    query_end(query);
    return step == 0 ? 0 : -1;
}

static int fact_from_buyer(struct policy_facts *facts, int fact, const struct json *value, struct error *error)
{
    switch (json_kind(value)) {
    case JSON_INTEGER:
        return policy_facts_set(facts, (enum fact)fact, json_integer(value), FACT_SOURCE_BUYER, -1, error);
    case JSON_STRING:
        return policy_facts_set_word(facts, (enum fact)fact, json_string(value), FACT_SOURCE_BUYER, -1, error);
    case JSON_NULL:
    case JSON_BOOLEAN:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return error_set(error, ERROR_FIELD_TYPE, "a fact is a word or a whole number");
}

static int facts_of_buyer(const struct service_fact_request *request, struct policy_facts *facts, struct error *error)
{
    struct text name;
    const struct json *value;
    size_t cursor = 0;
    bool unknown = request->is_supposed && !request->reason.length;
    if (!unknown && policy_facts_set_word(facts, FACT_REASON, request->reason, FACT_SOURCE_BUYER, -1, error) < 0)
        return error_at(error, "/reason");
    while (request->buyer_facts && json_next(request->buyer_facts, &cursor, &name, &value)) {
        int fact = fact_find(name);
        if (fact < 0 || fact == FACT_REASON) {
            error_set(error, ERROR_FIELD_UNKNOWN, "there is no fact of that name to add");
            return error_at(error, "/facts/%.*s", (int)(name.length < 60 ? name.length : 60), name.data);
        }
        if (fact_from_buyer(facts, fact, value, error) < 0)
            return error_at(error, "/facts/%s", fact_info((enum fact)fact)->word);
    }
    return 0;
}

static int facts_of_records(struct service_call *call, const struct service_fact_request *request,
                            struct policy_facts *facts, struct error *error)
{
    const struct service_order *order = request->order;
    bool service = text_is(order->kind, "service");
    if (facts_of_order(call, order, facts, error) < 0 ||
        (service ? facts_of_service(call, order, facts, error) : facts_of_cards(call, order, facts, error)) < 0)
        return -1;
    if (!service && tests(request, FACT_UNUSED_PROOF) && fact_of_unused(call, order, facts, error) < 0)
        return -1;
    if (tests(request, FACT_CAUSE) && fact_of_cause(call, order, facts, error) < 0)
        return -1;
    if (tests(request, FACT_PRICE_WARNING) && fact_of_price_warning(call, request->order, facts, error) < 0)
        return -1;
    if (tests(request, FACT_REPLACEMENT) && fact_of_replacement(call, order, facts, error) < 0)
        return -1;
    /* This market sells no extra protection, and nobody interfered until a person finds so. */
    if (record(facts, FACT_PROTECTION, BOOLEAN_NO, error) < 0 ||
        (service && record(facts, FACT_BUYER_INTERFERED, BOOLEAN_NO, error) < 0))
        return -1;
    if (tests(request, FACT_BUYER_REFUNDS) && fact_of_buyer_history(call, order, facts, error) < 0)
        return -1;
    return policy_facts_set_word(facts, FACT_MERCHANT_ANSWER,
                                 text_of(request->merchant_answer ? request->merchant_answer : "none"),
                                 FACT_SOURCE_RECORD, -1, error);
}

int service_facts_gather(struct service_call *call, const struct service_fact_request *request,
                         struct policy_facts *ret, struct error *error)
{
    struct policy_facts facts;
    policy_facts_init(&facts);
    for (int i = 0; i < 3; i++)
        facts.currency[i] = request->order->currency[i];
    facts.decided_at_s = call->now_us / TIME_SECOND_US;
    if (facts_of_records(call, request, &facts, error) < 0 || facts_of_buyer(request, &facts, error) < 0)
        return -1;
    if (request->claim_id.length) {
        assert(request->claim_id.length < sizeof facts.claim);
        for (size_t i = 0; i < request->claim_id.length; i++)
            facts.claim[i] = request->claim_id.data[i];
        if (facts_of_evidence(call, request->claim_id, &facts, error) < 0 ||
            fact_of_contact(call, request->claim_id, &facts, error) < 0 ||
            facts_of_findings(call, request->claim_id, &facts, error) < 0)
            return -1;
    }
    *ret = facts;
    return 0;
}
