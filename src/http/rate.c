/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets in integers: a level is counted in millionths of a token, so that microseconds lose nothing. */
#include "http/rate.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define RATE_WAYS 8
#define TOKEN INT64_C(1000000)

struct bucket {
    uint64_t key; /* 0: free */
    int64_t level, at_us;
};
struct rate {
    pthread_mutex_t lock;
    size_t sets;
    uint64_t seed;
    struct bucket buckets[];
};

struct rate *rate_new(size_t sets, uint64_t seed)
{
    assert(sets > 0);
    struct rate *rate = calloc(1, sizeof *rate + sets * RATE_WAYS * sizeof rate->buckets[0]);
    if (!rate)
        abort();
    rate->sets = sets;
    rate->seed = seed;
    pthread_mutex_init(&rate->lock, NULL);
    return rate;
}

void rate_free(struct rate *rate)
{
    if (!rate)
        return;
    pthread_mutex_destroy(&rate->lock);
    free(rate);
}

/* FNV-1a from a secret start, then mixed (the finaliser of SplitMix64). Not for secrets: who collides only shares a bucket. */
static uint64_t key_of(const struct rate *rate, struct text name, unsigned class_index)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ rate->seed ^ class_index;
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.data[i]) * UINT64_C(1099511628211);
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    hash ^= hash >> 31;
    return hash ? hash : 1;
}

static struct bucket *bucket_of(struct rate *rate, uint64_t key, const struct rate_class *allowed, int64_t now_us)
{
    struct bucket *set = &rate->buckets[key % rate->sets * RATE_WAYS];
    struct bucket *victim = set;
    for (size_t i = 0; i < RATE_WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (victim->key && (!set[i].key || set[i].level > victim->level))
            victim = &set[i];
    }
    *victim = (struct bucket){.key = key, .level = allowed->burst * TOKEN, .at_us = now_us};
    return victim;
}

unsigned rate_take(struct rate *rate, struct text name, unsigned class_index, const struct rate_class *allowed,
                   int64_t now_us)
{
    assert(allowed->per_min > 0);
    assert(allowed->burst > 0);
    uint64_t key = key_of(rate, name, class_index);
    unsigned wait_s = 0;
    pthread_mutex_lock(&rate->lock);
    struct bucket *bucket = bucket_of(rate, key, allowed, now_us);
    int64_t passed_us = now_us > bucket->at_us ? now_us - bucket->at_us : 0;
    int64_t full = allowed->burst * TOKEN;
    /* A bucket that was left alone for a day is full whatever the rate, and the product below cannot overflow. */
    int64_t day_us = INT64_C(86400) * TOKEN;
    bucket->level += (passed_us < day_us ? passed_us : day_us) * allowed->per_min / 60;
    bucket->level = bucket->level < full ? bucket->level : full;
    bucket->at_us = now_us;
    if (bucket->level >= TOKEN)
        bucket->level -= TOKEN;
    else
        wait_s = (unsigned)(((TOKEN - bucket->level) * 60 - 1) / ((int64_t)allowed->per_min * TOKEN) + 1);
    pthread_mutex_unlock(&rate->lock);
    return wait_s;
}
