/* SPDX-License-Identifier: Apache-2.0 */
/* DSSE envelopes (secure-systems-lab/dsse, protocol v1.0) with one Ed25519 signature: statements such as the unused
 * certificate that must stand outside the log too. */
#ifndef SHUNTUI_EVIDENCE_DSSE_H
#define SHUNTUI_EVIDENCE_DSSE_H

#include "evidence/note.h"

struct arena;

#define EVIDENCE_UNUSED_CERT_TYPE "application/vnd.shuntui.unused-cert+json"
/* Media type of a leaf whose item is an envelope. */
#define EVIDENCE_DSSE_MEDIA_TYPE "application/vnd.dsse.envelope.v1+json"
#define EVIDENCE_STATEMENT_BYTES (64 * 1024)

/* "DSSEv1" SP length(type) SP type SP length(body) SP body */
void evidence_dsse_pae(struct text type, struct text body, struct buffer *out);
/* Appends {"payload":…,"payloadType":…,"signatures":[{"keyid":"name+hex","sig":…}]} in canonical form. */
void evidence_dsse_sign(struct text type, struct text body, const struct evidence_key *key,
                        const uint8_t secret_key[static SIGN_SECRET_BYTES], struct buffer *out);
/* *ret_body and *ret_type are the verified bytes, made in arena. Unknown signers are ignored; fails with
 * STATEMENT_MALFORMED, or STATEMENT_SIGNATURE when a known key's signature is wrong or none of the keys signed. */
int evidence_dsse_open(struct text envelope, const struct evidence_key *keys, size_t key_count, struct arena *arena,
                       struct text *ret_type, struct text *ret_body, struct error *error);

#endif
