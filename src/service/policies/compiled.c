/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled policies, kept while the service lives: a policy never changes once it is published, so a cached one is never
 * stale. Readers on several threads share the list; only adding takes the lock.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"
#include "service/rows.h"

#define POLICY_CACHE_BUCKETS 1024
#define POLICY_ARENA_BYTES (4 * 1024 * 1024)

struct policy_entry {
    struct policy_entry *next;
    char id[ID_BYTES];
    struct arena *arena;
    const struct policy *policy;
};

struct service_policies {
    pthread_mutex_t lock;
    _Atomic(struct policy_entry *) buckets[POLICY_CACHE_BUCKETS];
};

struct service_policies *service_policies_new(void)
{
    struct service_policies *policies = calloc(1, sizeof *policies);
    if (!policies || pthread_mutex_init(&policies->lock, NULL) != 0)
        abort();
    return policies;
}

void service_policies_free(struct service_policies *policies)
{
    if (!policies)
        return;
    for (size_t i = 0; i < POLICY_CACHE_BUCKETS; i++) {
        struct policy_entry *entry = atomic_load(&policies->buckets[i]);
        while (entry) {
            struct policy_entry *next = entry->next;
            arena_free(entry->arena);
            free(entry);
            entry = next;
        }
    }
    pthread_mutex_destroy(&policies->lock);
    free(policies);
}

static size_t bucket_of(struct text id)
{
    uint32_t hash = 2166136261u; /* FNV-1a: ids are made by us, nobody can choose collisions */
    for (size_t i = 0; i < id.length; i++)
        hash = (hash ^ (unsigned char)id.data[i]) * 16777619u;
    return hash % POLICY_CACHE_BUCKETS;
}

static const struct policy *entry_find(struct policy_entry *entry, struct text id)
{
    for (; entry; entry = entry->next)
        if (text_is(id, entry->id))
            return entry->policy;
    return NULL;
}

static int source_load(struct service_call *call, struct text policy_id, struct text *ret, bool *ret_of_order,
                       struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_POLICY_SOURCE);
    query_bind_text(query, 1, policy_id);
    int step = query_step(query, error);
    if (step == 1)
        *ret = arena_copy_text(call->arena, query_text(query, 0));
    *ret_of_order = step == 1 && query_int(query, 1) != 0;
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such policy");
    return step < 0 ? -1 : 0;
}

static struct policy_entry *entry_new(struct text id, struct text source, struct error *error)
{
    struct policy_entry *entry = calloc(1, sizeof *entry);
    struct policy_problems *problems = calloc(1, sizeof *problems);
    if (!entry || !problems)
        abort();
    entry->arena = arena_new(POLICY_ARENA_BYTES);
    service_id_copy(entry->id, id);
    int parsed = policy_parse(entry->arena, source, &entry->policy, problems, error);
    free(problems);
    if (parsed == 0)
        return entry;
    arena_free(entry->arena);
    free(entry);
    return NULL;
}

/* A policy of one order is compiled for each call: there may be as many as orders, and a cache of them would only grow. */
static int compile_for_call(struct service_call *call, struct text source, const struct policy **ret,
                            struct error *error)
{
    struct arena *arena = arena_new_within(call->arena, POLICY_ARENA_BYTES);
    struct policy_problems *problems = arena_new_object(arena, struct policy_problems);
    return policy_parse(arena, source, ret, problems, error);
}

int service_policy_get(struct service_call *call, struct text policy_id, const struct policy **ret, struct error *error)
{
    struct service_policies *policies = call->service->policies;
    size_t bucket = bucket_of(policy_id);
    *ret = entry_find(atomic_load(&policies->buckets[bucket]), policy_id);
    if (*ret)
        return 0;
    struct text source;
    bool of_order;
    if (source_load(call, policy_id, &source, &of_order, error) < 0)
        return -1;
    if (of_order)
        return compile_for_call(call, source, ret, error);
    struct policy_entry *entry = entry_new(policy_id, source, error);
    if (!entry)
        return error_prefix(error, "a published policy no longer parses");
    pthread_mutex_lock(&policies->lock);
    /* Two readers may have compiled the same text: the second entry is harmless and is freed with the rest. */
    entry->next = atomic_load(&policies->buckets[bucket]);
    atomic_store(&policies->buckets[bucket], entry);
    pthread_mutex_unlock(&policies->lock);
    *ret = entry->policy;
    return 0;
}
