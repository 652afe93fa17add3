/* SPDX-License-Identifier: Apache-2.0 */
/* DSSE envelopes. What is handed on after verification is the verified bytes, never the envelope read a second time. */
#include "evidence/dsse.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

void evidence_dsse_pae(struct text type, struct text body, struct buffer *out)
{
    buffer_addf(out, "DSSEv1 %zu ", type.length);
    buffer_add_text(out, type);
    buffer_addf(out, " %zu ", body.length);
    buffer_add_text(out, body);
}

static void key_id_text(const struct evidence_key *key, struct buffer *out)
{
    buffer_add_string(out, key->name);
    buffer_add_char(out, '+');
    buffer_add_hex(out, key->id, sizeof key->id);
}

static void add_base64_member(struct json_writer *writer, const char *name, const void *data, size_t length)
{
    struct buffer base64;
    buffer_init(&base64, 2 * length + 8);
    buffer_add_base64(&base64, data, length);
    json_member_text(writer, name, buffer_text(&base64));
    buffer_done(&base64);
}

void evidence_dsse_sign(struct text type, struct text body, const struct evidence_key *key,
                        const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out)
{
    assert(body.length <= EVIDENCE_STATEMENT_BYTES);
    struct buffer pae, key_id;
    buffer_init(&pae, 2 * EVIDENCE_STATEMENT_BYTES);
    buffer_init(&key_id, EVIDENCE_VKEY_BYTES);
    evidence_dsse_pae(type, body, &pae);
    uint8_t signature[SIGN_BYTES];
    sign_make(secret_key, buffer_text(&pae), signature);
    key_id_text(key, &key_id);
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    add_base64_member(&writer, "payload", body.data, body.length);
    json_member_text(&writer, "payloadType", type);
    json_key(&writer, "signatures");
    json_array_begin(&writer);
    json_object_begin(&writer);
    json_member_text(&writer, "keyid", buffer_text(&key_id));
    add_base64_member(&writer, "sig", signature, sizeof signature);
    json_object_end(&writer);
    json_array_end(&writer);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_done(&key_id);
    buffer_done(&pae);
}

/* The members of an envelope and of one signature. */
struct envelope {
    struct text payload, payloadType;
    const struct json *signatures;
};
struct signature {
    struct text keyid, sig;
};
static const struct json_field envelope_fields[] = {
    JSON_FIELD_STRING(struct envelope, payload, true, 0, 2 * EVIDENCE_STATEMENT_BYTES),
    JSON_FIELD_STRING(struct envelope, payloadType, true, 1, 200),
    JSON_FIELD_ARRAY(struct envelope, signatures, true, 1, 16),
};
static const struct json_field signature_fields[] = {
    JSON_FIELD_STRING(struct signature, keyid, true, 1, EVIDENCE_VKEY_BYTES),
    JSON_FIELD_STRING(struct signature, sig, true, 1, 200),
};

static const struct evidence_key *find_key(struct text key_id, const struct evidence_key *keys, size_t key_count)
{
    const struct evidence_key *found = NULL;
    for (size_t i = 0; i < key_count && !found; i++) {
        struct buffer name;
        buffer_init(&name, EVIDENCE_VKEY_BYTES);
        key_id_text(&keys[i], &name);
        if (text_equal(buffer_text(&name), key_id))
            found = &keys[i];
        buffer_done(&name);
    }
    return found;
}

static int signatures_check(const struct json *signatures, struct text pae, const struct evidence_key *keys,
                            size_t key_count, struct error *error)
{
    size_t good = 0;
    for (size_t i = 0; i < json_count(signatures); i++) {
        struct signature signature = {0};
        uint8_t bytes[SIGN_BYTES];
        size_t length = 0;
        if (json_read(json_item(signatures, i), signature_fields, 2, "/signatures", &signature, error))
            return error_set(error, ERROR_STATEMENT_MALFORMED, "signature %zu is not an object with keyid and sig",
                             i + 1);
        const struct evidence_key *key = find_key(signature.keyid, keys, key_count);
        if (!key)
            continue;
        if (base64_decode(signature.sig, bytes, sizeof bytes, &length) || length != SIGN_BYTES ||
            sign_check(key->public_key, pae, bytes))
            return error_set(error, ERROR_STATEMENT_SIGNATURE, "the signature of %s does not fit the statement",
                             key->name);
        good++;
    }
    if (good == 0)
        return error_set(error, ERROR_STATEMENT_SIGNATURE, "none of the known keys signed the statement");
    return 0;
}

static int envelope_open(const struct json *document, const struct evidence_key *keys, size_t key_count,
                         struct arena *arena, struct text *ret_type, struct text *ret_body, struct error *error)
{
    struct envelope envelope = {0};
    if (json_kind(document) != JSON_OBJECT || json_read(document, envelope_fields, 3, "", &envelope, error))
        return error_set(error, ERROR_STATEMENT_MALFORMED, "the envelope is not that of DSSE");
    size_t body_maximum = envelope.payload.length / 4 * 3 + 3, body_length = 0;
    char *body = arena_alloc(arena, body_maximum + 1);
    if (base64_decode(envelope.payload, body, body_maximum, &body_length))
        return error_set(error, ERROR_STATEMENT_MALFORMED, "the payload is not base64");
    struct text type = arena_copy_text(arena, envelope.payloadType), content = {body, body_length};
    struct buffer pae;
    buffer_init(&pae, 2 * EVIDENCE_STATEMENT_BYTES);
    evidence_dsse_pae(type, content, &pae);
    int status = signatures_check(envelope.signatures, buffer_text(&pae), keys, key_count, error);
    buffer_done(&pae);
    if (status)
        return -1;
    *ret_type = type;
    *ret_body = content;
    return 0;
}

int evidence_dsse_open(struct text envelope, const struct evidence_key *keys, size_t key_count, struct arena *arena,
                       struct text *ret_type, struct text *ret_body, struct error *error)
{
    struct json *document = NULL;
    if (json_parse(envelope, 2 * EVIDENCE_STATEMENT_BYTES, &document, error))
        return error_set(error, ERROR_STATEMENT_MALFORMED, "the envelope is not JSON");
    int status = envelope_open(document, keys, key_count, arena, ret_type, ret_body, error);
    json_free(document);
    return status;
}
