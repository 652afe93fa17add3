/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger for operators. */
#ifndef SHUNTUI_SERVICE_LEDGER_VIEW_H
#define SHUNTUI_SERVICE_LEDGER_VIEW_H

#include "service/service.h"

/* {"accounts":[{kind, owner, balance, …}]}, and whether all balances of each currency sum to zero. Operators only. */
int service_ledger_accounts_write(struct service_call *call, struct json_writer *ret, struct error *error);

/* Runs the invariants of ledger/invariants.def on this snapshot, one after the other, until all are done or five seconds have
 * passed: {"checked", "complete", "invariants", "ok", "violations":[{invariant, name, row}]}. ok needs all of them. Operators only. */
int service_ledger_check_write(struct service_call *call, struct json_writer *ret, struct error *error);

#endif
