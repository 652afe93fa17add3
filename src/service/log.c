/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence log in the database: leaves, full tiles, and one signed head for each commit that added leaves. The frontier
 * lives in memory on the writer thread and follows every savepoint back; a success is answered only after a head covers it.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "evidence/leaf.h"
#include "service/internal.h"
#include "store/setting.h"

void service_pseudonym(const struct service *service, struct text party_id, char ret[static 40])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t mac[HASH_BYTES];
    hash_hmac_sha256(service->keys.pepper, sizeof service->keys.pepper, &party_id, 1, mac);
    memcpy(ret, "u:", 2);
    for (int i = 0; i < 16; i++) {
        ret[2 + 2 * i] = digits[mac[i] >> 4];
        ret[3 + 2 * i] = digits[mac[i] & 15];
    }
    ret[34] = 0;
}

static struct text actor_text(const struct service_call *call, char pseudonym[static 40])
{
    const struct service_actor *actor = &call->actor;
    struct text id = text_of(actor->party_id[0] ? actor->party_id : actor->order_id);
    if (actor->role == ROLE_SYSTEM || actor->role == ROLE_CLOCK || id.length == 0)
        return text_of(actor->role == ROLE_PROVIDER ? "provider" : "platform");
    service_pseudonym(call->service, id, pseudonym);
    return text_of(pseudonym);
}

/* Sequence and hash of the subject's chain so far. */
static int chain_end(struct service_call *call, struct evidence_leaf *leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEAF_LAST);
    query_bind_text(query, 1, leaf->subject);
    int step = query_step(query, error);
    if (step < 0)
        return -1;
    leaf->sequence = 1;
    if (step) {
        struct text body = query_blob(query, 1);
        leaf->sequence = query_int(query, 0) + 1;
        leaf->has_previous = true;
        hash_sha256(body.data, body.length, leaf->previous);
    }
    query_end(query);
    return 0;
}

static int tile_store(void *context, unsigned level, uint64_t number, const uint8_t hashes[static EVIDENCE_TILE_BYTES],
                      struct error *error)
{
    struct query *query = store_query(context, QUERY_LOG_TILE_ADD);
    query_bind_int(query, 1, level);
    query_bind_int(query, 2, (int64_t)number);
    query_bind_blob(query, 3, hashes, EVIDENCE_TILE_BYTES);
    return query_run(query, error);
}

static int leaf_store(struct service_call *call, const struct service_leaf *in, const struct evidence_leaf *leaf,
                      struct text body, const uint8_t salt[static EVIDENCE_SALT_BYTES], struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEAF_ADD);
    query_bind_int(query, 1, (int64_t)call->service->log.range.size);
    query_bind_text(query, 2, in->subject);
    query_bind_int(query, 3, leaf->sequence);
    query_bind_string(query, 4, evidence_kind_wire(in->kind));
    query_bind_blob(query, 5, body.data, body.length);
    query_bind_blob(query, 6, salt, EVIDENCE_SALT_BYTES);
    if (in->is_file)
        query_bind_null(query, 7);
    else
        query_bind_blob(query, 7, in->item.data, in->item.length);
    return query_run(query, error);
}

static int frontier_append(struct service_call *call, struct text body, struct error *error)
{
    struct service *service = call->service;
    if (!service->log_saved) {
        evidence_log_copy(&service->log_before_job, &service->log);
        service->log_saved = true;
    }
    uint8_t hash[HASH_BYTES];
    evidence_leaf_hash(body, hash);
    struct evidence_tile_sink sink = {tile_store, call->tx};
    return evidence_log_append(&service->log, hash, &sink, error);
}

