/* SPDX-License-Identifier: Apache-2.0 */
/* Who may come in, and whose is it: deny by default. Pure. */
#include "http/access.h"

#include <assert.h>
#include <string.h>

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

static bool same_id(const char *a, const char *b)
{
    return a && b && *a && strcmp(a, b) == 0;
}

bool access_owns(const struct http_caller *caller, const struct access_owners *owners)
{
    switch (caller->role) {
    case HTTP_ROLE_ORDER:
        return same_id(caller->order_id, owners->order_id);
    case HTTP_ROLE_BUYER:
        /* A buyer with an account may also hold an order's secret: the guest order that came before the account. */
        return same_id(caller->party_id, owners->buyer_id) || same_id(caller->order_id, owners->order_id);
    case HTTP_ROLE_MERCHANT:
        return same_id(caller->party_id, owners->merchant_id);
    case HTTP_ROLE_ARBITER:
    case HTTP_ROLE_OPERATOR:
        return true;
    case HTTP_ROLE_ANONYMOUS:
    case HTTP_ROLE_PROVIDER:
    case HTTP_ROLE_ISSUER:
    case HTTP_ROLE_COUNT:
        break;
    }
    return false;
}

int access_check_owner(const struct http_caller *caller, const struct access_owners *owners, struct error *error)
{
    if (access_owns(caller, owners))
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "there is no such thing, or it is not yours");
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
