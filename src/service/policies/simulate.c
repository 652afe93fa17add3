/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading past claims one by one: the facts of the first decision of each (or, where nobody decided, of the last time that the rule was
 * applied), both policies on them, and the sums. A claim whose own rule does not say again what it said then is set aside and counted.
 * Rule is compared with rule: what a person's recorded answer added for one order says again what it said, but is not what is compared.
 * Memory does not grow with the claims.
 */
#include "service/policies/simulate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "service/claims/past.h"
#include "service/internal.h"
#include "service/policies/draft.h"

#define SCRATCH_BYTES_MAX (16 * 1024 * 1024) /* one claim: an order's history in the log */
#define POLICY_ARENA_BYTES (4 * 1024 * 1024)
#define POLICIES_KEPT 64 /* compiled policies; a market's orders of one time pin few */
#define PROGRESS_CLAIMS 1024

#define BIT(name) (UINT64_C(1) << FACT_##name)

/* Columns of PAST_CLAIMS_ALL and PAST_CLAIMS_MERCHANT. */
enum {
    COLUMN_CLAIM,
    COLUMN_ORDER,
    COLUMN_MERCHANT,
    COLUMN_REASON,
    COLUMN_POLICY,
    COLUMN_ASKED,
    COLUMN_CLAUSE,
    COLUMN_COMPUTED,
    COLUMN_COMPUTED_AMOUNT,
    COLUMN_OUTCOME,
    COLUMN_OUTCOME_AMOUNT,
    COLUMN_FILED_AT,
    COLUMN_GOODS,
    COLUMN_LEAF,
    COLUMN_DECIDED_AT,
    COLUMN_SHA256,
    COLUMN_CERTIFICATE,
    COLUMN_BASIS,
};

struct kept_policy {
    char id[ID_BYTES];
    struct arena *arena;
    const struct policy *policy;
};

struct walk {
    struct service_call call; /* its arena is emptied after each claim */
    const struct policy *policy;
    struct service_simulation *simulation;
    struct kept_policy policies[POLICIES_KEPT];
};

/* ---- policies that orders pinned ---- */

static int source_load(struct walk *walk, struct text policy_id, struct text *ret, struct error *error)
{
    struct query *query = store_query(walk->call.tx, QUERY_POLICY_SOURCE);
    query_bind_text(query, 1, policy_id);
    int step = query_step(query, error);
    if (step == 1)
        *ret = arena_copy_text(walk->call.arena, query_text(query, 0));
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_STORE_CORRUPT, "a claim's policy is not there");
    return step < 0 ? -1 : 0;
}

/* The service's own cache keeps what it compiled; this one is for a state that no service has open, and stays small. */
static int pinned_policy(struct walk *walk, struct text policy_id, const struct policy **ret, struct error *error)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < policy_id.length; i++)
        hash = (hash ^ (unsigned char)policy_id.data[i]) * 16777619u;
    struct kept_policy *kept = &walk->policies[hash % POLICIES_KEPT];
    if (!text_is(policy_id, kept->id)) {
        struct text source;
        struct policy_problems *problems = arena_new_object(walk->call.arena, struct policy_problems);
        arena_free(kept->arena);
        *kept = (struct kept_policy){.arena = arena_new(POLICY_ARENA_BYTES)};
        if (source_load(walk, policy_id, &source, error) < 0)
            return -1;
        if (policy_parse(kept->arena, source, &kept->policy, problems, error) < 0)
            return error_prefix(error, "a published policy no longer parses");
        service_id_copy(kept->id, policy_id);
    }
    *ret = kept->policy;
    return 0;
}

