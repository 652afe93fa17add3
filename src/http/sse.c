/* SPDX-License-Identifier: Apache-2.0 */
/* One lock, topics in a hash table of lists, a bounded buffer for each listener that costs nothing while empty. */
#include "http/sse.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define HUB_SLOTS 512
#define TOPIC_BYTES 64

struct held_event {
    int64_t id;
    char *frame;
};
struct sse_listener {
    struct sse_listener *next;
    char topic[TOPIC_BYTES];
    char owner[TOPIC_BYTES]; /* empty: nobody's account */
    char *viewer;            /* NULL: not one who is seen */
    struct sse_connection connection;
    struct buffer pending;
    size_t sent;     /* of pending */
    int64_t last_id; /* queued so far */
    int heartbeats;
    bool sleeps, holds, cut;
    struct held_event *held; /* SSE_HELD_EVENTS_MAX of them, while it holds and there are any */
    size_t held_count;
};
struct sse_hub {
    pthread_mutex_t lock;
    struct sse_listener *slots[HUB_SLOTS];
    size_t count;
    bool closing;
};

struct sse_hub *sse_hub_new(void)
{
    struct sse_hub *hub = calloc(1, sizeof *hub);
    if (!hub)
        abort();
    pthread_mutex_init(&hub->lock, NULL);
    return hub;
}

