/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events: who listens to which topic, and what is still to be sent to each.
 * Publishing never waits: a listener whose buffer is full is cut off and comes back with Last-Event-ID.
 * The hub knows no sockets; the server gives it a wake-up function for each listener.
 */
#ifndef SHUNTUI_HTTP_SSE_H
#define SHUNTUI_HTTP_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct sse_hub;
struct sse_listener;

struct sse_hub *sse_hub_new(void);
void sse_hub_free(struct sse_hub *hub); /* NULL is a no-op; asserts that nobody listens any more */

/* Sends one event to all who listen to the topic. id is the position within the topic (rising); event is its type;
 * json is one line. Thread-safe; to be called after the commit that made the event true. */
void sse_publish(struct sse_hub *hub, const char *topic, int64_t id, const char *event, struct text json);

/* ---- the server's side ---- */
typedef void sse_wake(void *context); /* called without the hub's lock held by the same listener; must not block */
struct sse_listener *sse_subscribe(struct sse_hub *hub, const char *topic, sse_wake *wake, void *context);
void sse_unsubscribe(struct sse_hub *hub, struct sse_listener *listener);
/* Queues an event for one listener only: the replay after Last-Event-ID. Returns 0, or -1 when its buffer is full. */
int sse_replay(struct sse_hub *hub, struct sse_listener *listener, int64_t id, const char *event, struct text json);
/* Takes up to `maximum` bytes. Returns the count; 0 when there is nothing (the next event wakes); -1 when the listener
 * was cut off or the hub is closing. */
ptrdiff_t sse_take(struct sse_hub *hub, struct sse_listener *listener, char *out, size_t maximum);
void sse_heartbeat(struct sse_hub *hub); /* a comment line to every listener whose buffer is empty */
void sse_close_all(struct sse_hub *hub); /* wakes everybody; sse_take then says -1 */
size_t sse_listener_count(struct sse_hub *hub);

#endif
