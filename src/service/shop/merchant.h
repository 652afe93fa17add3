/* SPDX-License-Identifier: Apache-2.0 */
/* Merchants: what buyers may see (age, bond, cover, rates), the merchant's own desk, and the bond. */
#ifndef SHUNTUI_SERVICE_MERCHANT_H
#define SHUNTUI_SERVICE_MERCHANT_H

#include "service/service.h"
#include "service/view.h"

/* Members of an open JSON object: name, age, bond, cover of open orders, refund and dispute rate with interval. */
int service_merchant_figures_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                                   struct error *error);
int service_merchant_write(struct service_call *call, struct text merchant_id, struct json_writer *ret,
                           struct error *error);
/* The calling merchant's own desk: balances, bond, figures, open claims. */
int service_merchant_desk_write(struct service_call *call, struct json_writer *ret, struct error *error);
/* Ledger transactions that touch the calling merchant's accounts, newest first; cursor is the last number. */
int service_merchant_ledger_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                                 struct error *error);

struct service_bond {
    struct text merchant_id;
    int64_t amount;
    struct text currency;
    bool withdraw;
    struct text reference; /* of the bank's statement; makes a retry harmless */
};
/* A withdrawal first takes back what the platform advanced for the merchant. Only operators and the system. Fails with
 * LEDGER_DUPLICATE, LEDGER_INSUFFICIENT, BOND_NEEDED (open orders need it). */
int service_bond_move(struct service_call *call, const struct service_bond *in, int64_t *ret_balance,
                      struct error *error);

struct service_payout {
    struct text merchant_id;
    int64_t amount;
    struct text currency;
    struct text reference; /* of the bank; makes a retry harmless */
};
/* Pays of a merchant's balance out, of which advances are taken back first; *ret_balance is what is left. Only operators and the
 * system. Fails with NOT_FOUND, LEDGER_DUPLICATE, LEDGER_INSUFFICIENT. */
int service_payout_make(struct service_call *call, const struct service_payout *in, int64_t *ret_balance,
                        struct error *error);

#endif
