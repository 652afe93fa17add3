/* SPDX-License-Identifier: Apache-2.0 */
/* One table of places, found by a hash of the id. Ids are made by us, so nobody can crowd one place on purpose. */
#include "service/recent.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define PLACES 4096 /* some hundred kilobytes: more merchants than are on one page */

struct place {
    char id[ID_BYTES];
    int64_t at_us;
    unsigned char value[SERVICE_RECENT_BYTES];
};
struct service_recent {
    pthread_mutex_t lock;
    struct place places[PLACES];
};

struct service_recent *service_recent_new(void)
{
    struct service_recent *recent = calloc(1, sizeof *recent);
    if (!recent || pthread_mutex_init(&recent->lock, NULL) != 0)
        abort();
    return recent;
}

void service_recent_free(struct service_recent *recent)
{
    if (!recent)
        return;
    pthread_mutex_destroy(&recent->lock);
    free(recent);
}

static struct place *place_of(struct service_recent *recent, struct text id)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < id.length; i++)
        hash = (hash ^ (unsigned char)id.data[i]) * 16777619u;
    return &recent->places[hash % PLACES];
}

bool service_recent_find(struct service_recent *recent, struct text id, int64_t now_us, void *ret_value, size_t bytes)
{
    assert(bytes <= SERVICE_RECENT_BYTES);
    pthread_mutex_lock(&recent->lock);
    const struct place *place = place_of(recent, id);
    bool found = text_is(id, place->id) && now_us >= place->at_us && now_us - place->at_us < SERVICE_RECENT_US;
    if (found)
        memcpy(ret_value, place->value, bytes);
    pthread_mutex_unlock(&recent->lock);
    return found;
}

void service_recent_put(struct service_recent *recent, struct text id, int64_t now_us, const void *value, size_t bytes)
{
    assert(bytes <= SERVICE_RECENT_BYTES);
    assert(id.length < ID_BYTES);
    pthread_mutex_lock(&recent->lock);
    struct place *place = place_of(recent, id);
    memset(place, 0, sizeof *place);
    memcpy(place->id, id.data, id.length);
    memcpy(place->value, value, bytes);
    place->at_us = now_us;
    pthread_mutex_unlock(&recent->lock);
}
