/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is decided from a request's head alone: route, query, size, type, key, rate, and who may come in. */
#include "http/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "http/access.h"
#include "http/sameorigin.h"

struct collector {
    struct http_request *request;
    struct http_header *headers;
    size_t count, capacity;
    struct error *error;
    bool failed;
};

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct collector *collector = context;
    (void)kind;
    assert(collector->count < collector->capacity);
    collector->headers[collector->count++] = (struct http_header){name, value ? value : ""};
    return MHD_YES;
}

void call_read_headers(struct http_request *request)
{
    int count = MHD_get_connection_values(request->mhd, MHD_HEADER_KIND, NULL, NULL);
    size_t capacity = count > 0 ? (size_t)count : 0;
    struct collector collector = {.request = request, .capacity = capacity};
    collector.headers = arena_new_array(request->call.arena, struct http_header, capacity + 1);
    MHD_get_connection_values(request->mhd, MHD_HEADER_KIND, collect_header, &collector);
    request->call.headers = collector.headers;
    request->call.header_count = collector.count;
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; /* the guard let nothing else through */
}

static struct text decoded(struct arena *arena, const char *value, size_t length)
{
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (value[i] == '%' && length - i > 2) {
            out[used++] = (char)(hex_digit(value[i + 1]) * 16 + hex_digit(value[i + 2]));
            i += 2;
        } else {
            out[used++] = value[i];
        }
    }
    return (struct text){out, used};
}

static enum MHD_Result collect_query(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                     const char *value, size_t value_length)
{
    struct collector *collector = context;
    struct http_call *call = &collector->request->call;
    (void)kind;
    if (call->query_count == HTTP_QUERY_MAX) {
        error_set(collector->error, ERROR_QUERY_UNKNOWN, "more than %d query parameters", HTTP_QUERY_MAX);
        collector->failed = true;
        return MHD_NO;
    }
    struct http_query *query = &call->queries[call->query_count++];
    query->name = decoded(call->arena, name, name_length);
    query->value = decoded(call->arena, value ? value : "", value ? value_length : 0);
    if (text_utf8_bad(query->name) >= 0 || text_utf8_bad(query->value) >= 0) {
        error_set(collector->error, ERROR_UTF8_INVALID, "a query parameter is not valid UTF-8");
        collector->failed = true;
        return MHD_NO;
    }
    return MHD_YES;
}

static int read_query(struct http_request *request, struct error *error)
{
    struct collector collector = {.request = request, .error = error};
    MHD_get_connection_values_n(request->mhd, MHD_GET_ARGUMENT_KIND, collect_query, &collector);
    return collector.failed ? -1 : 0;
}

static void set_allow(struct http_request *request, const char *allow)
{
    request->extra = (struct http_header){"Allow", arena_copy(request->call.arena, text_of(allow))};
}

int admit_route(struct http_request *request, const char *method, const char *url, struct error *error)
{
    struct router_match match;
    int outcome = router_match(request->server->router, method, text_of(url), &match, error);
    if (outcome < 0)
        return -1;
    switch ((enum router_outcome)outcome) {
    case ROUTER_NO_PATH:
        error_set(error, ERROR_ROUTE_UNKNOWN, "there is nothing at this path");
        return error_hint(error, "GET /v1/openapi.yaml lists every path");
    case ROUTER_NO_METHOD:
        set_allow(request, match.allow);
        return error_set(error, ERROR_METHOD_NOT_ALLOWED, "here only %s", match.allow);
    case ROUTER_OPTIONS:
        set_allow(request, match.allow);
        request->call.status = 204;
        return 0;
    case ROUTER_FOUND:
        break;
    }
    struct http_call *call = &request->call;
    call->route = match.route;
    call->param_count = match.param_count;
    for (size_t i = 0; i < match.param_count; i++)
        call->params[i] =
            (struct http_param){match.params[i].name, arena_copy_text(call->arena, match.params[i].value)};
    return 0;
}

static int check_size(struct http_request *request, struct error *error)
{
    const struct http_route *route = request->call.route;
    if (request->body_expected == UINT64_MAX || request->body_expected <= route->body_bytes_max)
        return 0;
    if (route->body_bytes_max == 0)
        return error_set(error, ERROR_BODY_UNEXPECTED, "this request takes no body");
    error_set(error, ERROR_BODY_TOO_LARGE, "the body may have at most %zu bytes", route->body_bytes_max);
    return error_at(error, "header Content-Length");
}

static int check_type(const struct http_request *request, struct error *error)
{
    const struct http_route *route = request->call.route;
    bool takes_json =
        route->mode == HTTP_MODE_WRITE || route->mode == HTTP_MODE_READ || route->mode == HTTP_MODE_SESSION;
    if (!takes_json || request->body_expected == 0)
        return 0;
    const char *type = http_header_find(&request->call, "Content-Type");
    static const char json[] = "application/json";
    if (type && strncasecmp(type, json, sizeof json - 1) == 0) {
        const char *rest = type + sizeof json - 1;
        rest += strspn(rest, " \t;");
        if (!*rest || strcasecmp(rest, "charset=utf-8") == 0 || strcasecmp(rest, "charset=\"utf-8\"") == 0)
            return 0;
    }
    error_set(error, ERROR_MEDIA_TYPE, "the body must be application/json");
    return error_at(error, "header Content-Type");
}

