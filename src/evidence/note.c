/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C2SP signed-note with Ed25519 keys. The reader takes one spelling only: canonical base64, one space, no carriage
 * return; what two programs could read in two ways is refused.
 */
#include "evidence/note.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"

#define KEY_TYPE_ED25519 "\x01"
static const struct text line_start = {"\xe2\x80\x94 ", 4}; /* U+2014 and a space */

static bool name_is_good(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] <= 0x20 || name.data[i] >= 0x7f || name.data[i] == '+')
            return false;
    return name.length > 0 && name.length < EVIDENCE_KEY_NAME_BYTES;
}

static void key_id(struct text name, const uint8_t public_key[static SIGN_PUBLIC_BYTES], uint8_t ret[static 4])
{
    const struct text parts[] = {name, {"\n" KEY_TYPE_ED25519, 2}, {(const char *)public_key, SIGN_PUBLIC_BYTES}};
    uint8_t hash[HASH_BYTES];
    hash_sha256_parts(parts, 3, hash);
    memcpy(ret, hash, 4);
}

static int key_fill(struct text name, const uint8_t public_key[static SIGN_PUBLIC_BYTES], struct evidence_key *ret,
                    struct error *error)
{
    if (!name_is_good(name))
        return error_set(error, ERROR_NOTE_MALFORMED, "a key name is 1 to %d ASCII characters without a space or '+'",
                         EVIDENCE_KEY_NAME_BYTES - 1);
    *ret = (struct evidence_key){0};
    memcpy(ret->name, name.data, name.length);
    memcpy(ret->public_key, public_key, SIGN_PUBLIC_BYTES);
    key_id(name, public_key, ret->id);
    return 0;
}

int evidence_key_make(const char *name, const uint8_t public_key[static SIGN_PUBLIC_BYTES], struct evidence_key *ret,
                      struct error *error)
{
    assert(name);
    return key_fill(text_of(name), public_key, ret, error);
}

void evidence_vkey_write(const struct evidence_key *key, char ret[static EVIDENCE_VKEY_BYTES])
{
    uint8_t typed[1 + SIGN_PUBLIC_BYTES] = {1};
    memcpy(typed + 1, key->public_key, SIGN_PUBLIC_BYTES);
    struct buffer out;
    buffer_init(&out, EVIDENCE_VKEY_BYTES);
    buffer_add_string(&out, key->name);
    buffer_add_char(&out, '+');
    buffer_add_hex(&out, key->id, sizeof key->id);
    buffer_add_char(&out, '+');
    buffer_add_base64(&out, typed, sizeof typed);
    assert(!out.failed && out.length < EVIDENCE_VKEY_BYTES);
    memcpy(ret, out.data, out.length + 1);
    buffer_done(&out);
}

/* Cuts `rest` at the first `separator` and moves past it. Returns false when there is none. */
static bool cut(struct text *rest, char separator, struct text *ret_before)
{
    const char *at = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
    if (!at)
        return false;
    *ret_before = (struct text){rest->data, (size_t)(at - rest->data)};
    *rest = (struct text){at + 1, rest->length - ret_before->length - 1};
    return true;
}

int evidence_vkey_read(struct text vkey, struct evidence_key *ret, struct error *error)
{
    if (vkey.length && vkey.data[vkey.length - 1] == '\n')
        vkey.length--;
    struct text rest = vkey, name, id_hex;
    uint8_t id[4], typed[1 + SIGN_PUBLIC_BYTES];
    size_t id_length = 0, typed_length = 0;
    if (!cut(&rest, '+', &name) || !cut(&rest, '+', &id_hex) || hex_decode(id_hex, id, sizeof id, &id_length) ||
        id_length != sizeof id || base64_decode(rest, typed, sizeof typed, &typed_length) ||
        typed_length != sizeof typed)
        return error_set(error, ERROR_NOTE_MALFORMED, "a verifier key reads name+hexadecimal id+base64 key");
    if (typed[0] != 1)
        return error_set(error, ERROR_NOTE_MALFORMED, "the verifier key's type is %d; only Ed25519 (1) is known",
                         typed[0]);
    struct evidence_key key;
    if (key_fill(name, typed + 1, &key, error))
        return -1;
    if (memcmp(key.id, id, sizeof id) != 0)
        return error_set(error, ERROR_NOTE_MALFORMED, "the verifier key's id is not that of its name and key");
    *ret = key;
    return 0;
}

static int text_is_good(struct text text, struct error *error)
{
    if (text.length == 0 || text.data[text.length - 1] != '\n')
        return error_set(error, ERROR_NOTE_MALFORMED, "the text of a note ends in a newline");
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 && text.data[i] != '\n')
            return error_set(error, ERROR_NOTE_MALFORMED, "byte %zu of the note is a control character", i + 1);
    if (text_utf8_bad(text) >= 0)
        return error_set(error, ERROR_NOTE_MALFORMED, "the note is not UTF-8");
    return 0;
}

