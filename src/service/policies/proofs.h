/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs that a policy keeps to a floor, remembered by the hashes of both texts: what was proved about two texts stays true. */
#ifndef SHUNTUI_SERVICE_PROOFS_H
#define SHUNTUI_SERVICE_PROOFS_H

#include "policy/policy.h"

struct service_proofs;
struct service_proofs *service_proofs_new(void);
void service_proofs_free(struct service_proofs *proofs); /* NULL is a no-op */

/* Whether the policy is nowhere less generous than the floor; a proof that grew too large counts as none. May be called on
 * several threads. A proof that is not remembered takes milliseconds to, at worst, a second. */
bool service_proof_holds(struct service_proofs *proofs, const struct policy *policy, const struct policy *floor);

#endif
