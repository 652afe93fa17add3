/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP/1.1 server: listener, guard, routes, authorisation, limits, answers. What the routes do is in handle_*.c;
 * how to write one is in route.h. TLS is the business of the proxy in front.
 */
#ifndef SHUNTUI_HTTP_HTTP_H
#define SHUNTUI_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/route.h"

struct clock;
struct error;
struct store_tx;
struct http_server;
struct random;
struct sse_hub;
struct store;
struct web;

/* Who calls? Fills *ret from the Authorization (Bearer) or Shuntui-Order-Secret header of the call, whose path parameters say
 * which order or claim is meant, or when neither is there from the session's cookie; call->tx is a read transaction. Not called
 * when none of them is there. Returns 0, or -1 with AUTHENTICATION_FAILED or SESSION_EXPIRED (unknown, expired or revoked:
 * never say which to an outsider). */
typedef int http_authenticate(struct http_call *call, struct http_caller *ret, struct error *error);
/* Records that a token or session is in use; in a write transaction of its own, some time after the request. */
typedef int http_touch(void *service, struct store_tx *tx, struct text token_id, struct error *error);
/* Queues with sse_replay what the topic's listener missed after last_event_id; call->tx is a read transaction. */
struct sse_listener;
typedef int http_replay(struct http_call *call, struct sse_hub *hub, struct sse_listener *listener,
                        int64_t last_event_id, struct error *error);
/* Seals an answer with a secret before it is stored for repeated requests, and opens it again. Appends to out; what it is bound to
 * (caller, route and key) must be the same both times. On the writer's thread. */
typedef int http_sealer(void *service, struct text bound_to, struct text in, struct buffer *out, struct error *error);
/* Appends lines of the Prometheus text format: whole metrics with # HELP and # TYPE. */
typedef void http_metrics_source(void *context, struct buffer *out);

/* One such source, for the store: queue, batches, stalls. context is a struct store. */
http_metrics_source http_store_metrics;

#define HTTP_METRICS_HOOKS_MAX 4
struct http_metrics_hook {
    http_metrics_source *write;
    void *context;
};

struct http_options {
    const char *address;             /* NULL: "127.0.0.1" */
    uint16_t port;                   /* 0: any free port; http_server_port tells */
    unsigned threads;                /* 0: two */
    unsigned connections_max;        /* 0: 4,096 */
    unsigned connections_per_ip_max; /* 0: 1,024, or no limit for loopback addresses */
    unsigned idle_s;                 /* 0: 30; a connection that neither reads nor writes */
    unsigned head_s;                 /* 0: 10; from the first byte of a request to its blank line */
    unsigned body_s;                 /* 0: 60; from there to the end of a body that is not an upload */
    unsigned upload_s;               /* 0: 600 */
    bool behind_proxy;            /* the peer's address is the last of X-Forwarded-For, its scheme X-Forwarded-Proto */
    bool rate_limit;              /* off by default: a server on loopback for one user needs none */
    unsigned rate_read_per_min;   /* 0: 600; of one caller, with bursts of a quarter of it */
    unsigned rate_write_per_min;  /* 0: 120 */
    unsigned requests_max;        /* 0: 2,048 in work at once; more get 503 */
    const char *upload_directory; /* for UPLOAD routes; must be on the file system that files move to */

    struct web *web;                 /* the pages; NULL: none, and the start page instead */
    const struct http_route *routes; /* the program's own table: http_routes */
    size_t route_count;
    struct store *store;                              /* may be NULL when all routes are PLAIN */
    void *service;                                    /* handed to handlers as call->service */
    http_authenticate *authenticate;                  /* NULL: everybody is anonymous */
    http_touch *touch;                                /* NULL: nothing is recorded */
    http_sealer *seal, *unseal;                       /* needed by routes whose answers hold a secret */
    http_replay *replay;                              /* NULL: nothing is replayed */
    struct sse_hub *hub;                              /* NULL: no STREAM routes */
    int (*ready)(void *service, struct error *error); /* NULL: always ready. Called on an HTTP thread; must not block */
    struct http_metrics_hook metrics_hooks[HTTP_METRICS_HOOKS_MAX];
    size_t metrics_hook_count;
    struct clock *clock;   /* NULL: clock_system() */
    struct random *random; /* NULL: random_system() */
};

/* Binds, listens and serves on threads of its own. Everything in *options but the struct itself must outlive the server.
 * Fails with HTTP_LISTEN (hint says what to do) or IO. */
int http_server_start(const struct http_options *options, struct http_server **ret, struct error *error);
int64_t http_server_listeners(const struct http_server *server); /* open streams of events */
uint16_t http_server_port(const struct http_server *server);
/* Stops accepting, lets requests in work finish for at most drain_s seconds, closes event streams, and frees the server.
 * The store must still run. NULL is a no-op. */
void http_server_stop(struct http_server *server, unsigned drain_s);

#endif
