/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a request come from a page of this server? A browser sends the session's cookie along whoever made the request, so the
 * cookie alone must never change anything. Three answers are asked for, each of which a foreign page cannot give: a header that
 * only a script of the same origin may add, the Origin, and what the browser says of the site (Fetch Metadata). Pure.
 */
#ifndef SHUNTUI_HTTP_SAMEORIGIN_H
#define SHUNTUI_HTTP_SAMEORIGIN_H

#include "http/route.h"

/* For requests that change something by a session's cookie, and for those that begin or end a session; others pass.
 * Returns 0, or -1 with CROSS_SITE. */
int sameorigin_check(const struct http_call *call, struct error *error);

#endif
