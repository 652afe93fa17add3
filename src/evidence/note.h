/* SPDX-License-Identifier: Apache-2.0 */
/* C2SP signed notes with Ed25519 keys (type 0x01): verifier keys, signing, and a strict reader. */
#ifndef SHUNTUI_EVIDENCE_NOTE_H
#define SHUNTUI_EVIDENCE_NOTE_H

#include <stdint.h>

#include "base/sign.h"
#include "base/text.h"

struct error;

#define EVIDENCE_KEY_NAME_BYTES 128 /* with terminator; an origin is a host and a short path */
#define EVIDENCE_VKEY_BYTES 192
#define EVIDENCE_NOTE_BYTES (16 * 1024)
#define EVIDENCE_NOTE_SIGNATURES 32

struct evidence_key {
    char name[EVIDENCE_KEY_NAME_BYTES];
    uint8_t id[4]; /* SHA-256(name || 0x0A || 0x01 || public key), first four bytes */
    uint8_t public_key[SIGN_PUBLIC_BYTES];
};

/* name: non-empty ASCII without space or '+'. Fails with NOTE_MALFORMED. */
int evidence_key_make(const char *name, const uint8_t public_key[static SIGN_PUBLIC_BYTES], struct evidence_key *ret,
                      struct error *error);
/* "name+hex id+base64(0x01 || public key)", without a newline. */
void evidence_vkey_write(const struct evidence_key *key, char ret[static EVIDENCE_VKEY_BYTES]);
/* Fails with NOTE_MALFORMED, also when the id is not that of name and key. One trailing newline is taken. */
int evidence_vkey_read(struct text vkey, struct evidence_key *ret, struct error *error);

/* Appends text, blank line, one signature line. text ends in a newline and holds no control character but newline. */
int evidence_note_sign(struct text text, const struct evidence_key *key,
                       const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out, struct error *error);
/*
 * Opens a note: *ret_text is the signed text with its last newline, a view into note. Signatures by other keys are
 * ignored. Fails with NOTE_MALFORMED, with NOTE_SIGNATURE when a known key's signature is wrong, and with
 * NOTE_UNSIGNED when no known key signed it.
 */
int evidence_note_open(struct text note, const struct evidence_key *keys, size_t key_count, struct text *ret_text,
                       struct error *error);
/* The same without checking any signature: for showing what a note says, never for believing it. */
int evidence_note_split(struct text note, struct text *ret_text, struct error *error);

#endif
