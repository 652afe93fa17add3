/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in time: notice, the second of a change, what is announced, withdrawal. */
#include "service/policies/test_shop.h"

#include "service/shop/catalogue.h"
#include "service/worker.h"

static void work(struct testing *testing)
{
    struct service_work done = {.failures = 0};
    struct error error;
    if (service_work_once(testing->service, &done, &error) < 0)
        fail_msg("%s", error.message);
}

static int cancel_run(struct service_call *call, void *argument, struct error *error)
{
    return service_order_cancel(call, text_of(argument), error);
}

/* ---- time ---- */

static void a_new_version_takes_over_at_its_second_and_open_orders_keep_theirs(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES], pinned[200];
    struct shop_published one =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, one.id, NULL, ERROR_NONE);
    struct testing_order open;
    testing_buy(testing, &testing->buyer, goods.id, 1, &open);
    struct shop_published two =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 9), 0, ERROR_NONE);
    assert_string_equal(one.difference, "null");
    assert_non_null(strstr(two.difference, "\"change\":\"better\""));
    assert_non_null(strstr(two.difference, "\"harms_buyer\":false"));
    assert_int_equal(shop_column(testing, "effective_at - published_at", two.id), DAYS(7) * TIME_SECOND_US);
    testing_json(testing, &testing->buyer, service_product_write, goods.id, ERROR_NONE);
    assert_true(shop_answer_has(testing, two.id)); /* announced */
    testing_advance(testing, DAYS(7) - 1);
    assert_string_equal(shop_version_of_order(testing, goods.id), "1");
    testing_restart(testing);
    testing_advance(testing, 1);
    assert_string_equal(shop_version_of_order(testing, goods.id), "2");
    testing_json(testing, &testing->buyer, service_product_write, goods.id, ERROR_NONE);
    assert_true(shop_answer_has(testing, "\"version\":2"));
    assert_true(shop_answer_has(testing, "\"upcoming\":[]"));
    snprintf(pinned, sizeof pinned, "SELECT policy_id = '%s' FROM orders WHERE id = '%s'", one.id, open.id);
    assert_string_equal(testing_row(testing, pinned), "1");
    testing_check_invariants(testing);
}

static void a_change_for_the_worse_takes_fifteen_days_and_any_other_seven(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    int64_t now_us = testing->clock.time_us, day_us = TIME_DAY_S * TIME_SECOND_US;
    shop_text(text, "shop", 2, "", 3);
    struct shop_published early =
        shop_publish(testing, &testing->merchant, text, now_us + 15 * day_us - 1, ERROR_POLICY_NOTICE);
    assert_string_equal(early.refusal_name, "notice");
    assert_string_equal(early.refusal, "{\"article\":\"PRM-12\",\"days\":15,\"earliest_at\":\"2027-01-30T08:00:06Z\","
                                       "\"law\":\"网络交易平台规则监督管理办法(市监总局、网信办令第116号)\"}");
    struct shop_published worse = shop_publish(testing, &testing->merchant, text, now_us + 15 * day_us, ERROR_NONE);
    assert_int_equal(shop_column(testing, "harms_buyer", worse.id), 1);
    shop_text(text, "shop", 3, "", 7);
    shop_publish(testing, &testing->merchant, text, now_us + 7 * day_us - 1, ERROR_POLICY_NOTICE);
    shop_publish(testing, &testing->merchant, text, now_us + 367 * day_us, ERROR_FIELD_RANGE);
    struct shop_published same = shop_publish(testing, &testing->merchant, text, 0, ERROR_NONE);
    assert_int_equal(shop_column(testing, "effective_at - published_at", same.id), 7 * day_us);
    assert_non_null(strstr(same.notice, "ECL-34"));
}

static void to_take_back_what_was_announced_harms_buyers(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 14), 0, ERROR_NONE);
    struct shop_published back =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 3, "", 7), 0, ERROR_NONE);
    assert_int_equal(shop_column(testing, "effective_at - published_at", back.id), DAYS(15) * TIME_SECOND_US);
    assert_int_equal(shop_column(testing, "harms_buyer", back.id), 1);
    assert_non_null(strstr(back.difference, "\"changes\":[]")); /* to what is in force now there is none */
}

static void the_day_in_the_text_is_not_undercut(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    shop_text(text, "shop", 1, "effective \"2027-02-01\"\n", 7);
    shop_publish(testing, &testing->merchant, text, testing->clock.time_us, ERROR_POLICY_NOTICE);
    struct shop_published later = shop_publish(testing, &testing->merchant, text, 0, ERROR_NONE);
    assert_int_equal(shop_column(testing, "effective_at", later.id),
                     INT64_C(1801411200) * TIME_SECOND_US); /* in Beijing */
    shop_product(testing, later.id, NULL, ERROR_POLICY_NOT_IN_FORCE);
    testing_advance(testing, DAYS(17));
    shop_product(testing, later.id, NULL, ERROR_NONE);
}

