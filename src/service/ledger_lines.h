/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the ledger: a merchant's own, or all of them for operators; newest first, as JSON or as a table. */
#ifndef SHUNTUI_SERVICE_LEDGER_LINES_H
#define SHUNTUI_SERVICE_LEDGER_LINES_H

#include "service/service.h"
#include "service/view.h"

struct service_ledger_filter {
    struct text account; /* a kind of ledger/accounts.def; each may be empty */
    struct text merchant_id, order_id, claim_id;
};
/* A merchant sees the lines of his own accounts, an operator all; filter->merchant_id counts for operators only. */
int service_ledger_lines(struct service_call *call, const struct service_ledger_filter *filter,
                         const struct service_page *page, struct service_table *ret, struct error *error);

#endif
