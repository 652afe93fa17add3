/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what may use a session's cookie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "http/sameorigin.h"

struct row {
    const char *page, *origin, *site, *host, *scheme;
    bool passes;
};

/* One request by a session that changes something. */
static int check(const struct row *row, const struct http_route *route, bool by_session)
{
    const char *const names[] = {"Shuntui-Page", "Origin", "Sec-Fetch-Site", "Host"};
    const char *const values[] = {row->page, row->origin, row->site, row->host};
    struct http_header headers[4];
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        if (values[i])
            headers[count++] = (struct http_header){names[i], values[i]};
    struct http_call call = {.route = route, .headers = headers, .header_count = count, .scheme = row->scheme};
    call.caller.by_session = by_session;
    struct error error = {0};
    int result = sameorigin_check(&call, &error);
    if (result < 0)
        assert_int_equal(error.code, ERROR_CROSS_SITE);
    return result;
}

#define HOST "shop.example"
#define OURS "https://shop.example"

static void a_foreign_page_cannot_use_a_session(void **state)
{
    (void)state;
    static const struct http_route route = {.method = "POST", .mode = HTTP_MODE_WRITE};
    static const struct row rows[] = {
        {"1", OURS, "same-origin", HOST, "https", true},
        {"1", OURS, "same-origin", HOST, NULL, true},
        {"1", "http://127.0.0.1:8080", NULL, "127.0.0.1:8080", NULL, true},
        {"1", "http://[::1]:8080", NULL, "[::1]:8080", NULL, true},
        {"1", "https://SHOP.example", NULL, HOST, NULL, true},
        {"1", NULL, "none", HOST, NULL, true},
        {"1", NULL, NULL, HOST, NULL, true}, /* an old browser */
        {NULL, OURS, "same-origin", HOST, NULL, false},
        {"", OURS, "same-origin", HOST, NULL, false},
        {"0", OURS, "same-origin", HOST, NULL, false},
        {"1", "https://evil.example", NULL, HOST, NULL, false},
        {"1", "null", NULL, HOST, NULL, false},
        {"1", "", NULL, HOST, NULL, false},
        {"1", "https://shop.example.evil.example", NULL, HOST, NULL, false},
        {"1", "https://evilshop.example", NULL, HOST, NULL, false},
        {"1", "https://shop.example:8443", NULL, HOST, NULL, false},
        {"1", "https://shop.example/", NULL, HOST, NULL, false},
        {"1", "ftp://shop.example", NULL, HOST, NULL, false},
        {"1", "://shop.example", NULL, HOST, NULL, false},
        {"1", "http://shop.example", NULL, HOST, "https", false}, /* somebody on the wire wrote that page */
        {"1", OURS, NULL, HOST, "http", false},
        {"1", OURS, NULL, NULL, NULL, false},
        {"1", OURS, "cross-site", HOST, NULL, false},
        {"1", OURS, "same-site", HOST, NULL, false}, /* a neighbour under the same domain */
        {"1", OURS, "", HOST, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((check(&rows[i], &route, true) == 0) != rows[i].passes)
            fail_msg("row %zu", i);
        assert_int_equal(check(&rows[i], &route, false), 0); /* with a token it is no browser's doing */
    }
}

static void reading_needs_no_proof_and_sessions_always_do(void **state)
{
    (void)state;
    static const struct row foreign = {NULL, "https://evil.example", "cross-site", HOST, NULL, false};
    static const struct row ours = {"1", OURS, "same-origin", HOST, NULL, true};
    static const struct http_route get = {.method = "GET", .mode = HTTP_MODE_READ};
    static const struct http_route asks = {.method = "POST", .mode = HTTP_MODE_READ};
    static const struct http_route begins = {.method = "POST", .mode = HTTP_MODE_SESSION};
    assert_int_equal(check(&foreign, &get, true), 0);
    assert_int_equal(check(&foreign, &asks, true), -1);
    assert_int_equal(check(&foreign, &begins, false), -1);
    assert_int_equal(check(&ours, &begins, false), 0);
}

static void cookies_are_found_by_their_whole_name(void **state)
{
    (void)state;
    static const struct {
        const char *header, *value;
        size_t count;
    } rows[] = {
        {"a=1", "1", 1},   {"b=2; a=1", "1", 1}, {"b=2;a=1;", "1", 1}, {"xa=2; a=", "", 1}, {"a=1; a=2", "1", 2},
        {"xa=2", NULL, 0}, {"a", NULL, 0},       {"aa=1", NULL, 0},    {"", NULL, 0},       {" ; ;; a=1=2", "1=2", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_header header = {"Cookie", rows[i].header};
        struct http_call call = {.headers = &header, .header_count = 1};
        struct text value = {NULL, 0};
        assert_int_equal(http_cookie_find(&call, "a", &value), rows[i].count);
        if (rows[i].value)
            assert_true(text_is(value, rows[i].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_foreign_page_cannot_use_a_session),
        cmocka_unit_test(reading_needs_no_proof_and_sessions_always_do),
        cmocka_unit_test(cookies_are_found_by_their_whole_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