static bool is_key(const char *key)
{
    size_t length = strlen(key);
    if (length < 8 || length > LIMIT_IDEMPOTENCY_KEY_BYTES)
        return false;
    for (size_t i = 0; i < length; i++)
        if (key[i] <= 0x20 || key[i] >= 0x7f)
            return false;
    return true;
}

static int check_key(struct http_request *request, struct error *error)
{
    const struct http_route *route = request->call.route;
    if (route->mode != HTTP_MODE_WRITE && route->mode != HTTP_MODE_UPLOAD && route->mode != HTTP_MODE_FILE)
        return 0;
    const char *key = http_header_find(&request->call, "Idempotency-Key");
    if (!key && strcmp(route->method, "POST") != 0)
        return 0;
    if (!key) {
        error_set(error, ERROR_IDEMPOTENCY_KEY_MISSING, "a POST needs the Idempotency-Key header");
        error_hint(error, "make a random key for each action, and repeat it when you repeat the action");
        return error_at(error, "header Idempotency-Key");
    }
    if (!is_key(key)) {
        error_set(error, ERROR_IDEMPOTENCY_KEY_MALFORMED, "an Idempotency-Key is 8 to %d printable ASCII characters",
                  LIMIT_IDEMPOTENCY_KEY_BYTES);
        return error_at(error, "header Idempotency-Key");
    }
    request->call.idempotency_key = text_of(key);
    return 0;
}

static bool has_credential(const struct http_call *call)
{
    struct text cookie;
    return http_header_find(call, "Authorization") || http_header_find(call, "Shuntui-Order-Secret") ||
           http_cookie_find(call, HTTP_SESSION_COOKIE, &cookie) > 0;
}

static int authenticate(struct http_request *request, struct error *error)
{
    if (bridge_authenticate(request, error) == 0)
        return 0;
    if (error->code != ERROR_SESSION_EXPIRED)
        return -1;
    request->session_ended = true;
    return request->call.route->access & ACCESS_LAPSED ? 0 : -1;
}

static int check_caller(struct http_request *request, struct error *error)
{
    struct http_call *call = &request->call;
    const struct http_route *route = call->route;
    if (route->mode == HTTP_MODE_CALLBACK) {
        call->caller.role = route->access & ACCESS_PROVIDER ? HTTP_ROLE_PROVIDER : HTTP_ROLE_ISSUER;
    } else if (route->mode != HTTP_MODE_PLAIN && request->server->options.authenticate && has_credential(call)) {
        /* Credentials are looked at even where none are needed: a wrong one is an error that its holder should see. */
        if (authenticate(request, error) < 0)
            return -1;
    }
    if (sameorigin_check(call, error) < 0 || access_check_role(route, &call->caller, error) < 0)
        return -1;
    return access_check_scope(route, &call->caller, error);
}

static int check_rate(struct http_request *request, struct error *error)
{
    struct http_server *server = request->server;
    const struct http_call *call = &request->call;
    if (!server->rate || call->route->mode == HTTP_MODE_PLAIN)
        return 0;
    /* Pieces of a file come in a row, and have limits of their own. */
    bool is_piece = call->route->mode == HTTP_MODE_FILE && strcmp(call->route->method, "PUT") == 0;
    bool reads = call->route->mode == HTTP_MODE_READ || call->route->mode == HTTP_MODE_STREAM || is_piece;
    unsigned per_min = reads ? server->options.rate_read_per_min : server->options.rate_write_per_min;
    struct rate_class allowed = {per_min, per_min / 4 + 1};
    const char *name = call->caller.party_id[0]   ? call->caller.party_id
                       : call->caller.order_id[0] ? call->caller.order_id
                                                  : call->remote;
    unsigned wait_s = rate_take(server->rate, text_of(name), reads ? 0 : 1, &allowed, call->now_us);
    if (wait_s == 0)
        return 0;
    atomic_fetch_add_explicit(&metrics_totals(server->metrics)->rate_limited, 1, memory_order_relaxed);
    request->extra = (struct http_header){"Retry-After", arena_printf(call->arena, "%u", wait_s)};
    error_set(error, ERROR_RATE_LIMITED, "too many requests from this caller");
    return error_hint(error, "wait %u s", wait_s);
}

int admit_head(struct http_request *request, struct error *error)
{
    struct http_server *server = request->server;
    if (atomic_load_explicit(&metrics_totals(server->metrics)->in_flight, memory_order_relaxed) >
        (int64_t)server->options.requests_max) {
        error_set(error, ERROR_OVERLOADED, "too many requests are being worked on");
        return error_hint(error, "try again in a moment, with the same Idempotency-Key");
    }
    if (read_query(request, error) < 0 || check_size(request, error) < 0 || check_type(request, error) < 0)
        return -1;
    /* A caller who guesses credentials is slowed down by address, before anything is looked up. */
    if (check_caller(request, error) < 0) {
        struct error late;
        bool guessed = error->code == ERROR_AUTHENTICATION_FAILED || error->code == ERROR_SESSION_EXPIRED;
        if (guessed && check_rate(request, &late) < 0)
            *error = late;
        return -1;
    }
    if (check_rate(request, error) < 0)
        return -1;
    return check_key(request, error);
}
