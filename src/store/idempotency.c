/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each answered key. No row is written before the answer exists: the single writer runs a request's whole
 * transaction before it starts the next, so two requests with one key can never both find it new. */
#include "store/idempotency.h"

#include <assert.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "store/query.h"

static struct query *find(struct store_tx *tx, const struct idempotency_key *key)
{
    struct query *query = store_query(tx, QUERY_IDEMPOTENCY_FIND);
    query_bind_text(query, 1, key->scope);
    query_bind_text(query, 2, key->key);
    return query;
}

int idempotency_begin(struct store_tx *tx, const struct idempotency_key *key, int *ret_status, struct buffer *ret_body,
                      struct error *error)
{
    struct query *query = find(tx, key);
    int step = query_step(query, error);
    if (step == 1) {
        struct text sha256 = query_blob(query, 0);
        if (sha256.length == HASH_BYTES && hash_equal(sha256.data, key->sha256, HASH_BYTES)) {
            *ret_status = (int)query_int(query, 1);
            buffer_add_text(ret_body, query_blob(query, 2));
        } else {
            step = error_set(error, ERROR_IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key belongs to another request");
            error_hint(error, "Use a new key for a new request; a repeated request keeps its body byte for byte.");
            error_at(error, "header Idempotency-Key");
        }
    }
    query_end(query);
    return step;
}

int idempotency_finish(struct store_tx *tx, const struct idempotency_key *key, int status, struct text body,
                       int64_t now_us, struct error *error)
{
    assert(status >= 200 && status <= 499); /* a 5xx may turn out otherwise the next time */
    struct query *query = store_query(tx, QUERY_IDEMPOTENCY_INSERT);
    query_bind_text(query, 1, key->scope);
    query_bind_text(query, 2, key->key);
    query_bind_blob(query, 3, key->sha256, HASH_BYTES);
    query_bind_int(query, 4, status);
    query_bind_blob(query, 5, body.data, body.length);
    query_bind_int(query, 6, now_us);
    return query_run(query, error);
}

int idempotency_lookup(struct store_tx *tx, const struct idempotency_key *key)
{
    struct query *query = find(tx, key);
    int step = query_step(query, NULL);
    if (step == 1) {
        struct text sha256 = query_blob(query, 0);
        step = sha256.length == HASH_BYTES && hash_equal(sha256.data, key->sha256, HASH_BYTES);
    }
    query_end(query);
    return step;
}

int idempotency_purge(struct store_tx *tx, int64_t now_us, unsigned maximum, struct error *error)
{
    struct query *query = store_query(tx, QUERY_IDEMPOTENCY_PURGE);
    query_bind_int(query, 1, now_us - IDEMPOTENCY_KEEP_S * TIME_SECOND_US);
    query_bind_int(query, 2, maximum);
    return query_run(query, error) ? -1 : (int)query_changes(tx);
}
