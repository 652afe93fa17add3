/* SPDX-License-Identifier: Apache-2.0 */
/* One question of the API within another request: routed, admitted and answered as if it had come by itself. */
#include "http/ask.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "http/access.h"
#include "http/internal.h"

/* The call of the question: what it asks is its own, who asks and when is the request's. */
static int inner_make(const struct http_call *call, struct text path, struct http_call *ret, struct error *error)
{
    struct router_match match;
    if (router_match(call->server->router, "GET", path, &match, error) != ROUTER_FOUND)
        return -1;
    assert(match.route->mode == HTTP_MODE_READ);
    *ret = (struct http_call){.arena = call->arena,
                              .route = match.route,
                              .param_count = match.param_count,
                              .headers = call->headers,
                              .header_count = call->header_count,
                              .caller = call->caller,
                              .request_id = call->request_id,
                              .remote = call->remote,
                              .scheme = call->scheme,
                              .now_us = call->now_us,
                              .tx = call->tx,
                              .service = call->service,
                              .status = 200,
                              .server = call->server};
    for (size_t i = 0; i < match.param_count; i++)
        ret->params[i] = (struct http_param){match.params[i].name, arena_copy_text(call->arena, match.params[i].value)};
    return 0;
}

static bool may_ask(const struct http_call *inner)
{
    struct error ignored;
    return access_check_role(inner->route, &inner->caller, &ignored) == 0 &&
           access_check_scope(inner->route, &inner->caller, &ignored) == 0;
}

static int run(struct http_call *inner, struct buffer *out, struct error *error)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    inner->json = &writer;
    int result = inner->route->handler(inner, error);
    if (result < 0)
        writer.depth = 0; /* it gave up in the middle of an object */
    json_writer_done(&writer);
    inner->json = NULL;
    return result < 0 ? -1 : buffer_check(out, error);
}

static void problem(struct http_call *inner, const struct error *error, struct buffer *out, struct ask_answer *ret)
{
    int status = error_http_status(error->code);
    if (status >= 500) /* the page asks again, and then it is answered and logged like any failure */
        return;
    buffer_done(out);
    buffer_init(out, PROBLEM_BYTES_MAX + inner->problem.json.length);
    problem_write(out, error, &inner->problem, inner->request_id);
    ret->status = status;
}

static const char *etag_of(const struct http_call *inner)
{
    for (size_t i = 0; i < inner->reply_header_count; i++)
        if (strcmp(inner->reply_headers[i].name, "ETag") == 0)
            return inner->reply_headers[i].value;
    return NULL;
}

void ask(struct http_call *call, struct text path, const struct http_query *queries, size_t query_count,
         struct ask_answer *ret)
{
    struct http_call *inner = arena_new_object(call->arena, struct http_call);
    struct error error = {0};
    struct buffer out;
    assert(query_count <= HTTP_QUERY_MAX);
    *ret = (struct ask_answer){.status = 0};
    if (inner_make(call, path, inner, &error) < 0 || !may_ask(inner))
        return;
    for (size_t i = 0; i < query_count; i++)
        inner->queries[inner->query_count++] = queries[i];
    buffer_init(&out, LIMIT_RESPONSE_BYTES);
    if (run(inner, &out, &error) < 0) {
        problem(inner, &error, &out, ret);
    } else if (!inner->has_raw_body && !inner->file_path) {
        ret->status = inner->status;
        ret->etag = etag_of(inner);
    }
    if (ret->status)
        ret->body = arena_copy_text(call->arena, buffer_text(&out));
    buffer_done(&out);
}
