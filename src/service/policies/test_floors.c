/* SPDX-License-Identifier: Apache-2.0 */
/* Floors: what a merchant may not publish, the floor of an order's day, and what becomes of a rule when its floor rises. */
#include "service/policies/test_shop.h"

#include "service/policies/floors.h"

/* "house" is the platform's own floor, and mandatory from here on. */
static void floors_open(struct testing *testing, int days)
{
    char text[SHOP_TEXT_BYTES];
    shop_publish(testing, &testing->operator, shop_text(text, "house", 1, "", days), 0, ERROR_NONE);
    testing->floors = "house";
    testing_restart(testing);
}

static const char *receipt_floors(struct testing *testing, const char *order_id)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT json_extract(CAST(item AS TEXT), '$.floors[0].name') || ' ' || json_extract(CAST(item AS TEXT), "
             "'$.floors[0].version') || ' ' || json_array_length(CAST(item AS TEXT), '$.floors') FROM leaf WHERE "
             "subject = '%s' AND sequence = 1",
             order_id);
    return testing_row(testing, sql);
}

static void what_is_below_a_floor_is_not_published_and_the_report_says_why(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    floors_open(testing, 5);
    int64_t policies = testing_count(testing, "policy");
    struct shop_published below =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 3), 0, ERROR_POLICY_FLOOR);
    assert_string_equal(below.refusal_name, "report");
    assert_non_null(strstr(below.refusal, "\"kind\":\"floor\""));
    assert_non_null(strstr(below.refusal, "\"example\":{"));
    assert_int_equal(testing_count(testing, "policy"), policies);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 5), 0, ERROR_NONE);
    /* The same for the platform's own, but not for the floor itself. */
    shop_publish(testing, &testing->operator, shop_text(text, "platform", 1, "", 3), 0, ERROR_POLICY_FLOOR);
    shop_publish(testing, &testing->operator, shop_text(text, "house", 2, "", 4), 0, ERROR_NONE);
}

static void the_floor_that_a_policy_names_counts_too(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "floor \"nowhere\"\n", 7), 0,
                 ERROR_POLICY_FLOOR_UNKNOWN);
    shop_publish(testing, &testing->operator, shop_text(text, "strict", 1, "", 10), 0, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "floor \"strict\"\n", 7), 0,
                 ERROR_POLICY_FLOOR);
    struct shop_published kept =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "floor \"strict\"\n", 10), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, kept.id, NULL, ERROR_NONE);
    struct service_order_created order = shop_order(testing, goods.id, NULL, ERROR_NONE);
    assert_string_equal(receipt_floors(testing, order.order_id), "strict 1 1");
}

static void an_order_records_the_floor_of_its_day_and_a_higher_one_stops_new_orders_only(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    struct testing_order paid;
    floors_open(testing, 5);
    struct shop_published rule =
        shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 6), 0, ERROR_NONE);
    struct shop_product goods = shop_product(testing, rule.id, NULL, ERROR_NONE);
    testing_buy(testing, &testing->buyer, goods.id, 1, &paid);
    assert_string_equal(receipt_floors(testing, paid.id), "house 1 1");
    /* Seven days ahead the platform announces a higher floor: from now on nobody publishes below it … */
    shop_publish(testing, &testing->operator, shop_text(text, "house", 2, "", 8), 0, ERROR_NONE);
    shop_publish(testing, &testing->rival, shop_text(text, "other", 1, "", 6), 0, ERROR_POLICY_FLOOR);
    struct shop_published better = shop_publish(testing, &testing->merchant, shop_text(text, "shop", 2, "", 9),
                                                testing->clock.time_us + DAYS(8) * TIME_SECOND_US, ERROR_NONE);
    testing_advance(testing, DAYS(7) - 1);
    shop_order(testing, goods.id, NULL, ERROR_NONE);
    /* … and from its second on nothing is sold below it, while what was sold goes on. */
    testing_advance(testing, 1);
    shop_order(testing, goods.id, NULL, ERROR_FLOOR_RAISED);
    struct shop_product another = shop_product(testing, rule.id, NULL, ERROR_POLICY_FLOOR);
    assert_non_null(strstr(another.refusal, "\"kind\":\"floor\""));
    testing_restart(testing);
    shop_order(testing, goods.id, NULL, ERROR_FLOOR_RAISED);
    testing_advance(testing, DAYS(1));
    struct service_order_created order = shop_order(testing, goods.id, better.id, ERROR_NONE);
    assert_string_equal(receipt_floors(testing, order.order_id), "house 2 1");
    assert_string_equal(receipt_floors(testing, paid.id), "house 1 1");
    testing_check_invariants(testing);
}