int service_log_append(struct service_call *call, const struct service_leaf *in, int64_t *ret_index,
                       struct error *error)
{
    char pseudonym[40], event_id[ID_BYTES];
    uint8_t salt[EVIDENCE_SALT_BYTES];
    struct evidence_leaf leaf = {
        .actor = actor_text(call, pseudonym),
        .subject = in->subject,
        .event_at_us = in->event_us ? in->event_us : call->now_us,
        .kind = in->kind,
        .media_type = text_of(in->media_type ? in->media_type : "application/json"),
        .received_at_us = call->now_us,
        .size = in->is_file ? in->file_bytes : (int64_t)in->item.length,
        .source = text_of(in->source ? in->source : "platform"),
    };
    id_make(event_id, "evt_", call->now_us, call->service->random);
    leaf.event_id = text_of(event_id);
    if (in->is_file) {
        memcpy(salt, in->file_salt, sizeof salt);
        memcpy(leaf.commitment, in->file_commitment, sizeof leaf.commitment);
    } else {
        call->service->random->fill(call->service->random, salt, sizeof salt);
        evidence_commitment(salt, in->item, leaf.commitment);
    }
    struct buffer body;
    buffer_init(&body, LIMIT_LEAF_BYTES);
    int result = -1;
    if (chain_end(call, &leaf, error) == 0 && evidence_leaf_write(&leaf, &body, error) == 0 &&
        leaf_store(call, in, &leaf, buffer_text(&body), salt, error) == 0) {
        int64_t index = (int64_t)call->service->log.range.size;
        result = frontier_append(call, buffer_text(&body), error);
        if (result == 0)
            service_notice_add(call, in, index);
        if (result == 0 && ret_index)
            *ret_index = index;
    }
    buffer_done(&body);
    return result;
}

/* ---- reading the frontier back ---- */

int service_log_tile(void *tx, unsigned level, uint64_t number, uint8_t ret_hashes[static EVIDENCE_TILE_BYTES],
                     struct error *error)
{
    struct query *query = store_query(tx, QUERY_LOG_TILE_GET);
    query_bind_int(query, 1, level);
    query_bind_int(query, 2, (int64_t)number);
    int step = query_step(query, error);
    if (step < 0)
        return -1;
    struct text hashes = step ? query_blob(query, 0) : (struct text){NULL, 0};
    bool whole = hashes.length == EVIDENCE_TILE_BYTES;
    if (whole)
        memcpy(ret_hashes, hashes.data, EVIDENCE_TILE_BYTES);
    query_end(query);
    return whole ? 0
                 : error_set(error, ERROR_LOG_INCONSISTENT, "tile %u/%llu of the log is missing", level,
                             (unsigned long long)number);
}

int service_log_load(struct store_tx *tx, struct evidence_log *ret, struct error *error)
{
    uint8_t tail[EVIDENCE_TILE_WIDTH][HASH_BYTES];
    struct query *query = store_query(tx, QUERY_LOG_SIZE);
    if (query_step(query, error) < 0)
        return -1;
    int64_t size = query_int(query, 0), expected = size & ~INT64_C(255);
    query_end(query);
    query = store_query(tx, QUERY_LEAF_BODIES_FROM);
    query_bind_int(query, 1, expected);
    int step;
    while ((step = query_step(query, error)) == 1) {
        if (query_int(query, 0) != expected || expected >= size)
            break;
        evidence_leaf_hash(query_blob(query, 1), tail[expected & 255]);
        expected++;
    }
    query_end(query);
    if (step < 0)
        return -1;
    if (expected != size)
        return error_set(error, ERROR_LOG_INCONSISTENT, "leaf %lld of the log is missing", (long long)expected);
    struct evidence_tile_source tiles = {service_log_tile, tx};
    return evidence_log_restore(ret, (uint64_t)size, (const uint8_t(*)[HASH_BYTES])tail, &tiles, error);
}

/* The last signed head must be a head of these very leaves; a log is never continued past a head that it can't explain. */
static int check_last_head(struct service *service, struct store_tx *tx, struct error *error)
{
    struct query *query = store_query(tx, QUERY_CHECKPOINT_LAST);
    int step = query_step(query, error);
    if (step < 0)
        return -1;
    struct evidence_checkpoint head = {.size = 0};
    int opened = step ? evidence_checkpoint_open(query_text(query, 1), &service->log_key, &head, error) : 0;
    if (step)
        service_not_before(service, query_int(query, 2));
    query_end(query);
    if (opened < 0)
        return error_prefix(error, "the last signed head of the log");
    uint8_t root[HASH_BYTES];
    evidence_range_root(&service->log.range, root);
    if (head.size != service->log.range.size || (step && !hash_equal(root, head.root, HASH_BYTES))) {
        error_set(error, ERROR_LOG_INCONSISTENT,
                  "the log has %llu leaves, its last signed head says %llu or another root",
                  (unsigned long long)service->log.range.size, (unsigned long long)head.size);
        return error_hint(error, "restore the state directory from a backup; never sign over a difference");
    }
    service->checkpoint_size = head.size;
    return 0;
}

