/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the log from outside. A head is signed with every commit, so the last head of a snapshot covers all its leaves. */
#include "service/log_view.h"

#include <assert.h>

#include "base/error.h"
#include "evidence/checkpoint.h"
#include "evidence/proof.h"
#include "service/internal.h"

static int head_load(struct service_call *call, uint64_t *ret_size, struct text *ret_note, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CHECKPOINT_LAST);
    int step = query_step(query, error);
    if (step == 1) {
        *ret_size = (uint64_t)query_int(query, 0);
        *ret_note = arena_copy_text(call->arena, query_text(query, 1));
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "the log is empty");
    return step < 0 ? -1 : 0;
}

int service_log_checkpoint(struct service_call *call, struct text *ret, struct error *error)
{
    uint64_t size;
    return head_load(call, &size, ret, error);
}

int service_log_tile_get(struct service_call *call, int64_t level, int64_t number, struct text *ret,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LOG_TILE_GET);
    query_bind_int(query, 1, level);
    query_bind_int(query, 2, number);
    int step = query_step(query, error);
    if (step == 1)
        *ret = arena_copy_text(call->arena, query_blob(query, 0));
    query_end(query);
    if (step == 0) {
        error_set(error, ERROR_NOT_FOUND, "this tile is not full yet");
        return error_hint(error, "a tile has 256 hashes; proofs are served for every leaf");
    }
    return step < 0 ? -1 : 0;
}

static int leaf_load(struct service_call *call, int64_t index, struct text *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_LEAF_BODY);
    query_bind_int(query, 1, index);
    int step = query_step(query, error);
    if (step == 1)
        *ret = arena_copy_text(call->arena, query_blob(query, 0));
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "the log has no such leaf");
    return step < 0 ? -1 : 0;
}

typedef int path_fn(const struct evidence_hash_source *source, uint64_t index, uint64_t size, struct evidence_path *ret,
                    struct error *error);

static int path_make(struct service_call *call, path_fn *make, uint64_t index, uint64_t size, struct evidence_path *ret,
                     struct error *error)
{
    struct evidence_log *log = arena_new_object(call->arena, struct evidence_log);
    struct evidence_tiles *tiles = arena_new_object(call->arena, struct evidence_tiles);
    struct evidence_tile_source source = {service_log_tile, call->tx};
    if (service_log_load(call->tx, log, error) < 0)
        return -1;
    evidence_tiles_init(tiles, log, &source);
    struct evidence_hash_source hashes = evidence_tiles_hashes(tiles);
    return make(&hashes, index, size, ret, error);
}

int service_log_proof_write(struct service_call *call, int64_t index, struct json_writer *ret, struct error *error)
{
    struct evidence_tlog_proof proof = {.index = (uint64_t)index};
    struct text leaf;
    uint64_t size;
    if (index < 0)
        return error_set(error, ERROR_NOT_FOUND, "the log has no such leaf");
    if (head_load(call, &size, &proof.note, error) < 0 || leaf_load(call, index, &leaf, error) < 0)
        return -1;
    assert((uint64_t)index < size);
    if (path_make(call, evidence_inclusion_make, (uint64_t)index, size, &proof.path, error) < 0)
        return -1;
    struct buffer text;
    buffer_init(&text, 64 * 1024);
    evidence_tlog_proof_write(&proof, &text);
    json_object_begin(ret);
    json_member_integer(ret, "index", index);
    json_key(ret, "leaf");
    if (call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_ARBITER)
        json_add_text(ret, leaf);
    else
        json_add_null(ret);
    json_member_text(ret, "proof", buffer_text(&text));
    json_member_integer(ret, "size", (int64_t)size);
    json_object_end(ret);
    buffer_done(&text);
    return 0;
}

int service_log_consistency_write(struct service_call *call, int64_t from, struct json_writer *ret, struct error *error)
{
    struct evidence_path path;
    struct text note;
    uint64_t size;
    if (head_load(call, &size, &note, error) < 0)
        return -1;
    if (from < 1 || (uint64_t)from > size) {
        error_set(error, ERROR_QUERY_VALUE, "the log has %llu leaves", (unsigned long long)size);
        error_hint(error, "name the size of a head that you have, from 1 on");
        return error_at(error, "query from");
    }
    if (path_make(call, evidence_consistency_make, (uint64_t)from, size, &path, error) < 0)
        return -1;
    struct buffer text;
    buffer_init(&text, 64 * 1024);
    evidence_path_write(&path, &text);
    json_object_begin(ret);
    json_member_integer(ret, "from", from);
    json_member_text(ret, "note", note);
    json_member_text(ret, "path", buffer_text(&text));
    json_member_integer(ret, "size", (int64_t)size);
    json_object_end(ret);
    buffer_done(&text);
    return 0;
}
