/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads between rows and values, who may see one, how many there may be, and what is shown of one. */
#include "service/claims/upload_row.h"

#include <string.h>

#include "base/limits.h"

static bool hash_take(struct query *query, unsigned column, uint8_t ret[static HASH_BYTES])
{
    struct text blob = query_blob(query, column);
    if (query_is_null(query, column) || blob.length != HASH_BYTES)
        return false;
    memcpy(ret, blob.data, HASH_BYTES);
    return true;
}

/* One side of a claim is one uploader, whether it showed a token or the order's secret; two arbiters are two. */
static bool is_own(const struct service_call *call, struct text role, struct text party)
{
    const char *own = call->actor.party_id;
    return text_is(role, claim_role_word(service_claim_role(call))->wire) &&
           (!party.length || !own[0] || text_is(party, own));
}

static int row_read(struct service_call *call, struct text upload_id, struct service_upload *ret,
                    char claim_id[static ID_BYTES], bool *ret_own, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_UPLOAD_GET);
    query_bind_text(query, 1, upload_id);
    query_bind_int(query, 2, call->now_us);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(claim_id, query_text(query, 0));
        *ret_own = is_own(call, query_text(query, 1), query_text(query, 2));
        ret->kind = arena_copy_text(call->arena, query_text(query, 3));
        ret->file_name = arena_copy_text(call->arena, query_text(query, 4));
        ret->size = query_int(query, 5);
        ret->stored = query_int(query, 6);
        ret->has_sha256 = hash_take(query, 7, ret->sha256);
        ret->has_original = hash_take(query, 8, ret->original_sha256);
        service_id_copy(ret->evidence_id, query_text(query, 9));
        ret->expires_at = query_int(query, 10);
        ret->at = query_int(query, 11);
    }
    query_end(query);
    return step;
}

int service_upload_open(struct service_call *call, struct text upload_id, struct service_upload *ret,
                        struct error *error)
{
    struct service_upload upload = {.size = 0};
    char claim_id[ID_BYTES];
    bool own = false;
    int step = row_read(call, upload_id, &upload, claim_id, &own, error);
    if (step < 0)
        return -1;
    if (step == 0 || !own || service_claim_open(call, text_of(claim_id), &upload.claim, error) < 0) {
        if (own && error && error->code != ERROR_NOT_FOUND)
            return -1;
        error_set(error, ERROR_NOT_FOUND, "there is no such upload among yours");
        return error_hint(error, "an upload that is not completed within a day is removed; begin it again");
    }
    service_id_copy(upload.id, upload_id);
    *ret = upload;
    return 0;
}

static int open_count(struct query *query, int64_t *ret_count, int64_t *ret_bytes, struct error *error)
{
    int step = query_step(query, error);
    *ret_count = step == 1 ? query_int(query, 0) : 0;
    *ret_bytes = step == 1 ? query_int(query, 1) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_upload_room(struct service_call *call, const struct service_claim *claim, int64_t size_bytes,
                        struct error *error)
{
    int64_t count, bytes;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_OPEN_OF_SIDE);
    query_bind_string(query, 1, claim->id);
    query_bind_string(query, 2, claim_role_word(service_claim_role(call))->wire);
    query_bind_int(query, 3, call->now_us);
    if (open_count(query, &count, &bytes, error) < 0)
        return -1;
    if (count >= LIMIT_UPLOADS_SIDE || bytes + size_bytes > LIMIT_UPLOADS_SIDE_BYTES) {
        error_set(error, ERROR_UPLOAD_LIMIT, "%lld uploads with %lld bytes are open in this claim", (long long)count,
                  (long long)bytes);
        return error_hint(error, "complete or cancel one first");
    }
    query = store_query(call->tx, QUERY_UPLOAD_OPEN_ALL);
    query_bind_int(query, 1, call->now_us);
    if (open_count(query, &count, &bytes, error) < 0)
        return -1;
    if (count < LIMIT_UPLOADS_ALL && bytes + size_bytes <= LIMIT_UPLOADS_ALL_BYTES)
        return 0;
    error_set(error, ERROR_OVERLOADED, "too many uploads are open at this moment");
    return error_hint(error, "try again in some minutes, or send the file at once to the claim's evidence");
}

static void bind_hash(struct query *query, unsigned n, bool has, const uint8_t *hash)
{
    if (has)
        query_bind_blob(query, n, hash, HASH_BYTES);
    else
        query_bind_null(query, n);
}

int service_upload_insert(struct service_call *call, const struct service_upload *upload, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_UPLOAD_ADD);
    query_bind_string(query, 1, upload->id);
    query_bind_string(query, 2, upload->claim.id);
    query_bind_string(query, 3, claim_role_word(service_claim_role(call))->wire);
    query_bind_string(query, 4, call->actor.party_id);
    query_bind_text(query, 5, upload->kind);
    query_bind_text(query, 6, upload->file_name);
    query_bind_int(query, 7, upload->size);
    bind_hash(query, 8, upload->has_sha256, upload->sha256);
    bind_hash(query, 9, upload->has_original, upload->original_sha256);
    query_bind_int(query, 10, upload->expires_at);
    query_bind_int(query, 11, upload->at);
    return query_run(query, error);
}

void service_upload_row_write(struct json_writer *writer, const struct service_upload *upload)
{
    json_object_begin(writer);
    json_member_time(writer, "at", upload->at);
    json_member_integer(writer, "chunk_bytes", LIMIT_UPLOAD_PIECE_BYTES);
    json_member_string(writer, "claim", upload->claim.id);
    json_member_string(writer, "evidence", upload->evidence_id[0] ? upload->evidence_id : NULL);
    json_member_time(writer, "expires_at", upload->expires_at);
    json_member_string(writer, "id", upload->id);
    json_member_text(writer, "kind", upload->kind);
    json_member_text(writer, "name", upload->file_name);
    json_member_integer(writer, "offset", upload->stored);
    json_key(writer, "original_sha256");
    service_original_write(writer, upload->has_original ? upload->original_sha256 : NULL);
    json_key(writer, "sha256");
    service_original_write(writer, upload->has_sha256 ? upload->sha256 : NULL);
    json_member_integer(writer, "size", upload->size);
    json_object_end(writer);
}
