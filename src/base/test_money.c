/* SPDX-License-Identifier: Apache-2.0 */
/* Checked sums and how an amount looks to people. */
#include "base/test_support.h"

#include "base/error.h"
#include "base/money.h"

enum operation { ADD, SUBTRACT, MULTIPLY };

static int apply(enum operation operation, int64_t a, int64_t b, int64_t *ret, struct error *error)
{
    if (operation == ADD)
        return money_add(a, b, ret, error);
    return operation == SUBTRACT ? money_subtract(a, b, ret, error) : money_multiply(a, b, ret, error);
}

static void sums_beyond_the_maximum_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum operation operation;
        int64_t a, b;
        bool is_good;
        int64_t result;
    } rows[] = {
        {ADD, 1, 2, true, 3},
        {ADD, MONEY_MAXIMUM - 1, 1, true, MONEY_MAXIMUM},
        {ADD, MONEY_MAXIMUM, 1, false, 0},
        {ADD, -MONEY_MAXIMUM, -1, false, 0},
        {ADD, INT64_MAX, 1, false, 0},
        {ADD, INT64_MAX, INT64_MIN, true, -1},
        {ADD, INT64_MIN, INT64_MIN, false, 0},
        {SUBTRACT, 1, 2, true, -1},
        {SUBTRACT, -MONEY_MAXIMUM, 0, true, -MONEY_MAXIMUM},
        {SUBTRACT, -MONEY_MAXIMUM, 1, false, 0},
        {SUBTRACT, 0, INT64_MIN, false, 0},
        {SUBTRACT, INT64_MIN, 1, false, 0},
        {SUBTRACT, INT64_MIN, INT64_MIN, true, 0},
        {MULTIPLY, 1250, 3, true, 3750},
        {MULTIPLY, -5, 3, true, -15},
        {MULTIPLY, MONEY_MAXIMUM, 1, true, MONEY_MAXIMUM},
        {MULTIPLY, MONEY_MAXIMUM, 2, false, 0},
        {MULTIPLY, INT64_MAX, INT64_MAX, false, 0},
        {MULTIPLY, INT64_MIN, -1, false, 0},
        {MULTIPLY, INT64_C(1) << 32, INT64_C(1) << 32, false, 0}, /* zero in 64 bits */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t result = 99;
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(apply(rows[i].operation, rows[i].a, rows[i].b, &result, &error), rows[i].is_good ? 0 : -1);
        assert_int_equal(error.code, rows[i].is_good ? ERROR_NONE : ERROR_MONEY_OVERFLOW);
        assert_true(result == (rows[i].is_good ? rows[i].result : 99));
    }
}

static void parts_are_rounded_down(void **state)
{
    (void)state;
    static const struct {
        int64_t amount, numerator, denominator, result;
    } rows[] = {
        {1000, 30, 100, 300},
        {999, 1, 2, 499},
        {1, 99, 100, 0},
        {-999, 1, 2, -500},
        {-1000, 30, 100, -300},
        {0, 5, 7, 0},
        {MONEY_MAXIMUM, INT64_MAX, INT64_MAX, MONEY_MAXIMUM},
        {7, 0, 3, 0},
    };
    int64_t result;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(money_part(rows[i].amount, rows[i].numerator, rows[i].denominator, &result, NULL), 0);
        assert_true(result == rows[i].result);
    }
    assert_int_equal(money_part(MONEY_MAXIMUM, 2, 1, &result, NULL), -1);
    assert_int_equal(money_part(INT64_MAX, INT64_MAX, 1, &result, NULL), -1);
}

static void a_part_and_its_rest_make_the_whole(void **state)
{
    (void)state;
    for (int64_t amount = 0; amount < 300; amount++) {
        for (int64_t percent = 0; percent <= 100; percent++) {
            int64_t part, rest;
            assert_int_equal(money_part(amount, percent, 100, &part, NULL), 0);
            assert_int_equal(money_subtract(amount, part, &rest, NULL), 0);
            assert_true(part >= 0 && rest >= 0 && part * 100 <= amount * percent);
        }
    }
}

static void only_known_currencies_pass(void **state)
{
    (void)state;
    assert_int_equal(currency_check(TEXT_LITERAL("CNY"), NULL), 0);
    static const char *const rows[] = {"", "cny", "CNYX", "CN", "ZZZ", "元"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(currency_check(text_of(rows[i]), &error), -1);
        assert_int_equal(error.code, ERROR_FIELD_VALUE);
    }
    assert_int_equal(currency_digits("JPY"), 0);
    assert_int_equal(currency_digits("CNY"), 2);
    assert_int_equal(currency_digits("KWD"), 3);
}

static void amounts_look_as_people_expect(void **state)
{
    (void)state;
    static const struct {
        struct money amount;
        const char *text;
    } rows[] = {
        {{1250, "CNY"}, "¥12.50"},
        {{5, "CNY"}, "¥0.05"},
        {{-5, "CNY"}, "-¥0.05"},
        {{0, "USD"}, "USD 0.00"},
        {{1250, "JPY"}, "JPY 1250"},
        {{-1250, "KWD"}, "-KWD 1.250"},
        {{INT64_MIN, "CNY"}, "-¥92233720368547758.08"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out;
        buffer_init(&out, 100);
        money_format(&out, rows[i].amount);
        assert_string_equal(out.data, rows[i].text);
        buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_beyond_the_maximum_are_refused), cmocka_unit_test(parts_are_rounded_down),
        cmocka_unit_test(a_part_and_its_rest_make_the_whole),  cmocka_unit_test(only_known_currencies_pass),
        cmocka_unit_test(amounts_look_as_people_expect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
