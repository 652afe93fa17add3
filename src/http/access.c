/* SPDX-License-Identifier: Apache-2.0 */
/* Who may come in: deny by default. Pure. */
#include "http/access.h"

#include <assert.h>

#include "base/error.h"

int access_check_role(const struct http_route *route, const struct http_caller *caller, struct error *error)
{
    assert(caller->role < HTTP_ROLE_COUNT);
    if (route->access & (1u << caller->role))
        return 0;
    if (caller->role == HTTP_ROLE_ANONYMOUS) {
        error_set(error, ERROR_AUTHENTICATION_REQUIRED, "this route needs credentials");
        return error_hint(error, "send \"Authorization: Bearer <token>\", or the order's secret as "
                                 "\"Shuntui-Order-Secret\"");
    }
    error_set(error, ERROR_ACCESS_DENIED, "the role \"%s\" may not use this route", access_role_name(caller->role));
    return error_hint(error, "use the credentials of a role that may");
}

const char *access_role_name(enum http_role role)
{
    static const char *const names[HTTP_ROLE_COUNT] = {
        [HTTP_ROLE_ANONYMOUS] = "anonymous", [HTTP_ROLE_BUYER] = "buyer",     [HTTP_ROLE_ORDER] = "order",
        [HTTP_ROLE_MERCHANT] = "merchant",   [HTTP_ROLE_ARBITER] = "arbiter", [HTTP_ROLE_OPERATOR] = "operator",
        [HTTP_ROLE_PROVIDER] = "provider",   [HTTP_ROLE_ISSUER] = "issuer",
    };
    assert(role < HTTP_ROLE_COUNT);
    return names[role];
}
