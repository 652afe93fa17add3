/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339 both ways, and the clock that moves only when told to. */
#include "base/test_support.h"

#include <string.h>

#include "base/error.h"
#include "base/time.h"

static const struct {
    const char *text, *formatted; /* formatted NULL: the same text */
    int64_t seconds, micros;
} good_rows[] = {
    {"1970-01-01T00:00:00Z", NULL, 0, 0},
    {"1969-12-31T23:59:59.999999Z", NULL, -1, 999999},
    {"2026-11-24T01:02:03Z", NULL, 1795482123, 0},
    {"2000-02-29T00:00:00Z", NULL, 951782400, 0},
    {"2024-02-29T23:59:59.000001Z", NULL, 1709251199, 1},
    {"0000-01-01T00:00:00Z", NULL, -62167219200, 0},
    {"9999-12-31T23:59:59.999999Z", NULL, 253402300799, 999999},
    {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z", 482196050, 520000}, /* RFC 3339 section 5.8 */
    {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z", 851042397, 0},
    {"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z", 662688000, 0},
    {"1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z", 662688000, 0},
    {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z", -1041337173, 870000},
    {"2026-11-24t01:02:03z", "2026-11-24T01:02:03Z", 1795482123, 0},
    {"2026-11-24T01:02:03-00:00", "2026-11-24T01:02:03Z", 1795482123, 0},
    {"2026-11-24T09:02:03+08:00", "2026-11-24T01:02:03Z", 1795482123, 0},
    {"2026-11-24T01:02:03.123456789Z", "2026-11-24T01:02:03.123456Z", 1795482123, 123456},
};

static void good_times_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
        int64_t time_us;
        char text[TIME_TEXT_BYTES];
        assert_int_equal(time_parse(text_of(good_rows[i].text), &time_us, NULL), 0);
        assert_true(time_us == good_rows[i].seconds * TIME_SECOND_US + good_rows[i].micros);
        assert_string_equal(time_format(time_us, text),
                            good_rows[i].formatted ? good_rows[i].formatted : good_rows[i].text);
    }
}

static void bad_times_are_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "2026-11-24",
        "2026-11-24T01:02:03",
        "2026-11-24 01:02:03Z",
        "2026-11-24T01:02:03Z ",
        " 2026-11-24T01:02:03Z",
        "2026-11-24T1:02:03Z",
        "26-11-24T01:02:03Z",
        "2026-00-24T01:02:03Z",
        "2026-13-24T01:02:03Z",
        "2026-11-31T01:02:03Z",
        "2026-02-29T01:02:03Z",
        "1900-02-29T01:02:03Z",
        "2026-11-00T01:02:03Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T01:60:03Z",
        "2026-11-24T01:02:61Z",
        "2026-11-24T01:02:60Z",
        "2026-11-24T23:59:60Z",
        "2026-11-24T01:02:03.Z",
        "2026-11-24T01:02:03,5Z",
        "2026-11-24T01:02:03.1234567890Z",
        "2026-11-24T01:02:03+8:00",
        "2026-11-24T01:02:03+0800",
        "2026-11-24T01:02:03+24:00",
        "2026-11-24T01:02:03+08:60",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "-001-01-01T00:00:00Z",
        "2026/11/24T01:02:03Z",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t time_us = 5;
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(time_parse(text_of(rows[i]), &time_us, &error), -1);
        assert_int_equal(error.code, ERROR_TIME_MALFORMED);
        assert_true(time_us == 5);
        assert_true(error.hint[0] != '\0');
    }
}

static void every_day_of_eight_centuries_comes_back(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES], before[TIME_TEXT_BYTES] = "";
    for (int64_t day = -146097; day <= 146097; day++) {
        int64_t time_us = day * TIME_DAY_S * TIME_SECOND_US, back;
        time_format(time_us, text);
        assert_true(strcmp(before, text) < 0);
        assert_int_equal(time_parse(text_of(text), &back, NULL), 0);
        assert_true(back == time_us);
        memcpy(before, text, sizeof before);
    }
}

static void days_are_counted_in_beijing(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-11-2", "2026-02-29", "2026-13-01", "2026-11-24 ",
                                      "2026/11/24", "24-11-2026"};
    char out[TIME_DAY_TEXT_BYTES], full[TIME_TEXT_BYTES];
    int64_t start_us;
    assert_int_equal(time_day_parse(text_of("2026-11-24"), &start_us, NULL), 0);
    assert_string_equal(time_format(start_us, full), "2026-11-23T16:00:00Z");
    assert_string_equal(time_day_format(start_us, out), "2026-11-24");
    assert_string_equal(time_day_format(start_us - 1, out), "2026-11-23");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(time_day_parse(text_of(bad[i]), &start_us, NULL), -1);
}

static void a_virtual_clock_moves_only_when_told(void **state)
{
    (void)state;
    struct clock_virtual clock;
    clock_virtual_init(&clock, 1000);
    assert_int_equal(clock.clock.now_us(&clock.clock), 1000);
    clock_virtual_advance(&clock, 2);
    assert_int_equal(clock.clock.now_us(&clock.clock), 2001000);
    struct clock *system = clock_system();
    int64_t first = system->now_us(system);
    assert_true(first > INT64_C(1700000000) * TIME_SECOND_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_times_are_read_and_written),         cmocka_unit_test(bad_times_are_refused),
        cmocka_unit_test(every_day_of_eight_centuries_comes_back), cmocka_unit_test(days_are_counted_in_beijing),
        cmocka_unit_test(a_virtual_clock_moves_only_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
