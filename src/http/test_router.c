/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the router: paths, methods, parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "http/router.h"

#define ORDER "ord_00000000000000000000000001"

static int handle(struct http_call *call, struct error *error)
{
    (void)call;
    (void)error;
    return 0;
}

static const struct http_route routes[] = {
    {"ROOT", "GET", "/", handle, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "a"},
    {"ORDERS", "GET", "/v1/orders", handle, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "b"},
    {"ORDER_NEW", "POST", "/v1/orders", handle, ACCESS_PUBLIC, HTTP_MODE_WRITE, 10, "c"},
    {"ORDER", "GET", "/v1/orders/{order}", handle, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "d"},
    {"MINE", "GET", "/v1/orders/mine", handle, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "e"},
    {"LEAF", "GET", "/v1/log/leaves/{index}", handle, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "f"},
    {"PAY", "POST", "/v1/pay/{provider}/callback", handle, ACCESS_PROVIDER, HTTP_MODE_CALLBACK, 10, "g"},
};

struct expectation {
    const char *method, *path;
    int outcome;
    const char *name;
};
static const struct expectation expectations[] = {
    {"GET", "/", ROUTER_FOUND, "ROOT"},
    {"HEAD", "/", ROUTER_FOUND, "ROOT"},
    {"GET", "/v1/orders", ROUTER_FOUND, "ORDERS"},
    {"POST", "/v1/orders", ROUTER_FOUND, "ORDER_NEW"},
    {"GET", "/v1/orders/" ORDER, ROUTER_FOUND, "ORDER"},
    {"GET", "/v1/orders/mine", ROUTER_FOUND, "MINE"},
    {"GET", "/v1/log/leaves/0", ROUTER_FOUND, "LEAF"},
    {"POST", "/v1/pay/sandbox/callback", ROUTER_FOUND, "PAY"},
    {"GET", "/v1/log/leaves/-1", -1, NULL},
    {"GET", "/v1/log/leaves/01", -1, NULL},
    {"GET", "/v1/log/leaves/9223372036854775808", -1, NULL},
    {"POST", "/v1/pay/..%2f/callback", -1, NULL},
    {"GET", "/v1/orders/clm_00000000000000000000000001", -1, NULL},
    {"GET", "/v1/orders/" ORDER "x", -1, NULL},
    {"GET", "/v1/orders/", ROUTER_NO_PATH, NULL},
    {"GET", "/v1//orders", ROUTER_NO_PATH, NULL},
    {"GET", "//", ROUTER_NO_PATH, NULL},
    {"GET", "/V1/orders", ROUTER_NO_PATH, NULL},
    {"GET", "*", ROUTER_NO_PATH, NULL},
    {"GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m", ROUTER_NO_PATH, NULL},
    {"DELETE", "/v1/orders", ROUTER_NO_METHOD, NULL},
    {"get", "/v1/orders", ROUTER_NO_METHOD, NULL},
    {"OPTIONS", "/v1/orders", ROUTER_OPTIONS, NULL},
};

static void requests_meet_their_routes(void **state)
{
    (void)state;
    struct router *router = router_new(routes, sizeof routes / sizeof routes[0]);
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        const struct expectation *expected = &expectations[i];
        struct router_match match;
        struct error error = {0};
        int outcome = router_match(router, expected->method, text_of(expected->path), &match, &error);
        if (outcome != expected->outcome)
            print_error("%s %s\n", expected->method, expected->path);
        assert_int_equal(outcome, expected->outcome);
        if (outcome == -1)
            assert_int_equal(error.code, ERROR_ID_MALFORMED);
        if (outcome == ROUTER_FOUND)
            assert_string_equal(match.route->name, expected->name);
    }
    router_free(router);
}

static void parameters_are_handed_over(void **state)
{
    (void)state;
    struct router *router = router_new(routes, sizeof routes / sizeof routes[0]);
    struct router_match match;
    assert_int_equal(router_match(router, "GET", text_of("/v1/orders/" ORDER), &match, NULL), ROUTER_FOUND);
    assert_int_equal(match.param_count, 1);
    assert_string_equal(match.params[0].name, "order");
    assert_true(text_is(match.params[0].value, ORDER));
    router_free(router);
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    (void)state;
    struct router *router = router_new(routes, sizeof routes / sizeof routes[0]);
    struct router_match match;
    assert_int_equal(router_match(router, "PUT", text_of("/v1/orders"), &match, NULL), ROUTER_NO_METHOD);
    assert_string_equal(match.allow, "GET, HEAD, POST, OPTIONS");
    router_free(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_meet_their_routes),
        cmocka_unit_test(parameters_are_handed_over),
        cmocka_unit_test(a_wrong_method_is_told_the_right_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
