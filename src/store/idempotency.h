/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency keys: the same key with the same request gets the same bytes again; with another request, a refusal.
 * The answer is stored in the transaction of the change itself, so both exist or neither does. Only definite answers are
 * stored: a success, or a refusal that asking again cannot change (see store_job.refused).
 */
#ifndef SHUNTUI_STORE_IDEMPOTENCY_H
#define SHUNTUI_STORE_IDEMPOTENCY_H

#include <stdint.h>

#include "base/text.h"

struct error;
struct store_tx;

#define IDEMPOTENCY_KEEP_S (7 * 24 * 3600) /* providers and clients retry for up to three days */

struct idempotency_key {
    struct text scope; /* caller and route: another caller's equal key is another key */
    struct text key;
    const uint8_t *sha256; /* 32 bytes over method, path and body of the request */
};

/* Returns 0: new, go on. 1: seen, *ret_status and ret_body (appended) are the stored answer.
 * -1: IDEMPOTENCY_KEY_REUSED (another request used this key), or the store failed. */
int idempotency_begin(struct store_tx *tx, const struct idempotency_key *key, int *ret_status, struct buffer *ret_body,
                      struct error *error);
/* Stores the answer; status is 200 to 499. Returns 0 or -1. */
int idempotency_finish(struct store_tx *tx, const struct idempotency_key *key, int status, struct text body,
                       int64_t now_us, struct error *error);
/* For store_job.lookup: 1 stored, 0 not, -1 cannot say. */
int idempotency_lookup(struct store_tx *tx, const struct idempotency_key *key);
/* Deletes up to `maximum` answers older than IDEMPOTENCY_KEEP_S. Returns how many, or -1. */
int idempotency_purge(struct store_tx *tx, int64_t now_us, unsigned maximum, struct error *error);

#endif
