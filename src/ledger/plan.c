/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builders of balanced plans. Lines of the same account are merged and empty ones left out, so that a plan is what the books
 * need and nothing else. Every builder ends in ledger_plan_check: an unbalanced plan never leaves this file.
 */
#include "ledger/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"

static const struct text nobody = {"", 0};

static int begin(struct ledger_plan *plan, enum ledger_event event, const char *currency, const char *prefix,
                 struct text part, struct text last, struct error *error)
{
    assert(currency);
    assert(strlen(currency) == 3);
    *plan = (struct ledger_plan){.event = event};
    memcpy(plan->currency, currency, sizeof plan->currency);
    int length = part.length > 0
                     ? snprintf(plan->unique_key, sizeof plan->unique_key, "%s:%.*s:%.*s", prefix, TEXT_ARG(part),
                                TEXT_ARG(last))
                     : snprintf(plan->unique_key, sizeof plan->unique_key, "%s:%.*s", prefix, TEXT_ARG(last));
    if (length < 0 || (size_t)length >= sizeof plan->unique_key)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the key of a ledger transaction is too long");
    if (last.length == 0)
        return error_set(error, ERROR_LEDGER_UNBALANCED, "a ledger transaction needs a key");
    return 0;
}

static int amount_check(int64_t amount, struct error *error)
{
    if (amount > 0 && amount <= MONEY_MAXIMUM)
        return 0;
    return error_set(error, ERROR_LEDGER_AMOUNT, "an amount must be between 1 and %lld", (long long)MONEY_MAXIMUM);
}

static void add(struct ledger_plan *plan, enum ledger_account_kind kind, struct text owner, int64_t amount)
{
    if (amount == 0)
        return;
    for (int i = 0; i < plan->line_count; i++) {
        struct ledger_line *line = &plan->lines[i];
        if (line->kind != kind || !text_equal(line->owner, owner))
            continue;
        line->amount += amount;
        if (line->amount == 0)
            *line = plan->lines[--plan->line_count];
        return;
    }
    assert(plan->line_count < LEDGER_LINES_MAX);
    plan->lines[plan->line_count++] = (struct ledger_line){kind, owner, amount};
}

static int finish(const struct ledger_plan *plan, struct ledger_plan *ret, struct error *error)
{
    if (ledger_plan_check(plan, error) < 0)
        return -1;
    *ret = *plan;
    return 0;
}

struct pair {
    enum ledger_account_kind from, to;
    struct text from_owner, to_owner;
};

/* One amount from one account to another: most events are no more than that. */
static int simple(enum ledger_event event, int64_t amount, const char *currency, struct pair pair, const char *prefix,
                  struct text part, struct text key, struct ledger_plan *ret, struct error *error)
{
    assert(ret);
    struct ledger_plan plan;
    if (amount_check(amount, error) < 0 || begin(&plan, event, currency, prefix, part, key, error) < 0)
        return -1;
    add(&plan, pair.from, pair.from_owner, -amount);
    add(&plan, pair.to, pair.to_owner, amount);
    return finish(&plan, ret, error);
}

int ledger_plan_pay(int64_t amount, const char *currency, struct text provider, struct text trade, bool to_order,
                    struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_PROVIDER, to_order ? LEDGER_ACCOUNT_ESCROW : LEDGER_ACCOUNT_SUSPENSE, provider,
                        nobody};
    return simple(to_order ? LEDGER_EVENT_PAY : LEDGER_EVENT_PAY_SUSPENSE, amount, currency, pair, "pay", provider,
                  trade, ret, error);
}

int ledger_plan_suspense_assign(int64_t amount, const char *currency, struct text provider, struct text trade,
                                struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_SUSPENSE, LEDGER_ACCOUNT_ESCROW, nobody, nobody};
    return simple(LEDGER_EVENT_SUSPENSE_ASSIGN, amount, currency, pair, "assign", provider, trade, ret, error);
}

int ledger_plan_suspense_refund(int64_t amount, const char *currency, struct text refund, struct ledger_plan *ret,
                                struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_SUSPENSE, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT, nobody, nobody};
    return simple(LEDGER_EVENT_SUSPENSE_REFUND, amount, currency, pair, "refund", nobody, refund, ret, error);
}

