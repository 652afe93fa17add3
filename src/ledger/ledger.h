/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double entry: for each event of money, the lines that record it. A plan is a value; the caller writes it in one transaction.
 * Sign convention and chart: ledger/accounts.def. Nothing here can make a plan that does not sum to zero.
 */
#ifndef SHUNTUI_LEDGER_LEDGER_H
#define SHUNTUI_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

#define LEDGER_UNPROTECTED INT64_MIN /* no floor: the row's minimum is NULL */
#define LEDGER_LINES_MAX 12
#define LEDGER_SOURCES_MAX 4 /* the longest: payable, bond, advance; goodwill, platform */
#define LEDGER_KEY_BYTES 160

enum ledger_account_kind {
#define LEDGER_ACCOUNT(name, ...) LEDGER_ACCOUNT_##name,
#include "ledger/accounts.def"
#undef LEDGER_ACCOUNT
    LEDGER_ACCOUNT_COUNT
};
enum ledger_sign { LEDGER_SIGN_ASSET, LEDGER_SIGN_LIABILITY };
enum ledger_owner { LEDGER_OWNER_PLATFORM, LEDGER_OWNER_MERCHANT, LEDGER_OWNER_PROVIDER };
enum ledger_event {
#define LEDGER_EVENT(name, ...) LEDGER_EVENT_##name,
#include "ledger/events.def"
#undef LEDGER_EVENT
    LEDGER_EVENT_COUNT
};
enum ledger_source_kind {
#define LEDGER_SOURCE(name, ...) LEDGER_SOURCE_##name,
#include "ledger/sources.def"
#undef LEDGER_SOURCE
    LEDGER_SOURCE_COUNT
};

struct ledger_account_info {
    const char *wire, *label_en, *label_zh;
    int64_t minimum; /* LEDGER_UNPROTECTED: none */
    enum ledger_sign sign;
    enum ledger_owner owner;
};
const struct ledger_account_info *ledger_account_info(enum ledger_account_kind kind);
int ledger_account_find(struct text wire); /* enum ledger_account_kind, or -1 */
struct ledger_name {
    const char *wire, *label_en, *label_zh;
};
const struct ledger_name *ledger_event_name(enum ledger_event event);
const struct ledger_name *ledger_source_name(enum ledger_source_kind source);

struct ledger_line {
    enum ledger_account_kind kind;
    struct text owner; /* a view of what the caller passed; empty for the platform's own accounts */
    int64_t amount;    /* never 0; positive raises the balance */
};
struct ledger_plan {
    enum ledger_event event;
    char currency[4];
    char unique_key[LEDGER_KEY_BYTES]; /* what makes a retry harmless */
    int line_count;
    struct ledger_line lines[LEDGER_LINES_MAX];
};

/* Who bears a refund. */
enum ledger_bearer { LEDGER_BEARER_MERCHANT, LEDGER_BEARER_PLATFORM, LEDGER_BEARER_GOODWILL, LEDGER_BEARER_ISSUER };

struct ledger_source {
    enum ledger_source_kind kind;
    int64_t amount; /* positive */
};
struct ledger_sources {
    int count;
    struct ledger_source items[LEDGER_SOURCES_MAX]; /* the rows of refund_source */
};

/* What is known of the order and its merchant when money goes back. Balances as they stand in this transaction. */
struct ledger_refund_request {
    int64_t amount;       /* to refund; 0 < amount <= order_amount - refunded */
    int64_t order_amount; /* paid for the order */
    int64_t refunded;     /* refunds and chargebacks decided before */
    int64_t fee;          /* of the whole order, taken at release */
    bool in_escrow;       /* the order's money has not left escrow: then all of it is there */
    enum ledger_bearer bearer;
    int64_t payable, bond, goodwill; /* balances, >= 0 */
    struct text merchant, provider;  /* owners */
    const char *currency;
    struct text key; /* id of the refund, or the provider's number of the chargeback */
};

/* Every builder returns 0, or -1 with LEDGER_AMOUNT, MONEY_OVERFLOW or LIMIT_EXCEEDED (a key too long); *ret is then
 * untouched. Amounts are positive minor units. */

/* Provider's callback. to_order: provider to escrow; otherwise to suspense (wrong amount, late, second). Key pay:PROVIDER:TRADE. */
int ledger_plan_pay(int64_t amount, const char *currency, struct text provider, struct text trade, bool to_order,
                    struct ledger_plan *ret, struct error *error);
