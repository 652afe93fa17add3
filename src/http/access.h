/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may come in at all: a route's ACCESS_ bits say which roles, and nobody else does. Whose an order or a claim is, the service
 * asks where it loads it (service_may_see_order): what is another's is "not found", so that nobody learns which ids exist.
 */
#ifndef SHUNTUI_HTTP_ACCESS_H
#define SHUNTUI_HTTP_ACCESS_H

#include "http/route.h"

/* May the caller use the route at all? Returns 0, or -1 with AUTHENTICATION_REQUIRED (anonymous) or ACCESS_DENIED. */
int access_check_role(const struct http_route *route, const struct http_caller *caller, struct error *error);
/* May it with the scope of its token? READ lets in what changes nothing, CLAIMS also rows with ACCESS_SCOPE_CLAIMS; ending
 * a session is always possible. Returns 0, or -1 with SCOPE_DENIED. */
int access_check_scope(const struct http_route *route, const struct http_caller *caller, struct error *error);
const char *access_role_name(enum http_role role); /* "buyer", "order", "merchant" … */

#endif
