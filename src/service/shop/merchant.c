/* SPDX-License-Identifier: Apache-2.0 */
/* What operators move of a merchant's money: the bond in and out, and payouts of what is due. */
#include "service/shop/merchant.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/money.h"
#include "ledger/ledger.h"
#include "service/internal.h"
#include "service/shop/figures.h"

static int move_check(struct service_call *call, int64_t amount, struct text currency, struct text reference,
                      struct error *error)
{
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator moves a merchant's money");
    if (amount <= 0 || amount > MONEY_MAXIMUM) {
        error_set(error, ERROR_FIELD_RANGE, "an amount is positive");
        return error_at(error, "/amount");
    }
    if (currency_check(currency, error) < 0)
        return error_at(error, "/currency");
    if (reference.length == 0 || reference.length > 64 || text_utf8_bad(reference) >= 0) {
        error_set(error, ERROR_FIELD_VALUE, "the reference of the bank's statement has 1 to 64 bytes");
        return error_at(error, "/reference");
    }
    return 0;
}

/* What is left after a withdrawal still covers the orders whose money is in escrow. */
static int withdrawal_check(struct service_call *call, const struct service_bond *in, const char *currency,
                            struct error *error)
{
    int64_t bond, open_amount;
    if (service_open_amount_load(call, in->merchant_id, "", INT64_MAX, &open_amount, error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, in->merchant_id, currency, &bond, error) < 0)
        return -1;
    if (bond - in->amount >= open_amount)
        return 0;
    error_set(error, ERROR_BOND_NEEDED, "the bond holds %lld and open orders are worth %lld", (long long)bond,
              (long long)open_amount);
    return error_hint(error, "withdraw less, or wait until the open orders are settled");
}

/* Before money leaves to a merchant, the platform takes back what it advanced for him: not every way into his accounts does. */
static int advances_recover(struct service_call *call, struct text merchant_id, const char *currency, bool from_bond,
                            struct text reference, struct error *error)
{
    enum ledger_account_kind kind = from_bond ? LEDGER_ACCOUNT_MERCHANT_BOND : LEDGER_ACCOUNT_MERCHANT_PAYABLE;
    struct ledger_plan plan;
    struct text none = {NULL, 0};
    int64_t advances, holds;
    if (service_ledger_balance(call, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, merchant_id, currency, &advances, error) < 0 ||
        service_ledger_balance(call, kind, merchant_id, currency, &holds, error) < 0)
        return -1;
    int64_t owed = -advances; /* an asset stands negative */
    int64_t amount = holds < owed ? holds : owed;
    if (amount <= 0)
        return 0;
    const char *way = from_bond ? "bond" : "payout";
    struct text key = text_of(arena_printf(call->arena, "%s:%.*s", way, TEXT_ARG(reference)));
    if (ledger_plan_recover(amount, from_bond, currency, merchant_id, key, &plan, error) < 0)
        return -1;
    return service_ledger_apply(call, &plan, none, none, NULL, error);
}

int service_bond_move(struct service_call *call, const struct service_bond *in, int64_t *ret_balance,
                      struct error *error)
{
    assert(call && in && ret_balance);
    struct service_merchant merchant;
    struct ledger_plan plan;
    struct text none = {NULL, 0}, provider = TEXT_LITERAL("sandbox");
    if (move_check(call, in->amount, in->currency, in->reference, error) < 0 ||
        service_merchant_load(call, in->merchant_id, &merchant, error) < 0)
        return -1;
    char currency[4] = "";
    memcpy(currency, in->currency.data, 3);
    if (in->withdraw && (advances_recover(call, in->merchant_id, currency, true, in->reference, error) < 0 ||
                         withdrawal_check(call, in, currency, error) < 0))
        return -1;
    int planned =
        in->withdraw
            ? ledger_plan_bond_withdraw(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error)
            : ledger_plan_bond_deposit(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error);
    struct service_operator_action action = {.action = in->withdraw ? "bond_withdraw" : "bond_deposit",
                                             .subject = in->merchant_id,
                                             .currency = in->currency,
                                             .reference = in->reference,
                                             .amount = in->amount};
    if (planned < 0 || service_ledger_apply(call, &plan, none, none, NULL, error) < 0 ||
        service_operator_log(call, &action, error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, in->merchant_id, currency, ret_balance, error);
}

int service_payout_make(struct service_call *call, const struct service_payout *in, int64_t *ret_balance,
                        struct error *error)
{
    assert(call && in && ret_balance);
    struct service_merchant merchant;
    struct ledger_plan plan;
    struct text none = {NULL, 0}, provider = TEXT_LITERAL("sandbox");
    if (move_check(call, in->amount, in->currency, in->reference, error) < 0 ||
        service_merchant_load(call, in->merchant_id, &merchant, error) < 0)
        return -1;
    char currency[4] = "";
    memcpy(currency, in->currency.data, 3);
    struct service_operator_action action = {.action = "payout",
                                             .subject = in->merchant_id,
                                             .currency = in->currency,
                                             .reference = in->reference,
                                             .amount = in->amount};
    if (advances_recover(call, in->merchant_id, currency, false, in->reference, error) < 0 ||
        ledger_plan_payout(in->amount, currency, in->merchant_id, provider, in->reference, &plan, error) < 0 ||
        service_ledger_apply(call, &plan, none, none, NULL, error) < 0 ||
        service_operator_log(call, &action, error) < 0)
        return -1;
    return service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_PAYABLE, in->merchant_id, currency, ret_balance, error);
}
