/* SPDX-License-Identifier: Apache-2.0 */
/* A claim with everything that its next step needs, loaded from and written back to its rows. */
#ifndef SHUNTUI_SERVICE_CLAIM_ROW_H
#define SHUNTUI_SERVICE_CLAIM_ROW_H

#include "service/claims/claims.h"

struct service_claim {
    char id[ID_BYTES];
    struct service_order order;
    struct text reason, statement;
    struct claim state;
    char open_offer_id[ID_BYTES], final_id[ID_BYTES],
        proposal_id[ID_BYTES]; /* final: the decision that stands, by whomever */
    int64_t event_count, version;
};
/* Loads without asking who calls. Fails with NOT_FOUND. Texts live in the call's arena. */
int service_claim_load(struct service_call *call, struct text claim_id, struct service_claim *ret, struct error *error);
/* The same, NOT_FOUND unless the caller may see the order. */
int service_claim_open(struct service_call *call, struct text claim_id, struct service_claim *ret, struct error *error);
/* The member "revision": index of the last leaf of the order's chain. It changes with whatever the claim shows (claim_watch.c). */
int service_claim_revision_write(struct service_call *call, const struct service_claim *claim,
                                 struct json_writer *writer, struct error *error);
int service_claim_insert(struct service_call *call, const struct service_claim *claim, struct error *error);
/* Compare-and-swap on the version; the value's own version follows. */
int service_claim_update(struct service_call *call, struct service_claim *claim, struct error *error);

#endif
