/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floors: policies that no other may undercut. The program carries the texts of policies/floors; the platform may publish
 * further versions under the same names. A floor is found by name, goods and day; on each day one version of it counts.
 */
#ifndef SHUNTUI_SERVICE_FLOORS_H
#define SHUNTUI_SERVICE_FLOORS_H

#include "policy/policy.h"
#include "service/policies/version.h"
#include "service/service.h"

#define SERVICE_FLOOR_DEFAULT "cn-consumer" /* what every merchant's policy keeps to, unless a setting says otherwise */
#define SERVICE_FLOORS_MAX 32               /* known versions of one floor */
#define SERVICE_FLOOR_NAMES_MAX 8           /* floors that count for one policy */

/* The texts that the program carries. */
struct text service_floor_text(size_t i); /* data NULL past the end */

struct service_floor {
    const struct policy *policy;
    char policy_id[ID_BYTES]; /* of the platform's own; empty for one that the program carries */
    int64_t effective_at;     /* microseconds; INT64_MIN: always */
    int64_t leaf;             /* -1 for one that the program carries */
};

struct service_floors; /* parsed texts and the names that are mandatory */
/* names: "cn-consumer,other", or empty for none. Fails with FIELD_VALUE for names that are none. */
int service_floors_new(struct text names, struct service_floors **ret, struct error *error);
void service_floors_free(struct service_floors *floors); /* NULL is a no-op */

/* All known versions, the highest first: the first of them that has taken effect is in force. */
int service_floors_find(struct service_call *call, const char *name, enum policy_goods goods,
                        struct service_floor ret[static SERVICE_FLOORS_MAX], size_t *ret_count, struct error *error);
/* The floors that count for a policy at an instant: the mandatory ones and the one it names, each in the version of that
 * instant. owner empty: the platform's own, which is not its own floor. A floor that has no version at all, mandatory or named,
 * fails with POLICY_FLOOR_UNKNOWN; one that has none yet is left out. */
int service_floors_at(struct service_call *call, const struct policy *policy, struct text owner, int64_t at_us,
                      struct service_floor ret[static SERVICE_FLOOR_NAMES_MAX], size_t *ret_count, struct error *error);

/* Proves a policy against its floors at an instant and, when `later`, against those that are known to come. Fails with
 * POLICY_FLOOR, *problems and call->refusal "report" filled; POLICY_LIMIT; POLICY_FLOOR_UNKNOWN. */
int service_floors_prove(struct service_call *call, const struct policy *policy, struct text owner, int64_t at_us,
                         bool later, struct policy_problems *problems, struct error *error);
/* The same for an order: only whether it holds, from the memory of proofs, and the floors for its receipt. Fails with
 * FLOOR_RAISED. */
int service_floors_keep(struct service_call *call, const struct policy *policy, struct text owner,
                        struct service_floor ret[static SERVICE_FLOOR_NAMES_MAX], size_t *ret_count,
                        struct error *error);

/* {"effective_at","goods","name","policy_id","sha256","version"} */
void service_floor_write(struct json_writer *writer, const struct service_floor *floor);
/* {"items":[{…,"in_force","mandatory","prose","source"}]} of every known floor: public. */
int service_floor_list(struct service_call *call, struct json_writer *ret, struct error *error);

#endif
