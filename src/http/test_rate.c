/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the token buckets: bursts, refill, separation, and the bounded table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/rate.h"

#define NOW INT64_C(1700000000000000)
#define SECOND INT64_C(1000000)

static const struct rate_class allowed = {.per_min = 60, .burst = 3};

static void a_burst_is_let_through_and_then_one_each_second(void **state)
{
    (void)state;
    struct rate *rate = rate_new(16, 1);
    struct text name = TEXT_LITERAL("a");
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(rate, name, 0, &allowed, NOW), 0);
    assert_int_equal(rate_take(rate, name, 0, &allowed, NOW), 1);
    assert_int_equal(rate_take(rate, name, 0, &allowed, NOW + SECOND), 0);
    assert_true(rate_take(rate, name, 0, &allowed, NOW + SECOND) > 0);
    assert_int_equal(rate_take(rate, name, 0, &allowed, NOW + 100 * SECOND), 0);
    rate_free(rate);
}

static void callers_and_classes_do_not_share(void **state)
{
    (void)state;
    struct rate *rate = rate_new(16, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(rate, TEXT_LITERAL("a"), 0, &allowed, NOW), 0);
    assert_true(rate_take(rate, TEXT_LITERAL("a"), 0, &allowed, NOW) > 0);
    assert_int_equal(rate_take(rate, TEXT_LITERAL("b"), 0, &allowed, NOW), 0);
    assert_int_equal(rate_take(rate, TEXT_LITERAL("a"), 1, &allowed, NOW), 0);
    rate_free(rate);
}

static void a_clock_that_steps_back_gives_nothing_away(void **state)
{
    (void)state;
    struct rate *rate = rate_new(16, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(rate, TEXT_LITERAL("a"), 0, &allowed, NOW), 0);
    assert_true(rate_take(rate, TEXT_LITERAL("a"), 0, &allowed, NOW - 1000 * SECOND) > 0);
    rate_free(rate);
}

static void a_full_table_forgets_those_who_used_least(void **state)
{
    (void)state;
    struct rate *rate = rate_new(1, 1); /* eight buckets */
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(rate, TEXT_LITERAL("greedy"), 0, &allowed, NOW), 0);
    for (int i = 0; i < 1000; i++) {
        char name[16];
        int length = snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(rate_take(rate, (struct text){name, (size_t)length}, 0, &allowed, NOW), 0);
    }
    assert_true(rate_take(rate, TEXT_LITERAL("greedy"), 0, &allowed, NOW) > 0);
    rate_free(rate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_let_through_and_then_one_each_second),
        cmocka_unit_test(callers_and_classes_do_not_share),
        cmocka_unit_test(a_clock_that_steps_back_gives_nothing_away),
        cmocka_unit_test(a_full_table_forgets_those_who_used_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
