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

static bool changes_something(const struct http_route *route)
{
    switch (route->mode) {
    case HTTP_MODE_PLAIN:
    case HTTP_MODE_READ:
    case HTTP_MODE_STREAM:
    case HTTP_MODE_SESSION: /* nothing but the caller's own session */
        return false;
    case HTTP_MODE_WRITE:
    case HTTP_MODE_CALLBACK:
    case HTTP_MODE_UPLOAD:
    case HTTP_MODE_FILE:
        break;
    }
    return true;
}

int access_check_scope(const struct http_route *route, const struct http_caller *caller, struct error *error)
{
    if (caller->scope == HTTP_SCOPE_FULL || !changes_something(route))
        return 0;
    if (caller->scope == HTTP_SCOPE_CLAIMS && route->access & ACCESS_SCOPE_CLAIMS)
        return 0;
    error_set(error, ERROR_SCOPE_DENIED, "the token's scope does not include this");
    return error_hint(error, "use a token with the scope \"full\", or ask its owner for one");
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
