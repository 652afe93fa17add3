/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the guard between the sockets and the HTTP library: the library's recv(2) is ours (docs/decisions/0007). Every byte of
 * a connection that was opened here goes through its guard; a refused request is answered from here and the
 * connection closed. Other sockets of the process are not touched.
 * Fails closed: wire_request_begin says no to any request that the guard has not approved.
 */
#ifndef SHUNTUI_HTTP_WIRE_H
#define SHUNTUI_HTTP_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct error;
struct wire;

struct wire_limits {
    unsigned head_s, body_s, upload_s; /* how long each part of a request may take to arrive */
    _Atomic uint64_t *refusals;        /* counted here, may be NULL */
};

/* Is the library's recv really ours? Returns 0, or -1 with INTERNAL: then no server may start. */
int wire_check(struct error *error);
/* Called before the first read of the connection and before its close, on whatever thread. NULL when the socket's
 * number is past the table: the connection must then be closed. */
struct wire *wire_open(int socket, const struct wire_limits *limits);
void wire_close(struct wire *wire); /* NULL is a no-op */
/* The library reports a request's head; true when the guard approved it. */
bool wire_request_begin(struct wire *wire);
/* The library is done with a request, its answer is with the kernel. */
void wire_request_done(struct wire *wire);

#endif
