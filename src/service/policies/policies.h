/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies from draft to withdrawal. A policy is checked, proved against its floors, hashed and logged before it can be used, and
 * never changes. A later version of a line takes effect by itself, after the notice that the law asks for; what was ordered
 * before stays under its own version.
 */
#ifndef SHUNTUI_SERVICE_POLICIES_H
#define SHUNTUI_SERVICE_POLICIES_H

#include "service/policies/version.h"
#include "service/service.h"
#include "service/view.h"

/* ---- drafts ---- */

/* Writes the report of parser, checker and floors ({"ok":…,"problems":[…]}), the rule in words when the text itself is sound, and,
 * when all is well, what publishing it now would mean: notice, and the difference to what the calling merchant has in force
 * under that name. Nothing is stored. Fails only with LIMIT_EXCEEDED and failures of the store. */
int service_policy_check(struct service_call *call, struct text source, struct json_writer *ret, struct error *error);

/* ---- publication ---- */

struct service_policy_new {
    struct text source;
    int64_t effective_at; /* microseconds; 0: as soon as the law and the text allow */
};
struct service_policy_published {
    char policy_id[ID_BYTES];
    int64_t effective_at;
    struct text difference, notice; /* JSON, in the call's arena; difference is null for a first version */
};
/* Publishes a policy of the calling merchant, or of the platform when an operator or the system calls. It must pass the check
 * and keep to its floors; its version must be above every earlier one of that name and goods. Fails with POLICY_… (line and
 * column; call->refusal "report" has all problems with their situations), POLICY_GOODS_UNSOLD, VERSION_TAKEN,
 * POLICY_ANNOUNCED, and POLICY_NOTICE (call->refusal "notice" has the earliest time and the article). */
int service_policy_publish(struct service_call *call, const struct service_policy_new *in,
                           struct service_policy_published *ret, struct error *error);
/* The same as soon as the law and the text allow, for a caller who wants only the id. */
int service_policy_publish_text(struct service_call *call, struct text source, char ret_policy_id[static ID_BYTES],
                                struct error *error);
/* Takes a version back. It stays readable. Only its owner; fails with POLICY_WITHDRAWN (already), POLICY_PINNED while orders that
 * are not finished pin it, and POLICY_IN_FORCE while products are sold under it. */
int service_policy_withdraw(struct service_call *call, struct text policy_id, struct text reason, struct error *error);

/* ---- views ---- */

/* Source, hash, prose in both languages, its time, what is announced after it. Public. */
int service_policy_write(struct service_call *call, struct text policy_id, struct json_writer *ret,
                         struct error *error);
/* The same with the members "difference" and "notice" of its publication. */
int service_policy_published_write(struct service_call *call, const struct service_policy_published *published,
                                   struct json_writer *ret, struct error *error);
/* What changes for buyers from one version to another. Both must be for the same goods. Public. */
int service_policy_difference(struct service_call *call, struct text before_id, struct text after_id,
                              struct json_writer *ret, struct error *error);
/* Policies that a merchant may use: its own and the platform's. An operator sees all with merchant_id empty. */
int service_policy_list(struct service_call *call, struct text merchant_id, const struct service_page *page,
                        struct json_writer *ret, struct error *error);

#endif
