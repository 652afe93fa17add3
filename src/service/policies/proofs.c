/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of proofs: a table of fixed size in which a newer proof takes the place of an older one. It lives no longer than
 * the process, so that a proof made by another version of the prover is never believed.
 */
#include "service/policies/proofs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prove/prove.h"

#define PROOF_SLOTS 8192 /* policies in use times the floors of the day; half a megabyte */

struct slot {
    uint8_t policy[HASH_BYTES], floor[HASH_BYTES];
    bool is_used, holds;
};

struct service_proofs {
    pthread_mutex_t lock;
    struct slot slots[PROOF_SLOTS];
};

struct service_proofs *service_proofs_new(void)
{
    struct service_proofs *proofs = calloc(1, sizeof *proofs);
    if (!proofs || pthread_mutex_init(&proofs->lock, NULL) != 0)
        abort();
    return proofs;
}

void service_proofs_free(struct service_proofs *proofs)
{
    if (!proofs)
        return;
    pthread_mutex_destroy(&proofs->lock);
    free(proofs);
}

/* Both hashes are of texts that anyone may choose, so two pairs may be made to meet: then they are proved anew each time. */
static size_t slot_of(const uint8_t *policy, const uint8_t *floor)
{
    uint32_t mixed = 0;
    for (size_t i = 0; i < sizeof mixed; i++)
        mixed = mixed << 8 | (uint32_t)(policy[i] ^ floor[HASH_BYTES - 1 - i]);
    return mixed % PROOF_SLOTS;
}

static bool slot_is(const struct slot *slot, const uint8_t *policy, const uint8_t *floor)
{
    return slot->is_used && memcmp(slot->policy, policy, HASH_BYTES) == 0 &&
           memcmp(slot->floor, floor, HASH_BYTES) == 0;
}

static bool prove(const struct policy *policy, const struct policy *floor)
{
    struct policy_problems *problems = calloc(1, sizeof *problems);
    struct error error;
    if (!problems)
        abort();
    bool holds = policy_floor_prove(policy, floor, problems, &error) == 0;
    free(problems);
    return holds;
}

bool service_proof_holds(struct service_proofs *proofs, const struct policy *policy, const struct policy *floor)
{
    const uint8_t *a = policy_sha256(policy), *b = policy_sha256(floor);
    struct slot *slot = &proofs->slots[slot_of(a, b)];
    pthread_mutex_lock(&proofs->lock);
    bool known = slot_is(slot, a, b), holds = slot->holds;
    pthread_mutex_unlock(&proofs->lock);
    if (known)
        return holds;
    holds = prove(policy, floor);
    pthread_mutex_lock(&proofs->lock);
    slot->is_used = true;
    slot->holds = holds;
    memcpy(slot->policy, a, HASH_BYTES);
    memcpy(slot->floor, b, HASH_BYTES);
    pthread_mutex_unlock(&proofs->lock);
    return holds;
}