void sse_hub_free(struct sse_hub *hub)
{
    if (!hub)
        return;
    assert(hub->count == 0);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

static struct sse_listener **slot_of(struct sse_hub *hub, const char *topic)
{
    uint32_t hash = 2166136261u;
    for (; *topic; topic++)
        hash = (hash ^ (unsigned char)*topic) * 16777619u;
    return &hub->slots[hash % HUB_SLOTS];
}

static void wake(struct sse_listener *listener)
{
    if (!listener->sleeps)
        return;
    listener->sleeps = false;
    listener->connection.wake(listener->connection.context);
}

static void cut(struct sse_listener *listener)
{
    listener->cut = true;
    wake(listener);
}

static void queue(struct sse_listener *listener, struct text frame)
{
    if (listener->cut)
        return;
    if (listener->pending.length + frame.length > SSE_BUFFER_BYTES_MAX)
        listener->cut = true; /* it comes back with Last-Event-ID; waiting for it would hold up everybody */
    else
        buffer_add_text(&listener->pending, frame);
    wake(listener);
}

static void hold(struct sse_listener *listener, int64_t id, struct text frame)
{
    if (listener->held_count == SSE_HELD_EVENTS_MAX) {
        listener->cut = true;
        return;
    }
    if (!listener->held)
        listener->held = calloc(SSE_HELD_EVENTS_MAX, sizeof *listener->held);
    char *copy = strndup(frame.data, frame.length);
    if (!copy || !listener->held)
        abort();
    listener->held[listener->held_count++] = (struct held_event){id, copy};
}

static void write_frame(struct buffer *out, int64_t id, const char *event, struct text json)
{
    assert(!memchr(json.data, '\n', json.length));
    buffer_init(out, SSE_BUFFER_BYTES_MAX);
    buffer_add_string(out, "id: ");
    buffer_add_int(out, id);
    buffer_add_string(out, "\nevent: ");
    buffer_add_string(out, event);
    buffer_add_string(out, "\ndata: ");
    buffer_add_text(out, json);
    buffer_add_string(out, "\n\n");
}

void sse_publish(struct sse_hub *hub, const char *topic, int64_t id, const char *event, struct text json)
{
    struct buffer frame;
    write_frame(&frame, id, event, json);
    pthread_mutex_lock(&hub->lock);
    for (struct sse_listener *listener = *slot_of(hub, topic); listener; listener = listener->next) {
        if (strcmp(listener->topic, topic) != 0 || id <= listener->last_id)
            continue;
        if (listener->holds) {
            hold(listener, id, buffer_text(&frame));
        } else {
            listener->last_id = id;
            queue(listener, buffer_text(&frame));
        }
    }
    pthread_mutex_unlock(&hub->lock);
    buffer_done(&frame);
}

int sse_replay(struct sse_hub *hub, struct sse_listener *listener, int64_t id, const char *event, struct text json)
{
    struct buffer frame;
    write_frame(&frame, id, event, json);
    pthread_mutex_lock(&hub->lock);
    if (id > listener->last_id) {
        listener->last_id = id;
        queue(listener, buffer_text(&frame));
    }
    bool cut = listener->cut;
    pthread_mutex_unlock(&hub->lock);
    buffer_done(&frame);
    return cut ? -1 : 0;
}

bool sse_is_heard(struct sse_hub *hub, const char *topic)
{
    pthread_mutex_lock(&hub->lock);
    const struct sse_listener *listener = *slot_of(hub, topic);
    while (listener && strcmp(listener->topic, topic) != 0)
        listener = listener->next;
    pthread_mutex_unlock(&hub->lock);
    return listener != NULL;
}

/* ---- viewers ---- */

/* The next viewer of the topic after `before` (NULL: the first). */
static struct sse_listener *viewer_next(struct sse_hub *hub, const char *topic, struct sse_listener *before)
{
    struct sse_listener *listener = before ? before->next : *slot_of(hub, topic);
    while (listener && (!listener->viewer || strcmp(listener->topic, topic) != 0))
        listener = listener->next;
    return listener;
}

static bool viewer_is_first(struct sse_hub *hub, const struct sse_listener *viewer)
{
    struct sse_listener *other = viewer_next(hub, viewer->topic, NULL);
    while (other != viewer && strcmp(other->viewer, viewer->viewer) != 0)
        other = viewer_next(hub, viewer->topic, other);
    return other == viewer;
}

/* With the hub locked. */
static void viewers_tell(struct sse_hub *hub, const char *topic)
{
    struct buffer frame;
    struct sse_listener *viewer = NULL;
    bool some = false;
    buffer_init(&frame, SSE_BUFFER_BYTES_MAX / 4);
    buffer_add_string(&frame, "event: viewers\ndata: [");
    while ((viewer = viewer_next(hub, topic, viewer)) != NULL) {
        if (!viewer_is_first(hub, viewer))
            continue;
        buffer_add_string(&frame, some ? "," : "");
        buffer_add_string(&frame, viewer->viewer);
        some = true;
    }
    buffer_add_string(&frame, "]\n\n");
    while (!frame.failed && (viewer = viewer_next(hub, topic, viewer)) != NULL)
        queue(viewer, buffer_text(&frame));
    buffer_done(&frame);
}

struct sse_listener *sse_subscribe(struct sse_hub *hub, const struct sse_subscription *subscription,
                                   const struct sse_connection *connection)
{
    const char *topic = subscription->topic;
    struct text viewer = subscription->viewer;
    assert(viewer.length == 0 || !memchr(viewer.data, '\n', viewer.length));
    const char *owner = subscription->owner ? subscription->owner : "";
    assert(strlen(topic) < TOPIC_BYTES);
    assert(strlen(owner) < TOPIC_BYTES);
    struct sse_listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        abort();
    memcpy(listener->topic, topic, strlen(topic) + 1);
    memcpy(listener->owner, owner, strlen(owner) + 1);
    listener->connection = *connection;
    listener->holds = subscription->holds;
    if (viewer.length && !(listener->viewer = strndup(viewer.data, viewer.length)))
        abort();
    buffer_init(&listener->pending, SSE_BUFFER_BYTES_MAX);
    pthread_mutex_lock(&hub->lock);
    struct sse_listener **slot = slot_of(hub, topic);
    listener->next = *slot;
    *slot = listener;
    hub->count++;
    if (listener->viewer)
        viewers_tell(hub, topic);
    pthread_mutex_unlock(&hub->lock);
    return listener;
}

static void release_held(struct sse_listener *listener, bool sends)
{
    for (size_t i = 0; i < listener->held_count; i++) {
        if (sends && listener->held[i].id > listener->last_id) {
            listener->last_id = listener->held[i].id;
            queue(listener, text_of(listener->held[i].frame));
        }
        free(listener->held[i].frame);
    }
    free(listener->held);
    listener->held = NULL;
    listener->held_count = 0;
    listener->holds = false;
}

void sse_replay_done(struct sse_hub *hub, struct sse_listener *listener)
{
    pthread_mutex_lock(&hub->lock);
    release_held(listener, true);
    pthread_mutex_unlock(&hub->lock);
}

void sse_unsubscribe(struct sse_hub *hub, struct sse_listener *listener)
{
    pthread_mutex_lock(&hub->lock);
    struct sse_listener **link = slot_of(hub, listener->topic);
    while (*link != listener) {
        assert(*link);
        link = &(*link)->next;
    }
    *link = listener->next;
    hub->count--;
    if (listener->viewer)
        viewers_tell(hub, listener->topic);
    pthread_mutex_unlock(&hub->lock);
    free(listener->viewer);
    release_held(listener, false);
    buffer_done(&listener->pending);
    free(listener);
}

ptrdiff_t sse_take(struct sse_hub *hub, struct sse_listener *listener, char *out, size_t maximum)
{
    ptrdiff_t result = -1;
    pthread_mutex_lock(&hub->lock);
    size_t left = listener->pending.length - listener->sent;
    if (hub->closing || listener->cut) {
        result = -1;
    } else if (left > 0) {
        size_t count = left < maximum ? left : maximum;
        memcpy(out, listener->pending.data + listener->sent, count);
        listener->sent += count;
        result = (ptrdiff_t)count;
    } else {
        listener->sleeps = true;
        listener->connection.sleep(listener->connection.context);
        result = 0;
    }
    if (listener->sent > 0 && listener->sent == listener->pending.length) {
        buffer_done(&listener->pending);
        buffer_init(&listener->pending, SSE_BUFFER_BYTES_MAX);
        listener->sent = 0;
    }
    pthread_mutex_unlock(&hub->lock);
    return result;
}

void sse_heartbeat(struct sse_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < HUB_SLOTS; i++)
        for (struct sse_listener *listener = hub->slots[i]; listener; listener = listener->next) {
            if (++listener->heartbeats > SSE_HEARTBEATS_MAX)
                cut(listener);
            else if (listener->pending.length == 0)
                queue(listener, TEXT_LITERAL(":\n\n"));
        }
    pthread_mutex_unlock(&hub->lock);
}

void sse_cut(struct sse_hub *hub, const char *owner)
{
    assert(owner[0]);
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < HUB_SLOTS; i++)
        for (struct sse_listener *listener = hub->slots[i]; listener; listener = listener->next)
            if (strcmp(listener->owner, owner) == 0)
                cut(listener);
    pthread_mutex_unlock(&hub->lock);
}

void sse_close_all(struct sse_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->closing = true;
    for (size_t i = 0; i < HUB_SLOTS; i++)
        for (struct sse_listener *listener = hub->slots[i]; listener; listener = listener->next)
            wake(listener);
    pthread_mutex_unlock(&hub->lock);
}

size_t sse_listener_count(struct sse_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    size_t count = hub->count;
    pthread_mutex_unlock(&hub->lock);
    return count;
}