int ledger_plan_refund_confirmed(int64_t amount, const char *currency, struct text provider, struct text refund,
                                 struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT, LEDGER_ACCOUNT_PROVIDER, nobody, provider};
    return simple(LEDGER_EVENT_REFUND_CONFIRMED, amount, currency, pair, "refund_confirmed", nobody, refund, ret,
                  error);
}

int ledger_plan_refund_failed(int64_t amount, const char *currency, struct text refund, struct ledger_plan *ret,
                              struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT, LEDGER_ACCOUNT_SUSPENSE, nobody, nobody};
    return simple(LEDGER_EVENT_REFUND_FAILED, amount, currency, pair, "refund_failed", nobody, refund, ret, error);
}

int ledger_plan_recover(int64_t amount, bool from_bond, const char *currency, struct text merchant, struct text key,
                        struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {from_bond ? LEDGER_ACCOUNT_MERCHANT_BOND : LEDGER_ACCOUNT_MERCHANT_PAYABLE,
                        LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, merchant, merchant};
    return simple(LEDGER_EVENT_RECOVER, amount, currency, pair, "recover", nobody, key, ret, error);
}

int ledger_plan_bond_deposit(int64_t amount, const char *currency, struct text merchant, struct text provider,
                             struct text key, struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_PROVIDER, LEDGER_ACCOUNT_MERCHANT_BOND, provider, merchant};
    return simple(LEDGER_EVENT_BOND_DEPOSIT, amount, currency, pair, "bond_deposit", nobody, key, ret, error);
}

int ledger_plan_bond_withdraw(int64_t amount, const char *currency, struct text merchant, struct text provider,
                              struct text key, struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_MERCHANT_BOND, LEDGER_ACCOUNT_PROVIDER, merchant, provider};
    return simple(LEDGER_EVENT_BOND_WITHDRAW, amount, currency, pair, "bond_withdraw", nobody, key, ret, error);
}

int ledger_plan_payout(int64_t amount, const char *currency, struct text merchant, struct text provider,
                       struct text key, struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_MERCHANT_PAYABLE, LEDGER_ACCOUNT_PROVIDER, merchant, provider};
    return simple(LEDGER_EVENT_PAYOUT, amount, currency, pair, "payout", nobody, key, ret, error);
}

int ledger_plan_goodwill_fund(int64_t amount, const char *currency, struct text key, struct ledger_plan *ret,
                              struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_PLATFORM_FEE, LEDGER_ACCOUNT_GOODWILL, nobody, nobody};
    return simple(LEDGER_EVENT_GOODWILL_FUND, amount, currency, pair, "goodwill_fund", nobody, key, ret, error);
}

int ledger_plan_issuer_paid(int64_t amount, const char *currency, struct text provider, struct text key,
                            struct ledger_plan *ret, struct error *error)
{
    struct pair pair = {LEDGER_ACCOUNT_PROVIDER, LEDGER_ACCOUNT_ISSUER_RECEIVABLE, provider, nobody};
    return simple(LEDGER_EVENT_ISSUER_PAID, amount, currency, pair, "issuer_paid", nobody, key, ret, error);
}

/* ---- refunds ---- */

