/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A past claim as it stood when the rule was applied to it: what its certificate says, and what the records and the log still tell
 * of that moment. What no record tells any more is said to be lost and is never guessed. Nothing here looks at what came later.
 */
#ifndef SHUNTUI_SERVICE_PAST_H
#define SHUNTUI_SERVICE_PAST_H

#include "base/hash.h"
#include "policy/policy.h"
#include "service/service.h"

/* The moment. The log orders what happened within one microsecond: what has a lower leaf was known. */
struct service_past {
    struct text claim_id, order_id;
    struct text reason;  /* as filed */
    int64_t at_us, leaf; /* of the certificate, or of the step that applied the rule */
};

/* What a certificate says, besides the facts. Texts are views of it. */
struct service_certificate {
    struct text policy_sha256;                   /* hexadecimal */
    struct text governing, outcome, disposition; /* governing is empty while open */
    int64_t refund;
    uint64_t listed; /* facts of which it speaks, known or not; amount and earlier refunds always */
};
/* Reads the certificate of a decision (docs/policy-language.md, section 7) into *facts, which it makes anew. Returns whether it is one and
 * has that hash. */
bool service_certificate_read(struct text certificate, const uint8_t sha256[static HASH_BYTES],
                              struct policy_facts *facts, struct service_certificate *ret);

/* The last step that applied the rule to a claim. Fails with NOT_FOUND. */
int service_past_moment(struct service_call *call, struct text claim_id, int64_t *ret_at_us, int64_t *ret_leaf,
                        struct error *error);

/* Adds the wanted facts as they were, with the order's currency. *ret_lost: those of them that had a value, or may have had one, which no
 * record tells any more; they stay unknown, like what nobody knew then. Needs no open service: call->service may be NULL. */
int service_past_facts(struct service_call *call, const struct service_past *past, uint64_t wanted,
                       struct policy_facts *facts, uint64_t *ret_lost, struct error *error);

#endif
