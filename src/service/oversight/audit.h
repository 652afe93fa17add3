/* SPDX-License-Identifier: Apache-2.0 */
/* The log's leaves in words, for operators: who did what, when, and that the log holds exactly that. */
#ifndef SHUNTUI_SERVICE_AUDIT_H
#define SHUNTUI_SERVICE_AUDIT_H

#include "service/service.h"
#include "service/view.h"

struct service_audit_filter {
    struct text actor;         /* a party's id; each of these may be empty */
    struct text kind;          /* a wire name of evidence/leaf_kinds.def */
    struct text subject;       /* an order, product, policy or party */
    int64_t from_us, until_us; /* when the server had it; 0: no bound */
};
/* One page, newest first. It looks at a bounded number of leaves, so with actor or kind it may be short: next_cursor goes on. */
int service_audit_list(struct service_call *call, const struct service_audit_filter *filter,
                       const struct service_page *page, struct service_table *ret, struct error *error);

#endif
