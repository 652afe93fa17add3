/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the built page. A name below /assets/ holds the hash of what it names, so a browser never asks for it twice. */
#include <string.h>

#include "http/internal.h"
#include "http/web.h"

static struct text encoded(const struct http_call *call, const struct pack_file *file, const char **ret_coding)
{
    *ret_coding = NULL;
    if (file->brotli.length > 0 && http_accepts_coding(call, "br")) {
        *ret_coding = "br";
        return file->brotli;
    }
    if (file->gzip.length > 0 && http_accepts_coding(call, "gzip")) {
        *ret_coding = "gzip";
        return file->gzip;
    }
    return file->plain;
}

static bool is_known(const struct http_call *call, const char *etag)
{
    const char *list = http_header_find(call, "If-None-Match");
    return list && (strstr(list, etag) || strcmp(list, "*") == 0);
}

/* A script that runs as a worker is under the policy of its own answer. */
static const char script_policy[] = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

static int serve(struct http_call *call, struct text name, const char *cache, struct error *error)
{
    struct web *web = call->server->options.web;
    const struct pack_file *file = web ? pack_file_find(web_pack(web), name) : NULL;
    const char *coding;
    if (!file)
        return error_set(error, ERROR_ROUTE_UNKNOWN, "there is no such file");
    struct text bytes = encoded(call, file, &coding);
    const char *etag = arena_printf(call->arena, "\"%s%s%s\"", file->tag, coding ? "-" : "", coding ? coding : "");
    http_set_header(call, "Cache-Control", cache);
    http_set_header(call, "ETag", etag);
    http_set_header(call, "Vary", "Accept-Encoding");
    if (is_known(call, etag)) {
        call->status = 304;
        return 0;
    }
    if (text_starts(file->type, "text/javascript"))
        http_set_header(call, "Content-Security-Policy", script_policy);
    if (coding)
        http_set_header(call, "Content-Encoding", coding);
    http_set_static_body(call, arena_copy(call->arena, file->type), bytes);
    return 0;
}

int handle_asset(struct http_call *call, struct error *error)
{
    struct text name = text_of(arena_printf(call->arena, "/assets/%s", http_param(call, "asset")));
    return serve(call, name, "public, max-age=31536000, immutable", error);
}

/* Files whose names stay: asked for again each time, and answered with 304. */
int handle_root_file(struct http_call *call, struct error *error)
{
    return serve(call, text_of(call->route->path), "public, no-cache", error);
}
