/* SPDX-License-Identifier: Apache-2.0 */
/* From the finished call to the library's response: body or problem, the security headers, and one log line for a 5xx. */
#include "http/internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/page.h"
#include "http/problem.h"
#include "http/range.h"

/* On every answer, unless the handler set its own. Text answers of the API may hold secrets: they are never stored. */
static const struct http_header common_headers[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
};

static bool has_reply_header(const struct http_call *call, const char *name)
{
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (strcasecmp(call->reply_headers[i].name, name) == 0)
            return true;
    return false;
}

static void add_headers(const struct http_request *request, struct MHD_Response *response, const char *content_type)
{
    const struct http_call *call = &request->call;
    for (size_t i = 0; i < call->reply_header_count; i++)
        MHD_add_response_header(response, call->reply_headers[i].name, call->reply_headers[i].value);
    for (size_t i = 0; i < sizeof common_headers / sizeof common_headers[0]; i++)
        if (!has_reply_header(call, common_headers[i].name))
            MHD_add_response_header(response, common_headers[i].name, common_headers[i].value);
    if (content_type)
        MHD_add_response_header(response, "Content-Type", content_type);
    if (request->extra.name)
        MHD_add_response_header(response, request->extra.name, request->extra.value);
    if (request->is_replay)
        MHD_add_response_header(response, "Idempotency-Replayed", "true");
    MHD_add_response_header(response, "Request-Id", request->request_id);
    if (request->closes || atomic_load_explicit(&request->server->stopping, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
}

static void log_failure(const struct http_request *request, int status)
{
    const struct error *error = &request->error;
    log_event(LOG_LEVEL_ERROR, "request_failed", LOG_STRING("request", request->request_id),
              LOG_STRING("route", request->call.route ? request->call.route->name : NULL),
              LOG_INTEGER("status", status), LOG_STRING("code", error_wire(error->code)),
              LOG_STRING("message", error->message), LOG_STRING("origin", error->origin));
}

/* The response owns the buffer's memory from here on. */
static struct MHD_Response *response_of_buffer(struct buffer *buffer)
{
    struct MHD_Response *response =
        buffer->length == 0 ? MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT)
                            : MHD_create_response_from_buffer_with_free_callback(buffer->length, buffer->data, free);
    if (!response)
        abort();
    if (buffer->length == 0)
        buffer_done(buffer);
    *buffer = (struct buffer){0};
    return response;
}

static struct MHD_Response *problem_response(struct http_request *request)
{
    struct buffer *out = &request->out;
    buffer_done(out);
    buffer_init(out, PROBLEM_BYTES_MAX + request->call.problem.json.length);
    problem_write(out, &request->error, &request->call.problem, request->request_id);
    return response_of_buffer(out);
}

static struct MHD_Response *failure_response(struct http_request *request, const char **ret_type)
{
    struct http_call *call = &request->call;
    if (!page_wanted(request))
        return problem_response(request);
    page_of_failure(request);
    *ret_type = call->content_type;
    buffer_done(&request->out);
    buffer_init(&request->out, call->raw_body.length);
    buffer_add_text(&request->out, call->raw_body);
    return response_of_buffer(&request->out);
}

/* A part only of what the client has seen: If-Range names the ETag that it knows (RFC 9110 section 13.1.5). */
static const char *range_header(const struct http_call *call)
{
    const char *known = http_header_find(call, "If-Range");
    if (!known)
        return http_header_find(call, "Range");
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (strcasecmp(call->reply_headers[i].name, "ETag") == 0 && strcmp(call->reply_headers[i].value, known) == 0)
            return http_header_find(call, "Range");
    return NULL;
}

/* The file, or the part that was asked for. The response closes it. */
static struct MHD_Response *part_response(struct http_request *request, int file, uint64_t size)
{
    struct http_call *call = &request->call;
    struct range range;
    enum range_outcome outcome = range_read(range_header(call), size, &range);
    http_set_header(call, "Accept-Ranges", "bytes");
    if (outcome == RANGE_WHOLE)
        return MHD_create_response_from_fd64(size, file);
    if (outcome == RANGE_BEYOND) {
        close(file);
        request->extra =
            (struct http_header){"Content-Range", arena_printf(call->arena, "bytes */%llu", (unsigned long long)size)};
        error_set(&request->error, ERROR_RANGE_BEYOND, "the file has %llu bytes", (unsigned long long)size);
        return NULL;
    }
    call->status = 206;
    http_set_header(call, "Content-Range",
                    arena_printf(call->arena, "bytes %llu-%llu/%llu", (unsigned long long)range.first,
                                 (unsigned long long)(range.first + range.length - 1), (unsigned long long)size));
    return MHD_create_response_from_fd_at_offset64(range.length, file, range.first);
}

static struct MHD_Response *file_response(struct http_request *request)
{
    int file = open(request->call.file_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode))
        return part_response(request, file, (uint64_t)status.st_size);
    error_set(&request->error, ERROR_IO, "cannot open an answer's file: %s", strerror(errno));
    if (file >= 0)
        close(file);
    return NULL;
}

