/* SPDX-License-Identifier: Apache-2.0 */
/* Views, strict UTF-8, numbers, the bounded buffer, hex and base64. */
#include "base/test_support.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

static void bad_utf8_is_found_at_its_first_byte(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        ptrdiff_t bad;
    } rows[] = {
        {"", 0, -1},
        {"plain ascii, longer than one word", 33, -1},
        {"卡密", 6, -1},
        {"\xF0\x9F\x98\x80", 4, -1},
        {"\xF4\x8F\xBF\xBF", 4, -1},         /* U+10FFFF */
        {"\xEF\xBF\xBF", 3, -1},             /* a noncharacter is still well-formed */
        {"\xED\x9F\xBF\xEE\x80\x80", 6, -1}, /* either side of the surrogates */
        {"\x80", 1, 0},
        {"a\xBF", 2, 1},
        {"\xC0\xAF", 2, 0}, /* overlong slash */
        {"\xC1\xBF", 2, 0},
        {"\xE0\x9F\xBF", 3, 0},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
        {"\xED\xA0\x80", 3, 0},     /* high surrogate */
        {"\xED\xBF\xBF", 3, 0},     /* low surrogate */
        {"\xF4\x90\x80\x80", 4, 0}, /* U+110000 */
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xFE", 1, 0},
        {"\xFF", 1, 0},
        {"ab\xC3", 3, 2}, /* cut off */
        {"ab\xE5\x8D", 4, 2},
        {"ab\xF0\x9F\x98", 5, 2},
        {"12345678\xC3(", 10, 8}, /* behind a whole word of ASCII */
        {"\xE5\x8D\xA1\x80", 4, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(text_utf8_bad((struct text){rows[i].bytes, rows[i].length}), rows[i].bad);
}

static void a_clipped_text_ends_at_a_code_point(void **state)
{
    (void)state;
    struct text text = TEXT_LITERAL("a卡密");
    static const size_t lengths[] = {0, 1, 1, 1, 4, 4, 4, 7, 7};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        assert_int_equal(text_clip(text, i).length, lengths[i]);
    assert_int_equal(text_utf8_count(text), 3);
}

static void texts_compare_by_bytes(void **state)
{
    (void)state;
    assert_true(text_compare(TEXT_LITERAL("a"), TEXT_LITERAL("b")) < 0);
    assert_true(text_compare(TEXT_LITERAL("ab"), TEXT_LITERAL("a")) > 0);
    assert_true(text_compare(TEXT_LITERAL("\xC3"), TEXT_LITERAL("z")) > 0);
    assert_int_equal(text_compare(TEXT_LITERAL("a"), TEXT_LITERAL("a")), 0);
    assert_true(text_equal(text_of(NULL), TEXT_LITERAL("")));
    assert_true(text_starts(TEXT_LITERAL("ord_1"), "ord_"));
    assert_false(text_starts(TEXT_LITERAL("or"), "ord_"));
    assert_true(text_is(TEXT_LITERAL("x"), "x"));
    assert_false(text_is(TEXT_LITERAL("x\0"), "x"));
}

static void numbers_are_read_in_one_spelling_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error_code code;
        int64_t value;
    } rows[] = {
        {"0", ERROR_NONE, 0},
        {"7", ERROR_NONE, 7},
        {"-12", ERROR_NONE, -12},
        {"9223372036854775807", ERROR_NONE, INT64_MAX},
        {"-9223372036854775808", ERROR_NONE, INT64_MIN},
        {"9223372036854775808", ERROR_FIELD_RANGE, 0},
        {"-9223372036854775809", ERROR_FIELD_RANGE, 0},
        {"99999999999999999999999", ERROR_FIELD_RANGE, 0},
        {"", ERROR_FIELD_TYPE, 0},
        {"-", ERROR_FIELD_TYPE, 0},
        {"-0", ERROR_FIELD_TYPE, 0},
        {"+1", ERROR_FIELD_TYPE, 0},
        {"01", ERROR_FIELD_TYPE, 0},
        {" 1", ERROR_FIELD_TYPE, 0},
        {"1 ", ERROR_FIELD_TYPE, 0},
        {"1.0", ERROR_FIELD_TYPE, 0},
        {"0x1", ERROR_FIELD_TYPE, 0},
        {"99999999999999999999999x", ERROR_FIELD_TYPE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 42;
        struct error error = {.code = ERROR_NONE};
        int result = text_to_int64(text_of(rows[i].text), &value, &error);
        assert_int_equal(error.code, rows[i].code);
        assert_int_equal(result, rows[i].code ? -1 : 0);
        assert_true(value == (rows[i].code ? 42 : rows[i].value));
    }
}

