/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a file a Range header asks for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "http/range.h"

static const struct {
    const char *header;
    uint64_t size;
    enum range_outcome outcome;
    uint64_t first, length;
} rows[] = {
    {NULL, 1000, RANGE_WHOLE, 0, 0},
    {"bytes=0-0", 1000, RANGE_PART, 0, 1},
    {"bytes=0-", 1000, RANGE_PART, 0, 1000},
    {"Bytes=5-9", 1000, RANGE_PART, 5, 5},
    {"bytes=990-5000", 1000, RANGE_PART, 990, 10},
    {"bytes=999-999", 1000, RANGE_PART, 999, 1},
    {"bytes=-10", 1000, RANGE_PART, 990, 10},
    {"bytes=-5000", 1000, RANGE_PART, 0, 1000},
    {"bytes=0-99999999999999999999999999", 1000, RANGE_PART, 0, 1000},
    {"bytes=1000-", 1000, RANGE_BEYOND, 0, 0},
    {"bytes=99999999999999999999999999-", 1000, RANGE_BEYOND, 0, 0},
    {"bytes=-0", 1000, RANGE_BEYOND, 0, 0},
    {"bytes=0-", 0, RANGE_BEYOND, 0, 0},
    {"bytes=-1", 0, RANGE_BEYOND, 0, 0},
    {"bytes=9-5", 1000, RANGE_WHOLE, 0, 0},
    {"bytes=", 1000, RANGE_WHOLE, 0, 0},
    {"bytes=-", 1000, RANGE_WHOLE, 0, 0},
    {"bytes=0-1,5-6", 1000, RANGE_WHOLE, 0, 0},
    {"bytes=0-1 ", 1000, RANGE_WHOLE, 0, 0},
    {"bytes=+1-2", 1000, RANGE_WHOLE, 0, 0},
    {"lines=0-1", 1000, RANGE_WHOLE, 0, 0},
};

static void a_range_header_names_a_part_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range = {0, 0};
        enum range_outcome outcome = range_read(rows[i].header, rows[i].size, &range);
        if (outcome != rows[i].outcome || range.first != rows[i].first || range.length != rows[i].length)
            print_error("%s of %llu\n", rows[i].header, (unsigned long long)rows[i].size);
        assert_int_equal(outcome, rows[i].outcome);
        assert_int_equal(range.first, rows[i].first);
        assert_int_equal(range.length, rows[i].length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_range_header_names_a_part_or_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
