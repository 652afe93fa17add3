/* SPDX-License-Identifier: Apache-2.0 */
/* From method and path to a row of the routes table. Pure. Paths are compared as sent: an escape never matches. */
#ifndef SHUNTUI_HTTP_ROUTER_H
#define SHUNTUI_HTTP_ROUTER_H

#include "http/route.h"

struct router;

enum router_outcome {
    ROUTER_FOUND,
    ROUTER_NO_PATH,   /* 404 */
    ROUTER_NO_METHOD, /* 405: allow says what would be */
    ROUTER_OPTIONS,   /* answered by the server: 204 with allow */
};

struct router_match {
    const struct http_route *route;
    struct http_param params[HTTP_PARAMS_MAX];
    size_t param_count;
    char allow[80]; /* "GET, HEAD, OPTIONS" */
};

/* The table must outlive the router. A table with a fault (unknown parameter, two rows for one request) is a bug: asserts. */
struct router *router_new(const struct http_route *routes, size_t count);
void router_free(struct router *router); /* NULL is a no-op */
/* Returns an outcome, or -1 with ID_MALFORMED when a path parameter is not of its kind. Parameter values point into path. */
int router_match(const struct router *router, const char *method, struct text path, struct router_match *ret,
                 struct error *error);

#endif
