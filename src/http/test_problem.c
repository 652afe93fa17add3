/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of problem details: what is told, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/problem.h"

static void a_refusal_tells_everything_useful(void **state)
{
    (void)state;
    struct error error;
    struct buffer out;
    error_set(&error, ERROR_JSON_SYNTAX, "expected \"}\"");
    error_hint(&error, "close the object");
    error_at(&error, "/a");
    error.line = 2;
    error.column = 7;
    buffer_init(&out, PROBLEM_BYTES_MAX);
    problem_write(&out, &error, NULL, "req_1");
    assert_string_equal(
        out.data,
        "{\"code\":\"json_syntax\",\"column\":7,\"detail\":\"expected \\\"}\\\"\",\"hint\":\"close the object\","
        "\"instance\":\"req_1\",\"line\":2,\"pointer\":\"/a\",\"status\":400,"
        "\"title\":\"The body is not valid JSON\",\"type\":\"/problems/json_syntax\"}");
    buffer_done(&out);
}

static void a_failure_of_ours_tells_no_insides(void **state)
{
    (void)state;
    struct error error;
    struct buffer out;
    error_set(&error, ERROR_IO, "cannot open /secret/path");
    error_hint(&error, "secret hint");
    error_at(&error, "secret pointer");
    buffer_init(&out, PROBLEM_BYTES_MAX);
    problem_write(&out, &error, NULL, "req_1");
    assert_null(strstr(out.data, "secret"));
    assert_non_null(strstr(out.data, "\"code\":\"io_error\""));
    buffer_done(&out);
}

static void what_an_error_has_no_room_for_is_one_more_member(void **state)
{
    (void)state;
    struct error error = {0};
    struct buffer out;
    const struct problem_member report = {"report", TEXT_LITERAL("{\"ok\":false}")};
    error_set(&error, ERROR_POLICY_FLOOR, "below");
    buffer_init(&out, PROBLEM_BYTES_MAX);
    problem_write(&out, &error, &report, "req_1");
    assert_non_null(strstr(out.data, ",\"report\":{\"ok\":false},\"status\":422,"));
    buffer_clear(&out);
    error_set(&error, ERROR_IO, "secret"); /* of a failure of ours nothing is told */
    problem_write(&out, &error, &report, "req_1");
    assert_null(strstr(out.data, "report"));
    buffer_done(&out);
}

static void an_unknown_outcome_keeps_its_hint(void **state)
{
    (void)state;
    struct error error;
    struct buffer out;
    error_set(&error, ERROR_OUTCOME_UNKNOWN, "not known");
    error_hint(&error, "repeat with the same key");
    buffer_init(&out, PROBLEM_BYTES_MAX);
    problem_write(&out, &error, NULL, NULL);
    assert_non_null(strstr(out.data, "repeat with the same key"));
    buffer_done(&out);
}

static void a_message_cut_inside_a_character_stays_valid(void **state)
{
    (void)state;
    struct error error;
    struct buffer out;
    char many[600];
    for (size_t i = 0; i + 3 < sizeof many; i += 3)
        memcpy(many + i, "\xe9\xa1\xba", 4);
    error_set(&error, ERROR_FIELD_VALUE, "x%s", many);
    buffer_init(&out, PROBLEM_BYTES_MAX);
    problem_write(&out, &error, NULL, NULL);
    assert_int_equal(text_utf8_bad(buffer_text(&out)), -1);
    buffer_done(&out);
}

static void every_problem_says_what_to_do(void **state)
{
    (void)state;
    for (int i = ERROR_NONE + 1; i < ERROR_CODE_COUNT; i++) {
        struct error error;
        struct buffer out;
        error_set(&error, (enum error_code)i, "x");
        buffer_init(&out, PROBLEM_BYTES_MAX);
        problem_write(&out, &error, NULL, NULL);
        if (!strstr(out.data, "\"hint\":\""))
            fail_msg("%s has no hint", error_wire((enum error_code)i));
        buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_tells_everything_useful),
        cmocka_unit_test(a_failure_of_ours_tells_no_insides),
        cmocka_unit_test(what_an_error_has_no_room_for_is_one_more_member),
        cmocka_unit_test(an_unknown_outcome_keeps_its_hint),
        cmocka_unit_test(every_problem_says_what_to_do),
        cmocka_unit_test(a_message_cut_inside_a_character_stays_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
