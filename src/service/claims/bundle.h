/* SPDX-License-Identifier: Apache-2.0 */
/* Exporting the chain of an order, with everything that it rests on, as an evidence bundle that verifies offline. */
#ifndef SHUNTUI_SERVICE_BUNDLE_H
#define SHUNTUI_SERVICE_BUNDLE_H

#include "evidence/bundle.h"
#include "service/service.h"

#define SERVICE_PATH_BYTES 640

struct service_bundle_file {
    char path[SERVICE_PATH_BYTES]; /* in the state directory; made again whenever it is missing */
    char name[160];                /* for the person who saves it: "ord_…_20261123T202833Z.tar" */
};
/* Closes the chain with a case_manifest leaf (unless nothing was added since the last one) and writes the bundle. The same
 * chain gives the same bytes. Not from inside a transaction. Fails with NOT_FOUND unless the actor may see the claim. */
int service_bundle_export(struct service *service, const struct service_actor *actor, struct text claim_id,
                          enum evidence_container container, struct service_bundle_file *ret, struct error *error);

#endif
