/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and HMAC-SHA-256 over OpenSSL, fetched once, one context per thread; constant-time comparison. */
#ifndef SHUNTUI_BASE_HASH_H
#define SHUNTUI_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define HASH_BYTES 32
#define HASH_HEX_BYTES 65 /* with terminator */

void hash_sha256(const void *data, size_t length, uint8_t out[static HASH_BYTES]);
/* Hash of several parts in a row; parts end with {NULL, 0}-free count. */
void hash_sha256_parts(const struct text *parts, size_t count, uint8_t out[static HASH_BYTES]);
void hash_hmac_sha256(const void *key, size_t key_length, const struct text *parts, size_t count,
                      uint8_t out[static HASH_BYTES]);
void hash_hex(const uint8_t hash[static HASH_BYTES], char out[static HASH_HEX_BYTES]);
bool hash_equal(const void *a, const void *b, size_t length); /* constant time */

struct hash_stream; /* running SHA-256 */
struct hash_stream *hash_stream_new(void);
void hash_stream_add(struct hash_stream *stream, const void *data, size_t length);
void hash_stream_end(struct hash_stream *stream, uint8_t out[static HASH_BYTES]); /* may be called once */
void hash_stream_free(struct hash_stream *stream);
/* SHA-512 of one piece, for the second manifest of a bundle. */
void hash_sha512(const void *data, size_t length, uint8_t out[static 64]);

#endif
