/* SPDX-License-Identifier: Apache-2.0 */
/* Server-sent events over one connection: it sleeps (suspended) until the hub has something for it. */
#include "http/internal.h"

#include <assert.h>
#include <stdlib.h>

static void connection_sleep(void *context)
{
    MHD_suspend_connection(context);
}

static void connection_wake(void *context)
{
    MHD_resume_connection(context);
}

/* Last-Event-ID of a client that comes back: a decimal, or 0. */
static int64_t last_event_id(const struct http_call *call)
{
    int64_t id = 0;
    const char *value = http_header_find(call, "Last-Event-ID");
    if (!value || text_to_int64(text_of(value), &id, NULL) < 0 || id < 0)
        return -1;
    return id;
}

int stream_open(struct http_request *request, struct error *error)
{
    struct http_server *server = request->server;
    struct http_call *call = &request->call;
    if (!server->options.hub)
        return error_set(error, ERROR_INTERNAL, "the server has no event hub");
    if (bridge_read(request, error) < 0)
        return -1;
    assert(call->stream.topic); /* the handler names it */
    int64_t last_id = last_event_id(call);
    bool replays = last_id >= 0 && server->options.replay;
    struct sse_connection connection = {connection_sleep, connection_wake, request->mhd};
    struct sse_subscription subscription = {
        .topic = call->stream.topic, .owner = call->caller.party_id, .viewer = call->stream.viewer, .holds = replays};
    request->listener = sse_subscribe(server->options.hub, &subscription, &connection);
    if (replays && bridge_replay(request, last_id, error) < 0) {
        stream_done(request);
        return -1;
    }
    sse_replay_done(server->options.hub, request->listener);
    return 0;
}

static ssize_t read_events(void *context, uint64_t position, char *out, size_t maximum)
{
    struct http_request *request = context;
    (void)position;
    ptrdiff_t count = sse_take(request->server->options.hub, request->listener, out, maximum);
    return count < 0 ? MHD_CONTENT_READER_END_OF_STREAM : count;
}

struct MHD_Response *stream_response(struct http_request *request)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, read_events, request, NULL);
    if (!response)
        abort();
    return response;
}

void stream_done(struct http_request *request)
{
    if (request->listener)
        sse_unsubscribe(request->server->options.hub, request->listener);
    request->listener = NULL;
}
