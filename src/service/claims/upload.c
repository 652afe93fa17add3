/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of an upload. A piece is written behind the bytes that count and synced before its transaction makes it count, so a
 * crash in between leaves a tail that the next piece overwrites. While one request works on an upload it holds the lock of its
 * file, from before it looks at the row until after its commit; another is refused, never kept waiting.
 */
#include "service/claims/upload.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "service/claims/upload_file.h"
#include "service/claims/upload_row.h"

/* ---- begin, look, give up ---- */

static int new_check(const struct service_upload_new *in, struct error *error)
{
    if (service_evidence_kind_check(in->kind, ERROR_FIELD_VALUE, "/kind", error) < 0)
        return -1;
    bool is_original = text_is(in->kind, SERVICE_EVIDENCE_ORIGINAL);
    if (in->original_sha256 &&
        (is_original || (in->sha256 && hash_equal(in->sha256, in->original_sha256, HASH_BYTES)))) {
        error_set(error, ERROR_FIELD_VALUE,
                  is_original ? "an original has no original" : "a copy differs from its original");
        return error_at(error, "/original_sha256");
    }
    return 0;
}

int service_upload_begin(struct service_call *call, struct text claim_id, const struct service_upload_new *in,
                         char ret_id[static ID_BYTES], struct json_writer *ret, struct error *error)
{
    struct service_upload upload = {.kind = in->kind,
                                    .file_name = in->file_name,
                                    .size = in->size_bytes,
                                    .has_sha256 = in->sha256,
                                    .has_original = in->original_sha256,
                                    .at = call->now_us,
                                    .expires_at = call->now_us + LIMIT_UPLOAD_S * TIME_SECOND_US};
    if (service_claim_open(call, claim_id, &upload.claim, error) < 0 || new_check(in, error) < 0 ||
        service_evidence_room(call, &upload.claim, in->kind, error) < 0 ||
        service_upload_room(call, &upload.claim, in->size_bytes, error) < 0)
        return -1;
    if (in->sha256)
        memcpy(upload.sha256, in->sha256, HASH_BYTES);
    if (in->original_sha256)
        memcpy(upload.original_sha256, in->original_sha256, HASH_BYTES);
    id_make(upload.id, "upl_", call->now_us, call->service->random);
    if (service_upload_insert(call, &upload, error) < 0)
        return -1;
    memcpy(ret_id, upload.id, ID_BYTES);
    service_upload_row_write(ret, &upload);
    return 0;
}

int service_upload_write(struct service_call *call, struct text upload_id, struct json_writer *ret, int64_t *ret_stored,
                         struct error *error)
{
    struct service_upload upload;
    if (service_upload_open(call, upload_id, &upload, error) < 0)
        return -1;
    *ret_stored = upload.stored;
    service_upload_row_write(ret, &upload);
    return 0;
}

int service_upload_cancel(struct service_call *call, struct text upload_id, struct error *error)
{
    struct service_upload upload;
    if (service_upload_open(call, upload_id, &upload, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_CANCEL);
    query_bind_string(query, 1, upload.id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) == 1)
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "it is evidence by now, and stays");
}

/* ---- the halves outside of a transaction ---- */

/* The upload as one short transaction saw it. */
struct look {
    struct text upload_id;
    bool takes_more;              /* out: the claim is not closed */
    struct service_upload upload; /* out; no text of it may be used */
};

static int look_run(struct service_call *call, void *argument, struct error *error)
{
    struct look *look = argument;
    if (service_upload_open(call, look->upload_id, &look->upload, error) < 0)
        return -1;
    look->takes_more = service_claim_open_for_words(&look->upload.claim, NULL) == 0;
    return 0;
}

static int look(struct service *service, const struct service_actor *actor, struct look *in,
                struct service_upload_work *work, struct error *error)
{
    if (service_read(service, actor, look_run, in, error) < 0)
        return -1;
    work->stored = in->upload.stored;
    return 0;
}