static int log_open_read(struct store_tx *tx, void *argument, struct error *error)
{
    struct service *service = argument;
    return service_log_load(tx, &service->log, error) < 0 ? -1 : check_last_head(service, tx, error);
}

static int log_origin(struct store_tx *tx, void *argument, struct error *error)
{
    struct service *service = argument;
    struct buffer kept;
    buffer_init(&kept, sizeof service->log_key.name - 1);
    int found = setting_find(tx, "log_origin", &kept, error);
    if (found == 1 && buffer_check(&kept, error) == 0) {
        memcpy(service->log_key.name, kept.data, kept.length);
        service->log_key.name[kept.length] = 0;
    }
    buffer_done(&kept);
    if (found != 0)
        return found < 0 ? -1 : 0;
    return setting_put(tx, "log_origin", text_of(service->log_key.name), error);
}

int service_log_open(struct service *service, const char *origin, struct error *error)
{
    evidence_log_init(&service->log);
    struct text name = text_of(origin ? origin : "shuntui.local/log");
    if (name.length >= sizeof service->log_key.name)
        return error_set(error, ERROR_NOTE_MALFORMED, "the log's origin is too long");
    memcpy(service->log_key.name, name.data, name.length);
    service->log_key.name[name.length] = 0;
    if (store_write(service->store, log_origin, service, error) < 0)
        return -1;
    char kept[EVIDENCE_KEY_NAME_BYTES];
    memcpy(kept, service->log_key.name, sizeof kept);
    if (evidence_key_make(kept, service->keys.log_public, &service->log_key, error) < 0)
        return -1;
    evidence_vkey_write(&service->log_key, service->log_vkey);
    return store_read(service->store, log_open_read, service, error);
}

/* ---- hooks ---- */

void service_log_job_begin(void *context, struct store_tx *tx)
{
    struct service *service = context;
    service->log_saved = false;
    if (!service->log_stale)
        return;
    /* After an undone batch the database says what is true. It was readable a moment ago; if it no longer is, appending
     * to a guess would fork the log, so the process stops instead. */
    struct error error;
    int loaded = log_open_read(tx, service, &error);
    assert(loaded == 0);
    service->log_stale = false;
}

int service_log_reopened(void *context, struct store_tx *tx, struct error *error)
{
    struct service *service = context;
    if (log_open_read(tx, service, error) < 0)
        return -1;
    service->log_stale = false;
    return 0;
}

void service_log_job_end(void *context, bool kept)
{
    struct service *service = context;
    if (!kept && service->log_saved)
        evidence_log_copy(&service->log, &service->log_before_job);
    service->log_saved = false;
}

int service_log_before_commit(void *context, struct store_tx *tx, struct error *error)
{
    struct service *service = context;
    uint64_t size = service->log.range.size;
    if (size == service->checkpoint_size)
        return 0;
    uint8_t root[HASH_BYTES];
    struct buffer note;
    buffer_init(&note, EVIDENCE_NOTE_BYTES);
    evidence_range_root(&service->log.range, root);
    evidence_checkpoint_sign(size, root, &service->log_key, service->keys.log_secret, &note);
    struct query *query = store_query(tx, QUERY_CHECKPOINT_ADD);
    query_bind_int(query, 1, (int64_t)size);
    query_bind_blob(query, 2, root, sizeof root);
    query_bind_text(query, 3, buffer_text(&note));
    query_bind_int(query, 4, service_now(service));
    int result = query_run(query, error);
    buffer_done(&note);
    return result;
}

void service_log_after_commit(void *context, bool committed)
{
    struct service *service = context;
    if (committed)
        service->checkpoint_size = service->log.range.size;
    else
        service->log_stale = true;
}
