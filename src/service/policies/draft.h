/* SPDX-License-Identifier: Apache-2.0 */
/* A text on its way to publication: what check and publish have in common. Only for the files of this folder. */
#ifndef SHUNTUI_SERVICE_DRAFT_H
#define SHUNTUI_SERVICE_DRAFT_H

#include "policy/prove/prove.h"
#include "service/policies/notice.h"
#include "service/policies/version.h"

struct service_draft {
    struct text owner; /* empty: the platform */
    const struct policy *policy;
    struct policy_problems *problems;
    struct service_line line; /* as it is before the publication */
    const struct policy
        *current; /* what it follows: the latest that has taken effect, else the first announced; or NULL */
    char current_id[ID_BYTES];
    struct policy_differences differences; /* to current */
    bool harms_buyer;                      /* than current, or than anything announced */
    struct service_notice_period notice;
};

/* Parses and checks. Fails with the codes of policy_parse and policy_check; problems are filled. policy is NULL when the text is
 * none. */
int service_draft_read(struct service_call *call, struct text source, struct service_draft *ret, struct error *error);
/* Loads the line, compares with what is in force and announced, and finds the notice that it takes. */
int service_draft_compare(struct service_call *call, struct service_draft *draft, struct error *error);

/* A part of an answer as text in the call's arena; null when it would be too long. */
typedef void service_part_write(struct json_writer *writer, const void *part);
struct text service_part(struct service_call *call, service_part_write *write, const void *part);
/* Leaves the report of all problems with the failure of the call (call->refusal). Returns -1. */
int service_refuse_with_report(struct service_call *call, const struct policy *policy,
                               const struct policy_problems *problems);

/* The report of policy_difference_report, or null for a first version. */
void service_draft_difference_write(struct json_writer *writer, const struct service_draft *draft);

#endif
