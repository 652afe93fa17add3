/* SPDX-License-Identifier: Apache-2.0 */
/* The merchant's own desk, and what operators move of his money. What everybody may see of him is in figures.h. */
#ifndef SHUNTUI_SERVICE_MERCHANT_H
#define SHUNTUI_SERVICE_MERCHANT_H

#include "market/market.h"
#include "service/service.h"

/* Of advice.def, for the vocabulary. */
enum service_advice {
#define ADVICE(name, ...) SERVICE_ADVICE_##name,
#include "service/shop/advice.def"
#undef ADVICE
    SERVICE_ADVICE_COUNT
};
const struct market_word *service_advice_word(enum service_advice advice);
/* The calling merchant's own desk: claims due, orders of today, low stock, bond, balances, figures, and one line of advice. */
int service_merchant_desk_write(struct service_call *call, struct json_writer *ret, struct error *error);

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
