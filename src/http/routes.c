/* SPDX-License-Identifier: Apache-2.0 */
/* routes.def as a table. Linked only where all handlers are. */
#include "base/limits.h"
#include "http/route.h"

#define ROUTE(NAME, METHOD, PATH, HANDLER, ACCESS, MODE, BODY_BYTES_MAX, OPERATION)                                    \
    [HTTP_ROUTE_##NAME] = {#NAME, METHOD, PATH, HANDLER, ACCESS, MODE, BODY_BYTES_MAX, OPERATION},
static const struct http_route routes[HTTP_ROUTE_COUNT] = {
#include "http/routes.def"
};
#undef ROUTE

const struct http_route *http_routes(size_t *ret_count)
{
    *ret_count = HTTP_ROUTE_COUNT;
    return routes;
}
