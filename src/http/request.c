/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request from its head to its answer. The library calls request_handle several times: with the head, with each piece
 * of the body, at the end, and once more when a suspended connection was woken.
 */
#include "http/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"

static struct http_connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The peer that the proxy saw: the last of the list, which the proxy itself added. */
static const char *remote_of(struct http_request *request)
{
    const char *list = http_header_find(&request->call, "X-Forwarded-For");
    if (!request->server->options.behind_proxy || !list || strlen(list) > 512)
        return request->connection->remote;
    const char *last = strrchr(list, ',');
    last = last ? last + 1 : list;
    last += strspn(last, " \t");
    return arena_copy(request->call.arena, (struct text){last, strcspn(last, " \t")});
}

/* What the browser speaks with the proxy, as the proxy says. */
static const char *scheme_of(struct http_request *request)
{
    const char *scheme = http_header_find(&request->call, "X-Forwarded-Proto");
    if (!request->server->options.behind_proxy || !scheme)
        return NULL;
    return strcasecmp(scheme, "https") == 0 ? "https" : strcasecmp(scheme, "http") == 0 ? "http" : NULL;
}

static struct http_request *request_new(struct http_server *server, struct http_connection *connection,
                                        struct MHD_Connection *mhd)
{
    struct http_request *request = arena_new_object(connection->arena, struct http_request);
    struct clock *clock = server->options.clock;
    request->server = server;
    request->connection = connection;
    request->mhd = mhd;
    request->upload.file = -1;
    request->call.work.file = -1;
    request->started_us = clock->now_us(clock);
    id_make(request->request_id, "req_", request->started_us, &connection->random.random);
    struct http_call *call = &request->call;
    call->arena = connection->arena;
    call->request_id = request->request_id;
    call->service = server->options.service;
    call->server = server;
    call->now_us = request->started_us;
    call->status = 200;
    call_read_headers(request);
    call->remote = remote_of(request);
    call->scheme = scheme_of(request);
    const char *length = http_header_find(call, "Content-Length");
    const char *coding = http_header_find(call, "Transfer-Encoding");
    request->body_expected = coding ? UINT64_MAX : length ? strtoull(length, NULL, 10) : 0;
    return request;
}

static enum MHD_Result begin(struct http_request *request, const char *url, const char *method)
{
    struct error *error = &request->error;
    request->is_get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    request->is_api = strncmp(url, "/v1/", 4) == 0;
    request->failed = admit_route(request, method, url, error) < 0 ||
                      (request->call.route && (admit_head(request, error) < 0 || body_begin(request, error) < 0));
    bool has_body = request->body_expected > 0;
    bool is_refused = request->failed || !request->call.route;
    if (!is_refused || !has_body)
        return MHD_YES;
    /* The body is read and dropped, so that the client hears the answer. One that asks first is told at once, and so is
     * one that announces too much; then the connection ends. */
    bool is_small = request->body_expected <= HTTP_DISCARD_BYTES_MAX || request->body_expected == UINT64_MAX;
    if (is_small && !http_header_find(&request->call, "Expect"))
        return MHD_YES;
    request->closes = true;
    return answer_queue(request);
}

static enum MHD_Result receive(struct http_request *request, const char *data, size_t *data_size)
{
    size_t length = *data_size;
    *data_size = 0;
    request->body_received += length;
    if (!request->call.route || request->failed) {
        /* Too late for an answer: the library takes none in the middle of a body. */
        size_t wanted = request->call.route ? request->call.route->body_bytes_max : 0;
        return request->body_received <= wanted + HTTP_DISCARD_BYTES_MAX ? MHD_YES : MHD_NO;
    }
    request->failed = body_add(request, data, length, &request->error) < 0;
    return MHD_YES;
}

int request_run_handler(struct http_request *request, struct error *error)
{
    struct http_call *call = &request->call;
    struct json_writer writer;
    buffer_done(&request->out); /* what an earlier run of the same request wrote */
    buffer_init(&request->out, LIMIT_RESPONSE_BYTES);
    json_writer_init(&writer, &request->out);
    call->json = &writer;
    call->status = 200;
    call->reply_header_count = 0;
    call->has_raw_body = call->is_static = false;
    call->file_path = NULL;
    call->content_type = NULL;
    call->problem = (struct problem_member){.name = NULL};
    int result = call->route->handler(call, error);
    if (result < 0)
        writer.depth = 0; /* the handler gave up in the middle of an object */
    json_writer_done(&writer);
    call->json = NULL;
    return result < 0 ? -1 : buffer_check(&request->out, error);
}

