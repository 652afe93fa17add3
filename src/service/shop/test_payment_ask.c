/* SPDX-License-Identifier: Apache-2.0 */
/* Payments whose callback never comes: nobody pumps the sandbox here, so only a question tells of them. */
#include "service/testing.h"

#include <stdio.h>
#include <string.h>

#include "pay/sandbox.h"
#include "service/worker.h"

static struct service_asked ask(struct testing *testing)
{
    struct service_asked asked;
    struct error error;
    if (service_payments_ask(testing->service, &asked, &error) < 0)
        fail_msg("%s", error.message);
    return asked;
}

static void pay(struct testing *testing, const struct testing_order *order, int64_t amount)
{
    char number[PAY_NUMBER_BYTES];
    struct error error;
    if (service_sandbox_pay(testing->service, text_of(order->reference), amount, number, &error) < 0)
        fail_msg("%s", error.message);
}

static void a_payment_that_was_not_called_back_is_found_by_asking(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    pay(testing, &order, 0);
    assert_int_equal(ask(testing).taken, 0); /* a callback may still come */
    testing_advance(testing, 119);
    assert_int_equal(ask(testing).taken, 0);
    testing_advance(testing, 10);
    assert_int_equal(ask(testing).taken, 1);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'delivered'"), 1);
    assert_int_equal(testing_count(testing, "card WHERE state = 'sealed'"), 1);
    /* The callback comes after all, and the questions go on. */
    assert_int_equal(pay_sandbox_pump(service_sandbox(testing->service), testing->clock.time_us,
                                      service_payment_deliver, testing->service),
                     1);
    testing_advance(testing, SERVICE_ORDER_PAY_S);
    assert_int_equal(ask(testing).taken, 0);
    assert_int_equal(testing_count(testing, "payment"), 1);
    testing_check_invariants(testing);
}

static void an_order_is_not_asked_about_in_every_round(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    testing_advance(testing, 130);
    assert_int_equal(ask(testing).taken, 0);
    pay(testing, &order, 0);
    testing_advance(testing, 60);
    assert_int_equal(ask(testing).taken, 0);
    testing_advance(testing, 180);
    assert_int_equal(ask(testing).taken, 1);
}

static void a_payment_at_the_last_moment_keeps_its_order(void **state)
{
    struct testing *testing = *state;
    struct testing_order paid, unpaid;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &paid);
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &unpaid);
    testing_advance(testing, SERVICE_ORDER_PAY_S - 1);
    pay(testing, &paid, 0);
    testing_advance(testing, TIME_DAY_S);
    struct service_asked asked = ask(testing);
    assert_int_equal(asked.taken, 1);
    assert_int_equal(asked.expired, 1);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'delivered'"), 1);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'expired'"), 1);
    testing_check_invariants(testing);
}

static void a_wrong_amount_waits_in_suspense_and_the_order_expires(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    pay(testing, &order, order.amount - 1);
    testing_advance(testing, 130);
    assert_int_equal(ask(testing).taken, 1);
    assert_int_equal(testing_count(testing, "payment WHERE disposition = 'suspense'"), 1);
    testing_advance(testing, TIME_DAY_S);
    struct service_asked asked = ask(testing);
    assert_int_equal(asked.taken, 0);
    assert_int_equal(asked.expired, 1);
    testing_check_invariants(testing);
}

static void an_order_waits_for_a_silent_provider_but_not_for_ever(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    pay(testing, &order, 0);
    testing_advance(testing, SERVICE_ORDER_PAY_S + 60);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_OFFLINE, 1);
    struct service_asked asked = ask(testing);
    assert_int_equal(asked.failures, 1);
    assert_int_equal(asked.expired, 0);
    assert_int_equal(ask(testing).taken, 1);
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    testing_advance(testing, SERVICE_ORDER_PAY_S + TIME_DAY_S);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_OFFLINE, 1);
    assert_int_equal(ask(testing).expired, 1);
    testing_check_invariants(testing);
}

static int cancel_run(struct service_call *call, void *argument, struct error *error)
{
    return service_order_cancel(call, text_of(argument), error);
}

static void money_for_an_order_that_was_given_up_is_found(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct error error;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    pay(testing, &order, 0);
    testing_write(testing, &testing->buyer, cancel_run, order.id, ERROR_NONE);
    testing_advance(testing, SERVICE_ORDER_PAY_S + 2);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_OFFLINE, 1);
    struct service_work work = {.failures = 0};
    assert_int_equal(service_jobs_work(testing->service, &work, &error), 0);
    assert_int_equal(work.taken, 0);
    assert_int_equal(work.failures, 1);
    testing_advance(testing, 60);
    assert_int_equal(service_jobs_work(testing->service, &work, &error), 0);
    assert_int_equal(work.taken, 1);
    assert_int_equal(testing_count(testing, "payment WHERE disposition = 'suspense'"), 1);
    assert_int_equal(testing_count(testing, "job WHERE state = 'done'"), 1);
    testing_check_invariants(testing);
}

static void orders_of_one_moment_are_all_asked_about(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    enum { ORDERS = 70 }; /* more than one portion */
    for (int i = 0; i < ORDERS; i++) {
        testing_buy(testing, &testing->buyer, testing->service_product_id, 1, &order);
        pay(testing, &order, 0);
    }
    testing_advance(testing, SERVICE_ORDER_PAY_S + 1);
    int64_t taken = ask(testing).taken;
    taken += ask(testing).taken;
    assert_int_equal(taken, ORDERS);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'paid'"), ORDERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_payment_that_was_not_called_back_is_found_by_asking),
        SERVICE_TEST(an_order_is_not_asked_about_in_every_round),
        SERVICE_TEST(a_payment_at_the_last_moment_keeps_its_order),
        SERVICE_TEST(a_wrong_amount_waits_in_suspense_and_the_order_expires),
        SERVICE_TEST(an_order_waits_for_a_silent_provider_but_not_for_ever),
        SERVICE_TEST(money_for_an_order_that_was_given_up_is_found),
        SERVICE_TEST(orders_of_one_moment_are_all_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
