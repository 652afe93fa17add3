/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle is made of what the log holds: the order's whole chain up to its last case_manifest, then the listing, the policy with its time
 * and the stock imports that the order rests on. All paths lead to the first head that covers the manifest, and the first
 * heads that covered the order's receipt and its claims' filings are shown to be continued by it. What was signed once
 * never changes, so exporting twice gives the same bytes. The file is a cache: it may be deleted at any time.
 */
#include "service/claims/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "service/claims/claim_row.h"
#include "service/internal.h"
#include "service/law.h"

#define BUNDLE_ARENA_BYTES ((size_t)256 * 1024 * 1024)
#define BUNDLE_ITEMS_MAX 2000
#define BUNDLE_MOMENTS_MAX 24 /* the receipt and the filings of the order's claims; more heads show nothing new */

struct export
{
    struct service *service;
    struct text claim_id;
    enum evidence_container container;
    struct service_bundle_file *ret;
};

/* ---- closing the chain ---- */

static int manifest_append(struct service_call *call, const char *order_id, int64_t count,
                           const uint8_t last[static HASH_BYTES], struct error *error)
{
    struct buffer item;
    buffer_init(&item, 1024);
    evidence_case_manifest_write(order_id, count, last, &item);
    struct service_leaf leaf = {
        .subject = text_of(order_id), .kind = EVIDENCE_KIND_CASE_MANIFEST, .item = buffer_text(&item)};
    int result = service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}

static int chain_close(struct service_call *call, void *argument, struct error *error)
{
    struct export *export = argument;
    struct service_claim claim;
    if (service_claim_open(call, export->claim_id, &claim, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_LEAF_END);
    query_bind_string(query, 1, claim.order.id);
    int step = query_step(query, error);
    if (step != 1) {
        query_end(query);
        return step < 0 ? -1 : error_set(error, ERROR_NOT_FOUND, "the order has no chain");
    }
    uint8_t last[HASH_BYTES];
    struct text body = query_blob(query, 2);
    bool closed = text_is(query_text(query, 1), "case_manifest");
    int64_t count = query_int(query, 0);
    hash_sha256(body.data, body.length, last);
    query_end(query);
    return closed ? 0 : manifest_append(call, claim.order.id, count, last, error);
}

/* ---- collecting ---- */

struct collection {
    struct service_call *call;
    struct evidence_item *items;
    struct evidence_path *paths;
    size_t count;
    struct evidence_earlier_head earlier[BUNDLE_MOMENTS_MAX];
    int64_t earlier_sizes[BUNDLE_MOMENTS_MAX];
    size_t earlier_count;
};

struct file_item {
    char path[SERVICE_PATH_BYTES];
};

static int file_load(void *context, struct buffer *out, struct error *error)
{
    struct file_item *file = context;
    return file_read_all(file->path, LIMIT_EVIDENCE_BYTES, out, error);
}

static int item_of_file(struct collection *collection, struct evidence_item *item, struct error *error)
{
    struct service_call *call = collection->call;
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_BY_LEAF);
    query_bind_int(query, 1, (int64_t)item->leaf_index);
    int step = query_step(query, error);
    if (step == 1) {
        char hex[HASH_HEX_BYTES];
        struct file_item *file = arena_new_object(call->arena, struct file_item);
        hash_hex((const uint8_t *)query_blob(query, 0).data, hex);
        snprintf(file->path, sizeof file->path, "%s/files/%.2s/%s", call->service->state_path, hex, hex);
        item->load = file_load;
        item->load_context = file;
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_LOG_INCONSISTENT, "leaf %llu has neither item nor file",
                         (unsigned long long)item->leaf_index);
    return step < 0 ? -1 : 0;
}

/* Columns: leaf_index, kind, body, salt, item. Returns 1 when a row was taken, 0 at the end. */
static int leaf_take(struct collection *collection, struct query *query, struct error *error)
{
    struct arena *arena = collection->call->arena;
    int step = query_step(query, error);
    if (step != 1)
        return step;
    if (collection->count == BUNDLE_ITEMS_MAX)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the chain has more than %d leaves", BUNDLE_ITEMS_MAX);
    struct evidence_item *item = &collection->items[collection->count++];
    *item = (struct evidence_item){.leaf_index = (uint64_t)query_int(query, 0),
                                   .leaf = arena_copy_text(arena, query_blob(query, 2)),
                                   .state = EVIDENCE_ITEM_PRESENT};
    if (query_is_null(query, 3)) {
        item->state = EVIDENCE_ITEM_ERASED;
        item->reason = "erased after its time of keeping";
        return 1;
    }
    item->salt = (const uint8_t *)arena_copy_text(arena, query_blob(query, 3)).data;
    item->bytes = arena_copy_text(arena, query_blob(query, 4));
    if (query_is_null(query, 4))
        item->bytes = (struct text){NULL, 0};
    return 1;
}

