/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of authorisation: every role against every mask bit. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_lets_in_exactly_the_roles_of_its_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
