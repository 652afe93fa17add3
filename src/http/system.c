/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own pages: start page, health, readiness, metrics, and the description of the API. */
#include "http/internal.h"

#include "base/limits.h"
#include "http/embedded.h"

static void set_bytes(struct http_call *call, const char *type, const unsigned char *bytes, size_t length)
{
    http_set_body(call, type, (struct text){(const char *)bytes, length});
    http_set_header(call, "Cache-Control", "public, max-age=300");
}

int handle_start(struct http_call *call, struct error *error)
{
    if (http_query_done(call, error) < 0)
        return -1;
    set_bytes(call, "text/html; charset=utf-8", embedded_start_html, embedded_start_html_length);
    http_set_header(
        call, "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    return 0;
}

int handle_start_style(struct http_call *call, struct error *error)
{
    (void)error;
    set_bytes(call, "text/css; charset=utf-8", embedded_start_css, embedded_start_css_length);
    return 0;
}

int handle_openapi(struct http_call *call, struct error *error)
{
    (void)error;
    set_bytes(call, "application/yaml", embedded_openapi_yaml, embedded_openapi_yaml_length);
    return 0;
}

/* Alive: this thread answers. Says nothing about the store, so that a slow disk does not get the process killed. */
int handle_health(struct http_call *call, struct error *error)
{
    (void)error;
    json_object_begin(call->json);
    json_member_string(call->json, "status", "ok");
    json_object_end(call->json);
    return 0;
}

int handle_ready(struct http_call *call, struct error *error)
{
    const struct http_options *options = &call->server->options;
    if (atomic_load(&call->server->stopping))
        return error_set(error, ERROR_NOT_READY, "the server is stopping");
    if (options->ready && options->ready(options->service, error) < 0)
        return -1;
    json_object_begin(call->json);
    json_member_string(call->json, "status", "ready");
    json_object_end(call->json);
    return 0;
}

int handle_metrics(struct http_call *call, struct error *error)
{
    struct http_server *server = call->server;
    struct buffer out;
    buffer_init(&out, LIMIT_RESPONSE_BYTES);
    metrics_write(server->metrics, &out);
    if (server->options.hub)
        buffer_addf(&out,
                    "# HELP shuntui_http_event_listeners Open event streams.\n"
                    "# TYPE shuntui_http_event_listeners gauge\nshuntui_http_event_listeners %zu\n",
                    sse_listener_count(server->options.hub));
    for (size_t i = 0; i < server->options.metrics_hook_count; i++)
        server->options.metrics_hooks[i].write(server->options.metrics_hooks[i].context, &out);
    struct text text = arena_copy_text(call->arena, buffer_text(&out));
    int result = buffer_check(&out, error);
    buffer_done(&out);
    http_set_body(call, "text/plain; version=0.0.4; charset=utf-8", text);
    return result;
}