static void source_add(struct ledger_sources *sources, enum ledger_source_kind kind, int64_t amount)
{
    if (amount == 0)
        return;
    assert(amount > 0);
    assert(sources->count < LEDGER_SOURCES_MAX);
    sources->items[sources->count++] = (struct ledger_source){kind, amount};
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The sources when the merchant bears and the escrow is gone: what he has earned, then his bond; the platform advances the rest
 * and claims it back (电子商务法 art. 58, 2019-01-01, with 消费者权益保护法 art. 44: the platform's advance and its recourse). */
static void merchant_pays(const struct ledger_refund_request *request, int64_t amount, struct ledger_plan *plan,
                          struct ledger_sources *sources)
{
    int64_t payable = least(amount, request->payable), bond = least(amount - payable, request->bond);
    int64_t advance = amount - payable - bond;
    source_add(sources, LEDGER_SOURCE_MERCHANT_PAYABLE, payable);
    source_add(sources, LEDGER_SOURCE_MERCHANT_BOND, bond);
    source_add(sources, LEDGER_SOURCE_ADVANCE, advance);
    add(plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE, request->merchant, -payable);
    add(plan, LEDGER_ACCOUNT_MERCHANT_BOND, request->merchant, -bond);
    add(plan, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, request->merchant, -advance);
}

/* Somebody else pays: the platform for its own fault, the goodwill fund, or the issuer. */
static void other_pays(const struct ledger_refund_request *request, int64_t amount, struct ledger_plan *plan,
                       struct ledger_sources *sources)
{
    int64_t goodwill = request->bearer == LEDGER_BEARER_GOODWILL ? least(amount, request->goodwill) : 0;
    int64_t issuer = request->bearer == LEDGER_BEARER_ISSUER ? amount : 0;
    int64_t platform = amount - goodwill - issuer;
    source_add(sources, LEDGER_SOURCE_GOODWILL, goodwill);
    source_add(sources, LEDGER_SOURCE_ISSUER, issuer);
    source_add(sources, LEDGER_SOURCE_PLATFORM, platform);
    add(plan, LEDGER_ACCOUNT_GOODWILL, nobody, -goodwill);
    add(plan, LEDGER_ACCOUNT_ISSUER_RECEIVABLE, nobody, -issuer);
    add(plan, LEDGER_ACCOUNT_PLATFORM_FEE, nobody, -platform);
}

/* Takes `amount` from whoever bears it. Money in escrow leaves whole: the part that the merchant keeps goes to him less the fee on
 * that part (rounded down, in his favour). */
static int take(const struct ledger_refund_request *request, int64_t amount, struct ledger_plan *plan,
                struct ledger_sources *sources, struct error *error)
{
    bool merchant = request->bearer == LEDGER_BEARER_MERCHANT;
    if (request->in_escrow) {
        int64_t kept = merchant ? request->order_amount - amount : request->order_amount, fee = 0;
        if (money_part(request->fee, kept, request->order_amount, &fee, error) < 0)
            return -1;
        add(plan, LEDGER_ACCOUNT_ESCROW, nobody, -request->order_amount);
        add(plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE, request->merchant, kept - fee);
        add(plan, LEDGER_ACCOUNT_PLATFORM_FEE, nobody, fee);
    }
    if (!merchant)
        other_pays(request, amount, plan, sources);
    else if (request->in_escrow)
        source_add(sources, LEDGER_SOURCE_ESCROW, amount);
    else
        merchant_pays(request, amount, plan, sources);
    return 0;
}

static int request_check(const struct ledger_refund_request *request, struct error *error)
{
    assert(request);
    assert(request->payable >= 0);
    assert(request->bond >= 0);
    assert(request->goodwill >= 0);
    if (amount_check(request->amount, error) < 0 || amount_check(request->order_amount, error) < 0)
        return -1;
    if (request->refunded < 0 || request->refunded > request->order_amount || request->fee < 0 ||
        request->fee > request->order_amount)
        return error_set(error, ERROR_LEDGER_AMOUNT, "refunded and fee must lie within the order's amount");
    if (request->in_escrow && request->refunded != 0)
        return error_set(error, ERROR_LEDGER_AMOUNT, "an order in escrow cannot have been refunded before");
    return 0;
}

int ledger_plan_refund(const struct ledger_refund_request *request, struct ledger_plan *ret,
                       struct ledger_sources *ret_sources, struct error *error)
{
    assert(ret);
    struct ledger_plan plan;
    struct ledger_sources sources = {0};
    if (request_check(request, error) < 0)
        return -1;
    if (request->amount > request->order_amount - request->refunded) {
        error_set(error, ERROR_LEDGER_AMOUNT, "the refund is more than what is left of the payment");
        return error_hint(error, "At most %lld can still be refunded.",
                          (long long)(request->order_amount - request->refunded));
    }
    bool shared =
        request->in_escrow && (request->amount < request->order_amount || request->bearer != LEDGER_BEARER_MERCHANT);
    if (begin(&plan, shared ? LEDGER_EVENT_SETTLE : LEDGER_EVENT_REFUND, request->currency, "refund", nobody,
              request->key, error) < 0 ||
        take(request, request->amount, &plan, &sources, error) < 0)
        return -1;
    add(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT, nobody, request->amount);
    if (finish(&plan, ret, error) < 0)
        return -1;
    if (ret_sources)
        *ret_sources = sources;
    return 0;
}

int ledger_plan_chargeback(const struct ledger_refund_request *request, struct ledger_plan *ret,
                           struct ledger_sources *ret_sources, struct error *error)
{
    assert(ret);
    struct ledger_plan plan;
    struct ledger_sources sources = {0};
    if (request_check(request, error) < 0 || begin(&plan, LEDGER_EVENT_CHARGEBACK, request->currency, "chargeback",
                                                   request->provider, request->key, error) < 0)
        return -1;
    int64_t owed = least(request->amount, request->order_amount - request->refunded), excess = request->amount - owed;
    if (owed > 0 && take(request, owed, &plan, &sources, error) < 0)
        return -1;
    add(&plan, LEDGER_ACCOUNT_PLATFORM_FEE, nobody, -excess);
    if (excess > 0 && sources.count > 0 && sources.items[sources.count - 1].kind == LEDGER_SOURCE_PLATFORM)
        sources.items[sources.count - 1].amount += excess;
    else
        source_add(&sources, LEDGER_SOURCE_PLATFORM, excess);
    add(&plan, LEDGER_ACCOUNT_PROVIDER, request->provider, request->amount);
    if (finish(&plan, ret, error) < 0)
        return -1;
    if (ret_sources)
        *ret_sources = sources;
    return 0;
}

int ledger_plan_release(int64_t amount, int64_t fee, int64_t receivable, const char *currency, struct text merchant,
                        struct text order, struct ledger_plan *ret, int64_t *ret_recovered, struct error *error)
{
    assert(ret);
    assert(receivable >= 0);
    struct ledger_plan plan;
    if (amount_check(amount, error) < 0 ||
        begin(&plan, LEDGER_EVENT_RELEASE, currency, "release", nobody, order, error) < 0)
        return -1;
    if (fee < 0 || fee > amount)
        return error_set(error, ERROR_LEDGER_AMOUNT, "the fee must lie within the amount");
    int64_t recovered = least(amount - fee, receivable);
    add(&plan, LEDGER_ACCOUNT_ESCROW, nobody, -amount);
    add(&plan, LEDGER_ACCOUNT_PLATFORM_FEE, nobody, fee);
    add(&plan, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, merchant, recovered);
    add(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE, merchant, amount - fee - recovered);
    if (finish(&plan, ret, error) < 0)
        return -1;
    if (ret_recovered)
        *ret_recovered = recovered;
    return 0;
}

int ledger_plan_check(const struct ledger_plan *plan, struct error *error)
{
    assert(plan);
    int64_t sum = 0;
    if (plan->unique_key[0] == '\0' || plan->currency[0] == '\0' || plan->line_count < 2 ||
        plan->line_count > LEDGER_LINES_MAX)
        return error_set(error, ERROR_LEDGER_UNBALANCED,
                         "a ledger transaction needs a key, a currency and at least two lines");
    for (int i = 0; i < plan->line_count; i++) {
        const struct ledger_line *line = &plan->lines[i];
        if (line->amount == 0 || line->amount > MONEY_MAXIMUM || line->amount < -MONEY_MAXIMUM)
            return error_set(error, ERROR_LEDGER_UNBALANCED, "line %d of %s is empty or too large", i,
                             plan->unique_key);
        bool owned = ledger_account_info(line->kind)->owner != LEDGER_OWNER_PLATFORM;
        if (owned != (line->owner.length > 0))
            return error_set(error, ERROR_LEDGER_UNBALANCED, "line %d of %s has the wrong owner", i, plan->unique_key);
        for (int j = 0; j < i; j++)
            if (plan->lines[j].kind == line->kind && text_equal(plan->lines[j].owner, line->owner))
                return error_set(error, ERROR_LEDGER_UNBALANCED, "%s names an account twice", plan->unique_key);
        sum += line->amount; /* at most twelve lines of MONEY_MAXIMUM: far from overflow */
    }
    if (sum != 0)
        return error_set(error, ERROR_LEDGER_UNBALANCED, "%s does not sum to zero but to %lld", plan->unique_key,
                         (long long)sum);
    return 0;
}
