/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 signatures, XChaCha20-Poly1305 sealing and Argon2id-free key helpers over libsodium. */
#ifndef SHUNTUI_BASE_SIGN_H
#define SHUNTUI_BASE_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;

#define SIGN_PUBLIC_BYTES 32
#define SIGN_SECRET_BYTES 64
#define SIGN_SEED_BYTES 32
#define SIGN_BYTES 64
#define SEAL_KEY_BYTES 32
#define SEAL_NONCE_BYTES 24
#define SEAL_OVERHEAD_BYTES (SEAL_NONCE_BYTES + 16) /* nonce in front, tag behind */

void sign_keypair(const uint8_t seed[static SIGN_SEED_BYTES], uint8_t public_key[static SIGN_PUBLIC_BYTES],
                  uint8_t secret_key[static SIGN_SECRET_BYTES]);
void sign_make(const uint8_t secret_key[static SIGN_SECRET_BYTES], struct text message,
               uint8_t signature[static SIGN_BYTES]);
/* Returns 0 when the signature is good, else -1. */
int sign_check(const uint8_t public_key[static SIGN_PUBLIC_BYTES], struct text message,
               const uint8_t signature[static SIGN_BYTES]);

/* out receives nonce || ciphertext || tag: plain.length + SEAL_OVERHEAD_BYTES bytes. */
void seal_make(const uint8_t key[static SEAL_KEY_BYTES], struct text plain, struct text associated,
               const uint8_t nonce[static SEAL_NONCE_BYTES], uint8_t *out);
/* Writes sealed.length - SEAL_OVERHEAD_BYTES bytes. Returns -1 when the key, the data or the associated data differ. */
int seal_open(const uint8_t key[static SEAL_KEY_BYTES], struct text sealed, struct text associated, uint8_t *out);
void secret_wipe(void *data, size_t length);

#endif
