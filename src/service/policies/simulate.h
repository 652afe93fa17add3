/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy text tried on past claims before it is published: what the rule would have said on the facts of then, beside what the order's
 * own rule said and what the claim really ended in. Only reads; docs/simulate.md says what is compared and what is not.
 */
#ifndef SHUNTUI_SERVICE_POLICIES_SIMULATE_H
#define SHUNTUI_SERVICE_POLICIES_SIMULATE_H

#include "policy/prove/simulate.h"
#include "service/service.h"

struct service_simulation_scope {
    struct text merchant_id; /* empty: all. A merchant who calls sees its own, whatever is named */
    struct text policy_name; /* of the policy that the orders pinned; empty: any */
    int64_t since_us;        /* filed then or later; 0: ever */
    int64_t claims_max;      /* the newest; 0: all */
    /* Told how many claims were looked at, every thousand or so; NULL: nobody asks. */
    void (*progress)(void *context, int64_t looked_at);
    void *context;
};
struct service_simulation {
    int64_t looked_at;            /* claims in scope that were read */
    int64_t other_goods;          /* of these: for other goods than the policy's */
    int64_t not_rebuilt;          /* of these: the records do not give the facts on which the rule spoke then */
    bool has_more;                /* claims_max was reached */
    int64_t oldest_us, newest_us; /* when the first and the last of them were filed; 0: there were none */
    struct policy_simulation sums;
};

/* The policy must have passed policy_check. What is kept lives in the call's arena. Needs no open service: call->service may be NULL.
 * Fails with ACCESS_DENIED when neither a merchant nor the platform calls, and with NOT_FOUND when the merchant is not known. */
int service_policy_simulate(struct service_call *call, const struct policy *policy,
                            const struct service_simulation_scope *scope, struct service_simulation *ret,
                            struct error *error);
/* The report as JSON, the same for the command line and the HTTP API (docs/simulate.md). Looks up the names of merchants. */
int service_simulation_write(struct service_call *call, const struct policy *policy,
                             const struct service_simulation_scope *scope, const struct service_simulation *simulation,
                             struct json_writer *ret, struct error *error);
/* Name of a party, in the call's arena; the empty text when there is none. */
int service_simulation_name(struct service_call *call, const char *merchant_id, struct text *ret, struct error *error);

/* Parses, checks, simulates over the newest SERVICE_SIMULATION_CLAIMS claims, writes. Fails also with POLICY_… (line and column); call->refusal is
 * then the report of all problems. */
int service_policy_simulate_write(struct service_call *call, struct text source,
                                  const struct service_simulation_scope *scope, struct json_writer *ret,
                                  struct error *error);
#define SERVICE_SIMULATION_CLAIMS                                                                                      \
    2000 /* a request holds an HTTP thread for as long as they take: some tens of milliseconds */

#endif
