/* SPDX-License-Identifier: Apache-2.0 */
/* The three answers: Shuntui-Page, Origin, Sec-Fetch-Site. A browser that sends only the first is an old one. */
#include "http/sameorigin.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

static bool is_safe_method(const struct http_call *call)
{
    return strcmp(call->route->method, "GET") == 0; /* HEAD is answered by the same row */
}

static bool is_concerned(const struct http_call *call)
{
    return call->route->mode == HTTP_MODE_SESSION || (call->caller.by_session && !is_safe_method(call));
}

/* "https://shop.example:8443" against the Host header. "null", another scheme or another port is another origin. */
static bool origin_is_ours(const struct http_call *call, const char *origin)
{
    const char *host = http_header_find(call, "Host");
    const char *after = strstr(origin, "://");
    size_t scheme = after ? (size_t)(after - origin) : 0;
    if (!host || (strncmp(origin, "http://", scheme + 3) != 0 && strncmp(origin, "https://", scheme + 3) != 0))
        return false;
    if (call->scheme && (strlen(call->scheme) != scheme || strncmp(origin, call->scheme, scheme) != 0))
        return false;
    return strcasecmp(after + 3, host) == 0;
}

static int refuse(struct error *error, const char *header)
{
    error_set(error, ERROR_CROSS_SITE, "a session may only be used by pages of this site");
    error_hint(error, "a program sends a token as \"Authorization: Bearer\" instead of a session's cookie");
    return error_at(error, "header %s", header);
}

int sameorigin_check(const struct http_call *call, struct error *error)
{
    if (!is_concerned(call))
        return 0;
    const char *page = http_header_find(call, "Shuntui-Page");
    const char *origin = http_header_find(call, "Origin");
    const char *site = http_header_find(call, "Sec-Fetch-Site");
    if (!page || strcmp(page, "1") != 0)
        return refuse(error, "Shuntui-Page");
    if (origin && !origin_is_ours(call, origin))
        return refuse(error, "Origin");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return refuse(error, "Sec-Fetch-Site");
    return 0;
}
