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
    _Atomic(const struct service_policy_lines *) lines; /* of policy_summary; NULL until somebody asks */
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

static struct policy_entry *entry_find(struct policy_entry *entry, struct text id)
{
    for (; entry; entry = entry->next)
        if (text_is(id, entry->id))
            return entry;
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

#define SUMMARY_BYTES_MAX (64 * 1024)

/* A line that is missing is empty: a summary has three. */
static void lines_of(struct arena *arena, const struct policy *policy, enum policy_language language,
                     struct text ret[static SERVICE_POLICY_LINES])
{
    struct buffer summary;
    buffer_init(&summary, SUMMARY_BYTES_MAX);
    policy_summary(&summary, policy, language);
    struct text rest = arena_copy_text(arena, buffer_text(&summary));
    buffer_done(&summary);
    for (int i = 0; i < SERVICE_POLICY_LINES; i++) {
        const char *end = rest.length ? memchr(rest.data, '\n', rest.length) : NULL;
        ret[i] = (struct text){rest.data, end ? (size_t)(end - rest.data) : rest.length};
        size_t taken = ret[i].length + (end ? 1 : 0);
        rest = (struct text){rest.data ? rest.data + taken : NULL, rest.length - taken};
    }
}

static void lines_make(struct arena *arena, const struct policy *policy, struct service_policy_lines *ret)
{
    lines_of(arena, policy, POLICY_LANGUAGE_ZH, ret->zh);
    lines_of(arena, policy, POLICY_LANGUAGE_EN, ret->en);
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

/* The cached entry, made now if need be. *ret is NULL, and *ret_source filled, for a policy of one order. */
static int entry_get(struct service_call *call, struct text policy_id, struct policy_entry **ret,
                     struct text *ret_source, struct error *error)
{
    struct service_policies *policies = call->service->policies;
    size_t bucket = bucket_of(policy_id);
    *ret = entry_find(atomic_load(&policies->buckets[bucket]), policy_id);
    if (*ret)
        return 0;
    bool of_order;
    if (source_load(call, policy_id, ret_source, &of_order, error) < 0)
        return -1;
    if (of_order)
        return 0;
    struct policy_entry *entry = entry_new(policy_id, *ret_source, error);
    if (!entry)
        return error_prefix(error, "a published policy no longer parses");
    pthread_mutex_lock(&policies->lock);
    /* Two readers may have compiled the same text: the second entry is harmless and is freed with the rest. */
    entry->next = atomic_load(&policies->buckets[bucket]);
    atomic_store(&policies->buckets[bucket], entry);
    pthread_mutex_unlock(&policies->lock);
    *ret = entry;
    return 0;
}

int service_policy_get(struct service_call *call, struct text policy_id, const struct policy **ret, struct error *error)
{
    struct policy_entry *entry;
    struct text source;
    if (entry_get(call, policy_id, &entry, &source, error) < 0)
        return -1;
    if (!entry)
        return compile_for_call(call, source, ret, error);
    *ret = entry->policy;
    return 0;
}

static const struct service_policy_lines *entry_lines(struct service_policies *policies, struct policy_entry *entry)
{
    const struct service_policy_lines *lines = atomic_load(&entry->lines);
    if (lines)
        return lines;
    pthread_mutex_lock(&policies->lock);
    lines = atomic_load(&entry->lines);
    if (!lines) {
        struct service_policy_lines *made = arena_new_object(entry->arena, struct service_policy_lines);
        lines_make(entry->arena, entry->policy, made);
        lines = made;
        atomic_store(&entry->lines, lines);
    }
    pthread_mutex_unlock(&policies->lock);
    return lines;
}

int service_policy_lines(struct service_call *call, struct text policy_id, struct service_policy_lines *ret,
                         struct error *error)
{
    struct policy_entry *entry;
    const struct policy *policy;
    struct text source;
    if (entry_get(call, policy_id, &entry, &source, error) < 0)
        return -1;
    if (entry) {
        *ret = *entry_lines(call->service->policies, entry);
        return 0;
    }
    if (compile_for_call(call, source, &policy, error) < 0)
        return -1;
    lines_make(call->arena, policy, ret);
    return 0;
}

static void lines_write(struct json_writer *writer, const char *key,
                        const struct text lines[static SERVICE_POLICY_LINES])
{
    json_key(writer, key);
    json_array_begin(writer);
    for (int i = 0; i < SERVICE_POLICY_LINES; i++)
        json_add_text(writer, lines[i]);
    json_array_end(writer);
}

void service_policy_lines_write(struct json_writer *writer, const struct service_policy_lines *lines)
{
    lines_write(writer, "short_en", lines->en);
    lines_write(writer, "short_zh", lines->zh);
}
