/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording an answer. The rule's own answer is written down as it is; a person's becomes a clause of a policy that is this
 * order's alone: the text in force, one clause, nothing else, proved to be no worse for the buyer anywhere. The leaf holds the
 * terms, so that whoever has the bundle makes the same text again.
 */
#include "service/clarify/clarify.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "claim/plan.h"
#include "policy/prove/clarify.h"
#include "policy/prove/prove.h"
#include "service/claims/claims.h"
#include "service/clarify/supposed.h"
#include "service/internal.h"
#include "service/view.h"

#define ITEM_BYTES_MAX (256 * 1024) /* the certificate of the largest policy, and two explanations */
#define EXPLANATION_BYTES_MAX (32 * 1024)

struct clarifying {
    struct service_call *call;
    const struct service_clarification_new *in;
    struct service_order order;
    const struct policy *before, *answering; /* in force until now; whose clause answers */
    struct policy_facts supposed, example;
    struct policy_decision decision; /* of the example */
    int64_t number;
    struct policy_clarification terms;
    char own_policy_id[ID_BYTES]; /* empty when the rule itself answers */
    int64_t own_leaf, leaf;
    bool contact_flag;
};

/* ---- whether it may be asked ---- */

static bool by_person(const struct clarifying *c)
{
    return c->in->has_refund;
}

static int role_check(const struct clarifying *c, struct error *error)
{
    if (c->call->actor.role != ROLE_BUYER)
        return 0;
    if (by_person(c))
        return error_set(error, ERROR_ACCESS_DENIED, "the merchant or the platform answers, not the buyer");
    if (!c->in->answer.length)
        return 0;
    error_set(error, ERROR_FIELD_UNKNOWN, "a buyer asks: only a question goes with it");
    return error_at(error, "/answer");
}

static int state_check(const struct clarifying *c, struct error *error)
{
    if (!text_is(c->order.state, "expired") && !text_is(c->order.state, "refunded"))
        return 0;
    error_set(error, ERROR_ORDER_STATE, "this order is %.*s: nothing of it can be claimed", TEXT_ARG(c->order.state));
    return error_hint(error, "ask about another order, or about the product");
}

static int room_check(struct clarifying *c, struct error *error)
{
    struct query *query = store_query(c->call->tx, QUERY_CLARIFICATION_STATE);
    query_bind_string(query, 1, c->order.id);
    int step = query_step(query, error);
    int64_t count = step == 1 ? query_int(query, 0) : 0, decided = step == 1 ? query_int(query, 1) : 0;
    query_end(query);
    if (step < 0)
        return -1;
    if (decided > 0) {
        error_set(error, ERROR_CLARIFICATION_CLOSED, "a claim on this order was decided by the rule as it stood");
        return error_hint(error, "the claim can be sent to a person");
    }
    if (count >= POLICY_CLARIFICATIONS_MAX)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "%d answers are recorded for this order already",
                         POLICY_CLARIFICATIONS_MAX);
    c->number = count + 1;
    return 0;
}

/* ---- the rule's own answer ---- */

static int still_open(const struct policy_whatif *found, struct error *error)
{
    error_set(error, ERROR_CLARIFICATION_OPEN, "the rule has %d different answers to this situation",
              found->consequence_count);
    error_at(error, "/facts");
    uint64_t facts = found->question >= 0 ? UINT64_C(1) << found->question : found->depends;
    return facts ? error_hint(error, "say more of it, for example \"%s\"",
                              fact_info((enum fact)__builtin_ctzll(facts))->word)
                 : -1;
}

static int impossible(struct error *error)
{
    error_set(error, ERROR_FACTS_IMPOSSIBLE, "no order can be in this situation");
    return error_at(error, "/facts");
}

static int rule_answer(struct clarifying *c, struct error *error)
{
    struct policy_facts joined;
    struct policy_whatif found;
    if (supposed_join(c->call, &c->order, c->before, &c->supposed, &joined, error) < 0 ||
        policy_whatif(c->call->arena, c->before, &joined, policy_askable(), &found, error) < 0)
        return -1;
    if (found.count == 0)
        return impossible(error);
    if (found.count > 1 || found.question >= 0)
        return still_open(&found, error);
    c->answering = c->before;
    c->example = found.items[0].example;
    policy_evaluate(c->answering, &c->example, &c->decision);
    return 0;
}

/* ---- a person's answer ---- */