static int leaves_collect(struct collection *collection, enum query_id id, const char *subject, int64_t bound,
                          struct error *error)
{
    size_t first = collection->count;
    struct query *query = store_query(collection->call->tx, id);
    query_bind_string(query, 1, subject);
    query_bind_int(query, 2, bound);
    int step;
    while ((step = leaf_take(collection, query, error)) == 1)
        continue;
    query_end(query);
    if (step < 0)
        return -1;
    for (size_t i = first; i < collection->count; i++) {
        struct evidence_item *item = &collection->items[i];
        if (item->state == EVIDENCE_ITEM_PRESENT && !item->bytes.data && item_of_file(collection, item, error) < 0)
            return -1;
    }
    return 0;
}

struct head {
    int64_t size, at;
    struct text note;
};

/* The first head that covers a leaf. */
static int head_find(struct service_call *call, int64_t leaf_index, struct head *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CHECKPOINT_COVERING);
    query_bind_int(query, 1, leaf_index);
    int step = query_step(query, error);
    if (step == 1)
        *ret =
            (struct head){query_int(query, 0), query_int(query, 2), arena_copy_text(call->arena, query_text(query, 1))};
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_LOG_INCONSISTENT, "no signed head covers leaf %lld", (long long)leaf_index);
    return step < 0 ? -1 : 0;
}

/* The last manifest of the order. */
static int manifest_find(struct service_call *call, const char *order_id, int64_t *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEAF_MANIFEST);
    query_bind_string(query, 1, order_id);
    int step = query_step(query, error);
    int64_t manifest = step == 1 ? query_int(query, 0) : -1;
    query_end(query);
    if (step <= 0)
        return step < 0 ? -1 : error_set(error, ERROR_LOG_INCONSISTENT, "the chain has no manifest");
    *ret = manifest;
    return 0;
}

/* The heads that somebody could have kept from then: of the purchase, and of each claim when it was filed. */
static int earlier_collect(struct collection *collection, const char *order_id, int64_t manifest,
                           const struct head *head, struct error *error)
{
    int64_t leaves[BUNDLE_MOMENTS_MAX];
    size_t count = 0;
    struct query *query = store_query(collection->call->tx, QUERY_BUNDLE_MOMENTS);
    query_bind_string(query, 1, order_id);
    query_bind_int(query, 2, manifest);
    query_bind_int(query, 3, BUNDLE_MOMENTS_MAX);
    int step = 0;
    while (count < BUNDLE_MOMENTS_MAX && (step = query_step(query, error)) == 1)
        leaves[count++] = query_int(query, 0);
    query_end(query);
    if (step < 0)
        return -1;
    int64_t last_size = 0;
    for (size_t i = 0; i < count; i++) {
        struct head earlier;
        if (head_find(collection->call, leaves[i], &earlier, error) < 0)
            return -1;
        if (earlier.size <= last_size || earlier.size >= head->size)
            continue; /* one commit covered both */
        last_size = earlier.size;
        collection->earlier_sizes[collection->earlier_count] = earlier.size;
        collection->earlier[collection->earlier_count++].note = earlier.note;
    }
    return 0;
}

static int paths_make(struct collection *collection, uint64_t size, struct error *error)
{
    struct store_tx *tx = collection->call->tx;
    struct arena *arena = collection->call->arena;
    struct evidence_log *log = arena_new_object(arena, struct evidence_log);
    struct evidence_tiles *tiles = arena_new_object(arena, struct evidence_tiles);
    struct evidence_tile_source source = {service_log_tile, tx};
    if (service_log_load(tx, log, error) < 0)
        return -1;
    evidence_tiles_init(tiles, log, &source);
    struct evidence_hash_source hashes = evidence_tiles_hashes(tiles);
    for (size_t i = 0; i < collection->count; i++) {
        if (evidence_inclusion_make(&hashes, collection->items[i].leaf_index, size, &collection->paths[i], error) < 0)
            return -1;
        collection->items[i].path = &collection->paths[i];
    }
    for (size_t i = 0; i < collection->earlier_count; i++) {
        struct evidence_path *path = arena_new_object(arena, struct evidence_path);
        if (evidence_consistency_make(&hashes, (uint64_t)collection->earlier_sizes[i], size, path, error) < 0)
            return -1;
        collection->earlier[i].consistency = path;
    }
    return 0;
}

static struct text law_make(struct service_call *call, int64_t at_us)
{
    struct buffer law;
    buffer_init(&law, SERVICE_LAW_BYTES);
    service_law_write(at_us, &law);
    struct text kept = arena_copy_text(call->arena, buffer_text(&law));
    buffer_done(&law);
    return kept;
}

/* ---- writing ---- */

