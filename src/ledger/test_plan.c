/* SPDX-License-Identifier: Apache-2.0 */
/* Every builder against the double entry that it promises, and a small world walked exhaustively. */
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define T(literal) TEXT_LITERAL(literal)

static int64_t on(const struct ledger_plan *plan, enum ledger_account_kind kind)
{
    int64_t sum = 0;
    for (int i = 0; i < plan->line_count; i++)
        sum += plan->lines[i].kind == kind ? plan->lines[i].amount : 0;
    return sum;
}

static int64_t from(const struct ledger_sources *sources, enum ledger_source_kind kind)
{
    int64_t sum = 0;
    for (int i = 0; i < sources->count; i++)
        sum += sources->items[i].kind == kind ? sources->items[i].amount : 0;
    return sum;
}

static struct ledger_refund_request request_of(int64_t amount, bool in_escrow, enum ledger_bearer bearer)
{
    return (struct ledger_refund_request){.amount = amount,
                                          .order_amount = 1000,
                                          .fee = 50,
                                          .in_escrow = in_escrow,
                                          .bearer = bearer,
                                          .payable = 300,
                                          .bond = 200,
                                          .goodwill = 80,
                                          .merchant = T("mch_1"),
                                          .provider = T("sandbox"),
                                          .currency = "CNY",
                                          .key = T("rfd_1")};
}

static void a_full_refund_from_escrow_takes_no_fee(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(1000, true, LEDGER_BEARER_MERCHANT);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(plan.event, LEDGER_EVENT_REFUND);
    assert_string_equal(plan.unique_key, "refund:rfd_1");
    assert_int_equal(plan.line_count, 2);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), -1000);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT), 1000);
    assert_int_equal(from(&sources, LEDGER_SOURCE_ESCROW), 1000);
}

static void a_part_refund_gives_the_merchant_the_rest_less_the_fee_on_it(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(333, true, LEDGER_BEARER_MERCHANT);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(plan.event, LEDGER_EVENT_SETTLE);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), -1000);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT), 333);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), 33); /* 50 * 667 / 1000 */
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), 634);
    assert_int_equal(from(&sources, LEDGER_SOURCE_ESCROW), 333);
}

static void after_release_payable_pays_then_bond_then_an_advance(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(700, false, LEDGER_BEARER_MERCHANT);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), -300);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_BOND), -200);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE), -200);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT), 700);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), 0);
    assert_int_equal(sources.count, 3);
    assert_int_equal(from(&sources, LEDGER_SOURCE_ADVANCE), 200);
}

static void what_the_platform_bears_leaves_the_merchant_his_sale(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(1000, true, LEDGER_BEARER_PLATFORM);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), -1000);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), 950);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), 50 - 1000);
    assert_int_equal(from(&sources, LEDGER_SOURCE_PLATFORM), 1000);
    assert_int_equal(sources.count, 1);
}

static void a_goodwill_fund_that_is_too_small_is_filled_up_by_the_platform(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(100, true, LEDGER_BEARER_GOODWILL);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_GOODWILL), -80);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), 50 - 20);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), 950);
    assert_int_equal(from(&sources, LEDGER_SOURCE_GOODWILL), 80);
    assert_int_equal(from(&sources, LEDGER_SOURCE_PLATFORM), 20);
}

static void what_the_issuer_bears_is_owed_by_the_issuer(void **state)
{
    (void)state;
    struct ledger_refund_request request = request_of(400, false, LEDGER_BEARER_ISSUER);
    struct ledger_plan plan;
    struct ledger_sources sources;
    assert_int_equal(ledger_plan_refund(&request, &plan, &sources, NULL), 0);
    assert_int_equal(plan.line_count, 2);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ISSUER_RECEIVABLE), -400);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT), 400);
}

static void nobody_gets_more_back_than_was_paid(void **state)
{
    (void)state;
    struct error error = {0};
    struct ledger_plan plan = {.line_count = 7};
    struct ledger_refund_request request = request_of(601, false, LEDGER_BEARER_MERCHANT);
    request.refunded = 400;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), -1);
    assert_int_equal(error.code, ERROR_LEDGER_AMOUNT);
    assert_int_equal(plan.line_count, 7);
    request.amount = 600;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), 0);
    request.amount = 0;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), -1);
    request.amount = -5;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), -1);
    request.amount = INT64_MAX;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), -1);
    request.in_escrow = true;
    request.amount = 100;
    assert_int_equal(ledger_plan_refund(&request, &plan, NULL, &error), -1);
}

static void a_chargeback_beyond_what_is_left_is_the_platforms_loss(void **state)
{
    (void)state;
    struct ledger_plan plan;
    struct ledger_sources sources;
    struct ledger_refund_request request = request_of(1000, false, LEDGER_BEARER_MERCHANT);
    request.refunded = 900;
    assert_int_equal(ledger_plan_chargeback(&request, &plan, &sources, NULL), 0);
    assert_string_equal(plan.unique_key, "chargeback:sandbox:rfd_1");
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), -100);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), -900);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PROVIDER), 1000);
    request.refunded = 1000;
    assert_int_equal(ledger_plan_chargeback(&request, &plan, &sources, NULL), 0);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), -1000);
    request.refunded = 0;
    request.in_escrow = true;
    assert_int_equal(ledger_plan_chargeback(&request, &plan, &sources, NULL), 0);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), -1000);
}

