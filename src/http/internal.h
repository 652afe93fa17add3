/* SPDX-License-Identifier: Apache-2.0 */
/* What the server's own files share: the server, a connection, a request. Not for handlers. */
#ifndef SHUNTUI_HTTP_INTERNAL_H
#define SHUNTUI_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"
#include "http/http.h"
#include "http/metrics.h"
#include "http/rate.h"
#include "http/router.h"
#include "http/sse.h"
#include "http/wire.h"

#define HTTP_HEARTBEAT_S 15
/* Of a body nobody wants: read, so that the client hears the answer and not a reset. A file just over its limit fits. */
#define HTTP_DISCARD_BYTES_MAX (24 * 1024 * 1024)

struct http_server {
    struct http_options options; /* with the defaults filled in */
    struct router *router;
    struct metrics *metrics;
    struct rate *rate;
    struct wire_limits wire_limits;
    struct MHD_Daemon *daemon;
    int listener;
    uint16_t port;
    bool is_loopback;
    atomic_bool stopping;
    pthread_t ticker; /* heartbeats */
    pthread_mutex_t lock;
    bool drained;           /* under the lock: no request may suspend its connection for a write any more */
    pthread_cond_t changed; /* stopping, or a request ended while stopping */
};

/* Random bytes drawn in advance, since a system call for each request id would be a tenth of the request. */
struct http_random {
    struct random random;
    size_t left;
    uint8_t bytes[256];
};

struct http_connection {
    struct http_server *server;
    struct wire *wire;
    struct arena *arena; /* kept between requests */
    char remote[INET6_ADDRSTRLEN];
    struct http_random random;
};

enum request_phase {
    REQUEST_RECEIVES, /* its body */
    REQUEST_WAITS,    /* for the writer; the connection is suspended */
    REQUEST_ANSWERED,
};

struct upload_file {
    int file; /* -1: none */
    struct hash_stream *hash, *salted;
    struct http_upload upload;
};

struct http_request {
    struct http_call call;
    struct http_server *server;
    struct http_connection *connection;
    struct MHD_Connection *mhd;
    enum request_phase phase;
    bool failed;         /* error is the answer */
    bool is_get, is_api; /* GET or HEAD; below /v1/ */
    bool closes;         /* the connection after the answer */
    bool is_resumed;     /* the writer is done with it; written before the connection wakes */
    bool session_ended;  /* the cookie names no session any more: the browser is told to forget it */
    bool is_replay;      /* the stored answer of an idempotency key */
    struct error error;
    struct http_header extra; /* Allow of a 405, Retry-After of a 429 */
    uint64_t body_expected;   /* Content-Length; 0 when there is none, UINT64_MAX when chunked */
    uint64_t body_received;
    struct buffer body;
    struct upload_file upload;
    struct json *document;
    struct buffer out;
    struct sse_listener *listener;
    int64_t started_us;
    char request_id[ID_BYTES];
    void *job; /* of bridge.c */
    int status_sent;
};

/* request.c: one request from head to answer */
enum MHD_Result request_handle(void *server, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *data, size_t *data_size, void **context);
void request_completed(void *server, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code);
/* The writer is done with the request, successfully or not: on any thread. */
void request_resume(struct http_request *request);
/* Calls the handler with an empty answer. Returns 0 or -1 with error. May be repeated. */
int request_run_handler(struct http_request *request, struct error *error);

/* admit.c: may this request be worked on at all? */
void call_read_headers(struct http_request *request);
int admit_route(struct http_request *request, const char *method, const char *url, struct error *error);
int admit_head(struct http_request *request, struct error *error);

/* body.c: receiving */
int body_begin(struct http_request *request, struct error *error);
int body_add(struct http_request *request, const char *data, size_t length, struct error *error);
int body_end(struct http_request *request, struct error *error);
void body_work_end(struct http_request *request); /* gives back what a FILE route's handler holds; may be repeated */
void body_done(struct http_request *request);

/* answer.c: from the finished call to MHD's response */
enum MHD_Result answer_queue(struct http_request *request);

/* bridge.c: the store */
int bridge_authenticate(struct http_request *request, struct error *error); /* under a read transaction */
int bridge_read(struct http_request *request, struct error *error); /* READ and STREAM: the handler on this thread */
void bridge_write(struct http_request *request); /* suspends the connection; request_resume follows on any outcome */
int bridge_replay(struct http_request *request, int64_t last_id, struct error *error);

/* stream.c: server-sent events */
int stream_open(struct http_request *request, struct error *error);
struct MHD_Response *stream_response(struct http_request *request);
void stream_done(struct http_request *request);

#endif
