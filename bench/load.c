/* SPDX-License-Identifier: Apache-2.0 */
/* The load generator: connections as small state machines over epoll, latencies in a histogram of microseconds. */
#include "load.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define RESPONSE_BYTES_MAX (4 * 1024 * 1024)
#define BUCKETS 2000000 /* one for each microsecond up to two seconds; the last takes the rest */

struct connection {
    int file;
    bool busy;
    int64_t request, started_us;
    struct buffer out, in;
    size_t sent;
};

struct run {
    const struct load *load;
    struct connection connections[CONNECTIONS_MAX];
    int epoll, busy;
    bool ended;
    int64_t began_us, issued;
    uint32_t *histogram;
    struct load_result result;
};

static int64_t now_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int connection_open(struct run *run, int index)
{
    struct connection *connection = &run->connections[index];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(run->load->port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->file < 0 || connect(connection->file, (struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    setsockopt(connection->file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    return epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->file, &event);
}

/* Starts the next request on an idle connection, when there is one and its time has come. */
static void connection_start(struct run *run, struct connection *connection)
{
    int64_t now = now_us(), intended = now;
    if (run->load->rate_per_s) {
        intended = run->began_us + run->issued * 1000000 / run->load->rate_per_s;
        if (intended > now)
            return;
    }
    buffer_clear(&connection->out);
    if (run->ended || !run->load->next(run->load->context, &connection->request, &connection->out)) {
        run->ended = true;
        return;
    }
    run->issued++;
    connection->busy = true;
    connection->started_us = intended;
    connection->sent = 0;
    run->busy++;
    /* Requests are small and the socket is idle: a short write would be a broken connection. */
    ssize_t written = write(connection->file, connection->out.data, connection->out.length);
    if (written != (ssize_t)connection->out.length) {
        run->result.failed++;
        connection->busy = false;
        run->busy--;
    }
}

/* Length of a whole answer at the start of the buffer, or 0 while it is not there. */
static size_t answer_length(const struct buffer *in, struct load_answer *answer)
{
    const char *end = memmem(in->data, in->length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    size_t head = (size_t)(end - in->data) + 4, length = 0;
    for (const char *line = in->data; line < end; line = (const char *)memchr(line, '\n', (size_t)(end + 2 - line)) + 1)
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            length = strtoul(line + 15, NULL, 10);
    if (in->length < head + length)
        return 0;
    answer->status = (int)strtol(in->data + 9, NULL, 10);
    answer->body = (struct text){in->data + head, length};
    return head + length;
}

static void answer_take(struct run *run, struct connection *connection)
{
    struct load_answer answer = {.request = connection->request};
    if (!connection->busy || !answer_length(&connection->in, &answer))
        return;
    answer.latency_us = now_us() - connection->started_us;
    run->histogram[answer.latency_us < BUCKETS ? answer.latency_us : BUCKETS - 1]++;
    run->result.answered++;
    if (run->load->answered)
        run->load->answered(run->load->context, &answer);
    buffer_clear(&connection->in);
    connection->busy = false;
    run->busy--;
    connection_start(run, connection);
}

static void connection_read(struct run *run, struct connection *connection)
{
    char piece[64 * 1024];
    ssize_t length = read(connection->file, piece, sizeof piece);
    if (length > 0) {
        buffer_add(&connection->in, piece, (size_t)length);
        answer_take(run, connection);
        return;
    }
    run->result.failed++;
    epoll_ctl(run->epoll, EPOLL_CTL_DEL, connection->file, NULL);
    if (connection->busy)
        run->busy--;
    connection->busy = false;
}

static int64_t percentile(const struct run *run, int64_t per_mille)
{
    int64_t seen = 0, wanted = (run->result.answered * per_mille + 999) / 1000;
    for (int64_t i = 0; i < BUCKETS; i++)
        if ((seen += run->histogram[i]) >= wanted)
            return i;
    return BUCKETS;
}

static int run_loop(struct run *run)
{
    struct epoll_event events[CONNECTIONS_MAX];
    int64_t limit_us = run->began_us + run->load->time_limit_s * 1000000;
    while (!run->ended || run->busy > 0) {
        int count = epoll_wait(run->epoll, events, CONNECTIONS_MAX, run->load->rate_per_s ? 1 : 1000);
        for (int i = 0; i < count; i++)
            connection_read(run, &run->connections[events[i].data.u32]);
        for (int i = 0; run->load->rate_per_s && !run->ended && i < run->load->connections; i++)
            if (!run->connections[i].busy)
                connection_start(run, &run->connections[i]);
        if (now_us() > limit_us || run->result.failed >= run->load->connections)
            return -1;
    }
    return 0;
}

int load_run(const struct load *load, struct load_result *ret)
{
    assert(load->connections > 0 && load->connections <= CONNECTIONS_MAX);
    struct run *run = calloc(1, sizeof *run);
    if (!run || !(run->histogram = calloc(BUCKETS, sizeof *run->histogram)))
        abort();
    run->load = load;
    run->epoll = epoll_create1(EPOLL_CLOEXEC);
    int result = 0;
    for (int i = 0; i < load->connections && result == 0; i++) {
        buffer_init(&run->connections[i].out, 1024 * 1024);
        buffer_init(&run->connections[i].in, RESPONSE_BYTES_MAX);
        result = connection_open(run, i);
    }
    run->began_us = now_us();
    for (int i = 0; i < load->connections && result == 0; i++)
        connection_start(run, &run->connections[i]);
    if (result == 0)
        result = run_loop(run);
    run->result.seconds = (double)(now_us() - run->began_us) / 1e6;
    run->result.p50_us = percentile(run, 500);
    run->result.p99_us = percentile(run, 990);
    run->result.max_us = percentile(run, 1000);
    *ret = run->result;
    for (int i = 0; i < load->connections; i++) {
        buffer_done(&run->connections[i].out);
        buffer_done(&run->connections[i].in);
        if (run->connections[i].file > 0)
            close(run->connections[i].file);
    }
    close(run->epoll);
    free(run->histogram);
    free(run);
    return result;
}

void load_request_post(struct buffer *out, const char *path, const char *header, const char *key, struct text body)
{
    buffer_addf(out, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n",
                path, body.length);
    if (header)
        buffer_addf(out, "%s\r\n", header);
    if (key)
        buffer_addf(out, "Idempotency-Key: %s\r\n", key);
    buffer_add_string(out, "\r\n");
    buffer_add_text(out, body);
}
