/* SPDX-License-Identifier: Apache-2.0 */
/* One upload with the claim that it is for, for the files of this folder. */
#ifndef SHUNTUI_SERVICE_UPLOAD_ROW_H
#define SHUNTUI_SERVICE_UPLOAD_ROW_H

#include "service/claims/evidence.h"
#include "service/claims/upload.h"

struct service_upload {
    char id[ID_BYTES], evidence_id[ID_BYTES]; /* evidence_id: that it became, or empty */
    struct service_claim claim;
    struct text kind, file_name;
    int64_t size, stored, expires_at, at;
    bool has_sha256, has_original;
    uint8_t sha256[HASH_BYTES], original_sha256[HASH_BYTES];
};
/* Fails with NOT_FOUND unless it is the caller's own and has not expired. Texts live in the call's arena. */
int service_upload_open(struct service_call *call, struct text upload_id, struct service_upload *ret,
                        struct error *error);
/* Whose uploads are counted together: one side of a claim. */
int service_upload_room(struct service_call *call, const struct service_claim *claim, int64_t size_bytes,
                        struct error *error);
int service_upload_insert(struct service_call *call, const struct service_upload *upload, struct error *error);
void service_upload_row_write(struct json_writer *writer, const struct service_upload *upload);

#endif
