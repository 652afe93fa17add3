/* SPDX-License-Identifier: Apache-2.0 */
/* Start and stop: the listening socket, the library's threads, connections, the heartbeat, and draining. */
#include "http/http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/guard.h"
#include "http/internal.h"

#define BACKLOG 1024
#define RATE_SETS 2048 /* 16,384 buckets, half a megabyte */
/* Memory of one connection in the library: the largest head, a hundred parsed fields, and an answer's head. It clears all of
 * it after each request, so more would cost time. */
#define CONNECTION_BYTES (GUARD_HEAD_BYTES_MAX + 8 * 1024)

static void fill_defaults(struct http_options *options)
{
#define DEFAULT(member, value) options->member = options->member ? options->member : (value)
    DEFAULT(address, "127.0.0.1");
    DEFAULT(threads, 2);
    DEFAULT(connections_max, 4096);
    DEFAULT(idle_s, 30);
    DEFAULT(head_s, 10);
    DEFAULT(body_s, 60);
    DEFAULT(upload_s, 600);
    DEFAULT(requests_max, 2048);
    DEFAULT(rate_read_per_min, 600);
    DEFAULT(rate_write_per_min, 120);
    DEFAULT(clock, clock_system());
    DEFAULT(random, random_system());
#undef DEFAULT
}

static socklen_t parse_address(const struct http_options *options, struct sockaddr_storage *ret, bool *ret_loopback)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    memset(ret, 0, sizeof *ret);
    if (inet_pton(AF_INET, options->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(options->port);
        *ret_loopback = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, options->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(options->port);
        *ret_loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
        return sizeof *v6;
    }
    return 0;
}

static int listen_failed(const struct http_options *options, struct error *error)
{
    int why = errno;
    error_set(error, ERROR_HTTP_LISTEN, "cannot listen on %s port %u: %s", options->address, options->port,
              strerror(why));
    if (why == EADDRINUSE)
        return error_hint(error, "another program has this port; choose a free one, or 0 for any");
    if (why == EACCES)
        return error_hint(error, "ports below 1024 need a privilege; choose a higher one");
    return error_hint(error, "use an address of this machine, for example 127.0.0.1");
}

static int open_listener(struct http_server *server, struct error *error)
{
    struct sockaddr_storage address;
    socklen_t length = parse_address(&server->options, &address, &server->is_loopback);
    int on = 1;
    errno = EINVAL;
    if (length == 0)
        return listen_failed(&server->options, error);
    server->listener = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->listener < 0)
        return listen_failed(&server->options, error);
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server->listener, (struct sockaddr *)&address, length) < 0 || listen(server->listener, BACKLOG) < 0)
        return listen_failed(&server->options, error);
    length = sizeof address;
    getsockname(server->listener, (struct sockaddr *)&address, &length);
    /* The port is at the same place for both families. */
    server->port = ntohs(((struct sockaddr_in *)&address)->sin_port);
    return 0;
}

/* ---- connections ---- */

static void random_of_pool(struct random *random, void *out, size_t bytes)
{
    struct http_random *pool = (struct http_random *)random;
    struct http_connection *connection =
        (struct http_connection *)((char *)pool - offsetof(struct http_connection, random));
    struct random *source = connection->server->options.random;
    assert(bytes <= sizeof pool->bytes);
    if (pool->left < bytes) {
        source->fill(source, pool->bytes, sizeof pool->bytes);
        pool->left = sizeof pool->bytes;
    }
    pool->left -= bytes;
    memcpy(out, pool->bytes + pool->left, bytes);
}

static void connection_open(struct http_server *server, struct MHD_Connection *mhd, void **context)
{
    const union MHD_ConnectionInfo *socket = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *peer = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    atomic_fetch_add_explicit(&metrics_totals(server->metrics)->connections_opened, 1, memory_order_relaxed);
    struct wire *wire = socket ? wire_open(socket->connect_fd, &server->wire_limits) : NULL;
    if (!wire)
        return; /* without a context its requests are refused */
    struct http_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        abort();
    connection->server = server;
    connection->wire = wire;
    connection->arena = arena_new(LIMIT_REQUEST_ARENA_BYTES);
    connection->random.random.fill = random_of_pool;
    connection->random.left = 0;
    const struct sockaddr *address = peer ? peer->client_addr : NULL;
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, connection->remote, INET6_ADDRSTRLEN);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, connection->remote, INET6_ADDRSTRLEN);
    *context = connection;
}

static void connection_changed(void *context, struct MHD_Connection *mhd, void **connection_context,
                               enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = context;
    struct http_connection *connection = *connection_context;
    switch (what) {
    case MHD_CONNECTION_NOTIFY_STARTED:
        connection_open(server, mhd, connection_context);
        break;
    case MHD_CONNECTION_NOTIFY_CLOSED:
        atomic_fetch_add_explicit(&metrics_totals(server->metrics)->connections_closed, 1, memory_order_relaxed);
        if (!connection)
            break;
        wire_close(connection->wire);
        arena_free(connection->arena);
        free(connection);
        *connection_context = NULL;
        break;
    }
}

