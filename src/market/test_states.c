/* SPDX-License-Identifier: Apache-2.0 */
/* The three state tables walked whole, and the times that follow from them. */
#include "market/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void every_order_step_is_in_the_table_or_refused_unchanged(void **state)
{
    (void)state;
    int allowed = 0;
    for (int from = 0; from < ORDER_STATE_COUNT; from++)
        for (int event = 0; event < ORDER_EVENT_COUNT; event++) {
            enum order_state to = (enum order_state)77;
            struct error error = {0};
            if (order_step((enum order_state)from, (enum order_event)event, &to, &error) == 0) {
                allowed++;
                assert_true((unsigned)to < ORDER_STATE_COUNT);
            } else {
                assert_int_equal(to, 77);
                assert_int_equal(error.code, ERROR_ORDER_STATE);
            }
        }
    assert_int_equal(allowed, 19);
}

static void money_leaves_escrow_once_and_never_comes_back(void **state)
{
    (void)state;
    for (int from = 0; from < ORDER_STATE_COUNT; from++)
        for (int event = 0; event < ORDER_EVENT_COUNT; event++) {
            enum order_state to;
            if (order_step((enum order_state)from, (enum order_event)event, &to, NULL) < 0)
                continue;
            if (!order_in_escrow((enum order_state)from) && event != ORDER_EVENT_PAY)
                assert_false(order_in_escrow(to));
            if (from == ORDER_STATE_REFUNDED || from == ORDER_STATE_EXPIRED)
                fail_msg("%s is final", order_state_word((enum order_state)from)->wire);
        }
}

static void a_card_is_never_unseen_unused_or_unrevoked_again(void **state)
{
    (void)state;
    static const int rank[] = {[CARD_STATE_STOCK] = 0,    [CARD_STATE_RESERVED] = 0, [CARD_STATE_SEALED] = 1,
                               [CARD_STATE_REVEALED] = 2, [CARD_STATE_REDEEMED] = 3, [CARD_STATE_REVOKED] = 3};
    int alarms = 0;
    for (int from = 0; from < CARD_STATE_COUNT; from++)
        for (int event = 0; event < CARD_EVENT_COUNT; event++) {
            enum card_state to;
            bool alarm = false;
            if (card_step((enum card_state)from, (enum card_event)event, &to, &alarm, NULL) < 0)
                continue;
            assert_true(rank[to] >= rank[from]);
            if (from == CARD_STATE_REDEEMED || from == CARD_STATE_REVOKED)
                assert_int_equal(to, from);
            if (to == CARD_STATE_STOCK)
                assert_int_equal(from, CARD_STATE_RESERVED);
            alarms += alarm;
        }
    assert_int_equal(alarms, 4);
}

static void redemption_after_revocation_raises_an_alarm_and_changes_nothing(void **state)
{
    (void)state;
    enum card_state to;
    bool alarm = false;
    assert_int_equal(card_step(CARD_STATE_REVOKED, CARD_EVENT_REDEEM, &to, &alarm, NULL), 0);
    assert_int_equal(to, CARD_STATE_REVOKED);
    assert_true(alarm);
    assert_int_equal(card_step(CARD_STATE_REVOKED, CARD_EVENT_REVEAL, &to, &alarm, NULL), -1);
    assert_int_equal(card_step(CARD_STATE_STOCK, CARD_EVENT_REVEAL, &to, &alarm, NULL), -1);
}