static void a_floor_that_was_withdrawn_no_longer_counts(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    floors_open(testing, 5);
    struct shop_published two =
        shop_publish(testing, &testing->operator, shop_text(text, "house", 2, "", 8), 0, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 6), 0, ERROR_POLICY_FLOOR);
    shop_withdraw(testing, &testing->operator, two.id, ERROR_NONE);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 6), 0, ERROR_NONE);
}

static void the_program_carries_floors_of_its_own(void **state)
{
    struct testing *testing = *state;
    char text[SHOP_TEXT_BYTES];
    testing->floors = "platform-baseline";
    testing_restart(testing);
    shop_publish(testing, &testing->merchant, shop_text(text, "shop", 1, "", 7), 0, ERROR_POLICY_FLOOR);
    /* The platform's set-up policies are below it: nothing is sold under them any more. */
    shop_order(testing, testing->product_id, NULL, ERROR_FLOOR_RAISED);
    shop_pause(testing, testing->product_id); /* which is always possible */
}

static void goods_and_money_that_do_not_fit_are_refused(void **state)
{
    struct testing *testing = *state;
    static const char licence[] = "policy \"games\" version 1\ngoods licence\n"
                                  "clause early \"14 天内\" \"within 14 days\"\n  when purchased within 14 days\n"
                                  "  refund full at once\notherwise review within 48 hours\n";
    static const char dollars[] = "policy \"dollars\" version 1\ngoods card_key\n"
                                  "clause small \"小额\" \"small amounts\"\n  when amount under 12.50 USD\n"
                                  "  refund full at once\notherwise review within 48 hours\n";
    shop_publish(testing, &testing->merchant, licence, 0, ERROR_POLICY_GOODS_UNSOLD);
    struct shop_published rule = shop_publish(testing, &testing->merchant, dollars, 0, ERROR_NONE);
    shop_product(testing, rule.id, "CNY", ERROR_CURRENCY_MISMATCH);
    shop_product(testing, rule.id, "USD", ERROR_NONE);
}

static int bad_names_run(struct service_call *call, void *argument, struct error *error)
{
    struct service_floors *floors;
    (void)call;
    int result = service_floors_new(text_of(argument), &floors, error);
    if (result == 0)
        service_floors_free(floors);
    return result;
}

static void names_of_floors_are_checked_at_start(void **state)
{
    struct testing *testing = *state;
    testing_read(testing, NULL, bad_names_run, "a,b,c", ERROR_NONE);
    testing_read(testing, NULL, bad_names_run, "a,,b", ERROR_FIELD_VALUE);
    testing_read(testing, NULL, bad_names_run, "a,b,c,d,e,f,g,h", ERROR_FIELD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(what_is_below_a_floor_is_not_published_and_the_report_says_why),
        SERVICE_TEST(the_floor_that_a_policy_names_counts_too),
        SERVICE_TEST(an_order_records_the_floor_of_its_day_and_a_higher_one_stops_new_orders_only),
        SERVICE_TEST(a_floor_that_was_withdrawn_no_longer_counts),
        SERVICE_TEST(the_program_carries_floors_of_its_own),
        SERVICE_TEST(goods_and_money_that_do_not_fit_are_refused),
        SERVICE_TEST(names_of_floors_are_checked_at_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