/* JSON that does not fit into one packet anyway goes out as gzip to whoever takes it. */
#define PACK_BYTES_MIN 1400

static void pack_json(struct http_request *request)
{
    struct http_call *call = &request->call;
    struct buffer packed;
    /* OPTIONS has no route. */
    bool is_read = call->route && (call->route->mode == HTTP_MODE_READ || call->route->mode == HTTP_MODE_PLAIN);
    if (!is_read || call->content_type || call->has_raw_body || request->out.length < PACK_BYTES_MIN)
        return;
    http_set_header(call, "Vary", "Accept-Encoding");
    if (!http_accepts_coding(call, "gzip"))
        return;
    buffer_init(&packed, LIMIT_RESPONSE_BYTES * 2);
    gzip_join(&packed, (struct text){NULL, 0}, NULL, buffer_text(&request->out));
    assert(!packed.failed);
    buffer_done(&request->out);
    request->out = packed;
    http_set_header(call, "Content-Encoding", "gzip");
}

static struct MHD_Response *content_response(struct http_request *request, const char **ret_type)
{
    struct http_call *call = &request->call;
    *ret_type = call->content_type ? call->content_type : "application/json";
    if (call->file_path)
        return file_response(request);
    if (request->listener) {
        *ret_type = "text/event-stream";
        return stream_response(request);
    }
    if (call->is_static)
        return MHD_create_response_from_buffer(call->raw_body.length, (void *)call->raw_body.data,
                                               MHD_RESPMEM_PERSISTENT);
    if (call->has_raw_body) {
        buffer_clear(&request->out);
        buffer_add_text(&request->out, call->raw_body);
    }
    if (call->status == 204 || call->status == 304)
        *ret_type = NULL;
    else
        assert(call->has_raw_body || request->out.length > 0); /* the handler wrote no answer */
    pack_json(request);
    return response_of_buffer(&request->out);
}

enum MHD_Result answer_queue(struct http_request *request)
{
    body_work_end(request); /* who hears the answer may go on at once, on another connection */
    const char *content_type = PROBLEM_CONTENT_TYPE;
    struct MHD_Response *response = NULL;
    if (!request->failed) {
        response = content_response(request, &content_type);
        request->failed = !response;
    }
    int status = request->call.status;
    if (request->failed) {
        status = error_http_status(request->error.code);
        content_type = PROBLEM_CONTENT_TYPE;
        request->call.reply_header_count = 0;
        response = failure_response(request, &content_type);
        if (status == 401)
            MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
        if (status == 503 && !request->extra.name)
            MHD_add_response_header(response, "Retry-After", "1");
        if (status >= 500)
            log_failure(request, status);
    }
    if (request->session_ended && !has_reply_header(&request->call, "Set-Cookie"))
        http_set_session(&request->call, NULL, 0);
    add_headers(request, response, content_type);
    request->phase = REQUEST_ANSWERED;
    request->status_sent = status;
    enum MHD_Result result = MHD_queue_response(request->mhd, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}
