/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures and sealing over libsodium. */
#include "base/sign.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

_Static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "public key size");
_Static_assert(SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "secret key size");
_Static_assert(SIGN_SEED_BYTES == crypto_sign_SEEDBYTES, "seed size");
_Static_assert(SIGN_BYTES == crypto_sign_BYTES, "signature size");
_Static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "seal key size");
_Static_assert(SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size");
_Static_assert(SEAL_OVERHEAD_BYTES == SEAL_NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES, "overhead");

static pthread_once_t sodium_once = PTHREAD_ONCE_INIT;

static void sodium_setup(void)
{
    if (sodium_init() < 0)
        abort();
}

static void setup(void)
{
    int result = pthread_once(&sodium_once, sodium_setup);
    assert(result == 0);
}

/* libsodium wants a pointer even for nothing. */
static const unsigned char *bytes_of(struct text text)
{
    assert(text.data || text.length == 0);
    return text.data ? (const unsigned char *)text.data : (const unsigned char *)"";
}

void sign_keypair(const uint8_t seed[static SIGN_SEED_BYTES], uint8_t public_key[static SIGN_PUBLIC_BYTES],
                  uint8_t secret_key[static SIGN_SECRET_BYTES])
{
    setup();
    int result = crypto_sign_seed_keypair(public_key, secret_key, seed);
    assert(result == 0);
}

void sign_make(const uint8_t secret_key[static SIGN_SECRET_BYTES], struct text message,
               uint8_t signature[static SIGN_BYTES])
{
    setup();
    int result = crypto_sign_detached(signature, NULL, bytes_of(message), message.length, secret_key);
    assert(result == 0);
}

int sign_check(const uint8_t public_key[static SIGN_PUBLIC_BYTES], struct text message,
               const uint8_t signature[static SIGN_BYTES])
{
    setup();
    return crypto_sign_verify_detached(signature, bytes_of(message), message.length, public_key) == 0 ? 0 : -1;
}

void seal_make(const uint8_t key[static SEAL_KEY_BYTES], struct text plain, struct text associated,
               const uint8_t nonce[static SEAL_NONCE_BYTES], uint8_t *out)
{
    assert(out);
    setup();
    memcpy(out, nonce, SEAL_NONCE_BYTES);
    int result = crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE_BYTES, NULL, bytes_of(plain), plain.length,
                                                            bytes_of(associated), associated.length, NULL, nonce, key);
    assert(result == 0);
}

int seal_open(const uint8_t key[static SEAL_KEY_BYTES], struct text sealed, struct text associated, uint8_t *out)
{
    setup();
    if (sealed.length < SEAL_OVERHEAD_BYTES)
        return -1;
    const unsigned char *nonce = (const unsigned char *)sealed.data;
    int result = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, nonce + SEAL_NONCE_BYTES,
                                                            sealed.length - SEAL_NONCE_BYTES, bytes_of(associated),
                                                            associated.length, nonce, key);
    return result == 0 ? 0 : -1;
}

void secret_wipe(void *data, size_t length)
{
    assert(data || length == 0);
    sodium_memzero(data, length);
}
