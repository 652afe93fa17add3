/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading, reading by a table of fields, and canonical writing. */
#include "base/test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#define SOURCE_BYTES_MAX 20000

static struct json *parse(const char *source)
{
    struct json *document = NULL;
    struct error error = {.code = ERROR_NONE};
    if (json_parse(text_of(source), SOURCE_BYTES_MAX, &document, &error))
        fail_msg("%s: %s", source, error.message);
    return document;
}

static void bad_documents_are_refused_with_code_and_place(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        enum error_code code;
        int line, column;
        const char *pointer;
    } rows[] = {
        {"", ERROR_JSON_SYNTAX, 0, 0, ""},
        {"{", ERROR_JSON_SYNTAX, 0, 0, ""},
        {"{} {}", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[1,]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[01]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[+1]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[NaN]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"{'a':1}", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[\"\\u0000\"]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"{\"\\u0000\":1}", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[\"\\ud800\"]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"[\"\x01\"]", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"\xEF\xBB\xBF{}", ERROR_JSON_SYNTAX, 1, 0, ""},
        {"{\"a\":1,\n\"a\":2}", ERROR_JSON_DUPLICATE_KEY, 2, 0, ""},
        {"{\"a\":1,\"\\u0061\":2}", ERROR_JSON_DUPLICATE_KEY, 1, 0, ""},
        {"[\n \"卡\xFF\"]", ERROR_UTF8_INVALID, 2, 4, ""},
        {"[\"\xED\xA0\x80\"]", ERROR_UTF8_INVALID, 1, 3, ""},
        {"[9223372036854775808]", ERROR_FIELD_RANGE, 1, 0, ""},
        {"[-9223372036854775809]", ERROR_FIELD_RANGE, 1, 0, ""},
        {"{\"a\":[1,{\"b/c~\":2.5}]}", ERROR_FIELD_TYPE, 1, 18, "/a/1/b~1c~0"},
        {"[1e3]", ERROR_FIELD_TYPE, 1, 3, "/0"},
        {"1.0", ERROR_FIELD_TYPE, 1, 2, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *document = NULL;
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(json_parse(text_of(rows[i].source), SOURCE_BYTES_MAX, &document, &error), -1);
        assert_null(document);
        assert_string_equal(error_wire(error.code), error_wire(rows[i].code));
        assert_string_equal(error.pointer, rows[i].pointer);
        assert_true(error.line > 0 && error.column > 0);
        if (rows[i].line)
            assert_int_equal(error.line, rows[i].line);
        if (rows[i].column)
            assert_int_equal(error.column, rows[i].column);
    }
}

static void messages_never_repeat_the_input(void **state)
{
    (void)state;
    static const char *const rows[] = {"{\"card\": SECRET}", "{\"SECRET\":1,\"SECRET\":2}", "[\"a\\SECRET\"]",
                                       "[\"SECRET\xFF\"]", "\"SECRET\" \"SECRET\""};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *document;
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(json_parse(text_of(rows[i]), SOURCE_BYTES_MAX, &document, &error), -1);
        assert_null(strstr(error.message, "SECRET"));
        assert_null(strstr(error.hint, "SECRET"));
    }
}

static void size_depth_and_nul_are_limited_before_parsing(void **state)
{
    (void)state;
    struct json *document;
    struct error error = {.code = ERROR_NONE};
    char deep[80];
    assert_int_equal(json_parse(TEXT_LITERAL("[1,2]"), 4, &document, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
    memset(deep, '[', 33);
    memset(deep + 33, ']', 33);
    assert_int_equal(json_parse((struct text){deep, 66}, 100, &document, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
    assert_int_equal(error.column, 33);
    assert_int_equal(json_parse((struct text){deep + 1, 64}, 100, &document, &error), 0);
    json_free(document);
    document = parse("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"]");
    json_free(document);
    assert_int_equal(json_parse((struct text){"[1\0]", 4}, 100, &document, &error), -1);
    assert_int_equal(error.code, ERROR_JSON_SYNTAX);
    json_free(NULL);
}

static void values_are_read_back_in_document_order(void **state)
{
    (void)state;
    struct json *document = parse("{\"z\":[true,null,-7,\"卡\"],\"a\":{},\"m\":false}");
    static const char *const keys[] = {"z", "a", "m"};
    size_t cursor = 0, count = 0;
    struct text key;
    const struct json *value;
    while (json_next(document, &cursor, &key, &value))
        assert_true(count < 3 && text_is(key, keys[count++]));
    assert_int_equal(count, 3);
    const struct json *array = json_find(document, "z");
    assert_int_equal(json_count(array), 4);
    assert_true(json_boolean(json_item(array, 0)));
    assert_int_equal(json_kind(json_item(array, 1)), JSON_NULL);
    assert_int_equal(json_integer(json_item(array, 2)), -7);
    assert_true(text_is(json_string(json_item(array, 3)), "卡"));
    assert_int_equal(json_count(json_find(document, "a")), 0);
    assert_null(json_find(document, "Z"));
    cursor = 0;
    assert_false(json_next(json_find(document, "a"), &cursor, &key, &value));
    json_free(document);
}

struct body {
    struct text reason;
    int64_t amount;
    bool urgent, has_amount;
    const struct json *items, *more;
};

static const struct json_field body_fields[] = {
    JSON_FIELD_STRING(struct body, reason, true, 2, 12),
    {"amount", JSON_INTEGER, false, 1, 1000, offsetof(struct body, amount), offsetof(struct body, has_amount)},
    JSON_FIELD_BOOLEAN(struct body, urgent, false),
    JSON_FIELD_ARRAY(struct body, items, false, 1, 2),
    JSON_FIELD_OBJECT(struct body, more, false),
};

static int read_body(const char *source, struct body *body, struct error *error)
{
    struct json *document = parse(source);
    int result = json_read(document, body_fields, sizeof body_fields / sizeof *body_fields, "/body", body, error);
    json_free(document);
    return result;
}

static void wrong_members_are_named_with_pointer_and_hint(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        enum error_code code;
        const char *pointer, *hint;
    } rows[] = {
        {"{}", ERROR_FIELD_MISSING, "/body/reason", "Add \"reason\"; it is a text."},
        {"[]", ERROR_FIELD_TYPE, "/body", ""},
        {"{\"reason\":\"ok\",\"amuont\":1}", ERROR_FIELD_UNKNOWN, "/body/amuont", "Did you mean \"amount\"?"},
        {"{\"Reason\":\"ok\"}", ERROR_FIELD_UNKNOWN, "/body/Reason", "Did you mean \"reason\"?"},
        {"{\"reason\":\"ok\",\"currency\":1}", ERROR_FIELD_UNKNOWN, "/body/currency", ""},
        {"{\"a/b~\":1}", ERROR_FIELD_UNKNOWN, "/body/a~1b~0", ""},
        {"{\"reason\":5}", ERROR_FIELD_TYPE, "/body/reason", ""},
        {"{\"reason\":\"ok\",\"amount\":null}", ERROR_FIELD_TYPE, "/body/amount",
         "Leave the field out when there is no value."},
        {"{\"reason\":\"ok\",\"amount\":\"5\"}", ERROR_FIELD_TYPE, "/body/amount", ""},
        {"{\"reason\":\"ok\",\"amount\":0}", ERROR_FIELD_RANGE, "/body/amount", ""},
        {"{\"reason\":\"ok\",\"amount\":1001}", ERROR_FIELD_RANGE, "/body/amount", ""},
        {"{\"reason\":\"o\"}", ERROR_FIELD_TOO_SHORT, "/body/reason", ""},
        {"{\"reason\":\"1234567890123\"}", ERROR_FIELD_TOO_LONG, "/body/reason", ""},
        {"{\"reason\":\"ok\",\"items\":[]}", ERROR_FIELD_TOO_SHORT, "/body/items", ""},
        {"{\"reason\":\"ok\",\"items\":[1,2,3]}", ERROR_FIELD_TOO_LONG, "/body/items", ""},
        {"{\"reason\":\"ok\",\"urgent\":1}", ERROR_FIELD_TYPE, "/body/urgent", ""},
        {"{\"reason\":\"ok\",\"more\":[]}", ERROR_FIELD_TYPE, "/body/more", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct body body = {.amount = 0};
        struct error error = {.code = ERROR_NONE};
        assert_int_equal(read_body(rows[i].source, &body, &error), -1);
        assert_string_equal(error_wire(error.code), error_wire(rows[i].code));
        assert_string_equal(error.pointer, rows[i].pointer);
        assert_string_equal(error.hint, rows[i].hint);
    }
}

static void absent_members_leave_the_target_alone(void **state)
{
    (void)state;
    struct error error = {.code = ERROR_NONE};
    struct body body = {.amount = 77, .urgent = true};
    assert_int_equal(read_body("{\"reason\":\"dead\"}", &body, &error), 0);
    assert_int_equal(body.amount, 77);
    assert_true(body.urgent);
    assert_false(body.has_amount);
    assert_int_equal(read_body("{\"amount\":5,\"reason\":\"dead\",\"more\":{\"x\":1},\"items\":[1]}", &body, &error),
                     0);
    assert_int_equal(body.amount, 5);
    assert_true(body.has_amount);
    assert_non_null(body.more);
}

static void canonical_is(const char *source, const char *expected)
{
    struct json *document = parse(source);
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, SOURCE_BYTES_MAX);
    json_writer_init(&writer, &out);
    json_add_value(&writer, document);
    json_writer_done(&writer);
    assert_string_equal(out.data, expected);
    buffer_done(&out);
    json_free(document);
}

static void documents_are_written_in_the_form_of_rfc_8785(void **state)
{
    (void)state;
    /* RFC 8785 section 3.2.3: sorting by UTF-16 code units. */
    canonical_is(
        "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
        "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
        "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
        "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
        "\"😀\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
    /* Section 3.2.2.2, and the text of section 3.2.2 of the same RFC. */
    canonical_is("[\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"]",
                 "[\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]");
    canonical_is("[\"\\b\\t\\n\\f\\r\\u001f\\u007f\"]", "[\"\\b\\t\\n\\f\\r\\u001f\x7F\"]");
    canonical_is(" { \"b\" : [ ] , \"a\" : { } , \"c\":-0 } ", "{\"a\":{},\"b\":[],\"c\":0}");
    canonical_is("{\"z\":{\"b\":1,\"a\":[{\"d\":1,\"c\":2}]},\"aa\":1,\"a\":2}",
                 "{\"a\":2,\"aa\":1,\"z\":{\"a\":[{\"c\":2,\"d\":1}],\"b\":1}}");
    /* The tab, escaped as backslash and t, still comes before the newline, escaped as backslash and n. */
    canonical_is("{\"\\n\":1,\"\\t\":2,\"\\u0001\":3,\"\\\"\":4,\"!\":5,\"\\\\\":6,\"[\":7,\"]\":8}",
                 "{\"\\u0001\":3,\"\\t\":2,\"\\n\":1,\"!\":5,\"\\\"\":4,\"[\":7,\"\\\\\":6,\"]\":8}");
    canonical_is("[9223372036854775807,-9223372036854775808,true,false,null]",
                 "[9223372036854775807,-9223372036854775808,true,false,null]");
}

static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t place = 0; place < 20; place++) {
        for (int byte = 1; byte < 128; byte++) {
            char text[24], expected[64];
            struct buffer out;
            struct json_writer writer;
            memset(text, 'x', sizeof text);
            text[place] = (char)byte;
            buffer_init(&out, 1000);
            json_writer_init(&writer, &out);
            json_add_text(&writer, (struct text){text, 20});
            json_writer_done(&writer);
            struct json *document = parse(out.data);
            assert_memory_equal(json_string(document).data, text, 20);
            assert_int_equal(json_string(document).length, 20);
            snprintf(expected, sizeof expected, "\\u%04x", byte);
            bool is_long = byte < 32 && !strchr("\b\t\n\f\r", byte);
            assert_int_equal(strstr(out.data, expected) != NULL, is_long);
            json_free(document);
            buffer_done(&out);
        }
    }
}

static void members_may_be_written_in_any_order(void **state)
{
    (void)state;
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 100000);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    json_member_time(&writer, "until", INT64_C(1000000));
    json_member_time(&writer, "since", 0);
    json_key(&writer, "many");
    json_object_begin(&writer);
    for (int i = 0; i < 500; i++) { /* more than the writer holds without allocating */
        char key[8];
        snprintf(key, sizeof key, "k%03d", i * 7 % 500);
        json_member_integer(&writer, key, i);
    }
    json_object_end(&writer);
    json_member_hex(&writer, "hash", "\xab\x01", 2);
    json_member_boolean(&writer, "done", true);
    json_member_string(&writer, "none", NULL);
    json_key(&writer, "all");
    json_add_raw(&writer, TEXT_LITERAL("[1,{}]"));
    json_object_end(&writer);
    json_writer_done(&writer);
    assert_true(
        text_starts(buffer_text(&out), "{\"all\":[1,{}],\"done\":true,\"hash\":\"ab01\",\"many\":{\"k000\":0,"));
    assert_non_null(
        strstr(out.data, ",\"k499\":357},\"none\":null,\"since\":null,\"until\":\"1970-01-01T00:00:01Z\"}"));
    buffer_done(&out);
}

static void bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 1000);
    json_writer_init(&writer, &out);
    json_add_string(&writer, "卡\xFF\n\xC3");
    json_writer_done(&writer);
    assert_string_equal(out.data, "\"卡\xEF\xBF\xBD\\n\xEF\xBF\xBD\"");
    buffer_done(&out);
}

static void an_overflow_stays_an_overflow(void **state)
{
    (void)state;
    for (size_t maximum = 0; maximum < 39; maximum++) {
        struct buffer out;
        struct json_writer writer;
        buffer_init(&out, maximum);
        json_writer_init(&writer, &out);
        json_object_begin(&writer);
        json_member_string(&writer, "z", "some \n text");
        json_member_integer(&writer, "b", 12345678);
        json_member_integer(&writer, "a", 1);
        json_object_end(&writer);
        json_writer_done(&writer);
        assert_true(out.failed);
        buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_documents_are_refused_with_code_and_place),
        cmocka_unit_test(messages_never_repeat_the_input),
        cmocka_unit_test(size_depth_and_nul_are_limited_before_parsing),
        cmocka_unit_test(values_are_read_back_in_document_order),
        cmocka_unit_test(wrong_members_are_named_with_pointer_and_hint),
        cmocka_unit_test(absent_members_leave_the_target_alone),
        cmocka_unit_test(documents_are_written_in_the_form_of_rfc_8785),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(members_may_be_written_in_any_order),
        cmocka_unit_test(bad_bytes_become_replacement_characters),
        cmocka_unit_test(an_overflow_stays_an_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