/* Takes the lock and looks again: what is seen now stays true until the lock is given back. */
static int lock_and_look(struct service *service, const struct service_actor *actor, struct look *in,
                         struct service_upload_work *work, struct error *error)
{
    bool makes = in->upload.stored == 0 && !in->upload.evidence_id[0];
    upload_file_path(service, in->upload_id, work->path);
    int outcome = upload_file_lock(work->path, makes, &work->file, error);
    if (outcome < 0 || look(service, actor, in, work, error) < 0)
        return -1;
    if (outcome == UPLOAD_FILE_BUSY) {
        error_set(error, ERROR_UPLOAD_BUSY, "another piece of this upload is being stored");
        return error_hint(error, "wait for its answer, then ask for the offset and go on from there");
    }
    if (outcome == UPLOAD_FILE_MISSING && !in->upload.evidence_id[0]) {
        error_set(error, ERROR_NOT_FOUND, "what was sent of this upload is not here any more");
        return error_hint(error, "begin it again");
    }
    return 0;
}

static int piece_place(const struct look *in, int64_t offset, int64_t length, struct service_upload_work *work,
                       struct error *error)
{
    const struct service_upload *upload = &in->upload;
    if (offset > upload->size || length > upload->size - offset) {
        error_set(error, ERROR_BODY_TOO_LARGE, "the file was announced with %lld bytes", (long long)upload->size);
        return error_hint(error, "begin another upload with the right size");
    }
    work->offset = offset;
    work->is_repeated = offset + length <= upload->stored;
    if (work->is_repeated)
        return 0;
    if (upload->evidence_id[0] || !in->takes_more)
        return error_set(error, ERROR_CLAIM_CLOSED, "the claim takes no more files");
    if (offset == upload->stored)
        return 0;
    error_set(error, ERROR_UPLOAD_OFFSET, "%lld bytes are stored: the next piece begins there",
              (long long)upload->stored);
    return error_hint(error, "send the file from that byte on");
}

int service_upload_store(struct service *service, const struct service_actor *actor, struct text upload_id,
                         int64_t offset, struct text bytes, struct service_upload_work *work, struct error *error)
{
    struct look in = {.upload_id = upload_id};
    const struct service_media *media;
    char folder[UPLOAD_PATH_BYTES];
    int64_t length = (int64_t)bytes.length;
    *work = (struct service_upload_work){.file = -1};
    upload_file_path(service, text_of(""), folder);
    if (look(service, actor, &in, work, error) < 0 || piece_place(&in, offset, length, work, error) < 0)
        return -1;
    if (work->is_repeated)
        return 0;
    /* A file that nobody takes is refused with its first piece. */
    if (offset == 0 && (length >= SERVICE_MEDIA_HEAD_BYTES || length == in.upload.size) &&
        service_evidence_media((const uint8_t *)bytes.data, bytes.length, &media, error) < 0)
        return -1;
    if (directory_make(folder, 0700, error) < 0 || lock_and_look(service, actor, &in, work, error) < 0 ||
        piece_place(&in, offset, length, work, error) < 0)
        return -1;
    if (work->is_repeated)
        return 0;
    if (upload_file_write(work->file, offset, bytes, error) < 0)
        return -1;
    atomic_fetch_add_explicit(&service->upload_bytes, length, memory_order_relaxed);
    return 0;
}

static int hash_check(const struct service_upload *upload, const struct service_upload_work *work, struct error *error)
{
    char announced[HASH_HEX_BYTES], found[HASH_HEX_BYTES];
    if (!upload->has_sha256 || hash_equal(upload->sha256, work->sha256, HASH_BYTES))
        return 0;
    hash_hex(upload->sha256, announced);
    hash_hex(work->sha256, found);
    error_set(error, ERROR_UPLOAD_SHA256, "the bytes that came have the SHA-256 %s, and %s was announced", found,
              announced);
    return error_hint(error, "the file changed on its way or since it was chosen: begin another upload");
}

int service_upload_hash(struct service *service, const struct service_actor *actor, struct text upload_id,
                        struct service_upload_work *work, struct error *error)
{
    struct look in = {.upload_id = upload_id};
    struct error local;
    *work = (struct service_upload_work){.file = -1};
    if (look(service, actor, &in, work, &local) < 0) {
        if (local.code == ERROR_NOT_FOUND)
            return 0;
        *error = local;
        return -1;
    }
    if (in.upload.evidence_id[0])
        return 0;
    if (in.upload.stored < in.upload.size) {
        error_set(error, ERROR_UPLOAD_INCOMPLETE, "%lld of %lld bytes are stored", (long long)in.upload.stored,
                  (long long)in.upload.size);
        return error_hint(error, "send the rest from that byte on");
    }
    if (lock_and_look(service, actor, &in, work, error) < 0)
        return -1;
    if (in.upload.evidence_id[0])
        return 0;
    service->random->fill(service->random, work->salt, sizeof work->salt);
    if (upload_file_hash(work->file, in.upload.size, work, error) < 0 || hash_check(&in.upload, work, error) < 0)
        return -1;
    work->is_hashed = true;
    return 0;
}