static int own_policy_add(struct clarifying *c, struct error *error)
{
    struct service_call *call = c->call;
    id_make(c->own_policy_id, "pol_", call->now_us, call->service->random);
    struct service_leaf leaf = {.subject = text_of(c->own_policy_id),
                                .kind = EVIDENCE_KIND_POLICY_SNAPSHOT,
                                .media_type = "text/plain",
                                .item = policy_source(c->answering),
                                .source = c->terms.by_platform ? "platform" : "merchant"};
    if (service_log_append(call, &leaf, &c->own_leaf, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_ORDER_POLICY_ADD);
    query_bind_string(query, 1, c->own_policy_id);
    query_bind_string(query, 2, c->order.id);
    query_bind_blob(query, 3, policy_sha256(c->answering), HASH_BYTES);
    query_bind_text(query, 4, policy_source(c->answering));
    query_bind_int(query, 5, c->own_leaf);
    query_bind_int(query, 6, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    query = store_query(call->tx, QUERY_ORDER_CLARIFIED);
    query_bind_string(query, 1, c->order.id);
    query_bind_int(query, 2, c->order.version);
    query_bind_string(query, 3, c->own_policy_id);
    if (query_run(query, error) < 0)
        return -1;
    return query_changes(call->tx) == 1
               ? 0
               : error_set(error, ERROR_PRECONDITION_FAILED, "the order has changed meanwhile");
}

/* A situation in which the new clause governs, with what was supposed. */
static int example_find(struct clarifying *c, int clause, struct error *error)
{
    struct policy_facts joined;
    struct policy_whatif found;
    if (supposed_join(c->call, &c->order, c->answering, &c->supposed, &joined, error) < 0)
        return -1;
    for (int with_records = 1; with_records >= 0; with_records--) {
        const struct policy_facts *known = with_records ? &joined : &c->supposed;
        if (policy_whatif(c->call->arena, c->answering, known, 0, &found, error) < 0)
            return -1;
        for (int i = 0; i < found.count; i++)
            if (found.items[i].governing == clause) {
                c->example = found.items[i].example;
                c->example.decided_at_s = joined.decided_at_s;
                return 0;
            }
    }
    return error_set(error, ERROR_CLARIFICATION_NEEDLESS, "the rule gives at least as much in this situation");
}

/* What comes about in a claim is no part of a situation that somebody asks about beforehand. */
static int situation_check(const struct clarifying *c, struct error *error)
{
    static const enum fact later[] = {FACT_MERCHANT_ANSWER, FACT_EARLIER_REFUNDS, FACT_BUYER_REFUNDS};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (c->supposed.known >> later[i] & 1) {
            error_set(error, ERROR_FIELD_VALUE, "an answer does not depend on what a claim brings about later");
            return error_at(error, "/facts/%s", fact_info(later[i])->word);
        }
    return 0;
}

/* Leaves the situation in which the answer would give less with the failure of the call. Returns -1. */
static int refused(struct clarifying *c, const struct policy_problems *problems)
{
    const struct policy_problem *problem = &problems->items[0];
    struct buffer out;
    struct json_writer writer;
    if (problems->count != 1 || problem->kind != POLICY_PROBLEM_FLOOR)
        return -1;
    buffer_init(&out, EXPLANATION_BYTES_MAX);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    json_member_string(&writer, "change", policy_change_word(problem->change));
    json_member_string(&writer, "clause", policy_clause_id(c->before, problem->floor_clause));
    json_member_string(&writer, "en", problem->message_en);
    json_key(&writer, "example");
    policy_facts_write(&writer, &problem->example);
    json_member_string(&writer, "zh", problem->message_zh);
    json_object_end(&writer);
    json_writer_done(&writer);
    c->call->refusal_name = "counterexample";
    c->call->refusal = arena_copy_text(c->call->arena, buffer_text(&out));
    buffer_done(&out);
    return -1;
}

static int person_answer(struct clarifying *c, struct error *error)
{
    struct service_call *call = c->call;
    struct policy_clarified clarified;
    struct policy_problems *problems = arena_new_object(call->arena, struct policy_problems);
    if (situation_check(c, error) < 0)
        return -1;
    c->terms = (struct policy_clarification){.situation = c->supposed,
                                             .number = c->number,
                                             .percent = c->in->percent,
                                             .within_s = c->in->within_s,
                                             .by_platform = call->actor.role != ROLE_MERCHANT};
    time_day_format(call->now_us, c->terms.day);
    if (policy_clarify(call->arena, c->before, &c->terms, &clarified, problems, error) < 0)
        return refused(c, problems);
    c->answering = clarified.policy;
    if (example_find(c, clarified.clause, error) < 0 || own_policy_add(c, error) < 0)
        return -1;
    policy_evaluate(c->answering, &c->example, &c->decision);
    return 0;
}

/* ---- the record ---- */

static const char *answered_by(const struct clarifying *c)
{
    return !by_person(c) ? "rule" : c->terms.by_platform ? "platform" : "merchant";
}

static void sha256_member(struct json_writer *writer, const struct policy *policy)
{
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
}

static void explanation_write(const struct clarifying *c, struct json_writer *writer)
{
    static const char *const keys[] = {[POLICY_LANGUAGE_ZH] = "zh", [POLICY_LANGUAGE_EN] = "en"};
    struct buffer words;
    buffer_init(&words, EXPLANATION_BYTES_MAX);
    for (int i = 0; i < 2; i++) {
        buffer_clear(&words);
        policy_explain(&words, c->answering, &c->example, &c->decision, (enum policy_language)i);
        json_member_text(writer, keys[i], buffer_text(&words));
    }
    buffer_done(&words);
}

static void person_members(const struct clarifying *c, struct json_writer *writer)
{
    json_key(writer, "clarified");
    if (!by_person(c)) {
        json_add_null(writer);
        json_key(writer, "terms");
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_string(writer, "id", c->own_policy_id);
    json_member_integer(writer, "leaf", c->own_leaf);
    sha256_member(writer, c->answering);
    json_object_end(writer);
    json_key(writer, "terms");
    policy_clarification_write(writer, &c->terms);
}

static void item_write(const struct clarifying *c, struct json_writer *writer)
{
    json_object_begin(writer);
    service_view_text_or_null(writer, "answer", c->in->answer);
    json_member_string(writer, "answered_by", answered_by(c));
    json_member_time(writer, "at", c->call->now_us);
    json_key(writer, "certificate");
    policy_certificate_write(writer, c->answering, &c->example, &c->decision);
    json_member_string(writer, "clause", policy_clause_id(c->answering, c->decision.governing));
    json_key(writer, "facts");
    policy_facts_write(writer, &c->supposed);
    json_member_string(writer, "format", "shuntui-clarification-1");
    json_member_integer(writer, "number", c->number);
    json_member_string(writer, "order", c->order.id);
    person_members(c, writer);
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "id", c->order.policy_id);
    sha256_member(writer, c->before);
    json_object_end(writer);
    service_view_text_or_null(writer, "question", c->in->question);
    explanation_write(c, writer);
    json_object_end(writer);
}

static int row_add(struct clarifying *c, struct error *error)
{
    struct query *query = store_query(c->call->tx, QUERY_CLARIFICATION_ADD);
    query_bind_string(query, 1, c->order.id);
    query_bind_int(query, 2, c->number);
    query_bind_string(query, 3, answered_by(c));
    query_bind_string(query, 4, service_role_name(c->call->actor.role));
    query_bind_string(query, 5, c->call->actor.party_id);
    query_bind_string(query, 6, policy_clause_id(c->answering, c->decision.governing));
    query_bind_string(query, 7, by_person(c) ? c->own_policy_id : NULL);
    query_bind_int(query, 8, c->contact_flag);
    query_bind_int(query, 9, c->leaf);
    query_bind_int(query, 10, c->call->now_us);
    return query_run(query, error);
}

static int record(struct clarifying *c, struct json_writer *ret, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, ITEM_BYTES_MAX);
    json_writer_init(&writer, &item);
    item_write(c, &writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(c->order.id),
                                .kind = EVIDENCE_KIND_CLARIFICATION,
                                .item = buffer_text(&item),
                                .source = service_role_name(c->call->actor.role)};
    int result = buffer_check(&item, error);
    if (result == 0)
        result = service_log_append(c->call, &leaf, &c->leaf, error);
    if (result == 0)
        result = row_add(c, error);
    if (result == 0) {
        json_object_begin(ret);
        json_member_boolean(ret, "contact_flag", c->contact_flag);
        json_member_integer(ret, "leaf", c->leaf);
        json_key(ret, "record");
        json_add_raw(ret, buffer_text(&item));
        json_object_end(ret);
    }
    buffer_done(&item);
    return result;
}

int service_clarify(struct service_call *call, struct text order_id, const struct service_clarification_new *in,
                    struct json_writer *ret, struct error *error)
{
    assert(call && in && ret);
    struct clarifying c = {.call = call, .in = in};
    if (service_order_open(call, order_id, &c.order, error) < 0 || role_check(&c, error) < 0 ||
        state_check(&c, error) < 0 || room_check(&c, error) < 0 ||
        service_policy_get(call, text_of(c.order.policy_id), &c.before, error) < 0 ||
        supposed_read(in->facts, c.before, c.order.currency, &c.supposed, error) < 0)
        return -1;
    c.contact_flag = claim_contact_flag(in->question, NULL) || claim_contact_flag(in->answer, NULL);
    if ((by_person(&c) ? person_answer(&c, error) : rule_answer(&c, error)) < 0 || record(&c, ret, error) < 0)
        return -1;
    return by_person(&c) ? service_claim_reassess(call, order_id, error) : 0;
}
