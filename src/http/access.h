/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authorisation in one place. First the role: a route's ACCESS_ bits say who may come in, and nobody else does.
 * Then ownership: handlers ask access_check_owner about the object that they loaded. What is another's is "not found",
 * so that nobody learns which ids exist.
 */
#ifndef SHUNTUI_HTTP_ACCESS_H
#define SHUNTUI_HTTP_ACCESS_H

#include <stdbool.h>

#include "http/route.h"

/* Whose an object is. Fields that do not apply stay NULL or empty: then nobody gets in by them. */
struct access_owners {
    const char *order_id;    /* opened by its secret */
    const char *buyer_id;    /* the account that bought; NULL for a guest's order */
    const char *merchant_id; /* the merchant who sold */
};

/* May the caller use the route at all? Returns 0, or -1 with AUTHENTICATION_REQUIRED (anonymous) or ACCESS_DENIED. */
int access_check_role(const struct http_route *route, const struct http_caller *caller, struct error *error);
/* Is the object the caller's? Arbiters and operators see everything that their routes let them ask for.
 * Returns 0, or -1 with NOT_FOUND. */
int access_check_owner(const struct http_caller *caller, const struct access_owners *owners, struct error *error);
/* The same as a question, for lists and for what a page may show. */
bool access_owns(const struct http_caller *caller, const struct access_owners *owners);

const char *access_role_name(enum http_role role); /* "buyer", "order", "merchant" … */

#endif