/* ---- the halves inside a transaction ---- */

int service_upload_advance(struct service_call *call, struct text upload_id, struct text bytes,
                           const struct service_upload_work *work, struct json_writer *ret, int64_t *ret_stored,
                           struct error *error)
{
    struct service_upload upload;
    if (service_upload_open(call, upload_id, &upload, error) < 0)
        return -1;
    if (!work->is_repeated) {
        int64_t stored = work->offset + (int64_t)bytes.length;
        struct query *query = store_query(call->tx, QUERY_UPLOAD_ADVANCE);
        query_bind_string(query, 1, upload.id);
        query_bind_int(query, 2, work->offset);
        query_bind_int(query, 3, stored);
        if (service_claim_open_for_words(&upload.claim, error) < 0 || query_run(query, error) < 0)
            return -1;
        if (query_changes(call->tx) != 1)
            return error_set(error, ERROR_UPLOAD_OFFSET, "the upload has gone on meanwhile");
        upload.stored = stored;
    }
    *ret_stored = upload.stored;
    service_upload_row_write(ret, &upload);
    return 0;
}

/* It became evidence before: the file as it was answered then, the claim as it is now. */
static int complete_again(struct service_call *call, struct service_upload *upload, struct json_writer *ret,
                          struct error *error)
{
    struct service_ruling ruling;
    struct service_evidence_kept kept = {.leaf = 0};
    struct service_evidence_new in = {.kind = upload->kind, .size_bytes = upload->size};
    uint8_t sha256[HASH_BYTES];
    struct query *query = store_query(call->tx, QUERY_UPLOAD_EVIDENCE);
    query_bind_string(query, 1, upload->evidence_id);
    int step = query_step(query, error);
    if (step == 1) {
        const struct service_media *media = service_media_get(query_text(query, 1));
        memcpy(kept.id, upload->evidence_id, ID_BYTES);
        kept.media_type = media ? media->media_type : "";
        kept.leaf = query_int(query, 2);
        memcpy(sha256, query_blob(query, 0).data, HASH_BYTES);
    }
    query_end(query);
    if (step != 1 || service_rule(call, &upload->claim, NULL, &ruling, error) < 0)
        return -1;
    in.sha256 = sha256;
    in.original_sha256 = upload->has_original ? upload->original_sha256 : NULL;
    service_evidence_answer(call, &upload->claim, &ruling, &in, &kept, ret);
    return 0;
}

int service_upload_complete(struct service_call *call, struct text upload_id, const struct service_upload_work *work,
                            struct json_writer *ret, bool *ret_new, struct error *error)
{
    struct service_upload upload;
    struct service_evidence_kept kept;
    if (service_upload_open(call, upload_id, &upload, error) < 0)
        return -1;
    *ret_new = !upload.evidence_id[0];
    if (!*ret_new)
        return complete_again(call, &upload, ret, error);
    if (!work->is_hashed)
        return error_set(error, ERROR_UPLOAD_INCOMPLETE, "bytes of this upload are missing");
    struct service_evidence_new in = {.kind = upload.kind,
                                      .file_name = upload.file_name,
                                      .path = work->path,
                                      .keeps_name = true,
                                      .size_bytes = upload.size,
                                      .sha256 = work->sha256,
                                      .salt = work->salt,
                                      .commitment = work->commitment,
                                      .head = work->head,
                                      .head_length = work->head_length,
                                      .original_sha256 = upload.has_original ? upload.original_sha256 : NULL};
    if (service_evidence_take(call, text_of(upload.claim.id), &in, &kept, ret, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_COMPLETE);
    query_bind_string(query, 1, upload.id);
    query_bind_string(query, 2, kept.id);
    if (query_run(query, error) < 0)
        return -1;
    return query_changes(call->tx) == 1 ? 0 : error_set(error, ERROR_UPLOAD_INCOMPLETE, "the upload changed meanwhile");
}
