/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The past of a simulated market: what records and log tell of the moment of each decision must be what its certificate says, fact for
 * fact, and of this moment what the service gathers now; a policy tried on the claims that it decided changes nothing; and one clause changed changes the claims of that clause, all of
 * them and no other.
 */
#include "simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/claims/facts.h"
#include "service/claims/past.h"
#include "service/internal.h"
#include "service/policies/simulate.h"

#define ARENA_BYTES (64 * 1024 * 1024)

/* ---- every fact of every certificate ---- */

struct decision_row {
    struct service_past past;
    struct policy_facts facts;
    uint64_t listed;
};

static void facts_compare(struct simulation *sim, const struct decision_row *row, const struct policy_facts *rebuilt,
                          uint64_t lost)
{
    for (uint64_t bits = row->listed & ~lost; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        bool was = row->facts.known >> fact & 1, is = rebuilt->known >> fact & 1;
        if (was != is || (was && row->facts.value[fact] != rebuilt->value[fact]))
            sim_fail(sim, "%.*s: the certificate, or the service, says %s %s%lld, the records %s%lld",
                     TEXT_ARG(row->past.claim_id), fact_info((enum fact)fact)->word, was ? "" : "unknown ",
                     (long long)row->facts.value[fact], is ? "" : "unknown ", (long long)rebuilt->value[fact]);
    }
    sim->facts_rebuilt += __builtin_popcountll(row->listed & ~lost);
    sim->facts_lost += __builtin_popcountll(lost);
}

static int run_certificates(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct query *query = store_query(call->tx, QUERY_CLAIM_DECISIONS);
    query_bind_text(query, 1, act->a);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct decision_row row = {.past = {.claim_id = act->a,
                                            .order_id = act->b,
                                            .reason = act->c,
                                            .at_us = query_int(query, 11),
                                            .leaf = query_int(query, 10)}};
        struct service_certificate certificate;
        struct policy_facts rebuilt;
        uint64_t lost;
        policy_facts_init(&rebuilt);
        if (!service_certificate_read(query_blob(query, 12), (const uint8_t *)query_blob(query, 9).data, &row.facts,
                                      &certificate))
            return error_set(error, ERROR_INTERNAL, "a certificate does not read back");
        row.listed = certificate.listed;
        if (service_past_facts(call, &row.past, row.listed, &rebuilt, &lost, error) < 0)
            return -1;
        facts_compare(act->sim, &row, &rebuilt, lost);
    }
    query_end(query);
    return step;
}

/* ---- every fact of now ---- */

/* Policies that test whatever a record can tell, so that the service gathers it all. */
static const char *const curious[] = {
    "policy \"curious\" version 1\ngoods card_key\n"
    "clause all \"t\" when card is sealed or redemption_report is none or purchased or delivered or revealed or late "
    "or "
    "cause is none or contact_record is accepted or problem_proof is accepted or unused_proof is accepted or "
    "screen_recording is accepted or identity_proof is accepted or issuer_statement is accepted or merchant_answer is "
    "none or consent is given or quantity over 1 or affected_quantity over 1 or amount over 1 CNY or earlier_refunds "
    "over 1 CNY or buyer_refunds over 1 or buyer_is_minor or price_warning or replacement is none or protection\n"
    "  refuse\notherwise refuse\n",
    "policy \"curious\" version 1\ngoods service\n"
    "clause all \"t\" when service is none or progress over 1 percent or purchased or delivered or started or "
    "handed_over "
    "or late or cause is none or contact_record is accepted or problem_proof is accepted or result_proof is accepted "
    "or "
    "service_log is accepted or agreed_standard is accepted or merchant_answer is none or consent is given or quantity "
    "over 1 or amount over 1 CNY or earlier_refunds over 1 CNY or buyer_refunds over 1 or price_warning or "
    "replacement is none or protection or buyer_interfered\n"
    "  refuse\notherwise refuse\n",
};

static int run_now(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_order order;
    struct policy_facts rebuilt;
    uint64_t lost;
    if (service_order_load(call, act->b, &order, error) < 0)
        return -1;
    if (order.refunded == order.amount)
        return 0; /* its cards are revoked, and nothing can be claimed any more */
    struct service_fact_request request = {.order = &order, .claim_id = act->a, .reason = act->c};
    struct policy_problems *problems = arena_new_object(call->arena, struct policy_problems);
    struct decision_row row = {.past = {.claim_id = act->a,
                                        .order_id = act->b,
                                        .reason = act->c,
                                        .at_us = call->now_us + 1,
                                        /* after all that was done in this microsecond */ .leaf = INT64_MAX}};
    policy_facts_init(&rebuilt);
    if (policy_parse(call->arena, text_of(curious[text_is(order.kind, "service")]), &request.policy, problems, error) <
            0 ||
        service_facts_gather(call, &request, &row.facts, error) < 0)
        return -1;
    row.listed = policy_facts_tested(request.policy);
    if (service_past_facts(call, &row.past, row.listed, &rebuilt, &lost, error) < 0)
        return -1;
    facts_compare(act->sim, &row, &rebuilt, lost);
    return 0;
}