/* Paths and query values stay as they were sent; what needs decoding is decoded once, by us. */
static size_t unescape_nothing(void *context, struct MHD_Connection *mhd, char *text)
{
    (void)context;
    (void)mhd;
    return strlen(text);
}

static void library_logs(void *context, const char *format, va_list arguments)
{
    (void)context;
    char line[256];
    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\n")] = '\0';
    /* A client that goes away or talks nonsense is no event; a process out of sockets or memory is. */
    if (!strstr(line, "limit") && !strstr(line, "epoll") && !strstr(line, "memory"))
        return;
    log_event(LOG_LEVEL_WARNING, "http_library", LOG_STRING("message", line));
}

static int start_library(struct http_server *server, struct error *error)
{
    const struct http_options *options = &server->options;
    unsigned per_ip = options->connections_per_ip_max;
    if (per_ip == 0 && !server->is_loopback)
        per_ip = 1024;
    server->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                         request_handle, server, MHD_OPTION_EXTERNAL_LOGGER, library_logs, server,
                         MHD_OPTION_LISTEN_SOCKET, server->listener, MHD_OPTION_THREAD_POOL_SIZE, options->threads,
                         MHD_OPTION_CONNECTION_LIMIT, options->connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                         per_ip, MHD_OPTION_CONNECTION_TIMEOUT, options->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED, request_completed, server,
                         MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server, MHD_OPTION_UNESCAPE_CALLBACK,
                         unescape_nothing, server, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!server->daemon)
        return error_set(error, ERROR_HTTP_LISTEN, "the HTTP library did not start");
    return 0;
}

/* ---- heartbeat ---- */

static void *tick(void *context)
{
    struct http_server *server = context;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    pthread_mutex_lock(&server->lock);
    while (!atomic_load(&server->stopping)) {
        until.tv_sec += HTTP_HEARTBEAT_S;
        while (!atomic_load(&server->stopping) &&
               pthread_cond_timedwait(&server->changed, &server->lock, &until) != ETIMEDOUT)
            ;
        if (!atomic_load(&server->stopping) && server->options.hub)
            sse_heartbeat(server->options.hub);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- start and stop ---- */

static void server_init(struct http_server *server, const struct http_options *options)
{
    server->options = *options;
    fill_defaults(&server->options);
    server->listener = -1;
    server->router = router_new(server->options.routes, server->options.route_count);
    server->metrics = metrics_new(server->options.routes, server->options.route_count);
    server->wire_limits = (struct wire_limits){server->options.head_s, server->options.body_s, server->options.upload_s,
                                               &metrics_totals(server->metrics)->refusals};
    uint64_t seed;
    server->options.random->fill(server->options.random, &seed, sizeof seed);
    if (server->options.rate_limit)
        server->rate = rate_new(RATE_SETS, seed);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void server_free(struct http_server *server)
{
    if (server->listener >= 0)
        close(server->listener);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    rate_free(server->rate);
    metrics_free(server->metrics);
    router_free(server->router);
    free(server);
}

int http_server_start(const struct http_options *options, struct http_server **ret, struct error *error)
{
    assert(options);
    assert(options->routes);
    assert(options->metrics_hook_count <= HTTP_METRICS_HOOKS_MAX);
    assert(ret);
    if (wire_check(error) < 0)
        return -1;
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server_init(server, options);
    if (open_listener(server, error) < 0 || start_library(server, error) < 0) {
        server_free(server);
        return -1;
    }
    if (pthread_create(&server->ticker, NULL, tick, server) != 0)
        abort();
    *ret = server;
    return 0;
}

int64_t http_server_listeners(const struct http_server *server)
{
    return server->options.hub ? (int64_t)sse_listener_count(server->options.hub) : 0;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

/* A suspended connection must not be there when the library stops: writes are waited for without limit, since the store
 * answers every job; other requests only until drain_s is over. */
static void drain(struct http_server *server, unsigned drain_s)
{
    struct metrics_totals *totals = metrics_totals(server->metrics);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += drain_s;
    pthread_mutex_lock(&server->lock);
    while (atomic_load(&totals->writes_waiting) > 0)
        pthread_cond_wait(&server->changed, &server->lock);
    while (atomic_load(&totals->in_flight) > 0 &&
           pthread_cond_timedwait(&server->changed, &server->lock, &until) != ETIMEDOUT)
        ;
    while (atomic_load(&totals->writes_waiting) > 0)
        pthread_cond_wait(&server->changed, &server->lock);
    server->drained = true;
    pthread_mutex_unlock(&server->lock);
}

void http_server_stop(struct http_server *server, unsigned drain_s)
{
    if (!server)
        return;
    MHD_quiesce_daemon(server->daemon);
    pthread_mutex_lock(&server->lock);
    atomic_store(&server->stopping, true);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->ticker, NULL);
    if (server->options.hub)
        sse_close_all(server->options.hub);
    drain(server, drain_s);
    MHD_stop_daemon(server->daemon);
    server_free(server);
}
