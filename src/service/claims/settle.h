/* SPDX-License-Identifier: Apache-2.0 */
/* Paying back: the ledger's part in the deciding transaction, the provider's part as an outbox job, and what it answers. */
#ifndef SHUNTUI_SERVICE_SETTLE_H
#define SHUNTUI_SERVICE_SETTLE_H

#include "ledger/ledger.h"
#include "pay/pay.h"
#include "service/rows.h"

struct service_refund_new {
    struct service_order *order; /* its state, refunded and version are brought up to date */
    struct text claim_id;
    int64_t amount; /* minor units; more than is left of the payment fails with REFUND_EXCEEDS */
    enum ledger_bearer bearer;
};
struct service_refund_made {
    char refund_id[ID_BYTES];
    struct ledger_sources sources;
    int64_t revoked; /* cards that can no longer be used */
};
/* Decides one refund: postings, refund row and sources, order state, revocation of cards when all goes back, and the job. */
int service_refund_create(struct service_call *call, const struct service_refund_new *in,
                          struct service_refund_made *ret, struct error *error);
/* A refund that the provider declined for good is asked for again under a new id, from suspense, where its money waits. */
int service_refund_again(struct service_call *call, struct text refund_id, int64_t run_at_us, struct error *error);

/* What the provider says of a refund, by callback, answer or query. Idempotent; a refund that is final stays so. One
 * that was declined and went out all the same fails with PAY_REFERENCE_CONFLICT: somebody has to look. */
int service_refund_notice(struct service_call *call, struct text refund_id, enum pay_refund_state state,
                          struct text refund_number, const struct money *amount, struct error *error);

/* What the outbox needs to ask the provider. */
struct service_refund_due {
    char refund_id[ID_BYTES], provider[PAY_NAME_BYTES], trade[PAY_NUMBER_BYTES];
    struct money amount;
    bool pending;
    bool of_claim; /* its claim asks again each day; any other refund has only its job */
};
int service_refund_due_get(struct service_call *call, struct text refund_id, struct service_refund_due *ret,
                           struct error *error);

#endif
