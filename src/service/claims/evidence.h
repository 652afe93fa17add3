/* SPDX-License-Identifier: Apache-2.0 */
/* How a file becomes evidence: what streamed in at once and what came in pieces take the same way. For files of this folder. */
#ifndef SHUNTUI_SERVICE_EVIDENCE_H
#define SHUNTUI_SERVICE_EVIDENCE_H

#include "base/error.h"
#include "service/claims/claim_advance.h"
#include "service/claims/media.h"
#include "service/internal.h"

/* The kind of a file that is the original of a copy filed before: never a proof by itself, its copy is. */
#define SERVICE_EVIDENCE_ORIGINAL "original"

struct service_evidence_kept {
    char id[ID_BYTES];
    int64_t leaf, original_leaf; /* original_leaf: of the word on the original, if there is one */
    const char *media_type;
};
/* service_evidence_add, telling what it became. */
int service_evidence_take(struct service_call *call, struct text claim_id, const struct service_evidence_new *in,
                          struct service_evidence_kept *kept, struct json_writer *ret, struct error *error);
/* Its answer. Of *in only kind, hashes and size are used. */
void service_evidence_answer(struct service_call *call, const struct service_claim *claim,
                             const struct service_ruling *ruling, const struct service_evidence_new *in,
                             const struct service_evidence_kept *kept, struct json_writer *ret);

/* Fails with `code` at `pointer` unless there is such a kind. */
int service_evidence_kind_check(struct text kind, enum error_code code, const char *pointer, struct error *error);
/* Fails with LIMIT_EXCEEDED or CLAIM_CLOSED when the claim takes no more files of this kind. */
int service_evidence_room(struct service_call *call, const struct service_claim *claim, struct text kind,
                          struct error *error);
/* Fails with MEDIA_TYPE unless the first bytes are those of a file that is taken. */
int service_evidence_media(const uint8_t *head, size_t length, const struct service_media **ret, struct error *error);
/* Fails with CLAIM_CLOSED. */
int service_claim_open_for_words(const struct service_claim *claim, struct error *error);

/* ---- the bytes (evidence_file.c) ---- */
void service_evidence_path(const struct service *service, const uint8_t sha256[static HASH_BYTES],
                           char out[static 600]);
/* Puts the file to its place under its hash, durably; the same bytes are kept once. May be repeated. */
int service_evidence_keep(const struct service *service, const struct service_evidence_new *in, struct error *error);
/* Salt and commitment for the leaf: as given, else made from the kept file. */
int service_evidence_commitment(struct service *service, const struct service_evidence_new *in,
                                struct service_leaf *leaf, struct error *error);

/* ---- the original of a copy (original.c) ---- */
/* Of a file of that kind: fails with ORIGINAL_UNKNOWN unless the same side filed a copy that names it, and with
 * ORIGINAL_UNKNOWN too when it is here already. Of a copy: fails with FIELD_VALUE when it names itself. */
int service_original_check(struct service_call *call, const struct service_claim *claim,
                           const struct service_evidence_new *in, struct error *error);
/* A leaf that says: this file is a copy, and its original has this hash. */
int service_original_log(struct service_call *call, const struct service_claim *claim,
                         const struct service_evidence_new *in, struct service_evidence_kept *kept,
                         struct error *error);
void service_original_write(struct json_writer *writer, const uint8_t *sha256); /* hex, or null for NULL */

#endif
