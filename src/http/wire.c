/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition of recv() in this program takes the place of the C library's for every shared library, which is how ELF
 * symbol search works: the program itself is searched first. The HTTP library has no hook for reading, and its
 * parser repairs what must be refused; see docs/decisions/0007.
 */
#include "http/wire.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "http/guard.h"

#define WIRE_SOCKETS_MAX 65536
#define WIRE_DISCARD_BYTES_MAX                                                                                         \
    (4 * 1024 * 1024) /* read and thrown away so that the client sees the refusal, not a reset */

struct wire {
    struct guard guard;
    struct wire_limits limits;
    int socket;
    uint64_t requests_begun, requests_done;
    int64_t part_since_ms; /* when the head or body that is arriving began */
    uint64_t part;         /* which one that is */
    bool refusal_waits;    /* behind answers that are still to be sent */
    bool discards;         /* the refusal was sent */
    size_t discarded_bytes;
};

/* The one mutable global of the folder: recv() knows nothing but the socket's number. A slot is written before the library
 * first reads from a socket and emptied before it closes it, so no reader meets another connection's guard. */
static _Atomic(struct wire *) slots[WIRE_SOCKETS_MAX];

ssize_t recv(int socket, void *buffer, size_t length, int flags);

static ssize_t recv_system(int socket, void *buffer, size_t length, int flags)
{
    return syscall(SYS_recvfrom, socket, buffer, length, flags, NULL, NULL);
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int wire_check(struct error *error)
{
    /* The search that the dynamic linker made for the HTTP library: if it ends elsewhere, the guard would be blind. */
    if (dlsym(RTLD_DEFAULT, "recv") == (void *)(uintptr_t)recv)
        return 0;
    return error_set(error, ERROR_INTERNAL, "the program was linked so that the HTTP guard cannot see requests");
}

struct wire *wire_open(int socket, const struct wire_limits *limits)
{
    if (socket < 0 || socket >= WIRE_SOCKETS_MAX)
        return NULL;
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        abort();
    guard_init(&wire->guard);
    wire->limits = *limits;
    wire->socket = socket;
    atomic_store_explicit(&slots[socket], wire, memory_order_release);
    return wire;
}

void wire_close(struct wire *wire)
{
    if (!wire)
        return;
    atomic_store_explicit(&slots[wire->socket], NULL, memory_order_release);
    free(wire);
}

static const char *status_phrase(int status)
{
    switch (status) {
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 431:
        return "Request Header Fields Too Large";
    case 505:
        return "HTTP Version Not Supported";
    }
    return "Bad Request";
}

/* Answers in the library's place and shuts the sending side; what still arrives is thrown away. */
static void send_refusal(struct wire *wire)
{
    char body[512], head[512];
    enum error_code code = wire->guard.refusal;
    int status = error_http_status(code);
    /* The reasons are our own literals; their quotation marks are the only bytes that JSON escapes. */
    char reason[256];
    size_t used = 0;
    for (const char *c = wire->guard.reason; *c && used < sizeof reason - 2; c++) {
        if (*c == '"')
            reason[used++] = '\\';
        reason[used++] = *c;
    }
    reason[used] = '\0';
    int body_length =
        snprintf(body, sizeof body,
                 "{\"code\":\"%s\",\"detail\":\"%s\",\"status\":%d,\"title\":\"%s\",\"type\":\"/problems/%s\"}",
                 error_wire(code), reason, status, error_title_en(code), error_wire(code));
    int head_length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
                 "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: %d\r\n\r\n",
                 status, status_phrase(status), body_length);
    assert(body_length > 0 && (size_t)body_length < sizeof body && head_length > 0 &&
           (size_t)head_length < sizeof head);
    /* A client whose window is closed does not get the words; it gets the end of the connection all the same. */
    if (send(wire->socket, head, (size_t)head_length, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE) == head_length)
        (void)!send(wire->socket, body, (size_t)body_length, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(wire->socket, SHUT_WR);
    wire->discards = true;
    wire->part_since_ms = monotonic_ms();
    if (wire->limits.refusals)
        atomic_fetch_add_explicit(wire->limits.refusals, 1, memory_order_relaxed);
}

static ssize_t discard(struct wire *wire, void *buffer, size_t length, int flags)
{
    while (wire->discarded_bytes < WIRE_DISCARD_BYTES_MAX) {
        ssize_t count = recv_system(wire->socket, buffer, length, flags);
        if (count <= 0)
            return count;
        wire->discarded_bytes += (size_t)count;
    }
    errno = ECONNRESET;
    return -1;
}

/* Has the part of a request that is arriving used up its time? Only partial requests look at the clock. */
static bool is_late(struct wire *wire)
{
    const struct guard *guard = &wire->guard;
    bool in_head = guard_in_head(guard);
    if (!in_head && !guard_in_body(guard))
        return false;
    int64_t now_ms = monotonic_ms();
    uint64_t part = guard->heads_passed * 2 + (in_head ? 1 : 0) + 1;
    if (part != wire->part) {
        wire->part = part;
        wire->part_since_ms = now_ms;
        return false;
    }
    unsigned limit_s = in_head ? wire->limits.head_s : guard->is_upload ? wire->limits.upload_s : wire->limits.body_s;
    return now_ms - wire->part_since_ms > (int64_t)limit_s * 1000;
}

static ssize_t refused(struct wire *wire, void *buffer, size_t length, int flags)
{
    const struct guard *guard = &wire->guard;
    if (wire->requests_done >= guard->requests_passed) {
        send_refusal(wire);
        return discard(wire, buffer, length, flags);
    }
    /* Requests before the bad one are answered first; the last of them brings the refusal. */
    wire->refusal_waits = true;
    if (guard->complete_end > 0)
        return (ssize_t)guard->complete_end;
    errno = EAGAIN;
    return -1;
}

static ssize_t recv_guarded(struct wire *wire, void *buffer, size_t length, int flags)
{
    if (wire->discards)
        return discard(wire, buffer, length, flags);
    if (wire->refusal_waits) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t count = recv_system(wire->socket, buffer, length, flags);
    if (count <= 0)
        return count;
    size_t passed = guard_feed(&wire->guard, buffer, (size_t)count);
    if (passed == (size_t)count && is_late(wire)) {
        wire->guard.state = GUARD_REFUSED;
        wire->guard.refusal = ERROR_HTTP_TIMEOUT;
        wire->guard.reason = "the request did not arrive in time";
        passed = wire->guard.complete_end;
    }
    return wire->guard.state == GUARD_REFUSED ? refused(wire, buffer, length, flags) : count;
}

__attribute__((visibility("default"))) ssize_t recv(int socket, void *buffer, size_t length, int flags)
{
    struct wire *wire = NULL;
    if (socket >= 0 && socket < WIRE_SOCKETS_MAX)
        wire = atomic_load_explicit(&slots[socket], memory_order_acquire);
    return wire ? recv_guarded(wire, buffer, length, flags) : recv_system(socket, buffer, length, flags);
}

bool wire_request_begin(struct wire *wire)
{
    return ++wire->requests_begun <= wire->guard.heads_passed;
}

void wire_request_done(struct wire *wire)
{
    wire->requests_done++;
    if (wire->refusal_waits && wire->requests_done >= wire->guard.requests_passed) {
        wire->refusal_waits = false;
        send_refusal(wire);
        /* The library has nothing more to read; the end of both directions wakes it up to close. */
        shutdown(wire->socket, SHUT_RDWR);
    }
}