static void a_buffer_fails_for_good_at_its_maximum(void **state)
{
    (void)state;
    struct buffer buffer;
    struct error error = {.code = ERROR_NONE};
    buffer_init(&buffer, 5);
    assert_int_equal(buffer_text(&buffer).length, 0);
    buffer_add_string(&buffer, "12345");
    assert_int_equal(buffer_check(&buffer, &error), 0);
    assert_string_equal(buffer.data, "12345");
    buffer_add_char(&buffer, '6');
    assert_int_equal(buffer_check(&buffer, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
    assert_int_equal(buffer.length, 5);
    buffer_add(&buffer, NULL, 0);
    assert_true(buffer.failed);
    buffer_clear(&buffer);
    buffer_addf(&buffer, "%d-%s", 12, "ab");
    assert_string_equal(buffer.data, "12-ab");
    assert_false(buffer.failed);
    buffer_addf(&buffer, "%s", "");
    assert_false(buffer.failed);
    buffer_done(&buffer);
}

static void a_buffer_grows_to_whatever_is_needed(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100000);
    for (int i = 0; i < 100000; i++)
        buffer_add_char(&buffer, (char)('a' + i % 26));
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, 100000);
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(buffer.data[i], 'a' + (int)(i % 26));
    assert_int_equal(buffer.data[100000], 0);
    buffer_done(&buffer);
}

static void integers_are_written_in_full(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"}, {-1, "-1"}, {10, "10"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer buffer;
        buffer_init(&buffer, 100);
        buffer_add_int(&buffer, rows[i].value);
        assert_string_equal(buffer.data, rows[i].text);
        buffer_done(&buffer);
    }
}

/* RFC 4648 section 10. */
static const struct {
    const char *plain, *base64;
} base64_rows[] = {{"", ""},
                   {"f", "Zg=="},
                   {"fo", "Zm8="},
                   {"foo", "Zm9v"},
                   {"foob", "Zm9vYg=="},
                   {"fooba", "Zm9vYmE="},
                   {"foobar", "Zm9vYmFy"}};

static void base64_goes_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof base64_rows / sizeof *base64_rows; i++) {
        struct buffer buffer;
        char out[16];
        size_t length;
        buffer_init(&buffer, 100);
        buffer_add_base64(&buffer, base64_rows[i].plain, strlen(base64_rows[i].plain));
        assert_true(text_is(buffer_text(&buffer), base64_rows[i].base64));
        assert_int_equal(base64_decode(buffer_text(&buffer), out, sizeof out, &length), 0);
        assert_true(text_is((struct text){out, length}, base64_rows[i].plain));
        buffer_done(&buffer);
    }
}

static void base64_in_another_spelling_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"Zg",      "Zg=",   "Zh==",     "Zm9=",     "Zg==Zg==",      "=Zg=", "Z===",
                                       "====",    "Zm9v=", "Zm 9v",    "Zm9v\n",   "Zm9_",          "Zm9-", "Zg=a",
                                       "Zm9vZg=", "Z",     "Zm8=Zm8=", "Zm9v====", "\xE5\x8D\xA1g", "Zm\0v"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[16];
        assert_int_equal(base64_decode(text_of(rows[i]), out, sizeof out, NULL), -1);
    }
    char small[2];
    assert_int_equal(base64_decode(TEXT_LITERAL("Zm9v"), small, sizeof small, NULL), -1);
}

static void hex_is_lower_case_and_even(void **state)
{
    (void)state;
    struct buffer buffer;
    uint8_t out[4];
    size_t length;
    buffer_init(&buffer, 100);
    buffer_add_hex(&buffer, "\x00\x0f\xff", 3);
    assert_string_equal(buffer.data, "000fff");
    assert_int_equal(hex_decode(buffer_text(&buffer), out, sizeof out, &length), 0);
    assert_int_equal(length, 3);
    assert_memory_equal(out, "\x00\x0f\xff", 3);
    assert_int_equal(hex_decode(TEXT_LITERAL("0F"), out, sizeof out, NULL), -1);
    assert_int_equal(hex_decode(TEXT_LITERAL("0"), out, sizeof out, NULL), -1);
    assert_int_equal(hex_decode(TEXT_LITERAL("0g"), out, sizeof out, NULL), -1);
    assert_int_equal(hex_decode(TEXT_LITERAL("0011223344"), out, sizeof out, NULL), -1);
    buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_utf8_is_found_at_its_first_byte),
        cmocka_unit_test(a_clipped_text_ends_at_a_code_point),
        cmocka_unit_test(texts_compare_by_bytes),
        cmocka_unit_test(numbers_are_read_in_one_spelling_only),
        cmocka_unit_test(a_buffer_fails_for_good_at_its_maximum),
        cmocka_unit_test(a_buffer_grows_to_whatever_is_needed),
        cmocka_unit_test(integers_are_written_in_full),
        cmocka_unit_test(base64_goes_both_ways),
        cmocka_unit_test(base64_in_another_spelling_is_refused),
        cmocka_unit_test(hex_is_lower_case_and_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