/* Money in suspense is accepted for its order after all. Key assign:PROVIDER:TRADE. */
int ledger_plan_suspense_assign(int64_t amount, const char *currency, struct text provider, struct text trade,
                                struct ledger_plan *ret, struct error *error);
/* Money in suspense goes back to whoever paid. Key refund:REFUND. Has no refund_source rows: nobody bears it. */
int ledger_plan_suspense_refund(int64_t amount, const char *currency, struct text refund, struct ledger_plan *ret,
                                struct error *error);

/* A refund, wherever the money is now. While it is in escrow the whole escrow of the order is emptied in this one transaction
 * (kind refund when all goes back, settle when it is shared): what the buyer does not get goes to the merchant less the fee's share.
 *   merchant bears: escrow, or after release payable, then bond, then an advance of the platform that is a claim on the merchant.
 *   platform, goodwill, issuer bear: the merchant keeps the sale (PRM-27: generosity may not be charged to the merchant) and the
 *     named one pays; a goodwill fund that is too small is filled up by the platform.
 * Key refund:KEY. ret_sources may be NULL. */
int ledger_plan_refund(const struct ledger_refund_request *request, struct ledger_plan *ret,
                       struct ledger_sources *ret_sources, struct error *error);
/* The provider took money back by itself. Same sources; what goes beyond paid less refunded is the platform's loss, because nobody
 * else got it: refunds and chargebacks together never take more than was paid from anybody. Key chargeback:PROVIDER:KEY. */
int ledger_plan_chargeback(const struct ledger_refund_request *request, struct ledger_plan *ret,
                           struct ledger_sources *ret_sources, struct error *error);
/* The provider says that the refund arrived, or that it is impossible (then it waits in suspense for a person). Keys
 * refund_confirmed:REFUND and refund_failed:REFUND. */
int ledger_plan_refund_confirmed(int64_t amount, const char *currency, struct text provider, struct text refund,
                                 struct ledger_plan *ret, struct error *error);
int ledger_plan_refund_failed(int64_t amount, const char *currency, struct text refund, struct ledger_plan *ret,
                              struct error *error);

/* Escrow of the whole order to the merchant less the fee; what the platform advanced for this merchant (receivable >= 0) is
 * recovered first. *ret_recovered may be NULL. Key release:ORDER. */
int ledger_plan_release(int64_t amount, int64_t fee, int64_t receivable, const char *currency, struct text merchant,
                        struct text order, struct ledger_plan *ret, int64_t *ret_recovered, struct error *error);
/* Recovery of an advance from a balance that the merchant has. Key recover:KEY. */
int ledger_plan_recover(int64_t amount, bool from_bond, const char *currency, struct text merchant, struct text key,
                        struct ledger_plan *ret, struct error *error);
/* Keys bond_deposit:KEY, bond_withdraw:KEY, payout:KEY. The caller checks the balance; the database's CHECK holds it. */
int ledger_plan_bond_deposit(int64_t amount, const char *currency, struct text merchant, struct text provider,
                             struct text key, struct ledger_plan *ret, struct error *error);
int ledger_plan_bond_withdraw(int64_t amount, const char *currency, struct text merchant, struct text provider,
                              struct text key, struct ledger_plan *ret, struct error *error);
int ledger_plan_payout(int64_t amount, const char *currency, struct text merchant, struct text provider,
                       struct text key, struct ledger_plan *ret, struct error *error);
/* The platform fills the goodwill fund from its own; an issuer pays what it owes. Keys goodwill_fund:KEY, issuer_paid:KEY. */
int ledger_plan_goodwill_fund(int64_t amount, const char *currency, struct text key, struct ledger_plan *ret,
                              struct error *error);
int ledger_plan_issuer_paid(int64_t amount, const char *currency, struct text provider, struct text key,
                            struct ledger_plan *ret, struct error *error);

/* Sums to zero, no zero line, no account twice, key present. Returns 0, or -1 with LEDGER_UNBALANCED: to be called once more by
 * whoever writes a plan. */
int ledger_plan_check(const struct ledger_plan *plan, struct error *error);

/* The invariants of a database, from ledger/invariants.def: each query must return no row. */
struct ledger_invariant {
    const char *id, *name, *sql, *meaning_en, *meaning_zh;
};
int ledger_invariant_count(void);
const struct ledger_invariant *ledger_invariant(int index);

#endif