/* The rule that was in force for the order at that moment: the pinned one, or with the clauses of the answers recorded until then. */
static int policy_in_force(struct walk *walk, const struct service_past *past, const struct policy *pinned,
                           const struct policy **ret, struct error *error)
{
    struct query *query = store_query(walk->call.tx, QUERY_PAST_ORDER_POLICY);
    struct policy_problems *problems = arena_new_object(walk->call.arena, struct policy_problems);
    query_bind_text(query, 1, past->order_id);
    query_bind_int(query, 2, past->leaf);
    int step = query_step(query, error);
    *ret = pinned;
    if (step == 1 && policy_parse(walk->call.arena, query_text(query, 0), ret, problems, error) < 0)
        step = error_prefix(error, "an order's own policy no longer parses");
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* ---- one claim ---- */

struct case_facts {
    struct service_past past;
    const struct policy *in_force;
    struct policy_facts facts;
    uint64_t lost;
    bool has_certificate;
    struct service_certificate certificate;
};

static int moment_load(struct walk *walk, struct query *row, struct service_past *ret, struct error *error)
{
    *ret = (struct service_past){.claim_id = query_text(row, COLUMN_CLAIM),
                                 .order_id = query_text(row, COLUMN_ORDER),
                                 .reason = query_text(row, COLUMN_REASON),
                                 .at_us = query_int(row, COLUMN_DECIDED_AT),
                                 .leaf = query_int(row, COLUMN_LEAF)};
    return query_is_null(row, COLUMN_LEAF)
               ? service_past_moment(&walk->call, ret->claim_id, &ret->at_us, &ret->leaf, error)
               : 0;
}

/* Returns 1 when the certificate does not read back. */
static int facts_load(struct walk *walk, struct query *row, struct case_facts *ret, struct error *error)
{
    struct text certificate = query_blob(row, COLUMN_CERTIFICATE), sha256 = query_blob(row, COLUMN_SHA256);
    uint64_t wanted = policy_facts_tested(walk->policy);
    ret->has_certificate = certificate.length > 0;
    policy_facts_init(&ret->facts);
    if (ret->has_certificate) {
        if (sha256.length != HASH_BYTES ||
            !service_certificate_read(certificate, (const uint8_t *)sha256.data, &ret->facts, &ret->certificate))
            return 1;
        wanted &= ~ret->certificate.listed;
    } else {
        wanted |= policy_facts_tested(ret->in_force) | BIT(AMOUNT) | BIT(EARLIER_REFUNDS);
    }
    return service_past_facts(&walk->call, &ret->past, wanted, &ret->facts, &ret->lost, error);
}

/* As claim_advance.c keeps it in the claim's row; a refund of nothing is a refusal there. */
static const char *computed_word(const struct policy_decision *decision)
{
    switch (decision->outcome) {
    case POLICY_OUTCOME_REFUND:
        if (decision->disposition == POLICY_MISSING_EVIDENCE || decision->disposition == POLICY_OPEN)
            return "";
        return decision->refund > 0 ? "refund" : "refuse";
    case POLICY_OUTCOME_REFUSE:
        return "refuse";
    case POLICY_OUTCOME_REVIEW:
        return "review";
    case POLICY_OUTCOME_OPEN:
        break;
    }
    return "";
}

/* Whether the rule in force for the order, applied to these facts again, says what the record says that it said. */
static bool says_the_same(struct query *row, const struct case_facts *facts, const struct policy_decision *was)
{
    int clause = was->governing;
    struct text governing = text_of(clause == POLICY_NOBODY ? "" : policy_clause_id(facts->in_force, clause));
    char sha256[HASH_HEX_BYTES];
    hash_hex(policy_sha256(facts->in_force), sha256);
    if (facts->has_certificate)
        return text_is(facts->certificate.policy_sha256, sha256) &&
               text_equal(governing, facts->certificate.governing) &&
               text_is(facts->certificate.outcome, policy_outcome_word(was->outcome)) &&
               text_is(facts->certificate.disposition, policy_disposition_word(was->disposition)) &&
               facts->certificate.refund == was->refund;
    /* Reopening may have lowered the amount to what another claim of the order left. */
    return text_equal(governing, query_text(row, COLUMN_CLAUSE)) &&
           text_is(query_text(row, COLUMN_COMPUTED), computed_word(was)) &&
           query_int(row, COLUMN_COMPUTED_AMOUNT) <= policy_gives(was, query_int(row, COLUMN_ASKED));
}

/* Returns 1 when what the record says cannot be said again. */
static int claim_rebuild(struct walk *walk, struct query *row, const struct policy *pinned, struct case_facts *ret,
                         struct error *error)
{
    struct policy_decision then;
    if (moment_load(walk, row, &ret->past, error) < 0 ||
        policy_in_force(walk, &ret->past, pinned, &ret->in_force, error) < 0)
        return -1;
    int loaded = facts_load(walk, row, ret, error);
    if (loaded != 0)
        return loaded;
    policy_evaluate(ret->in_force, &ret->facts, &then);
    return says_the_same(row, ret, &then) ? 0 : 1;
}

static int claim_compare(struct walk *walk, struct query *row, struct error *error)
{
    const struct policy *before;
    struct case_facts facts = {.lost = 0};
    struct policy_decision was, is;
    if (pinned_policy(walk, query_text(row, COLUMN_POLICY), &before, error) < 0)
        return -1;
    int rebuilt = claim_rebuild(walk, row, before, &facts, error);
    if (rebuilt < 0)
        return -1;
    if (rebuilt > 0) {
        walk->simulation->not_rebuilt++;
        return 0;
    }
    policy_evaluate(before, &facts.facts, &was);
    policy_evaluate(walk->policy, &facts.facts, &is);
    const struct policy_past past = {
        .claim = query_text(row, COLUMN_CLAIM),
        .merchant = query_text(row, COLUMN_MERCHANT),
        .currency = facts.facts.currency,
        .asked = query_int(row, COLUMN_ASKED),
        .before = before,
        .after = walk->policy,
        .was = &was,
        .is = &is,
        .lost = facts.lost,
        .ended_outcome = query_text(row, COLUMN_OUTCOME),
        .ended_by = query_text(row, COLUMN_BASIS),
        .ended_amount = query_int(row, COLUMN_OUTCOME_AMOUNT),
    };
    policy_simulation_add(&walk->simulation->sums, &past);
    return 0;
}

static int claim_take(struct walk *walk, struct query *row, struct error *error)
{
    struct service_simulation *simulation = walk->simulation;
    int64_t filed_us = query_int(row, COLUMN_FILED_AT);
    simulation->looked_at++;
    if (!simulation->newest_us || filed_us > simulation->newest_us)
        simulation->newest_us = filed_us;
    if (!simulation->oldest_us || filed_us < simulation->oldest_us)
        simulation->oldest_us = filed_us;
    if (!text_is(query_text(row, COLUMN_GOODS), policy_goods_word(policy_goods(walk->policy)))) {
        simulation->other_goods++;
        return 0;
    }
    int result = claim_compare(walk, row, error);
    arena_reset(walk->call.arena);
    return result;
}

/* ---- all of them ---- */

static int walk_claims(struct walk *walk, const struct service_simulation_scope *scope, struct error *error)
{
    struct service_simulation *simulation = walk->simulation;
    int64_t claims_max = scope->claims_max ? scope->claims_max : INT64_MAX - 1;
    struct query *row =
        store_query(walk->call.tx, scope->merchant_id.length ? QUERY_PAST_CLAIMS_MERCHANT : QUERY_PAST_CLAIMS_ALL);
    query_bind_text(row, 1, scope->merchant_id);
    query_bind_text(row, 2, scope->policy_name);
    query_bind_int(row, 3, scope->since_us);
    query_bind_int(row, 4, claims_max + 1);
    int step, result = 0;
    while (result == 0 && (step = query_step(row, error)) == 1) {
        if (simulation->looked_at == claims_max) {
            simulation->has_more = true;
            break;
        }
        result = claim_take(walk, row, error);
        if (scope->progress && simulation->looked_at % PROGRESS_CLAIMS == 0)
            scope->progress(scope->context, simulation->looked_at);
    }
    query_end(row);
    return result < 0 || step < 0 ? -1 : 0;
}

/* A merchant's own claims, whatever it names; the platform's people see all. */
static int scope_check(struct service_call *call, const struct service_simulation_scope *scope,
                       struct service_simulation_scope *ret, struct error *error)
{
    *ret = *scope;
    if (call->actor.role == ROLE_MERCHANT) {
        if (scope->merchant_id.length && !text_is(scope->merchant_id, call->actor.party_id))
            return error_set(error, ERROR_ACCESS_DENIED, "a merchant simulates over its own claims");
        ret->merchant_id = text_of(call->actor.party_id);
        return 0;
    }
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only merchants and the platform simulate policies");
    struct text name;
    if (!scope->merchant_id.length)
        return 0;
    if (service_simulation_name(call, arena_copy(call->arena, scope->merchant_id), &name, error) < 0)
        return -1;
    return name.length ? 0 : error_set(error, ERROR_NOT_FOUND, "there is no such merchant");
}

int service_policy_simulate(struct service_call *call, const struct policy *policy,
                            const struct service_simulation_scope *scope, struct service_simulation *ret,
                            struct error *error)
{
    assert(call);
    assert(policy);
    assert(scope);
    assert(ret);
    struct service_simulation_scope own;
    if (scope_check(call, scope, &own, error) < 0)
        return -1;
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        abort();
    walk->call = *call;
    walk->call.arena = arena_new(SCRATCH_BYTES_MAX);
    walk->policy = policy;
    walk->simulation = ret;
    *ret = (struct service_simulation){.looked_at = 0};
    policy_simulation_init(&ret->sums, call->arena);
    int result = walk_claims(walk, &own, error);
    policy_simulation_end(&ret->sums);
    for (size_t i = 0; i < POLICIES_KEPT; i++)
        arena_free(walk->policies[i].arena);
    arena_free(walk->call.arena);
    free(walk);
    return result;
}

int service_policy_simulate_write(struct service_call *call, struct text source,
                                  const struct service_simulation_scope *scope, struct json_writer *ret,
                                  struct error *error)
{
    struct service_draft draft;
    struct service_simulation *simulation = arena_new_object(call->arena, struct service_simulation);
    struct service_simulation_scope newest = *scope;
    newest.claims_max = SERVICE_SIMULATION_CLAIMS;
    if (service_draft_read(call, source, &draft, error) < 0)
        return service_refuse_with_report(call, draft.policy, draft.problems);
    if (service_policy_simulate(call, draft.policy, &newest, simulation, error) < 0)
        return -1;
    return service_simulation_write(call, draft.policy, &newest, simulation, ret, error);
}
