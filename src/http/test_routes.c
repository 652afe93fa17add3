/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the program's own table of routes: every row can be reached, and none breaks the rules of its mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"
#include "http/router.h"

static int handle(struct http_call *call, struct error *error)
{
    (void)call;
    (void)error;
    return 0;
}

#define ROUTE(NAME, METHOD, PATH, HANDLER, ...) {#NAME, METHOD, PATH, handle, __VA_ARGS__},
static const struct http_route routes[] = {
#include "http/routes.def"
#undef ROUTE
#define PAGE(NAME, PATH, ...) {"PAGE_" #NAME, "GET", PATH, handle, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "PAGE_" #NAME},
#include "http/pages.def"
#undef PAGE
};
#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

struct sample {
    const char *name, *value;
};
#define SAMPLE_ID(prefix) prefix "00000000000000000000000001"
#define SAMPLE_NAME(prefix) "name-1"
#define SAMPLE_INTEGER(prefix) "12"
static const struct sample samples[] = {
#define PATH_PARAM(name, kind, prefix) {name, SAMPLE_##kind(prefix)},
#include "http/path_params.def"
#undef PATH_PARAM
};

static void fill_in(const char *pattern, char *out, size_t size)
{
    size_t used = 0;
    while (*pattern) {
        const char *value = NULL;
        size_t length = strcspn(pattern, "}");
        if (*pattern == '{')
            for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
                if (strlen(samples[i].name) == length - 1 && memcmp(samples[i].name, pattern + 1, length - 1) == 0)
                    value = samples[i].value;
        if (value) {
            used += (size_t)snprintf(out + used, size - used, "%s", value);
            pattern += length + 1;
        } else {
            out[used++] = *pattern++;
        }
        assert_true(used < size - 1);
    }
    out[used] = '\0';
}

static void every_route_is_reached_by_its_path(void **state)
{
    (void)state;
    struct router *router = router_new(routes, ROUTE_COUNT);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        char path[512];
        struct router_match match;
        fill_in(routes[i].path, path, sizeof path);
        int outcome = router_match(router, routes[i].method, text_of(path), &match, NULL);
        if (outcome != ROUTER_FOUND || match.route != &routes[i])
            print_error("%s %s\n", routes[i].method, path);
        assert_int_equal(outcome, ROUTER_FOUND);
        assert_ptr_equal(match.route, &routes[i]);
    }
    router_free(router);
}

static void rows_keep_the_rules_of_their_mode(void **state)
{
    (void)state;
    const unsigned signed_roles = ACCESS_PROVIDER | ACCESS_ISSUER;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct http_route *route = &routes[i];
        bool is_get = strcmp(route->method, "GET") == 0;
        bool changes = route->mode == HTTP_MODE_WRITE || route->mode == HTTP_MODE_SESSION ||
                       route->mode == HTTP_MODE_CALLBACK || route->mode == HTTP_MODE_UPLOAD ||
                       route->mode == HTTP_MODE_FILE;
        assert_true(route->access != 0);
        assert_false(is_get && changes);
        assert_false(is_get && route->body_bytes_max > 0);
        size_t bytes_max = route->mode == HTTP_MODE_FILE ? LIMIT_UPLOAD_PIECE_BYTES : LIMIT_REQUEST_BODY_BYTES;
        assert_true(route->mode == HTTP_MODE_UPLOAD || route->body_bytes_max <= bytes_max);
        /* Exactly the signed routes are for those who sign, and each for one of them. */
        assert_int_equal(route->mode == HTTP_MODE_CALLBACK, (route->access & signed_roles) != 0);
        if (route->mode == HTTP_MODE_CALLBACK)
            assert_true(route->access == ACCESS_PROVIDER || route->access == ACCESS_ISSUER);
    }
}

static void operations_have_names_of_their_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        for (size_t before = 0; before < i; before++)
            assert_string_not_equal(routes[i].operation, routes[before].operation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_reached_by_its_path),
        cmocka_unit_test(rows_keep_the_rules_of_their_mode),
        cmocka_unit_test(operations_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
