/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that come in pieces: begun with their size, sent piece by piece from whichever byte is missing, completed into evidence.
 * What takes time with the bytes (writing, syncing, hashing) is done outside the writer's thread by functions that take no
 * transaction; each has its second half inside one. The bytes up to the row's `stored` are on disk; nothing else counts.
 */
#ifndef SHUNTUI_SERVICE_UPLOAD_H
#define SHUNTUI_SERVICE_UPLOAD_H

#include "base/hash.h"
#include "service/claims/claims.h"
#include "service/claims/media.h"

struct service_upload_new {
    struct text kind, file_name;
    int64_t size_bytes;
    const uint8_t *sha256, *original_sha256; /* NULL: not announced */
};
/* Fails with CLAIM_CLOSED, LIMIT_EXCEEDED (the claim is full), UPLOAD_LIMIT, OVERLOADED and FIELD_VALUE. */
int service_upload_begin(struct service_call *call, struct text claim_id, const struct service_upload_new *in,
                         char ret_id[static ID_BYTES], struct json_writer *ret, struct error *error);
/* Of the caller's own uploads; anybody else's is NOT_FOUND, as one that has expired. */
int service_upload_write(struct service_call *call, struct text upload_id, struct json_writer *ret, int64_t *ret_stored,
                         struct error *error);
/* Gives up: row and bytes go with the next cleaning. NOT_FOUND once it is evidence. */
int service_upload_cancel(struct service_call *call, struct text upload_id, struct error *error);

/* What the first half hands to the second. `file` holds the lock of the upload and is the caller's to close after the commit. */
struct service_upload_work {
    int file;         /* -1: none */
    int64_t offset;   /* of this piece */
    int64_t stored;   /* bytes on disk, also of a failure */
    bool is_repeated; /* the piece was there already */
    bool is_hashed;   /* the members below are filled */
    char path[640];
    uint8_t sha256[HASH_BYTES], salt[HASH_BYTES], commitment[HASH_BYTES];
    uint8_t head[SERVICE_MEDIA_HEAD_BYTES];
    size_t head_length;
};

/* First half of a piece, not inside a transaction: checks who and where, writes and syncs the bytes behind those that are there.
 * Fails with UPLOAD_OFFSET, UPLOAD_BUSY (both fill work->stored), BODY_TOO_LARGE, MEDIA_TYPE, CLAIM_CLOSED, STORAGE_FULL. */
int service_upload_store(struct service *service, const struct service_actor *actor, struct text upload_id,
                         int64_t offset, struct text bytes, struct service_upload_work *work, struct error *error);
/* Second half: from now on they count. */
int service_upload_advance(struct service_call *call, struct text upload_id, struct text bytes,
                           const struct service_upload_work *work, struct json_writer *ret, int64_t *ret_stored,
                           struct error *error);

/* First half of completing, not inside a transaction: hashes what is on disk. An upload that is not there, or is evidence
 * already, is left to the second half. Fails with UPLOAD_INCOMPLETE, UPLOAD_BUSY (both fill work->stored), UPLOAD_SHA256. */
int service_upload_hash(struct service *service, const struct service_actor *actor, struct text upload_id,
                        struct service_upload_work *work, struct error *error);
/* Second half: what service_evidence_add does. *ret_new is false when it had become evidence before: the same file is answered. */
int service_upload_complete(struct service_call *call, struct text upload_id, const struct service_upload_work *work,
                            struct json_writer *ret, bool *ret_new, struct error *error);

/* Removes what has expired, files before rows; at most `limit`. For the worker, outside of a transaction. */
int service_uploads_clean(struct service *service, int64_t limit, int64_t *ret_count, struct error *error);
/* Removes files that no row knows, and temporary files of requests. Only while nobody uploads: at the start. */
int service_uploads_sweep(struct service *service, struct error *error);

struct service_upload_stats {
    int64_t bytes, expired;   /* taken in and removed, since the start */
    int64_t open, open_bytes; /* now: not complete, and what they were announced with */
};
int service_upload_stats(struct service *service, struct service_upload_stats *ret, struct error *error);

#endif
