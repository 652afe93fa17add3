/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events: who listens to which topic, and what is still to be sent to each.
 * Publishing never waits: a listener whose buffer is full is cut off and comes back with Last-Event-ID.
 * The hub knows no sockets; the server gives it functions that put a listener's connection to sleep and wake it.
 */
#ifndef SHUNTUI_HTTP_SSE_H
#define SHUNTUI_HTTP_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define SSE_BUFFER_BYTES_MAX (64 * 1024) /* of one listener; a claim's event is about 300 bytes */
#define SSE_HELD_EVENTS_MAX 64           /* live events that arrive while missed ones are being replayed */

struct sse_hub;
struct sse_listener;

struct sse_hub *sse_hub_new(void);
void sse_hub_free(struct sse_hub *hub); /* NULL is a no-op; asserts that nobody listens any more */

/* Sends one event to all who listen to the topic. id is the position within the topic (rising); event is its type;
 * json is one line. Thread-safe; to be called after the commit that made the event true. */
void sse_publish(struct sse_hub *hub, const char *topic, int64_t id, const char *event, struct text json);

/* Whether anybody listens to the topic: an event that nobody hears need not be written. */
bool sse_is_heard(struct sse_hub *hub, const char *topic);

/* Queues a missed event for one listener. Returns 0, or -1 when its buffer is full: then stop replaying. */
int sse_replay(struct sse_hub *hub, struct sse_listener *listener, int64_t id, const char *event, struct text json);

/* ---- the server's side ---- */
/* Both are called with the hub locked: they must not block and not call the hub. */
struct sse_connection {
    void (*sleep)(void *context); /* nothing to send: do not ask again until woken */
    void (*wake)(void *context);
    void *context;
};
#define SSE_HEARTBEATS_MAX 240 /* then a listener is cut off, so that its right to listen is asked for again */
struct sse_subscription {
    const char *topic;
    const char *owner; /* the account that listens, for sse_cut; NULL or empty: none */
    /* A JSON value that says who this is, or empty. Those of one topic who have one are told of each other: an event "viewers"
     * without an id, a list without repetitions, whenever it may have changed. Nobody else hears of it. */
    struct text viewer;
    /* Live events wait until sse_replay_done, so that missed ones come first and none comes twice. To lose nothing, subscribe
     * before the read that finds what was missed. */
    bool holds;
};
struct sse_listener *sse_subscribe(struct sse_hub *hub, const struct sse_subscription *subscription,
                                   const struct sse_connection *connection);
void sse_replay_done(struct sse_hub *hub, struct sse_listener *listener);
void sse_unsubscribe(struct sse_hub *hub, struct sse_listener *listener);
/* Takes up to `maximum` bytes. Returns the count; 0 after having called sleep; -1 when the listener was cut off or
 * the hub is closing. */
ptrdiff_t sse_take(struct sse_hub *hub, struct sse_listener *listener, char *out, size_t maximum);
void sse_heartbeat(
    struct sse_hub *hub); /* a comment to everybody who has nothing else to read: finds dead connections */
/* Cuts off whatever this account listens to: it comes back with what rights it still has. */
void sse_cut(struct sse_hub *hub, const char *owner);
void sse_close_all(struct sse_hub *hub); /* wakes everybody; sse_take then says -1 */
size_t sse_listener_count(struct sse_hub *hub);

#endif
