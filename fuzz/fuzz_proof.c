/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes into the readers of proof files, notes, keys, leaves and statements. What is read must be written back to the
 * same bytes, where the format has one spelling; what is refused must say why. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "evidence/checkpoint.h"
#include "evidence/dsse.h"
#include "evidence/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void must_refuse(const struct error *error)
{
    must(error->code != ERROR_NONE && error->code != ERROR_INTERNAL && error->message[0]);
}

static void must_be(struct buffer *out, struct text expected)
{
    must(!out->failed && text_equal(buffer_text(out), expected));
    buffer_done(out);
}

static void try_proof(struct text input)
{
    struct error error = {.code = ERROR_NONE};
    struct evidence_tlog_proof proof;
    struct evidence_checkpoint head;
    struct text text;
    if (evidence_tlog_proof_read(input, &proof, &error)) {
        must_refuse(&error);
        return;
    }
    if (!text_starts(input, "c2sp.org/tlog-proof@v1\nextra ")) {
        struct buffer out;
        buffer_init(&out, input.length + 1);
        evidence_tlog_proof_write(&proof, &out);
        must_be(&out, input);
    }
    if (evidence_note_split(proof.note, &text, NULL) || evidence_checkpoint_read(text, &head, NULL))
        return;
    uint8_t leaf[HASH_BYTES] = {1};
    evidence_inclusion_check(leaf, proof.index, head.size, &proof.path, head.root, NULL);
    if (head.size > 0)
        evidence_consistency_check(proof.index, head.size, leaf, head.root, &proof.path, NULL);
}

static void try_note(struct text input)
{
    static const char vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    struct error error = {.code = ERROR_NONE};
    struct evidence_key key;
    struct text text;
    must(evidence_vkey_read(text_of(vkey), &key, NULL) == 0);
    if (evidence_note_open(input, &key, 1, &text, &error))
        must_refuse(&error);
    else
        must(text.length < input.length && text.data[text.length - 1] == '\n');
    error = (struct error){.code = ERROR_NONE};
    if (evidence_vkey_read(input, &key, &error)) {
        must_refuse(&error);
        return;
    }
    char again[EVIDENCE_VKEY_BYTES];
    evidence_vkey_write(&key, again);
    must(text_starts(input, again));
}

static void try_leaf(struct text input)
{
    struct error error = {.code = ERROR_NONE};
    struct evidence_leaf leaf;
    if (evidence_leaf_read(input, &leaf, &error)) {
        must_refuse(&error);
        return;
    }
    struct buffer out;
    buffer_init(&out, LIMIT_LEAF_BYTES);
    must(evidence_leaf_write(&leaf, &out, NULL) == 0);
    must_be(&out, input);
}

static void try_statement(struct text input)
{
    struct error error = {.code = ERROR_NONE};
    struct text type, body;
    struct arena *arena = arena_new(1024 * 1024);
    must(evidence_dsse_open(input, NULL, 0, arena, &type, &body, &error) == -1);
    must_refuse(&error);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = {(const char *)data, size};
    try_proof(input);
    try_note(input);
    try_leaf(input);
    try_statement(input);
    return 0;
}
