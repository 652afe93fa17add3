/* SPDX-License-Identifier: Apache-2.0 */
/* What happened outside any single order and decides who bears a failure: outages, changes of the issuer's rules, force majeure. */
#ifndef SHUNTUI_SERVICE_INCIDENT_H
#define SHUNTUI_SERVICE_INCIDENT_H

#include "service/service.h"
#include "service/view.h"

struct service_incident {
    struct text cause;                   /* a value of the fact "cause" but none and user_network */
    struct text product_id, merchant_id; /* empty: all */
    int64_t starts_at, ends_at;          /* ends_at 0: it goes on */
    struct text note;
};
/* Only operators and the system. */
int service_incident_record(struct service_call *call, const struct service_incident *in, char ret_id[static ID_BYTES],
                            struct error *error);
int service_incident_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                          struct error *error);

#endif
