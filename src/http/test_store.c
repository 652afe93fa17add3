/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store's interface in memory, for tests of the HTTP server alone: one writer thread that runs a batch and then answers
 * it, a table of idempotency answers, and no database. Handlers of the test server never look into a transaction.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/idempotency.h"
#include "store/store.h"
#include "http/test_store.h"

struct answer {
    struct answer *next;
    char *scope, *key, *body;
    size_t body_length;
    uint8_t sha256[32];
    int status;
};
struct store {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t writer;
    struct store_job *first, **last;
    bool closing;
};
struct store_tx {
    struct answer **answers;
    struct answer *staged; /* of the job that runs */
};

static char *copy(struct text text)
{
    char *out = calloc(1, text.length + 1);
    assert(out);
    if (text.length > 0)
        memcpy(out, text.data, text.length);
    return out;
}

static struct answer *find(struct answer *list, const struct idempotency_key *key)
{
    while (list && !(text_is(key->scope, list->scope) && text_is(key->key, list->key)))
        list = list->next;
    return list;
}

int idempotency_begin(struct store_tx *tx, const struct idempotency_key *key, int *ret_status, struct buffer *ret_body,
                      struct error *error)
{
    struct answer *answer = find(*tx->answers, key);
    if (!answer)
        return 0;
    if (memcmp(answer->sha256, key->sha256, 32) != 0)
        return error_set(error, ERROR_FIELD_VALUE, "the key was used for another request");
    *ret_status = answer->status;
    buffer_add(ret_body, answer->body, answer->body_length);
    return 1;
}

int idempotency_finish(struct store_tx *tx, const struct idempotency_key *key, int status, struct text body,
                       int64_t now_us, struct error *error)
{
    (void)now_us;
    (void)error;
    struct answer *answer = calloc(1, sizeof *answer);
    assert(answer && !tx->staged);
    *answer = (struct answer){NULL, copy(key->scope), copy(key->key), copy(body), body.length, {0}, status};
    memcpy(answer->sha256, key->sha256, 32);
    tx->staged = answer;
    return 0;
}

int idempotency_lookup(struct store_tx *tx, const struct idempotency_key *key)
{
    return find(*tx->answers, key) != NULL;
}

static void run_job(struct store_job *job, struct store_tx *tx)
{
    struct error error = {0};
    tx->staged = NULL;
    int result = job->run(tx, job->argument, &error);
    bool unknown = result < 0 && error.code == ERROR_OUTCOME_UNKNOWN;
    if (result == 0 && tx->staged) {
        tx->staged->next = *tx->answers;
        *tx->answers = tx->staged;
    }
    job->done(job, unknown ? STORE_UNKNOWN : result < 0 ? STORE_FAILED : STORE_COMMITTED, result < 0 ? &error : NULL);
}

static void *write_jobs(void *context)
{
    struct store *store = context;
    struct answer *answers = NULL;
    struct store_tx tx = {&answers, NULL};
    pthread_mutex_lock(&store->lock);
    while (!store->closing || store->first) {
        struct store_job *job = store->first;
        if (!job) {
            pthread_cond_wait(&store->changed, &store->lock);
            continue;
        }
        store->first = job->next;
        if (!store->first)
            store->last = &store->first;
        pthread_mutex_unlock(&store->lock);
        run_job(job, &tx);
        pthread_mutex_lock(&store->lock);
    }
    pthread_mutex_unlock(&store->lock);
    while (answers) {
        struct answer *answer = answers;
        answers = answer->next;
        free(answer->scope);
        free(answer->key);
        free(answer->body);
        free(answer);
    }
    return NULL;
}

struct store *test_store_new(void)
{
    struct store *store = calloc(1, sizeof *store);
    assert(store);
    store->last = &store->first;
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->changed, NULL);
    pthread_create(&store->writer, NULL, write_jobs, store);
    return store;
}

void test_store_free(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    store->closing = true;
    pthread_cond_signal(&store->changed);
    pthread_mutex_unlock(&store->lock);
    pthread_join(store->writer, NULL);
    pthread_cond_destroy(&store->changed);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

int store_submit(struct store *store, struct store_job *job, struct error *error)
{
    (void)error;
    job->next = NULL;
    pthread_mutex_lock(&store->lock);
    *store->last = job;
    store->last = &job->next;
    pthread_cond_signal(&store->changed);
    pthread_mutex_unlock(&store->lock);
    return 0;
}

int store_read(struct store *store, int (*run)(struct store_tx *tx, void *argument, struct error *error),
               void *argument, struct error *error)
{
    struct store_tx tx = {0};
    (void)store;
    return run(&tx, argument, error);
}
