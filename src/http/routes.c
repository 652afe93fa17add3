/* SPDX-License-Identifier: Apache-2.0 */
/* routes.def and pages.def as one table. Linked only where all handlers are. */
#include "base/limits.h"
#include "http/route.h"

#define ROUTE(NAME, METHOD, PATH, HANDLER, ACCESS, MODE, BODY_BYTES_MAX, OPERATION)                                    \
    [HTTP_ROUTE_##NAME] = {#NAME, METHOD, PATH, HANDLER, ACCESS, MODE, BODY_BYTES_MAX, OPERATION},
static const struct http_route routes[] = {
#include "http/routes.def"
#undef ROUTE
#define PAGE(NAME, PATH, ...)                                                                                          \
    {"PAGE_" #NAME, "GET", PATH, handle_page_html, ACCESS_PUBLIC | ACCESS_LAPSED, HTTP_MODE_READ, 0, ""},
#include "http/pages.def"
#undef PAGE
};

const struct http_route *http_routes(size_t *ret_count)
{
    *ret_count = sizeof routes / sizeof routes[0];
    return routes;
}