/* The first run of a FILE route's handler. */
static int work_on_file(struct http_request *request, struct error *error)
{
    return request->call.route->mode == HTTP_MODE_FILE ? request_run_handler(request, error) : 0;
}

/* Counts the write before its connection is suspended, so that stopping waits for it; or refuses it when stopping has
 * stopped waiting: the library may not end while a connection is suspended. */
static int write_admit(struct http_request *request, struct error *error)
{
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    bool admitted = !server->drained;
    if (admitted)
        atomic_fetch_add_explicit(&metrics_totals(server->metrics)->writes_waiting, 1, memory_order_relaxed);
    pthread_mutex_unlock(&server->lock);
    if (admitted)
        return 0;
    error_set(error, ERROR_NOT_READY, "the server is stopping");
    return error_hint(error, "repeat with the same key when it is back");
}

static enum MHD_Result finish(struct http_request *request)
{
    struct error *error = &request->error;
    if (request->phase != REQUEST_RECEIVES)
        return request->phase == REQUEST_WAITS ? answer_queue(request) : MHD_YES;
    if (request->failed || !request->call.route)
        return answer_queue(request);
    request->call.now_us = request->server->options.clock->now_us(request->server->options.clock);
    if (body_end(request, error) < 0) {
        request->failed = true;
        return answer_queue(request);
    }
    switch (request->call.route->mode) {
    case HTTP_MODE_PLAIN:
        request->failed = request_run_handler(request, error) < 0;
        break;
    case HTTP_MODE_READ:
        request->failed = bridge_read(request, error) < 0;
        break;
    case HTTP_MODE_STREAM:
        request->failed = stream_open(request, error) < 0;
        break;
    case HTTP_MODE_WRITE:
    case HTTP_MODE_SESSION:
    case HTTP_MODE_CALLBACK:
    case HTTP_MODE_UPLOAD:
    case HTTP_MODE_FILE:
        request->failed = work_on_file(request, error) < 0 || write_admit(request, error) < 0;
        if (request->failed)
            break;
        request->phase = REQUEST_WAITS;
        MHD_suspend_connection(request->mhd);
        bridge_write(request);
        return MHD_YES;
    }
    return answer_queue(request);
}

void request_resume(struct http_request *request)
{
    struct http_server *server = request->server;
    request->is_resumed = true;
    MHD_resume_connection(request->mhd);
    /* Last: http_server_stop waits for this before it ends the library. The request may be gone already. */
    pthread_mutex_lock(&server->lock);
    atomic_fetch_sub_explicit(&metrics_totals(server->metrics)->writes_waiting, 1, memory_order_relaxed);
    if (atomic_load(&server->stopping))
        pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

enum MHD_Result request_handle(void *context, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *data, size_t *data_size, void **request_context)
{
    struct http_server *server = context;
    struct http_request *request = *request_context;
    (void)version;
    if (request)
        return *data_size > 0 ? receive(request, data, data_size) : finish(request);
    struct http_connection *connection = connection_of(mhd);
    if (!connection)
        return MHD_NO;
    if (!wire_request_begin(connection->wire)) {
        atomic_fetch_add(&metrics_totals(server->metrics)->unapproved, 1);
        log_event(LOG_LEVEL_ERROR, "request_unapproved", LOG_STRING("remote", connection->remote));
        return MHD_NO;
    }
    request = request_new(server, connection, mhd);
    *request_context = request;
    atomic_fetch_add_explicit(&metrics_totals(server->metrics)->in_flight, 1, memory_order_relaxed);
    return begin(request, url, method);
}

void request_completed(void *context, struct MHD_Connection *mhd, void **request_context,
                       enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct http_request *request = *request_context;
    (void)mhd;
    (void)code;
    if (!request)
        return;
    /* The library never ends a suspended connection; but a client may be gone when its connection wakes up. */
    assert(request->phase != REQUEST_WAITS || request->is_resumed);
    *request_context = NULL;
    struct clock *clock = server->options.clock;
    if (request->status_sent)
        metrics_count(server->metrics, request->call.route, request->status_sent,
                      clock->now_us(clock) - request->started_us);
    struct http_connection *connection = request->connection;
    stream_done(request);
    body_done(request);
    buffer_done(&request->out);
    arena_reset(connection->arena);
    wire_request_done(connection->wire);
    if (atomic_fetch_sub_explicit(&metrics_totals(server->metrics)->in_flight, 1, memory_order_acq_rel) == 1 &&
        atomic_load(&server->stopping)) {
        pthread_mutex_lock(&server->lock);
        pthread_cond_broadcast(&server->changed);
        pthread_mutex_unlock(&server->lock);
    }
}
