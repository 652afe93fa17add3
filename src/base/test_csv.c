/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for spreadsheets: what is written reads back as it was, and nothing in it computes. */
#include "base/test_support.h"

#include <string.h>

#include "base/csv.h"

static const char *written(struct buffer *out)
{
    return out->data + 3; /* past the byte order mark */
}

static void a_table_begins_with_a_byte_order_mark(void **state)
{
    (void)state;
    struct buffer out;
    struct csv csv;
    const char *const names[] = {"id", "amount"};
    buffer_init(&out, 1000);
    csv_begin(&csv, &out);
    assert_memory_equal(out.data, "\xEF\xBB\xBF", 3);
    csv_names(&csv, names, 2);
    assert_string_equal(written(&out), "id,amount\r\n");
    buffer_done(&out);
}

static void text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(void **state)
{
    static const struct {
        const char *value, *cell;
    } rows[] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"no\"", "\"say \"\"no\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"+86 10", "\"'+86 10\""},
        {"-2", "\"'-2\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"a=1", "a=1"},
        {"点卡 100 元", "点卡 100 元"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out;
        struct csv csv;
        buffer_init(&out, 1000);
        csv_begin(&csv, &out);
        csv_string(&csv, rows[i].value);
        csv_line_end(&csv);
        assert_int_equal(out.length, 3 + strlen(rows[i].cell) + 2);
        assert_memory_equal(written(&out), rows[i].cell, strlen(rows[i].cell));
        buffer_done(&out);
    }
}

static void numbers_money_and_times_are_cells_of_their_own_kind(void **state)
{
    (void)state;
    struct buffer out;
    struct csv csv;
    buffer_init(&out, 1000);
    csv_begin(&csv, &out);
    csv_integer(&csv, -7);
    csv_money(&csv, -1250, "CNY");
    csv_money(&csv, 5, "CNY");
    csv_money(&csv, 300, "JPY");
    csv_money(&csv, INT64_MIN, "CNY");
    csv_time(&csv, INT64_C(1800000000000000));
    csv_time(&csv, 0);
    csv_string(&csv, NULL);
    csv_line_end(&csv);
    csv_string(&csv, "next");
    csv_line_end(&csv);
    assert_string_equal(written(&out), "-7,-12.50,0.05,300,-92233720368547758.08,2027-01-15T08:00:00Z,,\r\nnext\r\n");
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_begins_with_a_byte_order_mark),
        cmocka_unit_test(text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe),
        cmocka_unit_test(numbers_money_and_times_are_cells_of_their_own_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
