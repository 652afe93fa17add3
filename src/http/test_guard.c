/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the guard: verdicts in a table, and that cutting the bytes anywhere changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "http/guard.h"

#define H "Host: a\r\n"

struct probe {
    const char *bytes;
    enum error_code refusal;
    uint64_t requests; /* complete ones */
};
static const struct probe probes[] = {
    {"GET / HTTP/1.1\r\n" H "\r\n", ERROR_NONE, 1},
    {"\r\nGET / HTTP/1.1\r\n" H "\r\n", ERROR_NONE, 1},
    {"GET / HTTP/1.0\r\n\r\n", ERROR_NONE, 1},
    {"OPTIONS * HTTP/1.1\r\n" H "\r\n", ERROR_NONE, 1},
    {"GET /a%20b?c=%E9&d HTTP/1.1\r\n" H "\r\n", ERROR_NONE, 1},
    {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n" H "\r\n", ERROR_NONE, 2},
    {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhell", ERROR_NONE, 0},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n", ERROR_NONE,
     1},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ERROR_NONE, 1},
    {"GET / HTTP/1.1\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\r\n" H H "\r\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\n" H "\r\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\r\n" H "\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\r\n" H "\rX", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"GET / HTTP/3.0\r\n" H "\r\n", ERROR_HTTP_VERSION, 0},
    {"GET /%00 HTTP/1.1\r\n" H "\r\n", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked \r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n", ERROR_HTTP_MALFORMED, 0},
    {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", ERROR_BODY_TOO_LARGE, 0},
    {"GET / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H H, ERROR_HTTP_MALFORMED, 1},
};

static void verdicts_are_as_in_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        struct guard guard;
        guard_init(&guard);
        size_t length = strlen(probes[i].bytes);
        size_t passed = guard_feed(&guard, probes[i].bytes, length);
        if (guard.refusal != probes[i].refusal || guard.requests_passed != probes[i].requests)
            print_error("probe %zu: %s\n", i, probes[i].bytes);
        assert_int_equal(guard.refusal, probes[i].refusal);
        assert_int_equal(guard.requests_passed, probes[i].requests);
        assert_int_equal(passed == length, probes[i].refusal == ERROR_NONE);
        assert_int_equal(guard.reason == NULL, probes[i].refusal == ERROR_NONE);
    }
}

static void cutting_the_bytes_anywhere_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        size_t length = strlen(probes[i].bytes);
        struct guard whole;
        guard_init(&whole);
        size_t passed = guard_feed(&whole, probes[i].bytes, length);
        for (size_t cut = 0; cut <= length; cut++) {
            struct guard guard;
            guard_init(&guard);
            size_t first = guard_feed(&guard, probes[i].bytes, cut);
            size_t second = first < cut ? 0 : guard_feed(&guard, probes[i].bytes + cut, length - cut);
            assert_int_equal(first + second, passed);
            assert_int_equal(guard.refusal, whole.refusal);
            assert_int_equal(guard.requests_passed, whole.requests_passed);
        }
    }
}

static void a_refused_guard_passes_nothing_more(void **state)
{
    (void)state;
    struct guard guard;
    guard_init(&guard);
    assert_int_equal(guard_feed(&guard, "\n", 1), 0);
    assert_int_equal(guard_feed(&guard, "GET / HTTP/1.1\r\n\r\n", 18), 0);
    assert_int_equal(guard.state, GUARD_REFUSED);
}

/* No end of a head that was not approved may reach the library: it would act on it. */
static void what_is_passed_of_a_refused_head_never_holds_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        struct guard guard;
        guard_init(&guard);
        size_t passed = guard_feed(&guard, probes[i].bytes, strlen(probes[i].bytes));
        if (guard.heads_passed == 0)
            assert_null(memmem(probes[i].bytes, passed, "\n\r\n", 3));
    }
}

static void the_end_of_the_last_complete_request_is_known(void **state)
{
    (void)state;
    static const char bytes[] = "GET / HTTP/1.1\r\n" H "\r\n";
    char twice[sizeof bytes * 2 + 8];
    size_t one = sizeof bytes - 1;
    memcpy(twice, bytes, one);
    memcpy(twice + one, "GET /\n", 6);
    struct guard guard;
    guard_init(&guard);
    assert_int_equal(guard_feed(&guard, twice, one + 6), one + 5);
    assert_int_equal(guard.complete_end, one);
}

static void a_head_past_its_maximum_is_refused(void **state)
{
    (void)state;
    struct guard guard;
    guard_init(&guard);
    static const char start[] = "GET / HTTP/1.1\r\n" H "A: ";
    assert_int_equal(guard_feed(&guard, start, sizeof start - 1), sizeof start - 1);
    char many[1024];
    memset(many, 'a', sizeof many);
    size_t total = sizeof start - 1;
    for (int i = 0; i < 12 && guard.refusal == ERROR_NONE; i++)
        total += guard_feed(&guard, many, sizeof many);
    assert_int_equal(guard.refusal, ERROR_HTTP_HEAD_TOO_LARGE);
    assert_int_equal(total, GUARD_HEAD_BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_as_in_the_table),
        cmocka_unit_test(cutting_the_bytes_anywhere_changes_nothing),
        cmocka_unit_test(a_refused_guard_passes_nothing_more),
        cmocka_unit_test(what_is_passed_of_a_refused_head_never_holds_its_end),
        cmocka_unit_test(the_end_of_the_last_complete_request_is_known),
        cmocka_unit_test(a_head_past_its_maximum_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
