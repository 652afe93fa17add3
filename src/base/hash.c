/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes over OpenSSL 3. Fetching an algorithm costs more than hashing a leaf, so it happens once per process, and
 * a thread keeps one context of each kind until it ends. */
#include "base/hash.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

struct hash_thread {
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *mac; /* HMAC-SHA-256; made when first needed */
};

struct hash_stream {
    EVP_MD_CTX *digest;
    bool ended;
};

static pthread_once_t hash_once = PTHREAD_ONCE_INIT;
static pthread_key_t hash_key; /* frees a thread's contexts when it ends */
static EVP_MD *hash_md;
static EVP_MAC *hash_mac;
static _Thread_local struct hash_thread *hash_own;

static void must(bool ok)
{
    if (!ok)
        abort(); /* out of memory, or an OpenSSL without SHA-256 */
}

static void hash_thread_free(void *data)
{
    struct hash_thread *thread = data;
    EVP_MD_CTX_free(thread->digest);
    EVP_MAC_CTX_free(thread->mac);
    free(thread);
    hash_own = NULL;
}

static void hash_setup(void)
{
    hash_md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    hash_mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(hash_md && hash_mac);
    must(pthread_key_create(&hash_key, hash_thread_free) == 0);
}

static struct hash_thread *hash_thread_get(void)
{
    if (hash_own)
        return hash_own;
    must(pthread_once(&hash_once, hash_setup) == 0);
    struct hash_thread *thread = calloc(1, sizeof *thread);
    must(thread != NULL);
    thread->digest = EVP_MD_CTX_new();
    must(thread->digest != NULL);
    must(pthread_setspecific(hash_key, thread) == 0);
    hash_own = thread;
    return thread;
}

void hash_sha256(const void *data, size_t length, uint8_t out[static HASH_BYTES])
{
    hash_sha256_parts(&(struct text){data, length}, 1, out);
}

void hash_sha256_parts(const struct text *parts, size_t count, uint8_t out[static HASH_BYTES])
{
    assert(parts || count == 0);
    EVP_MD_CTX *digest = hash_thread_get()->digest;
    must(EVP_DigestInit_ex2(digest, hash_md, NULL));
    for (size_t i = 0; i < count; i++)
        must(EVP_DigestUpdate(digest, parts[i].data, parts[i].length));
    must(EVP_DigestFinal_ex(digest, out, NULL));
}

void hash_hmac_sha256(const void *key, size_t key_length, const struct text *parts, size_t count,
                      uint8_t out[static HASH_BYTES])
{
    assert(key || key_length == 0);
    assert(parts || count == 0);
    struct hash_thread *thread = hash_thread_get();
    if (!thread->mac) {
        char digest_name[] = "SHA2-256";
        OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                   OSSL_PARAM_construct_end()};
        thread->mac = EVP_MAC_CTX_new(hash_mac);
        must(thread->mac && EVP_MAC_CTX_set_params(thread->mac, parameters));
    }
    /* A NULL key would mean "the key of the last time". */
    must(EVP_MAC_init(thread->mac, key ? key : (const unsigned char *)"", key_length, NULL));
    for (size_t i = 0; i < count; i++)
        must(EVP_MAC_update(thread->mac, (const unsigned char *)parts[i].data, parts[i].length));
    size_t length = 0;
    must(EVP_MAC_final(thread->mac, out, &length, HASH_BYTES) && length == HASH_BYTES);
}

void hash_hex(const uint8_t hash[static HASH_BYTES], char out[static HASH_HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_BYTES; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[HASH_HEX_BYTES - 1] = '\0';
}

bool hash_equal(const void *a, const void *b, size_t length)
{
    assert((a && b) || length == 0);
    return CRYPTO_memcmp(a, b, length) == 0;
}

struct hash_stream *hash_stream_new(void)
{
    hash_thread_get();
    struct hash_stream *stream = calloc(1, sizeof *stream);
    must(stream != NULL);
    stream->digest = EVP_MD_CTX_new();
    must(stream->digest && EVP_DigestInit_ex2(stream->digest, hash_md, NULL));
    return stream;
}

void hash_stream_add(struct hash_stream *stream, const void *data, size_t length)
{
    assert(stream && !stream->ended);
    assert(data || length == 0);
    must(EVP_DigestUpdate(stream->digest, data, length));
}

void hash_stream_end(struct hash_stream *stream, uint8_t out[static HASH_BYTES])
{
    assert(stream && !stream->ended);
    must(EVP_DigestFinal_ex(stream->digest, out, NULL));
    stream->ended = true;
}

void hash_stream_free(struct hash_stream *stream)
{
    if (!stream)
        return;
    EVP_MD_CTX_free(stream->digest);
    free(stream);
}

void hash_sha512(const void *data, size_t length, uint8_t out[static 64])
{
    assert(data || length == 0);
    must(EVP_Digest(data, length, out, NULL, EVP_sha512(), NULL));
}