static int file_sink(void *context, const void *data, size_t length, struct error *error)
{
    const int *file = context;
    const char *bytes = data;
    while (length > 0) {
        ssize_t written = write(*file, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return error_set(error, ERROR_IO, "the bundle cannot be written: %s", strerror(errno));
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int bundle_write_file(const struct evidence_bundle *bundle, enum evidence_container container, const char *path,
                             struct error *error)
{
    char temporary[SERVICE_PATH_BYTES + 16];
    uint8_t bundle_id[HASH_BYTES];
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return error_set(error, ERROR_IO, "the bundle cannot be written: %s", strerror(errno));
    struct evidence_sink sink = {file_sink, &file};
    int result = evidence_bundle_write(bundle, container, &sink, bundle_id, error);
    if (close(file) < 0 && result == 0)
        result = error_set(error, ERROR_IO, "the bundle cannot be written: %s", strerror(errno));
    if (result == 0 && rename(temporary, path) < 0)
        result = error_set(error, ERROR_IO, "the bundle cannot be named: %s", strerror(errno));
    if (result < 0)
        unlink(temporary);
    return result;
}

static int names_make(struct service_call *call, struct export *export, const char *order_id, int64_t manifest,
                      int64_t at, struct error *error)
{
    const char *extension = export->container == EVIDENCE_CONTAINER_ZIP ? "zip" : "tar";
    struct buffer name;
    char folder[SERVICE_PATH_BYTES];
    snprintf(folder, sizeof folder, "%s/bundles", call->service->state_path);
    snprintf(export->ret->path, sizeof export->ret->path, "%s/bundles/%s-%lld.%s", call->service->state_path, order_id,
             (long long)manifest, extension);
    buffer_init(&name, sizeof export->ret->name - 8);
    evidence_bundle_name(order_id, at, &name);
    snprintf(export->ret->name, sizeof export->ret->name, "%s.%s", name.data ? name.data : "bundle", extension);
    buffer_done(&name);
    return directory_make(folder, 0700, error);
}

static int bundle_collect(struct collection *collection, const char *order_id, int64_t manifest,
                          const struct head *head, struct error *error)
{
    static const enum query_id queries[] = {QUERY_BUNDLE_CHAIN, QUERY_BUNDLE_LISTING, QUERY_BUNDLE_POLICY,
                                            QUERY_BUNDLE_ORDER_POLICIES, QUERY_BUNDLE_STOCK};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (leaves_collect(collection, queries[i], order_id, manifest, error) < 0)
            return -1;
    if (earlier_collect(collection, order_id, manifest, head, error) < 0)
        return -1;
    return paths_make(collection, (uint64_t)head->size, error);
}

static int bundle_make(struct service_call *call, void *argument, struct error *error)
{
    struct export *export = argument;
    struct service_claim claim;
    int64_t manifest;
    struct head head;
    if (service_claim_open(call, export->claim_id, &claim, error) < 0 ||
        manifest_find(call, claim.order.id, &manifest, error) < 0 || head_find(call, manifest, &head, error) < 0 ||
        names_make(call, export, claim.order.id, manifest, head.at, error) < 0)
        return -1;
    if (access(export->ret->path, R_OK) == 0)
        return 0;
    struct collection collection = {.call = call,
                                    .items = arena_new_array(call->arena, struct evidence_item, BUNDLE_ITEMS_MAX),
                                    .paths = arena_new_array(call->arena, struct evidence_path, BUNDLE_ITEMS_MAX)};
    if (bundle_collect(&collection, claim.order.id, manifest, &head, error) < 0)
        return -1;
    struct evidence_bundle bundle = {.subject = claim.order.id,
                                     .created_at_us = head.at,
                                     .organisation = call->service->log_key.name,
                                     .software = "shuntui",
                                     .items = collection.items,
                                     .item_count = collection.count,
                                     .note = head.note,
                                     .vkey = call->service->log_vkey,
                                     .law = law_make(call, claim.order.created_at),
                                     .earlier = collection.earlier,
                                     .earlier_count = collection.earlier_count};
    return bundle_write_file(&bundle, export->container, export->ret->path, error);
}

struct bundle_reading {
    struct export *export;
    const struct service_actor *actor;
};

/* A transaction of its own with a larger arena than a request has: a bundle holds whole files while it is packed. */
static int bundle_read(struct store_tx *tx, void *argument, struct error *error)
{
    struct bundle_reading *in = argument;
    struct service_call call;
    struct arena *arena = arena_new(BUNDLE_ARENA_BYTES);
    service_call_init(&call, in->export->service, tx, arena, in->actor);
    int result = bundle_make(&call, in->export, error);
    arena_free(arena);
    return result;
}

int service_bundle_export(struct service *service, const struct service_actor *actor, struct text claim_id,
                          enum evidence_container container, struct service_bundle_file *ret, struct error *error)
{
    struct export export = {service, claim_id, container, ret};
    struct bundle_reading in = {&export, actor};
    if (service_write(service, actor, chain_close, &export, error) < 0)
        return -1;
    return store_read(service->store, bundle_read, &in, error);
}
