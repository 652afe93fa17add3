/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of authorisation: every role against every mask bit, and ownership for every role. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

struct ownership {
    enum http_role role;
    const char *party, *order;
    bool owns;
};

static void only_the_parties_and_the_platform_own(void **state)
{
    (void)state;
    const struct access_owners owners = {"ord_1", "usr_1", "mch_1"};
    static const struct ownership cases[] = {
        {HTTP_ROLE_ORDER, "", "ord_1", true},     {HTTP_ROLE_ORDER, "", "ord_2", false},
        {HTTP_ROLE_ORDER, "", "", false},         {HTTP_ROLE_BUYER, "usr_1", "", true},
        {HTTP_ROLE_BUYER, "usr_2", "", false},    {HTTP_ROLE_BUYER, "usr_2", "ord_1", true},
        {HTTP_ROLE_BUYER, "mch_1", "", false},    {HTTP_ROLE_MERCHANT, "mch_1", "", true},
        {HTTP_ROLE_MERCHANT, "mch_2", "", false}, {HTTP_ROLE_MERCHANT, "", "ord_1", false},
        {HTTP_ROLE_MERCHANT, "", "", false},      {HTTP_ROLE_ARBITER, "arb_1", "", true},
        {HTTP_ROLE_OPERATOR, "opr_1", "", true},  {HTTP_ROLE_ANONYMOUS, "", "ord_1", false},
        {HTTP_ROLE_PROVIDER, "", "ord_1", false}, {HTTP_ROLE_ISSUER, "mch_1", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_caller caller = {.role = cases[i].role};
        memcpy(caller.party_id, cases[i].party, strlen(cases[i].party) + 1);
        memcpy(caller.order_id, cases[i].order, strlen(cases[i].order) + 1);
        struct error error = {0};
        assert_int_equal(access_owns(&caller, &owners), cases[i].owns);
        assert_int_equal(access_check_owner(&caller, &owners, &error), cases[i].owns ? 0 : -1);
        if (!cases[i].owns)
            assert_int_equal(error.code, ERROR_NOT_FOUND);
    }
}

static void an_owner_that_is_not_known_lets_nobody_in(void **state)
{
    (void)state;
    const struct access_owners nobody = {0}, empty = {"", "", ""};
    for (int role = HTTP_ROLE_ANONYMOUS; role <= HTTP_ROLE_MERCHANT; role++) {
        struct http_caller caller = {.role = (enum http_role)role};
        assert_false(access_owns(&caller, &nobody));
        assert_false(access_owns(&caller, &empty));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_lets_in_exactly_the_roles_of_its_mask),
        cmocka_unit_test(only_the_parties_and_the_platform_own),
        cmocka_unit_test(an_owner_that_is_not_known_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