int evidence_note_sign(struct text text, const struct evidence_key *key,
                       const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out, struct error *error)
{
    if (text_is_good(text, error))
        return -1;
    uint8_t blob[4 + SIGN_BYTES];
    memcpy(blob, key->id, 4);
    sign_make(secret_key, text, blob + 4);
    buffer_add_text(out, text);
    buffer_add_char(out, '\n');
    buffer_add_text(out, line_start);
    buffer_add_string(out, key->name);
    buffer_add_char(out, ' ');
    buffer_add_base64(out, blob, sizeof blob);
    buffer_add_char(out, '\n');
    return buffer_check(out, error);
}

/* Splits at the last empty line. */
static int note_split(struct text note, struct text *ret_text, struct text *ret_signatures, struct error *error)
{
    if (note.length > EVIDENCE_NOTE_BYTES)
        return error_set(error, ERROR_NOTE_MALFORMED, "the note is longer than %d bytes", EVIDENCE_NOTE_BYTES);
    if (text_is_good(note, error))
        return -1;
    size_t at = note.length - 1;
    while (at > 0 && !(note.data[at - 1] == '\n' && note.data[at] == '\n'))
        at--;
    if (at == 0)
        return error_set(error, ERROR_NOTE_MALFORMED, "the note has no empty line before its signatures");
    if (at + 1 == note.length)
        return error_set(error, ERROR_NOTE_MALFORMED, "the note has no signature");
    *ret_text = (struct text){note.data, at};
    *ret_signatures = (struct text){note.data + at + 1, note.length - at - 1};
    return 0;
}

struct signature_line {
    struct text name;
    uint8_t id[4];
    uint8_t blob[EVIDENCE_NOTE_BYTES / 4]; /* without the id */
    size_t blob_length;
};

static int signature_line_read(struct text line, struct signature_line *ret, struct error *error)
{
    uint8_t blob[sizeof ret->blob + 4];
    size_t length = 0;
    bool starts = line.length > line_start.length && memcmp(line.data, line_start.data, line_start.length) == 0;
    struct text rest = {line.data + line_start.length, line.length - line_start.length};
    if (!starts || !cut(&rest, ' ', &ret->name) || ret->name.length == 0 ||
        memchr(ret->name.data, '+', ret->name.length) || base64_decode(rest, blob, sizeof blob, &length) || length < 5)
        return error_set(error, ERROR_NOTE_MALFORMED, "a signature line of the note is malformed");
    memcpy(ret->id, blob, 4);
    ret->blob_length = length - 4;
    memcpy(ret->blob, blob + 4, ret->blob_length);
    return 0;
}

static const struct evidence_key *key_of_line(const struct signature_line *line, const struct evidence_key *keys,
                                              size_t key_count)
{
    for (size_t i = 0; i < key_count; i++)
        if (text_is(line->name, keys[i].name) && memcmp(line->id, keys[i].id, 4) == 0)
            return &keys[i];
    return NULL;
}

/* Walks the signature lines; counts the good ones of known keys. */
static int signatures_check(struct text text, struct text lines, const struct evidence_key *keys, size_t key_count,
                            size_t *ret_good, struct error *error)
{
    size_t good = 0, count = 0;
    struct text line;
    while (cut(&lines, '\n', &line)) {
        struct signature_line signature;
        if (++count > EVIDENCE_NOTE_SIGNATURES)
            return error_set(error, ERROR_NOTE_MALFORMED, "the note has more than %d signatures",
                             EVIDENCE_NOTE_SIGNATURES);
        if (signature_line_read(line, &signature, error))
            return -1;
        const struct evidence_key *key = key_of_line(&signature, keys, key_count);
        if (!key)
            continue;
        if (signature.blob_length != SIGN_BYTES || sign_check(key->public_key, text, signature.blob))
            return error_set(error, ERROR_NOTE_SIGNATURE, "the signature of %s does not fit the note", key->name);
        good++;
    }
    *ret_good = good;
    return 0;
}

int evidence_note_open(struct text note, const struct evidence_key *keys, size_t key_count, struct text *ret_text,
                       struct error *error)
{
    struct text text, signatures;
    size_t good = 0;
    if (note_split(note, &text, &signatures, error) ||
        signatures_check(text, signatures, keys, key_count, &good, error))
        return -1;
    if (good == 0)
        return error_set(error, ERROR_NOTE_UNSIGNED, "none of the known keys signed the note");
    *ret_text = text;
    return 0;
}

int evidence_note_split(struct text note, struct text *ret_text, struct error *error)
{
    struct text signatures;
    size_t good = 0;
    if (note_split(note, ret_text, &signatures, error))
        return -1;
    return signatures_check(*ret_text, signatures, NULL, 0, &good, error);
}