static void a_release_recovers_what_was_advanced_first(void **state)
{
    (void)state;
    struct ledger_plan plan;
    int64_t recovered = -1;
    assert_int_equal(ledger_plan_release(1000, 50, 200, "CNY", T("mch_1"), T("ord_1"), &plan, &recovered, NULL), 0);
    assert_int_equal(recovered, 200);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), -1000);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE), 200);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), 750);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_PLATFORM_FEE), 50);
    assert_int_equal(ledger_plan_release(1000, 50, 5000, "CNY", T("mch_1"), T("ord_1"), &plan, &recovered, NULL), 0);
    assert_int_equal(recovered, 950);
    assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), 0);
    assert_int_equal(ledger_plan_release(1000, 1001, 0, "CNY", T("mch_1"), T("ord_1"), &plan, NULL, NULL), -1);
}

static void every_simple_event_moves_one_amount_between_two_accounts(void **state)
{
    (void)state;
    struct ledger_plan plan;
#define MOVES(call, from_kind, to_kind, key)                                                                           \
    do {                                                                                                               \
        assert_int_equal(call, 0);                                                                                     \
        assert_int_equal(plan.line_count, 2);                                                                          \
        assert_int_equal(on(&plan, LEDGER_ACCOUNT_##from_kind), -7);                                                   \
        assert_int_equal(on(&plan, LEDGER_ACCOUNT_##to_kind), 7);                                                      \
        assert_string_equal(plan.unique_key, key);                                                                     \
    } while (0)
    const struct text p = T("sandbox"), m = T("mch_1"), k = T("K1");
    MOVES(ledger_plan_pay(7, "CNY", p, k, true, &plan, NULL), PROVIDER, ESCROW, "pay:sandbox:K1");
    MOVES(ledger_plan_pay(7, "CNY", p, k, false, &plan, NULL), PROVIDER, SUSPENSE, "pay:sandbox:K1");
    MOVES(ledger_plan_suspense_assign(7, "CNY", p, k, &plan, NULL), SUSPENSE, ESCROW, "assign:sandbox:K1");
    MOVES(ledger_plan_suspense_refund(7, "CNY", k, &plan, NULL), SUSPENSE, REFUNDS_IN_FLIGHT, "refund:K1");
    MOVES(ledger_plan_refund_confirmed(7, "CNY", p, k, &plan, NULL), REFUNDS_IN_FLIGHT, PROVIDER,
          "refund_confirmed:K1");
    MOVES(ledger_plan_refund_failed(7, "CNY", k, &plan, NULL), REFUNDS_IN_FLIGHT, SUSPENSE, "refund_failed:K1");
    MOVES(ledger_plan_recover(7, false, "CNY", m, k, &plan, NULL), MERCHANT_PAYABLE, ADVANCES_RECEIVABLE, "recover:K1");
    MOVES(ledger_plan_recover(7, true, "CNY", m, k, &plan, NULL), MERCHANT_BOND, ADVANCES_RECEIVABLE, "recover:K1");
    MOVES(ledger_plan_bond_deposit(7, "CNY", m, p, k, &plan, NULL), PROVIDER, MERCHANT_BOND, "bond_deposit:K1");
    MOVES(ledger_plan_bond_withdraw(7, "CNY", m, p, k, &plan, NULL), MERCHANT_BOND, PROVIDER, "bond_withdraw:K1");
    MOVES(ledger_plan_payout(7, "CNY", m, p, k, &plan, NULL), MERCHANT_PAYABLE, PROVIDER, "payout:K1");
    MOVES(ledger_plan_goodwill_fund(7, "CNY", k, &plan, NULL), PLATFORM_FEE, GOODWILL, "goodwill_fund:K1");
    MOVES(ledger_plan_issuer_paid(7, "CNY", p, k, &plan, NULL), PROVIDER, ISSUER_RECEIVABLE, "issuer_paid:K1");
}

static void a_plan_with_a_hole_is_refused(void **state)
{
    (void)state;
    struct error error = {0};
    struct ledger_plan good, bad;
    assert_int_equal(ledger_plan_pay(7, "CNY", T("sandbox"), T("K1"), true, &good, NULL), 0);
    bad = good, bad.lines[0].amount++;
    assert_int_equal(ledger_plan_check(&bad, &error), -1);
    assert_int_equal(error.code, ERROR_LEDGER_UNBALANCED);
    bad = good, bad.lines[0].amount = 0, bad.lines[1].amount = 0;
    assert_int_equal(ledger_plan_check(&bad, NULL), -1);
    bad = good, bad.unique_key[0] = '\0';
    assert_int_equal(ledger_plan_check(&bad, NULL), -1);
    bad = good, bad.lines[0].owner = T("");
    assert_int_equal(ledger_plan_check(&bad, NULL), -1);
    bad = good, bad.lines[1].kind = LEDGER_ACCOUNT_PROVIDER, bad.lines[1].owner = T("sandbox");
    assert_int_equal(ledger_plan_check(&bad, NULL), -1);
    assert_int_equal(ledger_plan_pay(7, "CNY", T("sandbox"), T(""), true, &bad, NULL), -1);
    char long_key[200];
    memset(long_key, 'x', sizeof long_key);
    assert_int_equal(ledger_plan_payout(7, "CNY", T("m"), T("p"), (struct text){long_key, 200}, &bad, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
}

/* All amounts, bearers and balances of a world with an order of 6: always balanced, sources sum, nobody below zero. */
static void every_refund_of_a_small_world_balances_and_overdraws_nobody(void **state)
{
    (void)state;
    int made = 0;
    for (int code = 0; code < 6 * 2 * 4 * 3 * 3 * 3 * 3 * 6; code++) {
        int rest = code;
#define DIGIT(n) (rest % (n)), rest /= (n)
        struct ledger_refund_request r = {
            .order_amount = 6, .merchant = T("m"), .provider = T("p"), .currency = "CNY", .key = T("k")};
        r.amount = 1 + DIGIT(6);
        r.in_escrow = DIGIT(2);
        r.bearer = (enum ledger_bearer)DIGIT(4);
        r.payable = 2 * DIGIT(3);
        r.bond = DIGIT(3);
        r.goodwill = 2 * DIGIT(3);
        r.fee = DIGIT(3);
        r.refunded = r.in_escrow ? 0 : DIGIT(6);
        struct ledger_plan plan;
        struct ledger_sources sources;
        if (ledger_plan_refund(&r, &plan, &sources, NULL) < 0) {
            assert_true(r.amount > r.order_amount - r.refunded);
            continue;
        }
        made++;
        int64_t sum = 0;
        for (int i = 0; i < sources.count; i++)
            sum += sources.items[i].amount;
        assert_int_equal(sum, r.amount);
        assert_int_equal(on(&plan, LEDGER_ACCOUNT_REFUNDS_IN_FLIGHT), r.amount);
        assert_int_equal(on(&plan, LEDGER_ACCOUNT_ESCROW), r.in_escrow ? -6 : 0);
        assert_true(r.payable + on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE) >= 0);
        assert_true(r.bond + on(&plan, LEDGER_ACCOUNT_MERCHANT_BOND) >= 0);
        assert_true(r.goodwill + on(&plan, LEDGER_ACCOUNT_GOODWILL) >= 0);
        if (r.bearer != LEDGER_BEARER_MERCHANT) {
            assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_PAYABLE), r.in_escrow ? 6 - r.fee : 0);
            assert_int_equal(on(&plan, LEDGER_ACCOUNT_MERCHANT_BOND), 0);
        }
    }
    assert_true(made > 5000);
}

static void every_account_event_and_source_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < LEDGER_ACCOUNT_COUNT; i++) {
        const struct ledger_account_info *info = ledger_account_info((enum ledger_account_kind)i);
        assert_true(info->label_en[0] && info->label_zh[0]);
        assert_int_equal(ledger_account_find(text_of(info->wire)), i);
        assert_true(info->minimum == 0 || info->minimum == LEDGER_UNPROTECTED);
        assert_true(info->sign == LEDGER_SIGN_LIABILITY || info->minimum == LEDGER_UNPROTECTED);
    }
    assert_int_equal(ledger_account_find(T("cash")), -1);
    for (int i = 0; i < LEDGER_EVENT_COUNT; i++)
        assert_true(ledger_event_name((enum ledger_event)i)->label_zh[0]);
    for (int i = 0; i < LEDGER_SOURCE_COUNT; i++)
        assert_true(ledger_source_name((enum ledger_source_kind)i)->label_zh[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_refund_from_escrow_takes_no_fee),
        cmocka_unit_test(a_part_refund_gives_the_merchant_the_rest_less_the_fee_on_it),
        cmocka_unit_test(after_release_payable_pays_then_bond_then_an_advance),
        cmocka_unit_test(what_the_platform_bears_leaves_the_merchant_his_sale),
        cmocka_unit_test(a_goodwill_fund_that_is_too_small_is_filled_up_by_the_platform),
        cmocka_unit_test(what_the_issuer_bears_is_owed_by_the_issuer),
        cmocka_unit_test(nobody_gets_more_back_than_was_paid),
        cmocka_unit_test(a_chargeback_beyond_what_is_left_is_the_platforms_loss),
        cmocka_unit_test(a_release_recovers_what_was_advanced_first),
        cmocka_unit_test(every_simple_event_moves_one_amount_between_two_accounts),
        cmocka_unit_test(a_plan_with_a_hole_is_refused),
        cmocka_unit_test(every_refund_of_a_small_world_balances_and_overdraws_nobody),
        cmocka_unit_test(every_account_event_and_source_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