static void progress_never_goes_back(void **state)
{
    (void)state;
    enum service_state to;
    int progress = -9;
    struct error error = {0};
    assert_int_equal(service_step(SERVICE_STATE_STARTED, 40, SERVICE_EVENT_PROGRESS, 39, &to, &progress, &error), -1);
    assert_int_equal(error.code, ERROR_PROGRESS_BACKWARDS);
    assert_int_equal(progress, -9);
    assert_int_equal(service_step(SERVICE_STATE_STARTED, 40, SERVICE_EVENT_PROGRESS, 101, &to, &progress, &error), -1);
    assert_int_equal(error.code, ERROR_FIELD_RANGE);
    assert_int_equal(service_step(SERVICE_STATE_STARTED, 40, SERVICE_EVENT_LOGIN, -1, &to, &progress, &error), 0);
    assert_int_equal(progress, 40);
    assert_int_equal(service_step(SERVICE_STATE_STARTED, 40, SERVICE_EVENT_HAND_OVER, 80, &to, &progress, &error), 0);
    assert_int_equal(to, SERVICE_STATE_HANDED_OVER);
    assert_int_equal(progress, 80);
    assert_int_equal(service_step(SERVICE_STATE_AGREED, 0, SERVICE_EVENT_HAND_OVER, 100, &to, &progress, &error), -1);
    assert_int_equal(error.code, ERROR_SERVICE_STATE);
    assert_true(service_event_by_buyer(SERVICE_EVENT_ACCEPT));
    assert_false(service_event_by_buyer(SERVICE_EVENT_START));
}

static int64_t at(const char *text)
{
    int64_t time_us = 0;
    assert_int_equal(time_parse(text_of(text), &time_us, NULL), 0);
    return time_us;
}

static void seven_days_run_from_the_day_after_receipt_in_beijing(void **state)
{
    (void)state;
    static const char *cases[][2] = {
        {"2026-03-01T10:00:00+08:00", "2026-03-09T00:00:00+08:00"},
        {"2026-03-01T00:00:00+08:00", "2026-03-09T00:00:00+08:00"},
        {"2026-03-01T23:59:59+08:00", "2026-03-09T00:00:00+08:00"},
        {"2026-03-01T16:00:00Z", "2026-03-10T00:00:00+08:00"}, /* already the second in Beijing */
        {"2026-02-25T12:00:00+08:00", "2026-03-05T00:00:00+08:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(market_release_us(at(cases[i][0])), at(cases[i][1]));
    assert_int_equal(market_release_accepted_us(at("2026-03-01T10:00:00Z"), at("2026-03-09T00:00:00Z")),
                     at("2026-03-02T10:00:00Z"));
    assert_int_equal(market_release_accepted_us(at("2026-03-08T10:00:00Z"), at("2026-03-09T00:00:00Z")),
                     at("2026-03-09T00:00:00Z"));
}

static void late_is_after_the_promise_and_not_at_it(void **state)
{
    (void)state;
    int64_t promised = market_promised_us(1000000, 60);
    assert_int_equal(promised, 61000000);
    assert_false(market_overdue(promised, 0, promised));
    assert_true(market_overdue(promised, 0, promised + 1));
    assert_false(market_overdue(promised, promised, promised + 99));
    assert_true(market_overdue(promised, promised + 1, promised + 99));
}

static void every_state_has_words_and_is_found_by_its_wire_name(void **state)
{
    (void)state;
    for (int i = 0; i < ORDER_STATE_COUNT; i++)
        assert_true(order_state_word(i)->label_zh[0] && order_state_find(text_of(order_state_word(i)->wire)) == i);
    for (int i = 0; i < CARD_STATE_COUNT; i++)
        assert_true(card_state_word(i)->label_zh[0] && card_state_find(text_of(card_state_word(i)->wire)) == i);
    for (int i = 0; i < SERVICE_STATE_COUNT; i++)
        assert_true(service_state_word(i)->label_zh[0] &&
                    service_state_find(text_of(service_state_word(i)->wire)) == i);
    for (int i = 0; i < SERVICE_EVENT_COUNT; i++)
        assert_true(service_event_word(i)->label_zh[0] &&
                    service_event_find(text_of(service_event_word(i)->wire)) == i);
    assert_int_equal(order_state_find(TEXT_LITERAL("lost")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_step_is_in_the_table_or_refused_unchanged),
        cmocka_unit_test(money_leaves_escrow_once_and_never_comes_back),
        cmocka_unit_test(a_card_is_never_unseen_unused_or_unrevoked_again),
        cmocka_unit_test(redemption_after_revocation_raises_an_alarm_and_changes_nothing),
        cmocka_unit_test(progress_never_goes_back),
        cmocka_unit_test(seven_days_run_from_the_day_after_receipt_in_beijing),
        cmocka_unit_test(late_is_after_the_promise_and_not_at_it),
        cmocka_unit_test(every_state_has_words_and_is_found_by_its_wire_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
