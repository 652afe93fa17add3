/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two versions of one picture. A buyer files a copy that was stamped or blackened and names the SHA-256 of the original, which is
 * recorded at once; the original may follow, and is then known to be that file. The leaf of a file has no room for a second
 * hash, so the word on the original is a leaf of its own, whose item names the copy by its leaf and hash.
 */
#include "service/claims/evidence.h"

#define STATEMENT_BYTES_MAX 1024

int service_original_check(struct service_call *call, const struct service_claim *claim,
                           const struct service_evidence_new *in, struct error *error)
{
    if (in->original_sha256 && hash_equal(in->original_sha256, in->sha256, HASH_BYTES))
        return error_set(error, ERROR_FIELD_VALUE, "a copy differs from its original");
    if (!text_is(in->kind, SERVICE_EVIDENCE_ORIGINAL))
        return 0;
    struct query *query = store_query(call->tx, QUERY_ORIGINAL_STATE);
    query_bind_string(query, 1, claim->id);
    query_bind_string(query, 2, claim_role_word(service_claim_role(call))->wire);
    query_bind_blob(query, 3, in->sha256, HASH_BYTES);
    int step = query_step(query, error);
    bool named = step == 1 && query_int(query, 0) > 0, held = step == 1 && query_int(query, 1) > 0;
    query_end(query);
    if (step < 0)
        return -1;
    if (held)
        return error_set(error, ERROR_ORIGINAL_UNKNOWN, "this original is in the claim already");
    if (named)
        return 0;
    error_set(error, ERROR_ORIGINAL_UNKNOWN, "no file of yours in this claim names this one as its original");
    return error_hint(error, "file the copy first, with original_sha256; the hash is of the bytes as they are sent");
}

static void statement_write(struct json_writer *writer, const struct service_claim *claim,
                            const struct service_evidence_new *in, const struct service_evidence_kept *kept)
{
    json_object_begin(writer);
    json_member_string(writer, "claim", claim->id);
    json_member_hex(writer, "copy", in->sha256, HASH_BYTES);
    json_member_integer(writer, "copy_leaf", kept->leaf);
    json_member_string(writer, "format", "shuntui-original-1");
    json_member_hex(writer, "original", in->original_sha256, HASH_BYTES);
    json_object_end(writer);
}

int service_original_log(struct service_call *call, const struct service_claim *claim,
                         const struct service_evidence_new *in, struct service_evidence_kept *kept, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, STATEMENT_BYTES_MAX);
    json_writer_init(&writer, &item);
    statement_write(&writer, claim, in, kept);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(claim->order.id),
                                .kind = EVIDENCE_KIND_DOCUMENT,
                                .item = buffer_text(&item),
                                .source = claim_role_word(service_claim_role(call))->wire,
                                .claim_id = claim->id};
    int result = buffer_check(&item, error);
    if (result == 0)
        result = service_log_append(call, &leaf, &kept->original_leaf, error);
    buffer_done(&item);
    return result;
}

void service_original_write(struct json_writer *writer, const uint8_t *sha256)
{
    char hex[HASH_HEX_BYTES];
    if (sha256)
        hash_hex(sha256, hex);
    json_add_string(writer, sha256 ? hex : NULL);
}