static void a_newer_version_overtakes_an_older_one_and_few_are_announced(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    struct shop_published one =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    int64_t day_us = TIME_DAY_S * TIME_SECOND_US, now_us = testing->clock.time_us;
    struct shop_published slow =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 8), now_us + 60 * day_us, ERROR_NONE);
    struct shop_published fast =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 3, "", 9), now_us + 30 * day_us, ERROR_NONE);
    testing_json(testing, &testing->stranger, service_policy_write, one.id, ERROR_NONE);
    assert_true(shop_answer_has(testing, fast.id));
    assert_false(shop_answer_has(testing, slow.id));
    testing_json(testing, &testing->stranger, service_policy_write, slow.id, ERROR_NONE);
    assert_true(shop_answer_has(testing, "\"state\":\"replaced\""));
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 4, "", 9), 0, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 5, "", 9), 0, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 6, "", 9), 0, ERROR_POLICY_ANNOUNCED);
    shop_withdraw(testing, &testing->merchant, slow.id, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 6, "", 9), 0, ERROR_NONE);
}

static void what_the_buyer_was_shown_is_what_he_orders_under(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    struct shop_published one =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, one.id, NULL, ERROR_NONE);
    struct shop_published two =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 9), 0, ERROR_NONE);
    shop_order(testing, goods.id, one.id, ERROR_NONE);
    shop_order(testing, goods.id, two.id, ERROR_POLICY_CHANGED); /* not yet */
    testing_advance(testing, DAYS(7));
    shop_order(testing, goods.id, one.id, ERROR_POLICY_CHANGED);
    shop_order(testing, goods.id, two.id, ERROR_NONE);
}

/* ---- withdrawal ---- */

static void a_version_is_withdrawn_when_nothing_rests_on_it_and_stays_readable(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    struct testing_order order;
    struct shop_published one =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, one.id, NULL, ERROR_NONE);
    shop_withdraw(testing, &testing->rival, one.id, ERROR_NOT_FOUND);
    shop_withdraw(testing, &testing->operator, one.id, ERROR_NOT_FOUND);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_POLICY_IN_FORCE);
    testing_paid_order(testing, &testing->buyer, goods.id, &order);
    shop_pause(testing, goods.id);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_POLICY_PINNED);
    testing_advance(testing, DAYS(9)); /* the window has passed: the escrow is released */
    work(testing);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_NONE);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_POLICY_WITHDRAWN);
    assert_int_equal(testing_count(testing, "policy_withdrawal JOIN leaf USING (leaf_index) WHERE "
                                            "leaf.kind = 'policy_withdrawn'"),
                     1);
    testing_json(testing, &testing->stranger, service_policy_write, one.id, ERROR_NONE);
    assert_true(shop_answer_has(testing, "\"state\":\"withdrawn\""));
    assert_true(shop_answer_has(testing, "\"in_force\":null"));
    shop_product(testing, one.id, NULL, ERROR_POLICY_NOT_IN_FORCE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_VERSION_TAKEN);
    /* A line does not begin anew: what replaces it waits like any change. */
    struct shop_published two =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 3), 0, ERROR_NONE);
    assert_int_equal(shop_column(testing, "effective_at - published_at", two.id), DAYS(15) * TIME_SECOND_US);
    testing_check_invariants(testing);
}

static void a_version_that_was_replaced_is_withdrawn_when_its_last_order_ends(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    struct shop_published one =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, one.id, NULL, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 9), 0, ERROR_NONE);
    testing_advance(testing, DAYS(7) - 60);
    struct service_order_created unpaid = shop_order(testing, goods.id, NULL, ERROR_NONE);
    testing_advance(testing, 60);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_POLICY_PINNED);
    testing_write(testing, &testing->buyer, cancel_run, unpaid.order_id, ERROR_NONE);
    shop_withdraw(testing, &testing->merchant, one.id, ERROR_NONE);
    assert_string_equal(shop_version_of_order(testing, goods.id), "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_new_version_takes_over_at_its_second_and_open_orders_keep_theirs),
        SERVICE_TEST(a_change_for_the_worse_takes_fifteen_days_and_any_other_seven),
        SERVICE_TEST(to_take_back_what_was_announced_harms_buyers),
        SERVICE_TEST(the_day_in_the_text_is_not_undercut),
        SERVICE_TEST(a_newer_version_overtakes_an_older_one_and_few_are_announced),
        SERVICE_TEST(what_the_buyer_was_shown_is_what_he_orders_under),
        SERVICE_TEST(a_version_is_withdrawn_when_nothing_rests_on_it_and_stays_readable),
        SERVICE_TEST(a_version_that_was_replaced_is_withdrawn_when_its_last_order_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
