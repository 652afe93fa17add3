/* SPDX-License-Identifier: Apache-2.0 */
/* C2SP tlog-checkpoint (the signed head of the log) and c2sp.org/tlog-proof@v1 (an offline proof of one leaf). */
#ifndef SHUNTUI_EVIDENCE_CHECKPOINT_H
#define SHUNTUI_EVIDENCE_CHECKPOINT_H

#include <stdint.h>

#include "evidence/note.h"
#include "evidence/proof.h"

struct evidence_checkpoint {
    char origin[EVIDENCE_KEY_NAME_BYTES];
    uint64_t size;
    uint8_t root[HASH_BYTES];
};

/* Appends the signed note; the origin is the key's name. */
void evidence_checkpoint_sign(uint64_t size, const uint8_t root[static HASH_BYTES], const struct evidence_key *key,
                              const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out);
/* Reads the text of a note (evidence_note_open). Extension lines are taken and ignored. Fails with NOTE_MALFORMED. */
int evidence_checkpoint_read(struct text text, struct evidence_checkpoint *ret, struct error *error);
/* Opens the note with that one key and reads it; the origin must be the key's name. */
int evidence_checkpoint_open(struct text note, const struct evidence_key *key, struct evidence_checkpoint *ret,
                             struct error *error);

struct evidence_tlog_proof {
    uint64_t index;
    struct evidence_path path;
    struct text note; /* the checkpoint with its signatures, verbatim */
};
void evidence_tlog_proof_write(const struct evidence_tlog_proof *proof, struct buffer *out);
/* ret->note is a view into source. Fails with PROOF_MALFORMED (line says where). */
int evidence_tlog_proof_read(struct text source, struct evidence_tlog_proof *ret, struct error *error);

/* Base64 hashes, one per line: the body of a consistency file and of a tlog-proof. Stops at an empty line or the end;
 * *ret_rest is what follows the last hash line. */
void evidence_path_write(const struct evidence_path *path, struct buffer *out);
int evidence_path_read(struct text source, struct evidence_path *ret, struct text *ret_rest, struct error *error);

#endif