static void claims_check(struct simulation *sim, service_run_fn run)
{
    for (int i = 0; i < sim->claim_count && !sim->failures; i++) {
        char reason[64];
        struct error error;
        snprintf(reason, sizeof reason, "%s",
                 sim_cell(sim, "SELECT reason FROM claim WHERE id = '%s'", sim->claims[i].id));
        struct sim_act act = {.sim = sim,
                              .a = text_of(sim->claims[i].id),
                              .b = text_of(sim->orders[sim->claims[i].order].id),
                              .c = text_of(reason)};
        if (service_read(sim->service, NULL, run, &act, &error) < 0)
            sim_fail(sim, "the past of %s: %s", sim->claims[i].id, error.message);
    }
}

/* ---- whole policies ---- */

struct trial {
    struct simulation *sim;
    struct arena *arena;
    const struct policy *policy;
    struct service_simulation result;
};

static int run_trial(struct service_call *call, void *argument, struct error *error)
{
    struct trial *trial = argument;
    struct service_call own = *call;
    const struct service_simulation_scope scope = {.policy_name = text_of(policy_name(trial->policy))};
    own.arena = trial->arena; /* the result outlives the call */
    return service_policy_simulate(&own, trial->policy, &scope, &trial->result, error);
}

static int trial_run(struct trial *trial, struct text source)
{
    struct policy_problems *problems = arena_new_object(trial->arena, struct policy_problems);
    struct error error;
    if (policy_parse(trial->arena, source, &trial->policy, problems, &error) < 0 ||
        service_read(trial->sim->service, NULL, run_trial, trial, &error) < 0)
        return sim_fail(trial->sim, "simulating a policy: %s", error.message);
    if (trial->result.not_rebuilt)
        return sim_fail(trial->sim, "%s: %lld claims are not rebuilt", policy_name(trial->policy),
                        (long long)trial->result.not_rebuilt);
    return 0;
}

/* The first clause that pays at once refuses instead. Returns its name, or NULL when there is none. */
static const char *clause_change(struct arena *arena, const char *source, struct text *ret)
{
    static const char pays[] = "refund full at once";
    const char *at = strstr(source, pays), *clause = NULL;
    for (const char *next = source; at && (next = strstr(next, "\nclause ")) && next < at; next++)
        clause = next + strlen("\nclause ");
    if (!clause)
        return NULL;
    const char *rest = strchr(at, '\n');
    *ret = text_of(arena_printf(arena, "%.*srefuse%s", (int)(at - source), source, rest));
    return arena_copy(arena, (struct text){clause, strcspn(clause, " ")});
}

static void changed_check(struct trial *trial, const char *clause)
{
    const struct policy_sums *clauses = &trial->result.sums.clauses;
    for (int i = 0; i < clauses->count; i++) {
        const struct policy_sum *row = &clauses->items[i];
        int64_t expected = strcmp(row->key[1], clause) == 0 ? row->compared : 0;
        if (row->changed != expected || row->worse != expected || row->is != (expected ? 0 : row->was))
            sim_fail(trial->sim, "%s: %s changed, and of %lld claims of %s %lld did", policy_name(trial->policy),
                     clause, (long long)row->compared, row->key[1], (long long)row->changed);
        trial->sim->claims_shifted += row->changed;
    }
}

static void policy_try(struct simulation *sim, const char *source)
{
    struct trial same = {.sim = sim, .arena = arena_new(ARENA_BYTES)}, other = {.sim = sim, .arena = same.arena};
    struct text changed;
    if (trial_run(&same, text_of(source)) == 0 && same.result.sums.shifts[POLICY_SHIFT_SAME] != same.result.looked_at)
        sim_fail(sim, "%s changes %lld of its own %lld claims", policy_name(same.policy),
                 (long long)(same.result.looked_at - same.result.sums.shifts[POLICY_SHIFT_SAME]),
                 (long long)same.result.looked_at);
    const char *clause = clause_change(same.arena, source, &changed);
    if (!clause)
        sim_fail(sim, "%s has no clause that pays at once", policy_name(same.policy));
    else if (trial_run(&other, changed) == 0)
        changed_check(&other, clause);
    arena_free(same.arena);
}

static int run_source(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct query *query = store_query(call->tx, QUERY_POLICY_SOURCE);
    query_bind_text(query, 1, act->a);
    int step = query_step(query, error);
    if (step == 1)
        act->out = strndup(query_text(query, 0).data, query_text(query, 0).length);
    query_end(query);
    return step == 1 ? 0 : -1;
}

void sim_check_past(struct simulation *sim)
{
    claims_check(sim, run_certificates);
    claims_check(sim, run_now);
    for (int i = 0; i < SIM_POLICIES && !sim->failures; i++) {
        struct sim_act act = {.a = text_of(sim->policy_ids[i])};
        struct error error;
        if (service_read(sim->service, NULL, run_source, &act, &error) < 0) {
            sim_fail(sim, "a policy is gone");
            return;
        }
        policy_try(sim, act.out);
        free(act.out);
    }
}
