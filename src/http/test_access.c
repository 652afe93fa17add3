/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of authorisation: every role against every mask bit, every scope against every mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "http/access.h"

static void a_route_lets_in_exactly_the_roles_of_its_mask(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 1u << HTTP_ROLE_COUNT; mask++)
        for (int role = 0; role < HTTP_ROLE_COUNT; role++) {
            struct http_route route = {.access = mask};
            struct http_caller caller = {.role = (enum http_role)role};
            struct error error = {0};
            int result = access_check_role(&route, &caller, &error);
            assert_int_equal(result, mask >> role & 1 ? 0 : -1);
            if (result < 0)
                assert_int_equal(error.code,
                                 role == HTTP_ROLE_ANONYMOUS ? ERROR_AUTHENTICATION_REQUIRED : ERROR_ACCESS_DENIED);
        }
}

static void a_scope_lets_in_what_it_names_and_reading(void **state)
{
    (void)state;
    static const struct {
        enum http_mode mode;
        unsigned access;
        bool claims, read;
    } rows[] = {
        {HTTP_MODE_READ, ACCESS_MERCHANT, true, true},
        {HTTP_MODE_STREAM, ACCESS_MERCHANT, true, true},
        {HTTP_MODE_PLAIN, ACCESS_MERCHANT, true, true},
        {HTTP_MODE_SESSION, ACCESS_MERCHANT, true, true},
        {HTTP_MODE_WRITE, ACCESS_MERCHANT | ACCESS_SCOPE_CLAIMS, true, false},
        {HTTP_MODE_UPLOAD, ACCESS_MERCHANT | ACCESS_SCOPE_CLAIMS, true, false},
        {HTTP_MODE_FILE, ACCESS_MERCHANT | ACCESS_SCOPE_CLAIMS, true, false},
        {HTTP_MODE_FILE, ACCESS_MERCHANT, false, false},
        {HTTP_MODE_WRITE, ACCESS_MERCHANT, false, false},
        {HTTP_MODE_UPLOAD, ACCESS_MERCHANT, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_route route = {.access = rows[i].access, .mode = rows[i].mode};
        const bool expected[] = {
            [HTTP_SCOPE_FULL] = true, [HTTP_SCOPE_CLAIMS] = rows[i].claims, [HTTP_SCOPE_READ] = rows[i].read};
        for (int scope = HTTP_SCOPE_FULL; scope <= HTTP_SCOPE_READ; scope++) {
            struct http_caller caller = {.role = HTTP_ROLE_MERCHANT, .scope = (enum http_scope)scope};
            struct error error = {0};
            assert_int_equal(access_check_scope(&route, &caller, &error), expected[scope] ? 0 : -1);
            assert_int_equal(error.code, expected[scope] ? ERROR_NONE : ERROR_SCOPE_DENIED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_lets_in_exactly_the_roles_of_its_mask),
        cmocka_unit_test(a_scope_lets_in_what_it_names_and_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
