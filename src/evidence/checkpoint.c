/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints and tlog-proofs as text: one spelling is written and only that one is read. */
#include "evidence/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"

static void add_hash_line(struct buffer *out, const uint8_t hash[static HASH_BYTES])
{
    buffer_add_base64(out, hash, HASH_BYTES);
    buffer_add_char(out, '\n');
}

void evidence_checkpoint_sign(uint64_t size, const uint8_t root[static HASH_BYTES], const struct evidence_key *key,
                              const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out)
{
    assert(size <= EVIDENCE_SIZE_MAX);
    struct buffer text;
    buffer_init(&text, EVIDENCE_NOTE_BYTES);
    buffer_add_string(&text, key->name);
    buffer_addf(&text, "\n%" PRIu64 "\n", size);
    add_hash_line(&text, root);
    int status = evidence_note_sign(buffer_text(&text), key, secret_key, out, NULL);
    assert(status == 0 || out->failed);
    buffer_done(&text);
}

/* Takes one line off `rest`, without its newline. Returns false when no newline is left. */
static bool take_line(struct text *rest, struct text *ret_line)
{
    const char *end = rest->length ? memchr(rest->data, '\n', rest->length) : NULL;
    if (!end)
        return false;
    *ret_line = (struct text){rest->data, (size_t)(end - rest->data)};
    *rest = (struct text){end + 1, rest->length - ret_line->length - 1};
    return true;
}

static bool read_decimal(struct text digits, uint64_t *ret)
{
    int64_t value = 0;
    if (digits.length == 0 || digits.data[0] == '-' || text_to_int64(digits, &value, NULL))
        return false;
    *ret = (uint64_t)value;
    return true;
}

static bool read_hash(struct text line, uint8_t ret[static HASH_BYTES])
{
    uint8_t hash[HASH_BYTES];
    size_t length = 0;
    if (line.length != 44 || base64_decode(line, hash, sizeof hash, &length) || length != HASH_BYTES)
        return false;
    memcpy(ret, hash, HASH_BYTES);
    return true;
}

int evidence_checkpoint_read(struct text text, struct evidence_checkpoint *ret, struct error *error)
{
    struct evidence_checkpoint checkpoint = {0};
    struct text origin, size, root, extension;
    if (!take_line(&text, &origin) || origin.length == 0 || origin.length >= sizeof checkpoint.origin)
        return error_set(error, ERROR_NOTE_MALFORMED, "line 1 of a checkpoint is its origin");
    memcpy(checkpoint.origin, origin.data, origin.length);
    if (!take_line(&text, &size) || !read_decimal(size, &checkpoint.size))
        return error_set(error, ERROR_NOTE_MALFORMED,
                         "line 2 of a checkpoint is its size, a decimal below 2^63 without leading zeros");
    if (!take_line(&text, &root) || !read_hash(root, checkpoint.root))
        return error_set(error, ERROR_NOTE_MALFORMED, "line 3 of a checkpoint is the root hash in base64");
    while (text.length > 0)
        if (!take_line(&text, &extension) || extension.length == 0)
            return error_set(error, ERROR_NOTE_MALFORMED, "an extension line of a checkpoint may not be empty");
    *ret = checkpoint;
    return 0;
}

int evidence_checkpoint_open(struct text note, const struct evidence_key *key, struct evidence_checkpoint *ret,
                             struct error *error)
{
    struct text text;
    struct evidence_checkpoint checkpoint;
    if (evidence_note_open(note, key, 1, &text, error) || evidence_checkpoint_read(text, &checkpoint, error))
        return -1;
    if (strcmp(checkpoint.origin, key->name) != 0)
        return error_set(error, ERROR_NOTE_MALFORMED, "the checkpoint's origin is not the name of the key");
    *ret = checkpoint;
    return 0;
}

void evidence_path_write(const struct evidence_path *path, struct buffer *out)
{
    assert(path->length <= EVIDENCE_PATH_MAX);
    for (size_t i = 0; i < path->length; i++)
        add_hash_line(out, path->hashes[i]);
}

int evidence_path_read(struct text source, struct evidence_path *ret, struct text *ret_rest, struct error *error)
{
    struct text line, rest = source;
    ret->length = 0;
    while (rest.length > 0 && rest.data[0] != '\n') {
        if (ret->length == EVIDENCE_PATH_MAX)
            return error_set(error, ERROR_PROOF_MALFORMED, "a path has at most %d hashes", EVIDENCE_PATH_MAX);
        if (!take_line(&rest, &line) || !read_hash(line, ret->hashes[ret->length]))
            return error_set(error, ERROR_PROOF_MALFORMED, "hash %zu of the path is not 32 bytes in base64",
                             ret->length + 1);
        ret->length++;
    }
    *ret_rest = rest;
    return 0;
}

#define PROOF_HEADER "c2sp.org/tlog-proof@v1"

void evidence_tlog_proof_write(const struct evidence_tlog_proof *proof, struct buffer *out)
{
    buffer_addf(out, PROOF_HEADER "\nindex %" PRIu64 "\n", proof->index);
    evidence_path_write(&proof->path, out);
    buffer_add_char(out, '\n');
    buffer_add_text(out, proof->note);
}

static bool starts_with(struct text text, struct text start, struct text *ret_rest)
{
    if (text.length < start.length || memcmp(text.data, start.data, start.length) != 0)
        return false;
    *ret_rest = (struct text){text.data + start.length, text.length - start.length};
    return true;
}

int evidence_tlog_proof_read(struct text source, struct evidence_tlog_proof *ret, struct error *error)
{
    struct text rest = source, line, value;
    uint8_t extra[256];
    size_t extra_length = 0;
    if (!take_line(&rest, &line) || !text_is(line, PROOF_HEADER))
        return error_set(error, ERROR_PROOF_MALFORMED, "line 1 of a proof is %s", PROOF_HEADER);
    bool has_line = take_line(&rest, &line);
    if (has_line && starts_with(line, TEXT_LITERAL("extra "), &value)) {
        if (base64_decode(value, extra, sizeof extra, &extra_length))
            return error_set(error, ERROR_PROOF_MALFORMED, "the extra line of the proof is not base64");
        has_line = take_line(&rest, &line);
    }
    if (!has_line || !starts_with(line, TEXT_LITERAL("index "), &value) || !read_decimal(value, &ret->index))
        return error_set(error, ERROR_PROOF_MALFORMED, "the proof has no line \"index N\"");
    if (evidence_path_read(rest, &ret->path, &rest, error))
        return -1;
    if (rest.length < 2)
        return error_set(error, ERROR_PROOF_MALFORMED, "the proof has no checkpoint after its path");
    ret->note = (struct text){rest.data + 1, rest.length - 1};
    return 0;
}
